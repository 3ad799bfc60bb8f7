/* The one place where memory that ran out ends the program. */
#include "base/mem.h"

#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void
mem_fatal(void)
{
	static const char text[] = "pgdriftd: out of memory\n";
	struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};

	/* It ends here, whether or not somebody reads why. */
	if (poll(&ready, 1, 0) == 1 && write(STDERR_FILENO, text, sizeof text - 1) < 0)
		abort();
	abort();
}

/* Pieces below what malloc() maps by itself: they come from its heap and go back there,
 * one beside the other. */
enum { PIECE = 64 << 10 };

struct piece {
	struct piece *next;
};

/* NULL if they cannot be had. */
static struct piece *
take_pieces(size_t n)
{
	struct piece *first = NULL, *p;
	bool all = true;

	for (size_t i = 0; all && i < n; i++) {
		p = malloc(PIECE);
		all = p != NULL;
		if (!all)
			continue;
		p->next = first;
		first = p;
	}
	for (; !all && first; first = p) {
		p = first->next;
		free(first);
	}
	return first;
}

/* The one at the end of the heap is kept: what is free below it stays there. */
void *
mem_reserve(size_t n)
{
	struct piece *kept = take_pieces(n / PIECE + 2), *p, *next;

	for (p = kept ? kept->next : NULL; p; p = next) {
		next = p->next;
		if ((uintptr_t)p > (uintptr_t)kept) {
			free(kept);
			kept = p;
		} else {
			free(p);
		}
	}
	return kept;
}

void *
must(void *p)
{
	if (!p)
		mem_fatal();
	return p;
}

void *
xmalloc(size_t n)
{
	return must(malloc(n ? n : 1));
}

void *
xcalloc(size_t n, size_t size)
{
	return must(calloc(n ? n : 1, size ? size : 1));
}

void *
xrealloc(void *p, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		mem_fatal();
	return must(realloc(p, bytes ? bytes : 1));
}

char *
xstrdup(const char *s)
{
	return must(strdup(s));
}

char *
xstrndup(const char *s, size_t n)
{
	return must(strndup(s, n));
}

char *
xstrdup_null(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

char *
xvasprintf(const char *fmt, va_list ap)
{
	char *s;

	if (vasprintf(&s, fmt, ap) < 0)
		mem_fatal();
	return s;
}

char *
xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	return s;
}

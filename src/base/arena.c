/* A chain of blocks, small ones first: most arenas hold little.  A request over a
 * quarter of the largest gets one of its own. */
#include "base/arena.h"

#include <malloc.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_BLOCK = 512, BLOCK = 64 * 1024 };

/* From here on what was freed goes back to the system at once: free() keeps it. */
enum { LARGE = 16 * 1024 * 1024 };

struct block {
	struct block *next;
	alignas(max_align_t) char data[];
};

struct arena {
	struct block *blocks;
	char *at; /* free room of the current block */
	size_t left;
	size_t used;
	size_t block; /* of the next one */
};

struct arena *
arena_new(void)
{
	return xcalloc(1, sizeof(struct arena));
}

void
arena_free(struct arena *a)
{
	bool large;

	if (!a)
		return;
	large = a->used >= LARGE;
	while (a->blocks) {
		struct block *b = a->blocks;

		a->blocks = b->next;
		free(b);
	}
	free(a);
	if (large)
		malloc_trim(0);
}

static char *
add_block(struct arena *a, size_t n)
{
	struct block *b = xcalloc(1, sizeof *b + n);

	b->next = a->blocks;
	a->blocks = b;
	return b->data;
}

/* Room for `n` bytes, a quarter of BLOCK at most. */
static void
start_block(struct arena *a, size_t n)
{
	if (!a->block)
		a->block = FIRST_BLOCK;
	while (a->block < BLOCK && a->block < 4 * n)
		a->block *= 2;
	a->at = add_block(a, a->block);
	a->left = a->block;
	if (a->block < BLOCK)
		a->block *= 2;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	const size_t unit = alignof(max_align_t);
	void *p;

	if (n > (size_t)-1 / 2)
		mem_fatal();
	n = n ? (n + unit - 1) / unit * unit : unit;
	a->used += n;
	if (n > BLOCK / 4)
		return add_block(a, n);
	if (n > a->left)
		start_block(a, n);
	p = a->at;
	a->at += n;
	a->left -= n;
	return p;
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p;

	if (!s)
		return NULL;
	n = strnlen(s, n);
	p = arena_alloc(a, n + 1);
	memcpy(p, s, n);
	return p;
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		mem_fatal();
	p = arena_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

size_t
arena_used(const struct arena *a)
{
	return a->used;
}

/* Memory that is never NULL: running out of it ends the program, in one place. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

#include "base/err.h"

void *xmalloc(size_t n) __attribute__((malloc, returns_nonnull));
void *xcalloc(size_t n, size_t size) __attribute__((malloc, returns_nonnull));
void *xrealloc(void *p, size_t n, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *s) __attribute__((malloc, returns_nonnull));
char *xstrndup(const char *s, size_t n) __attribute__((malloc, returns_nonnull));
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2)
	__attribute__((malloc, returns_nonnull));
char *xvasprintf(const char *fmt, va_list ap) PRINTF_LIKE(1, 0);

/* NULL-tolerant copies: NULL stays NULL. */
char *xstrdup_null(const char *s);

/* Pass a pointer through if a foreign library gave one, end the program if its
 * memory ran out (cJSON, libevent, … return NULL only then). */
void *must(void *p) __attribute__((returns_nonnull));

/* Say so on standard error and abort.  For memory only. */
_Noreturn void mem_fatal(void);

/* For a library that does not look whether its memory is there: make sure that what
 * this thread allocates next, up to `n` bytes in all, can be had.  NULL if it cannot;
 * else free() what is returned once the library has done its work.  Holds with malloc()
 * of glibc, in the main thread. */
void *mem_reserve(size_t n);

/* Make room for one more element in a growing array: `v` is an array of `n`
 * elements with room for `cap`.  Evaluates its arguments more than once. */
#define GROW(v, n, cap)                                          \
	do {                                                     \
		if ((n) == (cap)) {                              \
			(cap) = (cap) ? 2 * (cap) : 8;           \
			(v) = xrealloc((v), (cap), sizeof *(v)); \
		}                                                \
	} while (0)

#define COUNT_OF(a) (sizeof(a) / sizeof *(a))

#endif

/* Strings kept once: a catalog repeats its names, types and words endlessly. */
#ifndef CATALOG_INTERN_H
#define CATALOG_INTERN_H

#include "base/arena.h"

struct intern;

/* The strings live in `a` and outlive the pool. */
struct intern *intern_new(struct arena *a);
void intern_free(struct intern *p); /* NULL is fine */

/* The copy of `s` in the arena; equal short strings get the same one.  NULL stays
 * NULL. */
const char *intern_str(struct intern *p, const char *s);
/* The same of a list of `n` such strings. */
const char *const *intern_list(struct intern *p, const char *const *list, size_t n);

#endif

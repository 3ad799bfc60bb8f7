/* What sets one catalog that was read apart from another one, for whoever asks: known
 * from comparisons before (diff/memo.h), or made now. */
#ifndef MONITOR_VARIANTS_H
#define MONITOR_VARIANTS_H

#include "diff/memo.h"
#include "loop/loop.h"

struct variants;

/* Of a comparison that a thread has made `told` is told. */
struct variants *
variants_new(struct loop *l, struct memo *m, void (*told)(void *), void *arg);
void variants_free(struct variants *v); /* NULL is fine */

/* Whose catalogs they are, and by which names schemas of `found` are those of
 * `expected` (base/mapping.h). */
struct variants_pair {
	const struct snapshot *expected, *found;
	const struct strvec *schema_map;
};

/* By the default options; a reference.  NULL with `*pending`: a thread is at it, or at
 * others before it.  NULL without: it cannot be remembered.  What takes long is never
 * done in here; of what does not, no more than a few in one turn of the loop. */
struct diff *
variants_compare(struct variants *v, const struct variants_pair *p, bool *pending);

#endif

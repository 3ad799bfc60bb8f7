/* Who is to be judged again, as what it depends on has news: some in each turn of the
 * loop, so that a thousand that are held against one do not hold it up.  Until the last
 * of them is, no other check ends, so that it all comes out as if it was done at once.
 */
#ifndef MONITOR_DEPENDENTS_H
#define MONITOR_DEPENDENTS_H

#include "monitor/environment.h"

enum { DEPENDENTS_PER_TURN = 16 };

/* All zero: none. */
struct dependents {
	struct environment *of; /* whom they depend on; NULL: nobody is left */
	struct environment **v;
	size_t n, cap, at;
	bool is_new;
};

/* Those whose verdict depends on `env`, none being left of another: who refers to it,
 * and its standbys; without news of it (`is_new`), those that waited. */
void dependents_of(struct dependents *d, struct environment *env, bool is_new);
/* The next one that has to be judged; NULL: that was the last, and nobody is left. */
struct environment *dependents_next(struct dependents *d);
/* Forget who is left; frees. */
void dependents_fini(struct dependents *d);

#endif

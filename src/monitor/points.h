/* What an environment had at two points of time, compared: from what the store has. */
#ifndef MONITOR_POINTS_H
#define MONITOR_POINTS_H

#include "diff/diff.h"
#include "loop/loop.h"
#include "store/store.h"

struct points;

/* How what becomes of an environment is compared now; it may point at what does not
 * outlive the turn. */
typedef struct compare_options points_options_fn(void *arg, const char *environment);

/* `s` has to outlive it. */
struct points *
points_new(struct loop *l, struct store *s, points_options_fn *options, void *arg);
void points_free(struct points *p); /* NULL is fine */

struct points_wish {
	const char *environment;
	int64_t from_ms, to_ms; /* of each, what it was last seen with by then */
};

/* Of the first three one is there; zeroed: none. */
struct points_answer {
	struct diff *diff; /* what it had at `from` expected */
	bool pending;      /* a thread is at it, or at others: ask again */
	char *error;       /* one sentence */
	/* Beside a diff or a remembered error: of all that it hangs on. */
	char key[HASH_HEX_LEN];
	bool masked; /* both have secrets, which are not stored: not compared */
};

/* Reads which catalogs these are, and their packed texts; what takes long is done in a
 * thread, one pair at a time, and those pairs that were asked for last
 * are remembered. */
void points_compare(
	struct points *p, const struct points_wish *w, struct points_answer *out);
void points_answer_fini(struct points_answer *a);

#endif

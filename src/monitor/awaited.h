/* The files that an environment's verdict depends on: its migrations, and its snapshots
 * where it is held against such.  What was read of a database is judged by files as
 * they were after that. */
#ifndef MONITOR_AWAITED_H
#define MONITOR_AWAITED_H

#include "base/strmap.h"
#include "monitor/expectation.h"
#include "monitor/roster.h"

struct awaiting; /* environments, in their order */

/* Who waits, so that nobody has to go over all; all zero: nobody. */
struct awaited {
	struct strmap *looks;  /* who waits for a look, by what is looked at */
	struct awaiting *over; /* for whom all may be over */
};

void awaited_fini(struct awaited *a);

/* Have them looked at after this call: `env` is `looking` until it is judged. */
void awaited_ask(struct awaited *a, struct environment *env,
	const struct expectation_sources *from);
/* A look at `name` was taken. */
void awaited_looked(
	struct awaited *a, const char *name, const struct expectation_sources *from);
/* `env` is judged: it does not look any more. */
void awaited_judged(struct awaited *a, const struct environment *env);
/* Go over to those of `r`: who still looks asks again, and env->unread is set anew. */
void awaited_take(struct awaited *a, const struct roster *r,
	const struct expectation_sources *from);
/* One for which that was done, and for what it refers to, so that it is to be judged;
 * NULL: none. */
struct environment *
awaited_next(struct awaited *a, const struct expectation_sources *from);
/* True as long as nothing is known of some of them. */
bool awaited_is_unread(
	const struct environment *env, const struct expectation_sources *from);

#endif

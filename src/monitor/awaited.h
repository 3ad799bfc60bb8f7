/* The files that an environment's verdict depends on: its migrations, and its snapshots
 * where it is held against such.  What was read of a database is judged by files as
 * they were after that. */
#ifndef MONITOR_AWAITED_H
#define MONITOR_AWAITED_H

#include "monitor/expectation.h"

/* Have them looked at after this call: `env` is `looking` until it is judged. */
void awaited_ask(struct environment *env, const struct expectation_sources *from);
/* One for which that was done, and for what it refers to, so that it is to be judged;
 * NULL: none. */
struct environment *awaited_next(const struct expectation_sources *from);
/* True as long as nothing is known of some of them. */
bool awaited_is_unread(
	const struct environment *env, const struct expectation_sources *from);

#endif

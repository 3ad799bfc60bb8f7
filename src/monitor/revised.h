/* A recorded revision that is another one: "when did r2 reach prod?", and whether it
 * was there before. */
#ifndef MONITOR_REVISED_H
#define MONITOR_REVISED_H

#include "monitor/environment.h"

/* Hold what was read last, and is not published yet, against what is published. Another
 * revision is a happening; env->gone_back is from where it went back, until it moves
 * forward again; env->sign the last sign of a migration, forgotten with the database.
 */
void revised_see(struct environment *env, const struct expectation *x, int64_t now_ms);

/* That sign, if it is younger than an interval and not all is applied: no whole one has
 * gone by without a further move.  Else NULL. */
const struct migration_sign *revised_sign(const struct environment *env,
	const struct published_environment *now, int64_t now_ms);
void revised_forget(struct migration_sign *s);

#endif

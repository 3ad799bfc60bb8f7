/* What the verdict on one environment is asked for: verdict_input, and what that points
 * to. */
#ifndef MONITOR_QUESTION_H
#define MONITOR_QUESTION_H

#include "monitor/environment.h"

struct question {
	struct verdict_input in;
	struct verdict_lag lag; /* of a standby; else all of it unknown */
	bool is_standby;
	struct losses_scope scope;
	char *table; /* "public.alembic_version" */
	char *unit;  /* whose credential the password is; or NULL */
	int64_t now_ms;
	struct verdict_block *blocks;
	size_t n_blocks;
};

/* Set all but `in`, which question_fill() sets once the axes in `p` are judged (all but
 * in.confirmed).  `env`, `x` and `p` are borrowed until question_fini(). */
void question_begin(struct question *q, struct environment *env,
	const struct expectation *x, bool sighting, int64_t now_ms);
void question_fill(struct question *q, const struct published_environment *p,
	const struct environment *env, const struct expectation *x);
void question_fini(struct question *q);

#endif

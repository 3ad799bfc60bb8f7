/* How the rows of the version table are asked for. */
#ifndef MONITOR_RECORDED_H
#define MONITOR_RECORDED_H

#include "monitor/facts.h"
#include "pg/session.h"

/* Quoted, each with a column version_num. */
struct recorded_tables {
	const char *setup; /* SQL, see checksql_setup() */
	const char *const *names;
	size_t n;
	int64_t timeout_ms;
	struct pg_limit limit;
};

/* Ask for their rows. */
void recorded_ask(struct pg_session *s, const struct recorded_tables *t, pg_done_fn *fn,
	void *arg);

#endif

/* See recorded.h. */
#include "monitor/recorded.h"

/* No history has so many heads. */
enum { MAX_ROWS = 1000, MAX_BYTES = 1 << 20 };

void
recorded_ask(struct pg_session *s, const struct recorded_tables *t, pg_done_fn *fn,
	void *arg)
{
	const struct pg_copy what = {
		.setup = t->setup,
		.tables = t->names,
		.n_tables = t->n,
		.column = "version_num",
		.max_rows = MAX_ROWS,
		.max_bytes = MAX_BYTES,
		.timeout_ms = t->timeout_ms,
		.limit = t->limit,
	};

	pg_session_copy(s, &what, fn, arg);
}

/* When somebody watched.  One row, written over and over, so that it never grows; with
 * WAL nobody waits for the disk. */
#include "store/sql.h"
#include "store/store.h"

bool
store_set_alive(struct store *s, int64_t now_ms, bool stops, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SET_ALIVE, e);

	if (!q)
		return false;
	sql_bind_int(q, 1, now_ms);
	sql_bind_int(q, 2, stops);
	return sql_run(s, q, e);
}

bool
store_alive(struct store *s, int64_t *at_ms, bool *stopped)
{
	struct err e;
	sqlite3_stmt *q = sql_begin(s, SQL_ALIVE, &e);
	bool found;

	if (!q)
		return false;
	found = sql_next(s, q, &e) > 0;
	if (found) {
		*at_ms = sqlite3_column_int64(q, 0);
		*stopped = sqlite3_column_int64(q, 1) != 0;
	}
	sql_end(q);
	return found;
}

bool
store_set_success(
	struct store *s, const char *environment, int64_t success_ms, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SET_SUCCESS, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	sql_bind_int(q, 2, success_ms);
	return sql_run(s, q, e);
}

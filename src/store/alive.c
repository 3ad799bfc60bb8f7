/* When somebody watched.  One row, written over and over, so that it never grows; with
 * WAL nobody waits for the disk. */
#include <stdio.h>

#include "store/sql.h"
#include "store/store.h"

bool
store_set_alive(struct store *s, const struct store_sign *sign, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SET_ALIVE, e);

	if (!q)
		return false;
	sql_bind_int(q, 1, sign->at_ms);
	sql_bind_int(q, 2, sign->stopped);
	sql_bind_int(q, 3, sign->age.now_ms);
	sql_bind_int(q, 4, sign->age.held_ms);
	sql_bind_text(q, 5, sign->boot);
	sql_bind_int(q, 6, sign->boot_ms);
	return sql_run(s, q, e);
}

/* What is written is not older than the clock was then. */
static bool
read_newest(struct store *s, int64_t *out, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_NEWEST, e);
	int rc;

	if (!q)
		return false;
	rc = sql_next(s, q, e);
	if (rc > 0)
		*out = sqlite3_column_int64(q, 0);
	sql_end(q);
	return rc > 0;
}

bool
store_alive(struct store *s, struct store_sign *out, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_ALIVE, e);
	int rc;

	*out = (struct store_sign){0};
	if (!q)
		return false;
	rc = sql_next(s, q, e);
	if (rc > 0) {
		out->at_ms = sqlite3_column_int64(q, 0);
		out->stopped = sqlite3_column_int64(q, 1) != 0;
		out->age.now_ms = sqlite3_column_int64(q, 2);
		out->age.held_ms = sqlite3_column_int64(q, 3);
		snprintf(out->boot, sizeof out->boot, "%s",
			sql_text(q, 4) ? sql_text(q, 4) : "");
		out->boot_ms = sqlite3_column_int64(q, 5);
	}
	sql_end(q);
	if (rc == 0 && read_newest(s, &out->age.now_ms, e))
		*e = (struct err){.code = ERR_NONE};
	return rc > 0;
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

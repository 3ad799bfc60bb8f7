/* What each environment was last known to be.  Writes happen on changes only, so
 * waiting for the disk is rare and short; baselines are in baseline.c. */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/sql.h"

bool
store_last(
	struct store *s, const char *environment, struct store_last *out, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_LAST, e);
	int rc;

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	rc = sql_next(s, q, e);
	if (rc > 0) {
		snprintf(out->state, sizeof out->state, "%s",
			sql_text(q, 0) ? sql_text(q, 0) : "");
		out->since_ms = sqlite3_column_int64(q, 1);
		out->drift_since_ms = sqlite3_column_int64(q, 2);
	} else if (rc == 0) {
		*e = (struct err){.code = ERR_NONE};
	}
	sql_end(q);
	return rc > 0;
}

char *
store_known(
	struct store *s, const char *environment, int64_t *success_ms, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_KNOWN, e);
	char *document = NULL;
	int rc;

	if (!q)
		return NULL;
	sql_bind_text(q, 1, environment);
	rc = sql_next(s, q, e);
	if (rc > 0) {
		document = xstrdup_null(sql_text(q, 0));
		*success_ms = sqlite3_column_int64(q, 1);
	}
	if (rc >= 0 && !document)
		*e = (struct err){.code = ERR_NONE};
	sql_end(q);
	return document;
}

bool
store_set_known(struct store *s, const char *environment, int64_t success_ms,
	const char *document, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SET_KNOWN, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	sql_bind_int(q, 2, success_ms);
	sql_bind_text(q, 3, document);
	return sql_run(s, q, e);
}

bool
store_set_last(struct store *s, const char *environment, const struct store_last *l,
	struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SET_LAST, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	sql_bind_text(q, 2, l->state);
	sql_bind_int(q, 3, l->since_ms);
	sql_bind_int(q, 4, l->drift_since_ms);
	return sql_run(s, q, e);
}

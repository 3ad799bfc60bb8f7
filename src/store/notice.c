/* What is to be told outlives the process that saw it, and so does that it was told. */
#include "store/sql.h"
#include "store/store.h"

bool
store_set_notice(struct store *s, const struct store_notice *n, struct err *e)
{
	sqlite3_stmt *q =
		sql_begin(s, n->document ? SQL_SET_NOTICE : SQL_DROP_NOTICE, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, n->receiver);
	sql_bind_text(q, 2, n->environment);
	sql_bind_int(q, 3, n->place);
	if (n->document)
		sql_bind_text(q, 4, n->document);
	return sql_run(s, q, e);
}

bool
store_drop_notices(struct store *s, const char *receiver, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_DROP_NOTICES, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, receiver);
	return sql_run(s, q, e);
}

bool
store_notices(struct store *s,
	void (*take)(void *arg, const char *receiver, int place, const char *document),
	void *arg, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_NOTICES, e);
	int rc;

	if (!q)
		return false;
	while ((rc = sql_next(s, q, e)) > 0)
		take(arg, sql_text(q, 0), (int)sqlite3_column_int64(q, 1),
			sql_text(q, 2));
	sql_end(q);
	return rc == 0;
}

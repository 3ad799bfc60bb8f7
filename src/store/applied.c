/* What each environment was seen to have applied. */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/sql.h"

bool
store_applied(struct store *s, const char *environment,
	void (*take)(void *arg, const char *revision, uint64_t digest), void *arg,
	struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_APPLIED, e);
	int rc;

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	while ((rc = sql_next(s, q, e)) > 0)
		if (sql_text(q, 0))
			take(arg, sql_text(q, 0), (uint64_t)sqlite3_column_int64(q, 1));
	sql_end(q);
	return rc == 0;
}

static bool
forget(struct store *s, const char *environment, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_FORGET_APPLIED, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	return sql_run(s, q, e);
}

static bool
add(struct store *s, const char *environment, const struct store_revision *r,
	struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_ADD_APPLIED, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	sql_bind_text(q, 2, r->id);
	sql_bind_int(q, 3, (int64_t)r->digest);
	return sql_run(s, q, e);
}

bool
store_set_applied(struct store *s, const char *environment,
	const struct store_revision *v, size_t n, struct err *e)
{
	bool ok = forget(s, environment, e);

	for (size_t i = 0; ok && i < n; i++)
		ok = add(s, environment, &v[i], e);
	return ok;
}

/* Accepted baselines, each with the key of its catalog.  The one with the highest
 * version counts, those below are what it replaced. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/catalog.h"

static bool
read_row(sqlite3_stmt *q, const char *environment, struct store_baseline *out,
	struct err *e)
{
	char *name = xasprintf("baseline of %s", environment);

	*out = (struct store_baseline){0};
	out->snapshot = catalog_read(q, name, e);
	free(name);
	if (!out->snapshot)
		return false;
	out->version = sqlite3_column_int64(q, 2);
	out->at_ms = sqlite3_column_int64(q, 3);
	out->by = xstrdup_null(sql_text(q, 4));
	out->reason = xstrdup_null(sql_text(q, 5));
	if (!sql_text(q, 6) || !sql_text(q, 7))
		return true;
	snprintf(out->instance.system, sizeof out->instance.system, "%s",
		sql_text(q, 6));
	snprintf(out->instance.database, sizeof out->instance.database, "%s",
		sql_text(q, 7));
	return true;
}

bool
store_baseline(struct store *s, const char *environment, int back,
	struct store_baseline *out, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_BASELINE, e);
	bool ok = false;
	int rc;

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	sql_bind_int(q, 2, back);
	rc = sql_next(s, q, e);
	if (rc > 0)
		ok = read_row(q, environment, out, e);
	else if (rc == 0)
		*e = (struct err){.code = ERR_NONE};
	sql_end(q);
	return ok;
}

void
store_baseline_fini(struct store_baseline *b)
{
	snapshot_unref(b->snapshot);
	free(b->by);
	free(b->reason);
	*b = (struct store_baseline){0};
}

static bool
add_row(struct store *s, const char *environment, const struct store_baseline *b,
	const char *key, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_ADD_BASELINE, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	sql_bind_int(q, 2, b->at_ms);
	sql_bind_text(q, 3, b->snapshot->fingerprint);
	sql_bind_text(q, 4, key);
	sql_bind_text(q, 5, b->by);
	sql_bind_text(q, 6, b->reason);
	sql_bind_text(q, 7, b->instance.system);
	sql_bind_text(q, 8, b->instance.database);
	return sql_run(s, q, e);
}

static sqlite3_stmt *
begin_old(struct store *s, enum sql_id id, const char *environment, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, id, e);

	if (!q)
		return NULL;
	sql_bind_text(q, 1, environment);
	sql_bind_int(q, 2, 1 + STORE_REPLACED_BASELINES);
	return q;
}

static bool
forget_old(struct store *s, const char *environment, struct err *e)
{
	struct strvec keys = {0};
	sqlite3_stmt *q = begin_old(s, SQL_OLD_BASELINES, environment, e);
	bool ok = q && catalog_keys(s, q, &keys, e);

	q = ok ? begin_old(s, SQL_KEEP_BASELINES, environment, e) : NULL;
	ok = q && sql_run(s, q, e) && catalog_forget_all(s, &keys, e);
	strvec_free(&keys);
	return ok;
}

bool
store_add_baseline(struct store *s, const char *environment,
	const struct store_baseline *b, struct err *e)
{
	struct store_packed packed;
	bool ok;

	store_pack(b->snapshot, &packed);
	ok = catalog_renew(s, &packed, e) &&
	     add_row(s, environment, b, packed.key, e) && forget_old(s, environment, e);
	store_packed_fini(&packed);
	return ok;
}

bool
store_drop_baseline(
	struct store *s, const char *environment, int64_t version, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_DROP_BASELINE, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	sql_bind_int(q, 2, version);
	return sql_run(s, q, e);
}

int64_t
store_baseline_version(struct store *s, const char *environment, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_BASELINE_VERSION, e);
	int64_t version = -1;

	if (!q)
		return -1;
	sql_bind_text(q, 1, environment);
	if (sql_next(s, q, e) > 0)
		version = sqlite3_column_int64(q, 0);
	sql_end(q);
	return version;
}

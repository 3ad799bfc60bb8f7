/* What is too old, and what nobody is configured for any more.  What was put away has
 * the name of its environment, a line feed and more. */
#include <stdio.h>

#include "store/catalog.h"

/* Rows of the history, of which there may be years when this is first done. */
enum { SLICE = 1000, CATALOGS_SLICE = 20 };

/* A recipe that nobody has had for so long. */
#define BUILT_MS (INT64_C(30) * 86400 * 1000)

#define NAME "substr(environment, 1, instr(environment || char(10), char(10)) - 1)"
/* ?1: before that. */
#define FORGET(table)                                                           \
	"DELETE FROM " table " WHERE " NAME " IN (SELECT name FROM configured " \
	"WHERE at_ms < CAST(?1 AS INTEGER))"

static bool
see_configured(
	struct store *s, int64_t now_ms, const struct strvec *names, struct err *e)
{
	for (size_t i = 0; i < names->n; i++) {
		sqlite3_stmt *q = sql_begin(s, SQL_SET_CONFIGURED, e);

		if (!q)
			return false;
		sql_bind_text(q, 1, names->v[i]);
		sql_bind_int(q, 2, now_ms);
		if (!sql_run(s, q, e))
			return false;
	}
	return true;
}

/* Whoever is there, and was not configured when anybody looked, is as if he had been
 * until now. */
static bool
see_others(struct store *s, int64_t now_ms, struct err *e)
{
	char now[24];
	const char *const texts[] = {now, NULL};

	snprintf(now, sizeof now, "%lld", (long long)now_ms);
	return sql_exec_texts(s,
		"INSERT OR IGNORE INTO configured (name, at_ms) SELECT " NAME
		", CAST(?1 AS INTEGER) FROM (SELECT environment FROM baseline "
		"UNION SELECT environment FROM last "
		"UNION SELECT environment FROM known "
		"UNION SELECT environment FROM applied "
		"UNION SELECT environment FROM interval "
		"UNION SELECT environment FROM seen)",
		texts, e);
}

static bool
run_each(struct store *s, const char *const *list, int64_t before_ms, struct err *e)
{
	char before[24];
	const char *const texts[] = {before, NULL};
	bool ok = true;

	snprintf(before, sizeof before, "%lld", (long long)before_ms);
	for (size_t i = 0; ok && list[i]; i++)
		ok = sql_exec_texts(s, list[i], texts, e);
	return ok;
}

static bool
forget_gone(struct store *s, int64_t before_ms, struct err *e)
{
	static const char *const list[] = {FORGET("last"), FORGET("known"),
		FORGET("applied"), FORGET("seen"), FORGET("baseline"),
		FORGET("interval"), FORGET("former"),
		"DELETE FROM configured WHERE at_ms < CAST(?1 AS INTEGER)", NULL};

	return run_each(s, list, before_ms, e);
}

/* What is built is wanted for as long as its recipe is one. */
static bool
forget_built(struct store *s, int64_t now_ms, struct err *e)
{
	static const char *const list[] = {
		"DELETE FROM built WHERE at_ms < CAST(?1 AS INTEGER)", NULL};

	return run_each(s, list, now_ms - BUILT_MS, e) &&
	       sql_exec(s, SQL_CATALOGS_NOBODY_HAS, e);
}

/* At most a slice of rows of before `before_ms`; *more: as many as that. */
static bool
forget_rows(
	struct store *s, enum sql_id id, int64_t before_ms, bool *more, struct err *e)
{
	int most = id == SQL_PRUNE ? SLICE : CATALOGS_SLICE;
	sqlite3_stmt *q = sql_begin(s, id, e);

	if (!q)
		return false;
	sql_bind_int(q, 1, before_ms);
	sql_bind_int(q, 2, most);
	if (!sql_run(s, q, e))
		return false;
	*more |= sqlite3_changes(s->db) == most;
	return true;
}

static bool
forget_past(struct store *s, int64_t before_ms, bool *more, struct err *e)
{
	return forget_rows(s, SQL_PRUNE, before_ms, more, e) &&
	       forget_rows(s, SQL_PRUNE_INTERVALS, before_ms, more, e);
}

/* ---- By size ---- */

/* 1: there is a row, 0: none, -1: error. */
static int
number(struct store *s, enum sql_id id, int64_t with, int64_t *out, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, id, e);
	int rc;

	if (!q)
		return -1;
	if (sqlite3_bind_parameter_count(q))
		sql_bind_int(q, 1, with);
	rc = sql_next(s, q, e);
	if (rc > 0)
		*out = sqlite3_column_int64(q, 0);
	sql_end(q);
	return rc;
}

/* Up to when the oldest slice of what environments had reaches: all of the history
 * goes back to one moment.  Without any, the oldest changes. */
static int
oldest(struct store *s, int64_t *to_ms, struct err *e)
{
	int rc = number(s, SQL_OLD_INTERVALS, CATALOGS_SLICE - 1, to_ms, e);

	return rc ? rc : number(s, SQL_OLD_INTERVALS, 0, to_ms, e);
}

static bool
forget_oldest(struct store *s, bool *more, struct err *e)
{
	int64_t to_ms;
	int rc = oldest(s, &to_ms, e);
	bool ignored = false;

	if (rc < 0)
		return false;
	if (rc == 0)
		return forget_rows(s, SQL_PRUNE, INT64_MAX, more, e);
	*more = true;
	return forget_past(s, to_ms + 1, &ignored, e);
}

static bool
forget_too_large(struct store *s, int64_t max_bytes, bool *more, struct err *e)
{
	int64_t bytes = 0;

	if (!max_bytes)
		return true;
	if (number(s, SQL_HISTORY_SIZE, 0, &bytes, e) < 0)
		return false;
	return bytes <= max_bytes ||
	       (forget_oldest(s, more, e) && catalog_forget(s, e));
}

/* ---- All of it ---- */

static bool
forget(struct store *s, int64_t now_ms, const struct store_retention *keep,
	const struct strvec *configured, struct err *e)
{
	int64_t before_ms = now_ms - keep->keep_ms;

	if (!forget_past(s, before_ms, &s->has_old, e))
		return false;
	if (!s->has_old &&
		!(see_configured(s, now_ms, configured, e) &&
			see_others(s, now_ms, e) && forget_gone(s, before_ms, e) &&
			forget_built(s, now_ms, e)))
		return false;
	return s->has_old || forget_too_large(s, keep->max_bytes, &s->has_old, e);
}

bool
store_has_old(const struct store *s)
{
	return s->has_old;
}

bool
store_has_grown(const struct store *s)
{
	return s->has_grown;
}

bool
store_prune(struct store *s, int64_t now_ms, const struct store_retention *keep,
	const struct strvec *configured, struct err *e)
{
	bool ok;

	s->has_old = s->has_grown = false;
	if (!store_begin(s, e))
		return false;
	ok = store_end(s, forget(s, now_ms, keep, configured, e), e) &&
	     sql_exec(s, "PRAGMA incremental_vacuum(1000)", e);
	s->has_old = s->has_old && ok;
	return ok;
}

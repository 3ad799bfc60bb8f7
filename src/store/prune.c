/* What is too old, what is too much, and what nobody is configured for any more.  All
 * of it in slices: there may be years of it, of thousands of environments, and the
 * daemon does nothing else meanwhile.  What was put away has the name of its
 * environment, a line feed and more. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/catalog.h"

/* In one slice: changes, intervals and what was built, rows that are looked at. */
enum { SLICE = 1000, CATALOGS_SLICE = 20, LOOK_SLICE = 200, ROWS_SLICE = 2000 };

/* A recipe that nobody has had for so long. */
#define BUILT_MS (INT64_C(30) * 86400 * 1000)

struct prune {
	struct store *s;
	int64_t now_ms;
	const struct store_retention *keep;
	const struct strvec *configured;
};

/* ---- Who is configured ---- */

static bool
set_configured(const struct prune *p, const char *name, struct err *e)
{
	sqlite3_stmt *q = sql_begin(p->s, SQL_SET_CONFIGURED, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, name);
	sql_bind_int(q, 2, p->now_ms);
	return sql_run(p->s, q, e);
}

static bool
see_configured(const struct prune *p, bool *more, struct err *e)
{
	struct pruning *at = &p->s->pruning;
	size_t to = (size_t)at->id + LOOK_SLICE;

	for (; (size_t)at->id < p->configured->n && (size_t)at->id < to; at->id++)
		if (!set_configured(p, p->configured->v[at->id], e))
			return false;
	*more = (size_t)at->id < p->configured->n;
	return true;
}

/* Each name once, however many rows it has. */
#define NAMES_OF(table)                                                             \
	"WITH RECURSIVE n(name) AS (SELECT min(environment) FROM " table            \
	" UNION ALL SELECT (SELECT min(environment) FROM " table " WHERE "          \
	"environment > name) FROM n WHERE name IS NOT NULL) INSERT OR IGNORE INTO " \
	"configured (name, at_ms) SELECT substr(name, 1, instr(name || char(10), "  \
	"char(10)) - 1), CAST(?1 AS INTEGER) FROM n WHERE name IS NOT NULL"

/* Whoever is there, and was not configured when anybody looked, is as if he had been
 * until now. */
static bool
see_others(const struct prune *p, bool *more, struct err *e)
{
	static const char *const list[] = {NAMES_OF("baseline"), NAMES_OF("last"),
		NAMES_OF("known"), NAMES_OF("applied"), NAMES_OF("interval"),
		NAMES_OF("seen")};
	char now[24];
	const char *const texts[] = {now, NULL};
	struct pruning *at = &p->s->pruning;
	/* Of a few it is not worth a slice each. */
	bool one = p->configured->n > LOOK_SLICE, ok = true;

	snprintf(now, sizeof now, "%lld", (long long)p->now_ms);
	do {
		ok = sql_exec_texts(p->s, list[at->id++], texts, e);
	} while (ok && !one && at->id < (int64_t)COUNT_OF(list));
	*more = at->id < (int64_t)COUNT_OF(list);
	return ok;
}

/* ---- Who is gone ---- */

/* ?1: the environment. */
#define FORGET(table)                                                            \
	"DELETE FROM " table " WHERE environment = ?1 OR (environment >= ?1 || " \
	"char(10) AND environment < ?1 || char(11))"

/* `*n`: so many went. */
static bool
forget_intervals_of(struct store *s, const char *name, int *n, struct err *e)
{
	char most[16];
	const char *const texts[] = {name, most, NULL};

	snprintf(most, sizeof most, "%d", CATALOGS_SLICE);
	if (!sql_exec_texts(s,
		    "DELETE FROM interval WHERE id IN (SELECT id FROM interval WHERE "
		    "environment = ?1 LIMIT CAST(?2 AS INTEGER))",
		    texts, e))
		return false;
	*n = sqlite3_changes(s->db);
	return true;
}

static bool
forget_name(struct store *s, const char *name, struct err *e)
{
	static const char *const list[] = {FORGET("last"), FORGET("known"),
		FORGET("applied"), FORGET("seen"), FORGET("baseline"), FORGET("former"),
		"DELETE FROM configured WHERE name = ?1"};
	const char *const texts[] = {name, NULL};
	bool ok = true;
	int n = 0;

	if (!forget_intervals_of(s, name, &n, e))
		return false;
	for (size_t i = 0; ok && n < CATALOGS_SLICE && i < COUNT_OF(list); i++)
		ok = sql_exec_texts(s, list[i], texts, e);
	return ok;
}

/* 1: `*name` was in no configuration for as long, 0: there is none, -1: error.  The
 * caller frees. */
static int
next_gone(struct store *s, int64_t before_ms, char **name, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_GONE, e);
	int rc;

	if (!q)
		return -1;
	sql_bind_int(q, 1, before_ms);
	rc = sql_next(s, q, e);
	if (rc > 0)
		*name = xstrdup(sql_text(q, 0));
	sql_end(q);
	return rc;
}

/* The list of who is configured may be another one at each slice. */
static bool
forget_gone(const struct prune *p, bool *more, struct err *e)
{
	char *name = NULL;
	int rc = next_gone(p->s, p->now_ms - p->keep->keep_ms, &name, e);
	bool ok = rc >= 0;

	if (rc > 0) {
		ok = strvec_has(p->configured, name) ? set_configured(p, name, e)
						     : forget_name(p->s, name, e);
		*more = true;
	}
	free(name);
	return ok;
}

/* ---- Rows of the past ---- */

/* `*n`: so many went. */
static bool
forget_changes(struct store *s, int64_t before_ms, int *n, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_PRUNE, e);

	if (!q)
		return false;
	sql_bind_int(q, 1, before_ms);
	sql_bind_int(q, 2, SLICE);
	if (!sql_run(s, q, e))
		return false;
	*n = sqlite3_changes(s->db);
	s->history_bytes -= (int64_t)*n * CHANGE_BYTES;
	return true;
}

/* What keeps a catalog, and which. */
struct row {
	char id[HASH_HEX_LEN]; /* number or key */
	char key[HASH_HEX_LEN];
	int64_t to_ms, size;
};

static int
read_rows(struct store *s, enum sql_id id, int64_t before_ms, struct row *out,
	struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, id, e);
	int rc, n = 0;

	if (!q)
		return -1;
	sql_bind_int(q, 1, before_ms);
	sql_bind_int(q, 2, CATALOGS_SLICE);
	while ((rc = sql_next(s, q, e)) > 0) {
		struct row *r = &out[n++];

		snprintf(r->id, sizeof r->id, "%s", sql_text(q, 0));
		r->to_ms = sqlite3_column_int64(q, 1);
		snprintf(r->key, sizeof r->key, "%s", sql_text(q, 2));
		r->size = sqlite3_column_int64(q, 3);
	}
	sql_end(q);
	return rc < 0 ? -1 : n;
}

static bool
forget_row(struct store *s, enum sql_id drop, const struct row *r, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, drop, e);
	int64_t freed = r->size;

	if (!q)
		return false;
	sql_bind_text(q, 1, r->id);
	if (!sql_run(s, q, e) || !catalog_forget(s, r->key, &freed, e))
		return false;
	s->history_bytes -= freed;
	return true;
}

/* `*n`: so many went, the last of which was seen until `*to_ms`. */
static bool
forget_intervals(
	struct store *s, int64_t before_ms, int *n, int64_t *to_ms, struct err *e)
{
	struct row rows[CATALOGS_SLICE];

	*n = read_rows(s, SQL_OLD_INTERVALS, before_ms, rows, e);
	for (int i = 0; i < *n; i++)
		if (!forget_row(s, SQL_DROP_INTERVAL, &rows[i], e))
			return false;
	if (*n > 0)
		*to_ms = rows[*n - 1].to_ms;
	return *n >= 0;
}

static bool
forget_past(const struct prune *p, bool *more, struct err *e)
{
	int64_t before_ms = p->now_ms - p->keep->keep_ms, to_ms;
	int changes, intervals;

	if (!forget_changes(p->s, before_ms, &changes, e) ||
		!forget_intervals(p->s, before_ms, &intervals, &to_ms, e))
		return false;
	*more = changes == SLICE || intervals == CATALOGS_SLICE;
	return true;
}

/* What is built is wanted for as long as its recipe is one. */
static bool
forget_built(const struct prune *p, bool *more, struct err *e)
{
	struct row rows[CATALOGS_SLICE];
	int n = read_rows(p->s, SQL_OLD_BUILT, p->now_ms - BUILT_MS, rows, e);

	for (int i = 0; i < n; i++)
		if (!forget_row(p->s, SQL_DROP_BUILT, &rows[i], e))
			return false;
	*more = n == CATALOGS_SLICE;
	return n >= 0;
}

/* ---- How much there is ---- */

enum { OF_HISTORY, NEEDED, LOOSE };

/* True where the slice is at its end. */
static bool
see_catalog(struct store *s, sqlite3_stmt *q, struct strvec *loose)
{
	struct pruning *at = &s->pruning;
	int what = sqlite3_column_int(q, 2);

	snprintf(at->key, sizeof at->key, "%s", sql_text(q, 0));
	if (what == OF_HISTORY)
		at->bytes += sqlite3_column_int64(q, 1);
	if (what == LOOSE)
		strvec_add(loose, at->key);
	return loose->n == CATALOGS_SLICE;
}

/* `loose`: those that nobody has. */
static bool
see_catalogs(struct store *s, struct strvec *loose, bool *more, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_NEXT_CATALOGS, e);
	char from[HASH_HEX_LEN];
	bool full = false;
	int rc = 0, n = 0;

	if (!q)
		return false;
	memcpy(from, s->pruning.key, sizeof from);
	sql_bind_text(q, 1, from);
	sql_bind_int(q, 2, LOOK_SLICE);
	while (!full && (rc = sql_next(s, q, e)) > 0) {
		full = see_catalog(s, q, loose);
		n++;
	}
	sql_end(q);
	*more = full || n == LOOK_SLICE;
	return rc >= 0;
}

/* Forget those that nobody has, and see how much the others take. */
static bool
count_catalogs(const struct prune *p, bool *more, struct err *e)
{
	struct strvec loose = {0};
	bool ok = see_catalogs(p->s, &loose, more, e);

	ok = ok && catalog_forget_all(p->s, &loose, e);
	strvec_free(&loose);
	return ok;
}

static bool
count_intervals(const struct prune *p, bool *more, struct err *e)
{
	struct pruning *at = &p->s->pruning;
	sqlite3_stmt *q = sql_begin(p->s, SQL_NEXT_INTERVALS, e);
	int rc;

	if (!q)
		return false;
	sql_bind_int(q, 1, at->id);
	sql_bind_int(q, 2, ROWS_SLICE);
	rc = sql_next(p->s, q, e);
	if (rc > 0) {
		*more = sqlite3_column_int64(q, 0) == ROWS_SLICE;
		at->id = sqlite3_column_int64(q, 1);
		at->bytes += sqlite3_column_int64(q, 2);
	}
	sql_end(q);
	return rc >= 0;
}

static bool
count_changes(const struct prune *p, bool *more, struct err *e)
{
	struct store *s = p->s;
	sqlite3_stmt *q = sql_begin(s, SQL_CHANGES, e);
	int rc;

	(void)more;
	if (!q)
		return false;
	rc = sql_next(s, q, e);
	if (rc > 0)
		s->history_bytes =
			s->pruning.bytes + sqlite3_column_int64(q, 0) * CHANGE_BYTES;
	sql_end(q);
	return rc >= 0;
}

/* All of the history goes back to one moment. */
static bool
forget_too_much(const struct prune *p, bool *more, struct err *e)
{
	struct store *s = p->s;
	int64_t to_ms = INT64_MAX - 1;
	int changes, intervals;

	if (!p->keep->max_bytes || s->history_bytes <= p->keep->max_bytes)
		return true;
	if (!forget_intervals(s, INT64_MAX, &intervals, &to_ms, e) ||
		!forget_changes(s, to_ms + 1, &changes, e))
		return false;
	s->has_shed |= intervals || changes;
	*more = intervals || changes;
	return true;
}

/* ---- All of it ---- */

/* Those that take a look at everything are skipped where they are not due, or nobody
 * has to know. */
enum when { ALWAYS, WHOLE, UNCOUNTED };

static const struct {
	bool (*run)(const struct prune *p, bool *more, struct err *e);
	enum when when;
} all_steps[] = {
	{forget_past, ALWAYS},
	{see_configured, WHOLE},
	{see_others, WHOLE},
	{forget_gone, WHOLE},
	{forget_built, WHOLE},
	{count_catalogs, UNCOUNTED},
	{count_intervals, UNCOUNTED},
	{count_changes, UNCOUNTED},
	{forget_too_much, ALWAYS},
};

/* As long as what was added since cannot be too much, all that was before need not be
 * counted. */
static bool
is_counted(const struct prune *p)
{
	const struct store *s = p->s;

	return !p->keep->max_bytes ||
	       (s->history_bytes >= 0 && s->history_bytes <= p->keep->max_bytes);
}

static bool
is_due(const struct prune *p, enum when when)
{
	const struct pruning *at = &p->s->pruning;

	return when == ALWAYS || at->whole || (when == UNCOUNTED && !is_counted(p));
}

/* As far as one slice goes. */
static bool
forget(const struct prune *p, struct err *e)
{
	struct store *s = p->s;
	struct pruning *at = &s->pruning;

	if (!at->begun)
		*at = (struct pruning){.begun = true, .whole = !p->keep->grown};
	for (; at->step < (int)COUNT_OF(all_steps); at->step++) {
		bool more = false;

		if (is_due(p, all_steps[at->step].when) &&
			!all_steps[at->step].run(p, &more, e))
			return false;
		s->has_old = more;
		if (more)
			return true;
		at->id = 0;
	}
	at->begun = false;
	return true;
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
store_has_shed(const struct store *s)
{
	return s->has_shed;
}

bool
store_prune(struct store *s, int64_t now_ms, const struct store_retention *keep,
	const struct strvec *configured, struct err *e)
{
	const struct prune p = {s, now_ms, keep, configured};
	bool ok;

	s->has_old = s->has_grown = s->has_shed = false;
	if (!store_begin(s, e))
		return false;
	ok = store_end(s, forget(&p, e), e) &&
	     sql_exec(s, "PRAGMA incremental_vacuum(200)", e);
	if (!ok) {
		s->has_old = false;
		s->pruning = (struct pruning){.step = 0};
		s->history_bytes = -1;
	}
	return ok;
}

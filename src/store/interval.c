/* What each environment was seen with, and when: a row for each catalog that it had
 * without a break, of which the newest is the present one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pack.h"
#include "store/catalog.h"

static bool
add_row(struct store *s, const char *environment, const struct store_interval *i,
	struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_ADD_INTERVAL, e);
	size_t n = 0;
	char *change;
	bool ok;

	if (!q)
		return false;
	change = i->change ? pack_text(i->change, strlen(i->change), &n) : NULL;
	sql_bind_text(q, 1, environment);
	sql_bind_int(q, 2, i->from_ms);
	sql_bind_int(q, 3, i->to_ms);
	sql_bind_text(q, 4, i->key);
	sql_bind_text(q, 5, i->content);
	sql_bind_text(q, 6, i->revision);
	sql_bind_text(q, 7, i->database);
	if (change)
		sql_bind_bytes(q, 8, change, n);
	ok = sql_run(s, q, e);
	sql_add_history(s, INTERVAL_BYTES + n);
	free(change);
	return ok;
}

bool
store_add_interval(struct store *s, const char *environment,
	const struct store_interval *i, const struct store_packed *catalog,
	struct err *e)
{
	if ((catalog && !catalog_put(s, catalog, e)) || !add_row(s, environment, i, e))
		return false;
	sql_add_history(s, catalog ? catalog->n : 0);
	s->has_grown = true;
	return true;
}

bool
store_move_interval(
	struct store *s, const char *environment, int64_t to_ms, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_MOVE_INTERVAL, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	sql_bind_int(q, 2, to_ms);
	return sql_run(s, q, e);
}

bool
store_set_reading(struct store *s, const char *environment, const char *content,
	const char *reading, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SET_READING, e);

	if (!q)
		return false;
	sql_bind_text(q, 1, environment);
	sql_bind_text(q, 2, content);
	sql_bind_text(q, 3, reading);
	return sql_run(s, q, e);
}

/* ---- Reading ---- */

struct taker {
	store_interval_fn *take;
	void *arg;
	const bool *enough;
};

/* A description that cannot be read is as none: the rest of the row is as good as ever,
 * and so are the others. */
static void
hand_over(sqlite3_stmt *q, const struct taker *t)
{
	struct store_interval i = {
		.from_ms = sqlite3_column_int64(q, 0),
		.to_ms = sqlite3_column_int64(q, 1),
		.key = sql_text(q, 2),
		.content = sql_text(q, 3),
		.revision = sql_text(q, 4),
		.database = sql_text(q, 5),
		.reading = sql_text(q, 7),
	};
	const void *packed = sqlite3_column_blob(q, 6);
	struct strbuf change = {0};
	struct err ignored;

	if (packed && pack_open(packed, (size_t)sqlite3_column_bytes(q, 6), &change,
			      &ignored))
		i.change = change.s;
	t->take(t->arg, &i);
	strbuf_free(&change);
}

static int
hand_over_all(struct store *s, sqlite3_stmt *q, const struct taker *t, struct err *e)
{
	int rc;

	while ((rc = sql_next(s, q, e)) > 0) {
		hand_over(q, t);
		if (t->enough && *t->enough)
			return 0;
	}
	return rc;
}

static void
bind_span(sqlite3_stmt *q, const char *called, const struct store_span *span)
{
	sql_bind_text(q, 1, called);
	sql_bind_int(q, 2, span->since_ms);
	sql_bind_int(q, 3, span->until_ms);
	sql_bind_int(q, 4, span->limit < INT32_MAX ? (int64_t)span->limit : INT32_MAX);
}

bool
store_intervals(struct store *s, const struct store_span *span, store_interval_fn *take,
	void *arg, struct err *e)
{
	char *called = span->exact ? xstrdup(span->environment)
				   : store_called(s, span->environment, e);
	sqlite3_stmt *q = called ? sql_begin(s, SQL_INTERVALS, e) : NULL;
	int rc = -1;

	if (q) {
		bind_span(q, called, span);
		rc = hand_over_all(s, q, &(struct taker){take, arg, span->enough}, e);
		sql_end(q);
	}
	free(called);
	return rc == 0;
}

bool
store_packed(struct store *s, const char *key, const char *name,
	struct store_packed *out, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_CATALOG, e);
	int rc;

	*out = (struct store_packed){.n = 0};
	if (!q)
		return false;
	sql_bind_text(q, 1, key);
	rc = sql_next(s, q, e);
	if (rc > 0) {
		const void *bytes = sqlite3_column_blob(q, 0);

		out->n = (size_t)sqlite3_column_bytes(q, 0);
		out->bytes = xmalloc(out->n + 1);
		memcpy(out->bytes, bytes ? bytes : "", out->n);
		snprintf(out->key, sizeof out->key, "%s", key);
	} else if (rc == 0) {
		err_set(e, ERR_FORMAT, "%s: it is not there any more", name);
	}
	sql_end(q);
	return rc > 0;
}

struct snapshot *
store_catalog(struct store *s, const char *key, const char *name, struct err *e)
{
	struct store_packed packed;
	struct snapshot *catalog = NULL;

	if (store_packed(s, key, name, &packed, e))
		catalog = store_unpack(&packed, name, e);
	store_packed_fini(&packed);
	return catalog;
}

/* Rows that change hands: another database behind an environment, another name of it.
 * What is put away has the name of its environment, a line feed, which no name has, and
 * the identity of its database. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/catalog.h"

/* ?1: the environment. */
#define AWAY                                  \
	"(environment >= ?1 || char(10) AND " \
	"environment < ?1 || char(11))"

/* All that is known of one database; of what it was seen with, what others are not held
 * against.  The key of what is put away: ?2, of what is brought back: ?3. */
#define EXCHANGE(table, which)                                                         \
	"DELETE FROM " table " WHERE environment = ?2",                                \
		"UPDATE " table " SET environment = ?2 WHERE environment = ?1 " which, \
		"UPDATE " table " SET environment = ?1 WHERE environment = ?3"

/* ?4: so many that were put away are kept. */
#define PRUNE(table)                                                           \
	"DELETE FROM " table " WHERE " AWAY " AND environment NOT IN (SELECT " \
	"environment FROM known WHERE " AWAY                                   \
	" ORDER BY success_ms DESC LIMIT CAST(?4 AS INTEGER))"

/* Statements of which each is run once, with as many of `texts` as it takes. */
static bool
run_all(struct store *s, const char *const *list, const char *const *texts,
	struct err *e)
{
	bool ok = store_begin(s, e);

	if (!ok)
		return false;
	for (; ok && *list; list++)
		ok = sql_exec_texts(s, *list, texts, e);
	return store_end(s, ok, e);
}

/* False with ERR_NONE: it has none. */
static bool
has_row(struct store *s, enum sql_id id, const char *name, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, id, e);
	int rc;

	if (!q)
		return false;
	sql_bind_text(q, 1, name);
	rc = sql_next(s, q, e);
	if (rc == 0)
		*e = (struct err){.code = ERR_NONE};
	sql_end(q);
	return rc > 0;
}

char *
store_away_name(const char *environment, const char *away)
{
	return xasprintf("%s\n%s", environment, away);
}

bool
store_exchange(struct store *s, const struct store_exchange *x, struct err *e)
{
	static const char *const list[] = {EXCHANGE("last", ""), EXCHANGE("known", ""),
		EXCHANGE("applied", ""), EXCHANGE("seen", "AND first"), PRUNE("last"),
		PRUNE("applied"), PRUNE("seen"), PRUNE("known"), NULL};
	char *away = store_away_name(x->environment, x->away);
	char *back = store_away_name(x->environment, x->back);
	char keep[16];
	const char *const texts[] = {x->environment, away, back, keep, NULL};
	bool ok;

	snprintf(keep, sizeof keep, "%d", x->keep);
	ok = run_all(s, list, texts, e);
	free(away);
	free(back);
	return ok;
}

/* ?1: the name that it had, ?2: the one that it has.  What cannot go along, since there
 * is some of that already, is of the past. */
#define MOVE(table)                                                            \
	"UPDATE OR IGNORE " table " SET environment = ?2 || "                  \
	"substr(environment, length(?1) + 1) WHERE environment = ?1 OR " AWAY, \
		"DELETE FROM " table " WHERE environment = ?1 OR " AWAY

/* Of two that had the name at different times the one that was seen last is the
 * present, and of the other that is kept which came before: its `earlier` rows are
 * those of it that were there before the first of `later`. */
#define BEFORE(earlier, later)                                                      \
	"DELETE FROM interval WHERE environment = " earlier                         \
	" AND id > (SELECT min(id) FROM interval WHERE environment = " later ")",   \
		"UPDATE interval SET to_ms = max(from_ms, (SELECT from_ms FROM "    \
		"interval WHERE environment = " later " ORDER BY id LIMIT 1)) "     \
		"WHERE environment = " earlier " AND to_ms > (SELECT from_ms FROM " \
		"interval WHERE environment = " later " ORDER BY id LIMIT 1)"

#define RENAME                                                                       \
	"UPDATE former SET environment = ?2 WHERE environment = ?1",                 \
		"DELETE FROM former WHERE name = ?2",                                \
		"INSERT OR REPLACE INTO former (name, environment) VALUES (?1, ?2)", \
		"UPDATE change SET environment = ?2 WHERE environment = ?1",         \
		"UPDATE baseline SET environment = ?2 WHERE environment = ?1",       \
		"UPDATE interval SET environment = ?2 WHERE environment = ?1"
#define MOVED MOVE("last"), MOVE("known"), MOVE("applied"), MOVE("seen")
/* What `to` was when it was another one. */
#define GONE(table) "DELETE FROM " table " WHERE environment = ?2"

/* *is_later: `from` was seen after `to` was. */
static bool
seen_later(struct store *s, const char *from, const char *to, bool *is_later,
	struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_SEEN_LATER, e);
	int rc;

	if (!q)
		return false;
	sql_bind_text(q, 1, from);
	sql_bind_text(q, 2, to);
	rc = sql_next(s, q, e);
	*is_later = rc > 0 && sqlite3_column_int(q, 0);
	sql_end(q);
	return rc >= 0;
}

bool
store_rename(
	struct store *s, const char *from, const char *to, bool *moved, struct err *e)
{
	static const char *const earlier[] = {BEFORE("?1", "?2"), RENAME, MOVED, NULL};
	static const char *const later[] = {BEFORE("?2", "?1"), GONE("last"),
		GONE("known"), GONE("applied"), GONE("seen"), RENAME, MOVED, NULL};
	const char *const texts[] = {from, to, NULL};
	bool is_later;

	*moved = has_row(s, SQL_HAS_ROWS, from, e);
	if (!*moved)
		return e->code == ERR_NONE;
	if (!seen_later(s, from, to, &is_later, e))
		return false;
	return run_all(s, is_later ? later : earlier, texts, e);
}

char *
store_called(struct store *s, const char *name, struct err *e)
{
	sqlite3_stmt *q = sql_begin(s, SQL_CALLED, e);
	char *called = NULL;
	int rc;

	if (!q)
		return NULL;
	sql_bind_text(q, 1, name);
	rc = sql_next(s, q, e);
	if (rc > 0)
		called = xstrdup_null(sql_text(q, 0));
	sql_end(q);
	return called || rc < 0 ? called : xstrdup(name);
}

bool
store_has_history(struct store *s, const char *name, struct err *e)
{
	char *called = store_called(s, name, e);
	bool has = called && has_row(s, SQL_HAS_HISTORY, called, e);

	free(called);
	return has;
}

bool
store_forget(struct store *s, const char *environment, struct err *e)
{
	static const char *const list[] = {"DELETE FROM last WHERE environment = ?1",
		"DELETE FROM known WHERE environment = ?1",
		"DELETE FROM applied WHERE environment = ?1",
		"DELETE FROM seen WHERE environment = ?1 AND first", NULL};
	const char *const texts[] = {environment, NULL};
	bool ok = sql_may_write(s, e);

	for (size_t i = 0; ok && list[i]; i++)
		ok = sql_exec_texts(s, list[i], texts, e);
	return ok;
}

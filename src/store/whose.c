/* Rows that change hands: another database behind an environment, another name of it.
 * What is put away has the name of its environment, a line feed, which no name has, and
 * the identity of its database. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/sql.h"
#include "store/store.h"

/* ?1: the environment. */
#define AWAY "substr(environment, 1, length(?1) + 1) = ?1 || char(10)"

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

static bool
has_row(struct store *s, enum sql_id id, const char *name)
{
	struct err e;
	sqlite3_stmt *q = sql_begin(s, id, &e);
	bool has = false;

	if (!q)
		return false;
	sql_bind_text(q, 1, name);
	has = sql_next(s, q, &e) > 0;
	sql_end(q);
	return has;
}

bool
store_exchange(struct store *s, const struct store_exchange *x, struct err *e)
{
	static const char *const list[] = {EXCHANGE("last", ""), EXCHANGE("known", ""),
		EXCHANGE("applied", ""), EXCHANGE("seen", "AND first"), PRUNE("last"),
		PRUNE("applied"), PRUNE("seen"), PRUNE("known"),
		"DELETE FROM catalog WHERE key NOT IN (SELECT key FROM seen)", NULL};
	char *away = xasprintf("%s\n%s", x->environment, x->away);
	char *back = xasprintf("%s\n%s", x->environment, x->back);
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

bool
store_rename(
	struct store *s, const char *from, const char *to, bool *moved, struct err *e)
{
	static const char *const list[] = {
		"UPDATE former SET environment = ?2 WHERE environment = ?1",
		"DELETE FROM former WHERE name = ?2",
		"INSERT OR REPLACE INTO former (name, environment) VALUES (?1, ?2)",
		"UPDATE change SET environment = ?2 WHERE environment = ?1",
		"UPDATE baseline SET environment = ?2 WHERE environment = ?1",
		MOVE("last"), MOVE("known"), MOVE("applied"), MOVE("seen"),
		"DELETE FROM catalog WHERE key NOT IN (SELECT key FROM seen)", NULL};
	const char *const texts[] = {from, to, NULL};

	*moved = has_row(s, SQL_HAS_ROWS, from);
	return !*moved || run_all(s, list, texts, e);
}

char *
store_called(struct store *s, const char *name)
{
	struct err e;
	sqlite3_stmt *q = sql_begin(s, SQL_CALLED, &e);
	char *called = NULL;

	if (q) {
		sql_bind_text(q, 1, name);
		if (sql_next(s, q, &e) > 0)
			called = xstrdup_null(sql_text(q, 0));
		sql_end(q);
	}
	return called ? called : xstrdup(name);
}

bool
store_has_history(struct store *s, const char *name)
{
	char *called = store_called(s, name);
	bool has = has_row(s, SQL_HAS_HISTORY, called);

	free(called);
	return has;
}

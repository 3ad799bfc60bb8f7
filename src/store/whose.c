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
	bool ok = sql_exec(s, "BEGIN IMMEDIATE", e);

	if (!ok)
		return false;
	for (; ok && *list; list++)
		ok = sql_exec_texts(s, *list, texts, e);
	return store_end(s, ok, e);
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

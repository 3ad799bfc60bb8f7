/* A file that was moved or removed while it is open can still be read, so nothing of it
 * is lost; the other one is new as a rule, or one that `accept` or a person made
 * meanwhile. */
#include "store/carry.h"

#include "base/mem.h"
#include "store/catalog.h"

/* Of a damaged file not all catalogs may have come along. */
#define KEY_IS_THERE "key IN (SELECT key FROM fresh.catalog)"

/* Versions of baselines stay as they are where there are none, and in their order in
 * any case. */
static const char *const statements[] = {
	"INSERT OR IGNORE INTO fresh.former SELECT * FROM main.former",
	"INSERT INTO fresh.change (at_ms, environment, state, previous_state, "
	"revision, expected, fingerprint, findings, detail, event) "
	"SELECT at_ms, environment, state, previous_state, revision, expected, "
	"fingerprint, findings, detail, event FROM main.change o WHERE NOT EXISTS "
	"(SELECT 1 FROM fresh.change n WHERE n.environment = o.environment AND "
	"n.at_ms = o.at_ms AND n.state = o.state AND n.event IS o.event) ORDER BY id",
	"INSERT OR IGNORE INTO fresh.catalog SELECT * FROM main.catalog",
	"INSERT INTO fresh.baseline (version, environment, at_ms, fingerprint, "
	"key, accepted_by, reason, system, database) "
	"SELECT version + (SELECT coalesce(max(version), 0) FROM fresh.baseline), "
	"environment, at_ms, fingerprint, key, accepted_by, reason, system, "
	"database FROM main.baseline WHERE environment NOT IN "
	"(SELECT environment FROM fresh.baseline) AND " KEY_IS_THERE,
	"INSERT INTO fresh.interval (environment, from_ms, to_ms, key, content, "
	"revision, database, change) SELECT environment, from_ms, to_ms, key, "
	"content, revision, database, change FROM main.interval o WHERE NOT EXISTS "
	"(SELECT 1 FROM fresh.interval n WHERE n.environment = o.environment AND "
	"n.from_ms = o.from_ms) AND " KEY_IS_THERE " ORDER BY id",
	"INSERT OR IGNORE INTO fresh.last SELECT * FROM main.last",
	"INSERT OR IGNORE INTO fresh.known SELECT * FROM main.known",
	"INSERT OR IGNORE INTO fresh.applied SELECT * FROM main.applied",
	"INSERT OR IGNORE INTO fresh.seen SELECT * FROM main.seen",
	"INSERT OR IGNORE INTO fresh.built SELECT * FROM main.built",
	"INSERT OR IGNORE INTO fresh.notice SELECT * FROM main.notice",
	"INSERT OR IGNORE INTO fresh.configured SELECT * FROM main.configured",
	"INSERT OR REPLACE INTO fresh.alive SELECT * FROM main.alive"};

static bool
run(struct store *s, bool all, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; i < COUNT_OF(statements) && (ok || !all); i++)
		ok = sql_exec(s, statements[i], e) && ok;
	return ok;
}

/* Those whose keys `list` says, as far as they can be read. */
static bool
save_listed(struct store *s, const char *list)
{
	struct strvec keys = {0};
	sqlite3_stmt *q = NULL;
	struct err ignored;
	bool ok = sqlite3_prepare_v2(s->db, list, -1, &q, NULL) == SQLITE_OK &&
		  catalog_keys(s, q, &keys, &ignored);

	sqlite3_finalize(q);
	for (size_t i = 0; i < keys.n; i++) {
		const char *const texts[] = {keys.v[i], NULL};

		ok = sql_exec_texts(s,
			     "INSERT OR IGNORE INTO fresh.catalog SELECT * FROM "
			     "main.catalog WHERE key = ?1",
			     texts, &ignored) &&
		     ok;
	}
	strvec_free(&keys);
	return ok;
}

/* A page that cannot be read costs those catalogs that have a part in it: first comes
 * what a person accepted, then what others are held against, then the past. */
static void
save_catalogs(struct store *s)
{
	static const char *const lists[] = {"SELECT key FROM main.baseline",
		"SELECT key FROM main.seen", "SELECT catalog FROM main.built",
		"SELECT key FROM main.interval"};

	for (size_t i = 0; i < COUNT_OF(lists); i++)
		(void)save_listed(s, lists[i]);
}

/* Of a file that is damaged, what can be read. */
static bool
copy(struct store *s, struct err *e)
{
	struct err first;

	if (sql_exec(s, "BEGIN", e) && run(s, true, e) && sql_exec(s, "COMMIT", e))
		return true;
	first = *e;
	(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	save_catalogs(s);
	(void)run(s, false, e);
	*e = first;
	return false;
}

bool
carry_over(struct store *s, const char *path, struct err *e)
{
	const char *const name[] = {path, NULL};
	bool ok;

	if (!sql_exec_texts(s, "ATTACH ?1 AS fresh", name, e))
		return false;
	ok = copy(s, e);
	(void)sqlite3_exec(s->db, "DETACH fresh", NULL, NULL, NULL);
	return ok;
}

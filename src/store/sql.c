/* SQLite's errors are turned into one sentence here, so that whoever cannot open or
 * write the store can say why and go on without. */
#include "store/sql.h"

#include <stdlib.h>

#include "base/mem.h"

/* Each table has an index that begins with the environment. */
#define OR_HAS(table) " OR EXISTS (SELECT 1 FROM " #table " WHERE environment = ?1)"

/* Of ?1, those before its last ?2. */
#define OLD_BASELINES                                           \
	"environment = ?1 AND version NOT IN "                  \
	"(SELECT version FROM baseline WHERE environment = ?1 " \
	"ORDER BY version DESC LIMIT ?2)"

/* Of ?1 and ?2, what is neither at one of the revisions ?3 nor among the last ?4. */
#define OTHER_SEEN                                               \
	"environment = ?1 AND first = ?2 "                       \
	"AND revision NOT IN (SELECT value FROM json_each(?3)) " \
	"AND revision NOT IN (SELECT revision FROM seen "        \
	"WHERE environment = ?1 AND first = ?2 ORDER BY at_ms DESC LIMIT ?4)"

static const char *const statements[SQL_COUNT] = {
	[SQL_ADD_CHANGE] = "INSERT INTO change (at_ms, environment, state, "
			   "previous_state, revision, expected, fingerprint, findings, "
			   "detail, event) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
			   "?10)",
	[SQL_HISTORY] = "SELECT at_ms, environment, state, previous_state, revision, "
			"expected, fingerprint, findings, detail, "
			"coalesce(event, 'state') FROM change "
			"WHERE at_ms >= ?1 AND at_ms <= ?4 "
			"AND (?2 IS NULL OR environment = ?2) "
			"ORDER BY at_ms DESC, id DESC LIMIT ?3",
	[SQL_CALLED] = "SELECT environment FROM former WHERE name = ?1 AND NOT EXISTS "
		       "(SELECT 1 FROM change WHERE environment = ?1) AND NOT EXISTS "
		       "(SELECT 1 FROM interval WHERE environment = ?1)",
	[SQL_HAS_HISTORY] = "SELECT 1 WHERE 0" OR_HAS(change) OR_HAS(interval),
	[SQL_HAS_ROWS] = "SELECT 1 WHERE 0" OR_HAS(change) OR_HAS(baseline) OR_HAS(last)
		OR_HAS(known) OR_HAS(applied) OR_HAS(interval) OR_HAS(seen),
	[SQL_SEEN_LATER] = "SELECT coalesce((SELECT max(to_ms) FROM interval WHERE "
			   "environment = ?1), 0) > coalesce((SELECT max(to_ms) FROM "
			   "interval WHERE environment = ?2), 0)",
	[SQL_LAST] = "SELECT state, since_ms, drift_since_ms FROM last "
		     "WHERE environment = ?1",
	[SQL_SET_LAST] = "INSERT INTO last (environment, state, since_ms, "
			 "drift_since_ms) VALUES (?1, ?2, ?3, ?4) "
			 "ON CONFLICT (environment) DO UPDATE SET state = "
			 "excluded.state, since_ms = excluded.since_ms, "
			 "drift_since_ms = excluded.drift_since_ms",
	[SQL_BASELINE] = "SELECT c.packed, b.key, version, at_ms, accepted_by, reason, "
			 "system, database FROM baseline b "
			 "LEFT JOIN catalog c ON c.key = b.key WHERE environment = ?1 "
			 "ORDER BY version DESC LIMIT 1 OFFSET ?2",
	[SQL_ADD_BASELINE] = "INSERT INTO baseline (environment, at_ms, fingerprint, "
			     "key, accepted_by, reason, system, database) "
			     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[SQL_OLD_BASELINES] = "SELECT key FROM baseline WHERE " OLD_BASELINES,
	[SQL_KEEP_BASELINES] = "DELETE FROM baseline WHERE " OLD_BASELINES,
	[SQL_DROP_BASELINE] =
		"DELETE FROM baseline WHERE environment = ?1 AND version = ?2",
	[SQL_BASELINE_VERSION] = "SELECT coalesce(max(version), 0) FROM baseline "
				 "WHERE environment = ?1",
	[SQL_KNOWN] = "SELECT document, success_ms FROM known WHERE environment = ?1",
	[SQL_SET_KNOWN] = "INSERT INTO known (environment, success_ms, document) "
			  "VALUES (?1, ?2, ?3) ON CONFLICT (environment) DO UPDATE "
			  "SET success_ms = excluded.success_ms, document = "
			  "excluded.document",
	[SQL_ALIVE] = "SELECT at_ms, stopped, coalesce(age_ms, at_ms), "
		      "coalesce(held_ms, 0), boot, coalesce(boot_ms, 0) FROM alive",
	[SQL_NEWEST] = "SELECT coalesce(max(at_ms), 0) FROM ("
		       "SELECT max(at_ms) AS at_ms FROM change "
		       "UNION ALL SELECT max(since_ms) FROM last "
		       "UNION ALL SELECT max(success_ms) FROM known "
		       "UNION ALL SELECT max(at_ms) FROM seen "
		       "UNION ALL SELECT max(at_ms) FROM built "
		       "UNION ALL SELECT max(to_ms) FROM interval "
		       "UNION ALL SELECT max(at_ms) FROM baseline)",
	[SQL_SET_ALIVE] = "INSERT OR REPLACE INTO alive (id, at_ms, stopped, age_ms, "
			  "held_ms, boot, boot_ms) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
	[SQL_SET_SUCCESS] = "UPDATE known SET success_ms = ?2 WHERE environment = ?1",
	[SQL_PRUNE] = "DELETE FROM change WHERE id IN (SELECT id FROM change "
		      "WHERE at_ms < ?1 ORDER BY at_ms LIMIT ?2)",
	[SQL_SET_CONFIGURED] = "INSERT OR REPLACE INTO configured (name, at_ms) "
			       "VALUES (?1, ?2)",
	[SQL_GONE] = "SELECT name FROM configured WHERE at_ms < ?1 LIMIT 1",
	[SQL_APPLIED] = "SELECT revision, digest FROM applied WHERE environment = ?1",
	[SQL_FORGET_APPLIED] = "DELETE FROM applied WHERE environment = ?1",
	[SQL_ADD_APPLIED] = "INSERT INTO applied (environment, revision, digest) "
			    "VALUES (?1, ?2, ?3)",
	[SQL_HAS_CATALOG] = "SELECT 1 FROM catalog WHERE key = ?1",
	[SQL_ADD_CATALOG] =
		"INSERT OR REPLACE INTO catalog (key, packed) VALUES (?1, ?2)",
	/* One that nobody has any more, and how large it is. */
	[SQL_LOOSE_CATALOG] = "SELECT length(packed) FROM catalog "
			      "WHERE key = ?1 AND " SQL_NOBODY_HAS_IT,
	[SQL_DROP_CATALOG] = "DELETE FROM catalog WHERE key = ?1",
	/* 0: of the history alone, 1: something needs it, or so many had it that it is
	 * not worth looking at each, 2: nobody has it. */
	[SQL_NEXT_CATALOGS] =
		"SELECT key, length(packed), CASE WHEN " SQL_NOBODY_HAS_IT " THEN 2 "
		"WHEN EXISTS (SELECT 1 FROM seen WHERE seen.key = catalog.key) OR "
		"EXISTS (SELECT 1 FROM baseline b WHERE b.key = catalog.key) OR "
		"EXISTS (SELECT 1 FROM built WHERE built.catalog = catalog.key) OR "
		"EXISTS (SELECT 1 FROM interval i WHERE i.key = catalog.key "
		"LIMIT 1 OFFSET 20) OR "
		"EXISTS (SELECT 1 FROM interval i WHERE i.key = catalog.key AND NOT "
		"EXISTS (SELECT 1 FROM interval n WHERE n.environment = i.environment "
		"AND n.id > i.id)) THEN 1 ELSE 0 END "
		"FROM catalog WHERE key > ?1 ORDER BY key LIMIT ?2",
	[SQL_NEXT_INTERVALS] =
		"SELECT count(*), max(id), sum(size) FROM (SELECT "
		"id, " SQL_INTERVAL_SIZE
		" AS size FROM interval WHERE id > ?1 ORDER BY id LIMIT ?2)",
	[SQL_CHANGES] = "SELECT (SELECT max(id) FROM change) + 1 - "
			"(SELECT min(id) FROM change)",
	[SQL_CATALOG] = "SELECT packed, key FROM catalog WHERE key = ?1",
	[SQL_ADD_INTERVAL] = "INSERT INTO interval (environment, from_ms, to_ms, key, "
			     "content, revision, database, change) "
			     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[SQL_MOVE_INTERVAL] =
		"UPDATE interval SET to_ms = ?2 WHERE to_ms < ?2 AND id = (SELECT id "
		"FROM interval WHERE environment = ?1 ORDER BY id DESC "
		"LIMIT 1)",
	/* Of the newest alone, and only if that is of this catalog. */
	[SQL_SET_READING] =
		"UPDATE interval SET reading = CASE WHEN content = ?2 AND id = "
		"(SELECT id FROM interval WHERE environment = ?1 "
		"ORDER BY id DESC LIMIT 1) THEN ?3 END "
		"WHERE environment = ?1 AND (reading IS NOT NULL OR id = "
		"(SELECT id FROM interval WHERE environment = ?1 "
		"ORDER BY id DESC LIMIT 1))",
	/* The one before is known by its end. */
	[SQL_INTERVALS] =
		"SELECT from_ms, to_ms, key, content, revision, database, change, "
		"reading FROM interval WHERE environment = ?1 AND to_ms >= ?2 AND "
		"from_ms <= "
		"?3 "
		"ORDER BY id DESC LIMIT ?4",
	[SQL_OLD_INTERVALS] =
		"SELECT id, to_ms, key, " SQL_INTERVAL_SIZE " FROM interval i "
		"WHERE to_ms < ?1 AND EXISTS (SELECT 1 FROM interval n "
		"WHERE n.environment = i.environment AND n.id > i.id) "
		"ORDER BY to_ms, id LIMIT ?2",
	[SQL_DROP_INTERVAL] = "DELETE FROM interval WHERE id = ?1",
	[SQL_SEEN] = "SELECT c.packed, s.key, s.at_ms FROM seen s "
		     "LEFT JOIN catalog c ON c.key = s.key "
		     "WHERE s.environment = ?1 AND s.first = ?2 AND s.revision = ?3",
	[SQL_SEEN_KEY] = "SELECT key FROM seen "
			 "WHERE environment = ?1 AND first = ?2 AND revision = ?3",
	[SQL_SET_SEEN] = "INSERT INTO seen (environment, first, revision, key, at_ms) "
			 "VALUES (?1, ?2, ?3, ?4, ?5) "
			 "ON CONFLICT (environment, first, revision) DO UPDATE SET "
			 "key = excluded.key, at_ms = excluded.at_ms",
	[SQL_OTHER_SEEN] = "SELECT key FROM seen WHERE " OTHER_SEEN,
	[SQL_KEEP_SEEN] = "DELETE FROM seen WHERE " OTHER_SEEN,
	[SQL_BUILT] = "SELECT c.packed, b.catalog FROM built b "
		      "LEFT JOIN catalog c ON c.key = b.catalog WHERE b.key = ?1",
	[SQL_SET_BUILT] =
		"INSERT OR REPLACE INTO built (key, recipe, revision, catalog, "
		"at_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
	[SQL_WANT_BUILT] = "UPDATE built SET at_ms = ?2 WHERE key = ?1",
	[SQL_BUILT_OF] = "SELECT key, revision FROM built WHERE recipe = ?1 "
			 "ORDER BY at_ms DESC, key",
	/* As those of intervals; it is no history. */
	[SQL_OLD_BUILT] = "SELECT key, at_ms, catalog, 0 FROM built WHERE at_ms < ?1 "
			  "LIMIT ?2",
	[SQL_DROP_BUILT] = "DELETE FROM built WHERE key = ?1",
	[SQL_NOTICES] = "SELECT receiver, place, document FROM notice "
			"ORDER BY receiver, environment, place",
	[SQL_SET_NOTICE] = "INSERT OR REPLACE INTO notice (receiver, environment, "
			   "place, document) VALUES (?1, ?2, ?3, ?4)",
	[SQL_DROP_NOTICE] = "DELETE FROM notice WHERE receiver = ?1 AND "
			    "environment = ?2 AND place = ?3",
	[SQL_DROP_NOTICES] = "DELETE FROM notice WHERE receiver = ?1",
};

static bool
describe(const struct store *s, struct err *e)
{
	int code = s->db ? sqlite3_errcode(s->db) & 0xff : SQLITE_NOMEM;

	if (code == SQLITE_NOMEM)
		mem_fatal();
	if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
		return err_set(e, ERR_FORMAT,
			"%s is damaged (%s): move it away, history and baselines then "
			"begin anew",
			s->path, sqlite3_errmsg(s->db));
	err_set(e, ERR_IO, "%s", sqlite3_errmsg(s->db));
	/* It says no more than that. */
	if (code == SQLITE_CANTOPEN && err_errno_advice(sqlite3_system_errno(s->db)))
		err_errno(e, ERR_IO, sqlite3_system_errno(s->db));
	return err_prefix(e, "%s", s->path);
}

bool
sql_fail(struct store *s, struct err *e)
{
	describe(s, e);
	s->failure = *e;
	s->code = s->db ? sqlite3_errcode(s->db) & 0xff : SQLITE_NOMEM;
	if (s->code != SQLITE_BUSY && s->code != SQLITE_LOCKED)
		s->locked = 0;
	else if (!s->locked)
		s->locked = 1;
	if (s->code == SQLITE_CORRUPT || s->code == SQLITE_NOTADB)
		s->damaged = files_id(s->path);
	return false;
}

bool
sql_is_sound(struct store *s, struct err *e)
{
	if (beside_check(&s->beside, s->db, s->path, &s->cut, e))
		return true;
	s->failure = *e;
	s->code = s->cut ? SQLITE_IOERR : SQLITE_FULL;
	s->locked = 0;
	return false;
}

/* False, with the reason, if it could not be opened, or must not be touched. */
static bool
is_open(struct store *s, struct err *e)
{
	if (!s->db) {
		*e = s->failure;
		return false;
	}
	return !sqlite3_get_autocommit(s->db) || sql_is_sound(s, e);
}

bool
sql_may_write(const struct store *s, struct err *e)
{
	if (s->failure.code != ERR_NONE)
		*e = s->failure;
	return s->failure.code == ERR_NONE;
}

static bool
prepare(struct store *s, enum sql_id id, struct err *e)
{
	sqlite3_stmt **q = &s->statements[id];

	if (!is_open(s, e))
		return false;
	if (!*q && sqlite3_prepare_v3(s->db, statements[id], -1,
			   SQLITE_PREPARE_PERSISTENT, q, NULL) != SQLITE_OK)
		return sql_fail(s, e);
	return true;
}

bool
sql_prepare_all(struct store *s, struct err *e)
{
	for (int id = 0; id < SQL_COUNT; id++)
		if (!prepare(s, (enum sql_id)id, e))
			return false;
	return true;
}

sqlite3_stmt *
sql_begin(struct store *s, enum sql_id id, struct err *e)
{
	sqlite3_stmt *q;

	if (!prepare(s, id, e))
		return NULL;
	q = s->statements[id];
	return sqlite3_stmt_readonly(q) || sql_may_write(s, e) ? q : NULL;
}

void
sql_end(sqlite3_stmt *q)
{
	/* The error of the last step again, which was reported then. */
	(void)sqlite3_reset(q);
	sqlite3_clear_bindings(q);
}

int
sql_next(struct store *s, sqlite3_stmt *q, struct err *e)
{
	int rc = sqlite3_step(q);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	sql_fail(s, e);
	return -1;
}

bool
sql_run(struct store *s, sqlite3_stmt *q, struct err *e)
{
	int rc = sql_next(s, q, e);

	sql_end(q);
	return rc >= 0;
}

/* Too much for SQLite is too much for us. */
static void
check_bound(int rc)
{
	if (rc == SQLITE_NOMEM || rc == SQLITE_TOOBIG)
		mem_fatal();
}

void
sql_bind_text(sqlite3_stmt *q, int i, const char *text)
{
	check_bound(text ? sqlite3_bind_text(q, i, text, -1, SQLITE_STATIC)
			 : sqlite3_bind_null(q, i));
}

void
sql_bind_int(sqlite3_stmt *q, int i, int64_t value)
{
	check_bound(sqlite3_bind_int64(q, i, value));
}

void
sql_bind_bytes(sqlite3_stmt *q, int i, const void *data, size_t n)
{
	check_bound(sqlite3_bind_blob64(q, i, data, n, SQLITE_STATIC));
}

const char *
sql_text(sqlite3_stmt *q, int i)
{
	return (const char *)sqlite3_column_text(q, i);
}

void
sql_add_history(struct store *s, size_t bytes)
{
	if (s->history_bytes >= 0)
		s->history_bytes += (int64_t)bytes;
}

bool
sql_exec(struct store *s, const char *sql, struct err *e)
{
	if (!is_open(s, e))
		return false;
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return sql_fail(s, e);
	return true;
}

bool
sql_exec_texts(
	struct store *s, const char *sql, const char *const *texts, struct err *e)
{
	sqlite3_stmt *q;
	int rc, n;

	if (!is_open(s, e))
		return false;
	if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) != SQLITE_OK)
		return sql_fail(s, e);
	n = sqlite3_bind_parameter_count(q);
	for (int i = 1; i <= n && texts[i - 1]; i++)
		sql_bind_text(q, i, texts[i - 1]);
	rc = sql_next(s, q, e);
	sqlite3_finalize(q);
	return rc >= 0;
}

bool
sql_number(struct store *s, const char *sql, int64_t *out, struct err *e)
{
	sqlite3_stmt *q;
	int rc;

	if (sqlite3_prepare_v2(s->db, sql, -1, &q, NULL) != SQLITE_OK)
		return sql_fail(s, e);
	rc = sql_next(s, q, e);
	if (rc > 0)
		*out = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	if (rc == 0)
		return err_set(e, ERR_INTERNAL, "%s: no row for %s", s->path, sql);
	return rc > 0;
}

/* Each version is one step from the one before; a step that was once released is never
 * changed.  PRAGMA user_version counts the steps that are done. */
#include "store/schema.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/former.h"

/* "pgdd": tells our files from any other. */
#define APPLICATION_ID "1885824100"

static const char *const steps[] = {
	"PRAGMA application_id = " APPLICATION_ID ";"
	"CREATE TABLE change ("
	" id INTEGER PRIMARY KEY,"
	" at_ms INTEGER NOT NULL,"
	" environment TEXT NOT NULL,"
	" state TEXT NOT NULL,"
	" previous_state TEXT,"
	" revision TEXT,"
	" expected TEXT,"
	" fingerprint TEXT,"
	" findings INTEGER NOT NULL,"
	" detail TEXT);"
	"CREATE INDEX change_at ON change (at_ms);"
	"CREATE INDEX change_environment_at ON change (environment, at_ms);"
	"CREATE TABLE last ("
	" environment TEXT PRIMARY KEY NOT NULL,"
	" state TEXT NOT NULL,"
	" since_ms INTEGER NOT NULL,"
	" drift_since_ms INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE baseline ("
	" environment TEXT PRIMARY KEY NOT NULL,"
	" version INTEGER NOT NULL,"
	" at_ms INTEGER NOT NULL,"
	" fingerprint TEXT NOT NULL,"
	" snapshot TEXT NOT NULL);"
	"PRAGMA user_version = 1;",
	"CREATE TABLE applied ("
	" environment TEXT NOT NULL,"
	" revision TEXT NOT NULL,"
	" digest INTEGER NOT NULL,"
	" PRIMARY KEY (environment, revision)) WITHOUT ROWID;"
	"PRAGMA user_version = 2;",
	"CREATE TABLE known ("
	" environment TEXT PRIMARY KEY NOT NULL,"
	" success_ms INTEGER NOT NULL,"
	" document TEXT NOT NULL) WITHOUT ROWID;"
	"PRAGMA user_version = 3;",
	"ALTER TABLE change ADD COLUMN event TEXT;"
	"PRAGMA user_version = 4;",
	"CREATE TABLE catalog ("
	" key TEXT PRIMARY KEY NOT NULL,"
	" packed BLOB NOT NULL);"
	"CREATE TABLE seen ("
	" environment TEXT NOT NULL,"
	" first INTEGER NOT NULL,"
	" revision TEXT NOT NULL,"
	" key TEXT NOT NULL,"
	" at_ms INTEGER NOT NULL,"
	" PRIMARY KEY (environment, first, revision)) WITHOUT ROWID;"
	"PRAGMA user_version = 5;",
	"ALTER TABLE baseline RENAME TO old_baseline;"
	"CREATE TABLE baseline ("
	" version INTEGER PRIMARY KEY AUTOINCREMENT,"
	" environment TEXT NOT NULL,"
	" at_ms INTEGER NOT NULL,"
	" fingerprint TEXT NOT NULL,"
	" snapshot TEXT NOT NULL,"
	" accepted_by TEXT,"
	" reason TEXT,"
	" system TEXT,"
	" database TEXT);"
	"CREATE INDEX baseline_environment ON baseline (environment, version);"
	"INSERT INTO baseline (environment, at_ms, fingerprint, snapshot)"
	" SELECT environment, at_ms, fingerprint, snapshot FROM old_baseline;"
	"DROP TABLE old_baseline;"
	"PRAGMA user_version = 6;",
	"CREATE TABLE alive ("
	" id INTEGER PRIMARY KEY CHECK (id = 1),"
	" at_ms INTEGER NOT NULL,"
	" stopped INTEGER NOT NULL);"
	"PRAGMA user_version = 7;",
	"CREATE TABLE former ("
	" name TEXT PRIMARY KEY NOT NULL,"
	" environment TEXT NOT NULL) WITHOUT ROWID;"
	"PRAGMA user_version = 8;",
	"ALTER TABLE alive ADD COLUMN age_ms INTEGER;"
	"ALTER TABLE alive ADD COLUMN held_ms INTEGER;"
	"ALTER TABLE alive ADD COLUMN boot TEXT;"
	"ALTER TABLE alive ADD COLUMN boot_ms INTEGER;"
	"CREATE TABLE configured ("
	" name TEXT PRIMARY KEY NOT NULL,"
	" at_ms INTEGER NOT NULL) WITHOUT ROWID;"
	"PRAGMA user_version = 9;",
	"CREATE TABLE built ("
	" key TEXT PRIMARY KEY NOT NULL,"
	" recipe TEXT NOT NULL,"
	" revision TEXT NOT NULL,"
	" catalog TEXT NOT NULL,"
	" at_ms INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX built_recipe ON built (recipe);"
	"PRAGMA user_version = 10;",
	"CREATE TABLE interval ("
	" id INTEGER PRIMARY KEY,"
	" environment TEXT NOT NULL,"
	" from_ms INTEGER NOT NULL,"
	" to_ms INTEGER NOT NULL,"
	" key TEXT NOT NULL,"
	" content TEXT NOT NULL,"
	" revision TEXT NOT NULL,"
	" database TEXT NOT NULL,"
	" change BLOB);"
	"CREATE INDEX interval_environment ON interval (environment);"
	"CREATE INDEX interval_to ON interval (to_ms);"
	"CREATE INDEX interval_key ON interval (key);"
	"CREATE INDEX seen_key ON seen (key);"
	"CREATE INDEX built_catalog ON built (catalog);"
	"CREATE TABLE baseline_now ("
	" version INTEGER PRIMARY KEY AUTOINCREMENT,"
	" environment TEXT NOT NULL,"
	" at_ms INTEGER NOT NULL,"
	" fingerprint TEXT NOT NULL,"
	" key TEXT NOT NULL,"
	" accepted_by TEXT,"
	" reason TEXT,"
	" system TEXT,"
	" database TEXT);"
	"INSERT INTO baseline_now SELECT version, environment, at_ms,"
	" fingerprint, key, accepted_by, reason, system, database FROM baseline;"
	"DELETE FROM sqlite_sequence WHERE name = 'baseline_now';"
	"INSERT INTO sqlite_sequence (name, seq) SELECT 'baseline_now', seq"
	" FROM sqlite_sequence WHERE name = 'baseline';"
	"DROP TABLE baseline;"
	"ALTER TABLE baseline_now RENAME TO baseline;"
	"CREATE INDEX baseline_environment ON baseline (environment, version);"
	"CREATE INDEX baseline_key ON baseline (key);"
	"PRAGMA user_version = 11;",
	"ALTER TABLE interval ADD COLUMN reading TEXT;"
	"PRAGMA user_version = 12;",
	"CREATE TABLE notice ("
	" receiver TEXT NOT NULL,"
	" environment TEXT NOT NULL,"
	" place INTEGER NOT NULL,"
	" document TEXT NOT NULL,"
	" PRIMARY KEY (receiver, environment, place)) WITHOUT ROWID;"
	"PRAGMA user_version = 13;",
};

/* What no statement can do, before the step of that number. */
static bool (*const before_step[COUNT_OF(steps)])(struct store *s, struct err *e) = {
	[10] = former_pack_baselines,
};

/* A file with tables but no version is somebody else's. */
static bool
is_ours(struct store *s, int64_t version, struct err *e)
{
	int64_t id, tables;

	if (!sql_number(s, "PRAGMA application_id", &id, e) ||
		!sql_number(s, "SELECT count(*) FROM sqlite_master", &tables, e))
		return false;
	if (version == 0 ? tables == 0 : id == strtoll(APPLICATION_ID, NULL, 10))
		return true;
	return err_set(e, ERR_FORMAT,
		"%s is a database of another program; it is left alone", s->path);
}

/* Under the write lock: another process may have been faster, or still reads what it
 * knows. */
static bool
run_steps(struct store *s, struct err *e)
{
	int64_t version;

	if (!sql_number(s, "PRAGMA user_version", &version, e) ||
		(version > 0 && version < (int64_t)COUNT_OF(steps) &&
			!former_copy(s, version, e)))
		return false;
	for (size_t i = (size_t)version; i < COUNT_OF(steps); i++)
		if ((before_step[i] && !before_step[i](s, e)) ||
			!sql_exec(s, steps[i], e))
			return false;
	return sql_exec(s, "COMMIT", e);
}

bool
schema_check(struct store *s, struct err *e)
{
	const int64_t newest = COUNT_OF(steps);
	int64_t version;

	if (!sql_number(s, "PRAGMA user_version", &version, e) ||
		!is_ours(s, version, e))
		return false;
	if (version >= 0 && version <= newest)
		return true;
	return err_set(e, ERR_FORMAT,
		"%s was written by a newer pgdriftd (format %lld, this one knows %lld)",
		s->path, (long long)version, (long long)newest);
}

bool
schema_upgrade(struct store *s, struct err *e)
{
	int64_t version;

	if (!sql_number(s, "PRAGMA user_version", &version, e))
		return false;
	if (version == COUNT_OF(steps))
		return true;
	if (!sql_exec(s, "BEGIN IMMEDIATE", e))
		return false;
	if (run_steps(s, e))
		return true;
	(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

bool
schema_touch(struct store *s, struct err *e)
{
	return sql_exec(s, "PRAGMA application_id = " APPLICATION_ID, e);
}

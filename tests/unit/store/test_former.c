#include "tests/unit/unit.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/mem.h"
#include "catalog/snapfile.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

/* The tables of format 9, as they were released. */
static const char format_9[] =
	"PRAGMA application_id = 1885824100;"
	"CREATE TABLE change (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, "
	"environment TEXT NOT NULL, state TEXT NOT NULL, previous_state TEXT, "
	"revision TEXT, expected TEXT, fingerprint TEXT, findings INTEGER NOT NULL, "
	"detail TEXT, event TEXT);"
	"CREATE INDEX change_at ON change (at_ms);"
	"CREATE INDEX change_environment_at ON change (environment, at_ms);"
	"CREATE TABLE last (environment TEXT PRIMARY KEY NOT NULL, state TEXT NOT "
	"NULL, since_ms INTEGER NOT NULL, drift_since_ms INTEGER NOT NULL) "
	"WITHOUT ROWID;"
	"CREATE TABLE applied (environment TEXT NOT NULL, revision TEXT NOT NULL, "
	"digest INTEGER NOT NULL, PRIMARY KEY (environment, revision)) WITHOUT ROWID;"
	"CREATE TABLE known (environment TEXT PRIMARY KEY NOT NULL, success_ms INTEGER "
	"NOT NULL, document TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE catalog (key TEXT PRIMARY KEY NOT NULL, packed BLOB NOT NULL);"
	"CREATE TABLE seen (environment TEXT NOT NULL, first INTEGER NOT NULL, "
	"revision TEXT NOT NULL, key TEXT NOT NULL, at_ms INTEGER NOT NULL, "
	"PRIMARY KEY (environment, first, revision)) WITHOUT ROWID;"
	"CREATE TABLE baseline (version INTEGER PRIMARY KEY AUTOINCREMENT, environment "
	"TEXT NOT NULL, at_ms INTEGER NOT NULL, fingerprint TEXT NOT NULL, snapshot "
	"TEXT NOT NULL, accepted_by TEXT, reason TEXT, system TEXT, database TEXT);"
	"CREATE INDEX baseline_environment ON baseline (environment, version);"
	"CREATE TABLE alive (id INTEGER PRIMARY KEY CHECK (id = 1), at_ms INTEGER NOT "
	"NULL, stopped INTEGER NOT NULL, age_ms INTEGER, held_ms INTEGER, boot TEXT, "
	"boot_ms INTEGER);"
	"CREATE TABLE former (name TEXT PRIMARY KEY NOT NULL, environment TEXT NOT "
	"NULL) WITHOUT ROWID;"
	"CREATE TABLE configured (name TEXT PRIMARY KEY NOT NULL, at_ms INTEGER NOT "
	"NULL) WITHOUT ROWID;"
	"INSERT INTO change (at_ms, environment, state, findings) "
	"VALUES (1000, 'prod', 'drifted', 3);"
	"INSERT INTO last VALUES ('prod', 'drifted', 1000, 1000);"
	"PRAGMA user_version = 9";

enum { LAST_VERSION = 7 };

/* A store of format 9 with a baseline of `catalog` for two; the one with the highest
 * version was undone. */
static void
make_former(const char *dir, const struct snapshot *catalog)
{
	struct strbuf text = {0};
	char *sql;

	snapfile_write(catalog, &text);
	sql = sqlite3_mprintf(
		"%s; INSERT INTO baseline VALUES (3, 'prod', 1000, %Q, %Q, 'me', "
		"'because', '7', '8'), (4, 'dev', 1100, %Q, %Q, NULL, NULL, NULL, "
		"NULL), (%d, 'dev', 1200, %Q, %Q, NULL, NULL, NULL, NULL);"
		"DELETE FROM baseline WHERE version = %d",
		format_9, catalog->fingerprint, text.s, catalog->fingerprint, text.s,
		LAST_VERSION, catalog->fingerprint, text.s, LAST_VERSION);
	fixture_sql(dir, "PRAGMA journal_mode = WAL");
	fixture_sql(dir, sql);
	sqlite3_free(sql);
	strbuf_free(&text);
}

static char *
path_of(const char *dir, const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

/* What `sql` says of the file `name`. */
static int64_t
number_in(const char *dir, const char *name, const char *sql)
{
	char *path = path_of(dir, name);
	sqlite3_stmt *q;
	sqlite3 *db;
	int64_t n = -1;

	assert_int_equal(
		sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	if (sqlite3_step(q) == SQLITE_ROW)
		n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	free(path);
	return n;
}

static void
assert_brought_over(struct store *s, const struct snapshot *catalog)
{
	struct store_baseline b;
	struct store_last last;
	struct err e = {0};

	if (!store_baseline(s, "prod", 0, &b, &e))
		fail_msg("%s", e.text);
	assert_string_equal(b.snapshot->fingerprint, catalog->fingerprint);
	assert_int_equal(b.version, 3);
	assert_int_equal(b.at_ms, 1000);
	assert_string_equal(b.by, "me");
	assert_string_equal(b.reason, "because");
	assert_string_equal(b.instance.system, "7");
	store_baseline_fini(&b);
	assert_int_equal(store_baseline_version(s, "dev", &e), 4);
	assert_true(store_last(s, "prod", &last, &e));
	assert_string_equal(last.state, "drifted");
}

/* With a copy of what it was, that only its owner reads; one text is there once. */
static void
test_brought_over(void **state)
{
	struct snapshot *catalog = CATALOG("table public/a");
	char *copy = path_of(*state, "pgdriftd.db.v9");
	struct store_baseline b = {.snapshot = catalog, .at_ms = 5};
	struct stat st;
	struct store *s;
	struct err e;

	make_former(*state, catalog);
	s = fixture_open(*state);
	assert_brought_over(s, catalog);
	/* A version is never used twice. */
	assert_true(store_begin(s, &e));
	assert_true(store_end(s, store_add_baseline(s, "dev", &b, &e), &e));
	assert_int_equal(store_baseline_version(s, "dev", &e), LAST_VERSION + 1);
	store_close(s);
	assert_int_equal(
		number_in(*state, "pgdriftd.db", "SELECT count(*) FROM catalog"), 1);
	assert_int_equal(number_in(*state, "pgdriftd.db.v9", "PRAGMA user_version"), 9);
	assert_int_equal(
		number_in(*state, "pgdriftd.db.v9",
			"SELECT count(*) FROM baseline WHERE length(snapshot)"),
		2);
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	snapshot_unref(catalog);
	free(copy);
}

/* One that is read as a copy, or is new, leaves none. */
static void
test_no_copy(void **state)
{
	struct snapshot *catalog = CATALOG("table public/a");
	char *copy = path_of(*state, "pgdriftd.db.v9");
	struct store *s;

	make_former(*state, catalog);
	s = store_open_copy(*state);
	assert_brought_over(s, catalog);
	store_close(s);
	assert_int_equal(access(copy, F_OK), -1);
	assert_int_equal(number_in(*state, "pgdriftd.db", "PRAGMA user_version"), 9);
	snapshot_unref(catalog);
	free(copy);
}

static void
limit_files(rlim_t size)
{
	struct rlimit now;

	getrlimit(RLIMIT_FSIZE, &now);
	now.rlim_cur = size;
	signal(SIGXFSZ, size == RLIM_INFINITY ? SIG_DFL : SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &now);
}

/* A daemon tries again: once there is room, it is brought over. */
static void
test_room_later(void **state)
{
	struct snapshot *catalog = CATALOG("table public/a");
	struct store_news news;
	struct store *s;

	make_former(*state, catalog);
	limit_files(40000);
	s = store_open_later(*state);
	assert_false(store_recover(s, &news));
	limit_files(RLIM_INFINITY);
	assert_true(store_recover(s, &news));
	assert_brought_over(s, catalog);
	store_close(s);
	snapshot_unref(catalog);
}

/* Without room for the copy nothing is touched, and nothing of it is left. */
static void
test_no_room(void **state)
{
	struct snapshot *catalog = CATALOG("table public/a");
	char *copy = path_of(*state, "pgdriftd.db.v9"), *text;
	char *fresh = path_of(*state, "pgdriftd.db.v9.new");
	struct store *s;

	make_former(*state, catalog);
	limit_files(40000);
	text = fixture_open_error(*state);
	limit_files(RLIM_INFINITY);
	assert_non_null(strstr(text,
		"/pgdriftd.db is of an earlier pgdriftd, and cannot be copied to "
		"/pgdriftd.db.v9 before it is changed: "));
	assert_non_null(strstr(text, "; it is as it was"));
	assert_int_equal(access(copy, F_OK), -1);
	assert_int_equal(access(fresh, F_OK), -1);
	assert_int_equal(number_in(*state, "pgdriftd.db", "PRAGMA user_version"), 9);
	s = fixture_open(*state);
	assert_brought_over(s, catalog);
	store_close(s);
	snapshot_unref(catalog);
	free(fresh);
	free(copy);
	free(text);
}

/* Nor is a copy begun that would fill the disk. */
static void
test_less_than_twice_its_size(void **state)
{
	struct snapshot *catalog = CATALOG("table public/a");
	char *copy = path_of(*state, "pgdriftd.db.v9");
	char *path = path_of(*state, "pgdriftd.db"), *text;
	struct statvfs v;
	struct store *s;
	struct stat st;

	make_former(*state, catalog);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(statvfs(*state, &v), 0);
	assert_int_equal(truncate(path, (off_t)(v.f_bavail * v.f_frsize / 3 * 2)), 0);
	text = fixture_open_error(*state);
	assert_non_null(strstr(text, ": there is not twice its size free; it is as it "
				     "was"));
	assert_int_equal(access(copy, F_OK), -1);
	assert_int_equal(truncate(path, st.st_size), 0);
	s = fixture_open(*state);
	assert_brought_over(s, catalog);
	store_close(s);
	snapshot_unref(catalog);
	free(path);
	free(copy);
	free(text);
}

/* A step that fails leaves all of it as it was. */
static void
test_one_transaction(void **state)
{
	struct snapshot *catalog = CATALOG("table public/a");
	char *text;
	struct store *s;

	make_former(*state, catalog);
	fixture_sql(*state, "CREATE TABLE baseline_now (a)");
	text = fixture_open_error(*state);
	assert_non_null(strstr(text, "baseline_now"));
	assert_int_equal(number_in(*state, "pgdriftd.db", "PRAGMA user_version"), 9);
	assert_int_equal(number_in(*state, "pgdriftd.db",
				 "SELECT count(*) FROM sqlite_master "
				 "WHERE name = 'interval'"),
		0);
	fixture_sql(*state, "DROP TABLE baseline_now");
	s = fixture_open(*state);
	assert_brought_over(s, catalog);
	store_close(s);
	snapshot_unref(catalog);
	free(text);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_brought_over),
		CASE(test_no_copy),
		CASE(test_room_later),
		CASE(test_no_room),
		CASE(test_less_than_twice_its_size),
		CASE(test_one_transaction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

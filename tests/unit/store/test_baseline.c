#include "tests/unit/unit.h"

#include <sqlite3.h>
#include <stdio.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "catalog/snapfile.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

static void
assert_same(const struct snapshot *a, const struct snapshot *b)
{
	struct strbuf left = {0}, right = {0};

	snapfile_write(a, &left);
	snapfile_write(b, &right);
	assert_string_equal(left.s, right.s);
	strbuf_free(&left);
	strbuf_free(&right);
}

/* NULL, with `e`, if there is none. */
static struct snapshot *
catalog_of(struct store *s, const char *environment, int back, struct err *e)
{
	struct store_baseline b;
	struct snapshot *catalog;

	if (!store_baseline(s, environment, back, &b, e))
		return NULL;
	catalog = snapshot_ref(b.snapshot);
	store_baseline_fini(&b);
	return catalog;
}

static bool
accept(struct store *s, const char *environment, struct snapshot *catalog,
	int64_t at_ms, struct err *e)
{
	struct store_baseline b = {.snapshot = catalog,
		.at_ms = at_ms,
		.by = (char *)"somebody",
		.instance = {.system = "7", .database = "5"}};

	return store_add_baseline(s, environment, &b, e);
}

static void
test_none(void **state)
{
	struct store *s = fixture_open(*state);
	struct err e = {.code = ERR_IO};

	assert_null(catalog_of(s, "prod", 0, &e));
	assert_int_equal(e.code, ERR_NONE);
	assert_int_equal(store_baseline_version(s, "prod", &e), 0);
	store_close(s);
}

static void
test_round_trip(void **state)
{
	struct store *s = fixture_open(*state), *other = fixture_open(*state);
	struct snapshot *first = CATALOG("table public/a");
	struct snapshot *second = CATALOG("table public/a", "table public/b");
	struct snapshot *got;
	struct err e = {0};
	int64_t version;

	assert_true(accept(s, "prod", first, 1000, &e));
	version = store_baseline_version(s, "prod", &e);
	assert_true(version > 0);
	got = catalog_of(other, "prod", 0, &e);
	assert_non_null(got);
	assert_same(got, first);
	snapshot_unref(got);

	assert_true(accept(other, "prod", second, 2000, &e));
	assert_true(store_baseline_version(s, "prod", &e) != version);
	got = catalog_of(s, "prod", 0, &e);
	assert_non_null(got);
	assert_same(got, second);
	snapshot_unref(got);

	assert_null(catalog_of(s, "dev", 0, &e));
	assert_int_equal(e.code, ERR_NONE);
	snapshot_unref(first);
	snapshot_unref(second);
	store_close(other);
	store_close(s);
}

/* What cannot be read back is an error, not "no baseline". */
static void
test_damaged(void **state)
{
	static const char *const damages[] = {
		"UPDATE catalog SET packed = ''",
		"UPDATE catalog SET packed = x'00112233'",
		"UPDATE catalog SET packed = substr(packed, 1, 200)",
		"UPDATE catalog SET packed = 1",
		"DELETE FROM catalog",
	};
	struct snapshot *catalog = CATALOG("table public/a"), *got;

	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		struct err e = {0};
		struct store *s = fixture_open(*state);

		/* To accept it again mends it. */
		assert_true(accept(s, "prod", catalog, 1000, &e));
		got = catalog_of(s, "prod", 0, &e);
		assert_non_null(got);
		snapshot_unref(got);
		fixture_sql(*state, damages[i]);
		assert_null(catalog_of(s, "prod", 0, &e));
		assert_int_equal(e.code, ERR_FORMAT);
		assert_non_null(strstr(e.text, "baseline of prod"));
		store_close(s);
	}
	snapshot_unref(catalog);
}

/* The last three that were replaced are kept, and come back one by one. */
static void
test_replaced(void **state)
{
	struct store *s = fixture_open(*state);
	struct snapshot *catalog = CATALOG("table public/a");
	struct store_baseline b;
	struct err e;
	int64_t at_ms, first = 0;

	for (at_ms = 1000; at_ms <= 6000; at_ms += 1000) {
		assert_true(accept(s, "prod", catalog, at_ms, &e));
		first = first ? first : store_baseline_version(s, "prod", &e);
	}
	assert_true(accept(s, "dev", catalog, 9000, &e));
	for (at_ms = 6000; at_ms > 2000; at_ms -= 1000) {
		assert_true(store_baseline(s, "prod", 0, &b, &e));
		assert_int_equal(b.at_ms, at_ms);
		assert_string_equal(b.by, "somebody");
		assert_null(b.reason);
		assert_string_equal(b.instance.system, "7");
		assert_string_equal(b.instance.database, "5");
		assert_true(b.version == store_baseline_version(s, "prod", &e));
		assert_true(store_drop_baseline(s, "prod", b.version, &e));
		store_baseline_fini(&b);
	}
	assert_false(store_baseline(s, "prod", 0, &b, &e));
	assert_int_equal(e.code, ERR_NONE);
	assert_true(store_baseline(s, "dev", 0, &b, &e));
	store_baseline_fini(&b);
	/* A version is never used twice. */
	assert_true(accept(s, "prod", catalog, 1000, &e));
	assert_true(store_baseline_version(s, "prod", &e) > first + 5);
	snapshot_unref(catalog);
	store_close(s);
}

/* A copy is read and written without a trace, beside a daemon and without one. */
static void
check_copy(const char *dir, struct snapshot *catalog)
{
	struct err e = {0};
	struct store *copy = store_open_copy(dir);
	struct store_baseline b;

	if (!store_is_up(copy, &e))
		fail_msg("%s", e.text);
	assert_true(store_baseline(copy, "prod", 0, &b, &e));
	assert_int_equal(b.at_ms, 1000);
	store_baseline_fini(&b);
	assert_true(accept(copy, "prod", catalog, 2000, &e));
	store_close(copy);
}

static bool
is_there(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

static void
test_copy(void **state)
{
	struct store *s = fixture_open(*state);
	struct snapshot *catalog = CATALOG("table public/a");
	struct err e;

	assert_true(accept(s, "prod", catalog, 1000, &e));
	check_copy(*state, catalog);
	check_copy(*state, catalog);
	store_close(s);
	assert_false(is_there(*state, "pgdriftd.db-wal"));
	check_copy(*state, catalog);
	assert_false(is_there(*state, "pgdriftd.db-wal"));
	assert_false(is_there(*state, "pgdriftd.db-shm"));
	snapshot_unref(catalog);
}

/* Nothing there is an empty one; what is no store is said. */
static void
test_copy_of_nothing(void **state)
{
	char *dir = xasprintf("%s/a%%20?#b", (char *)*state);
	struct err e;
	struct store *copy = store_open_copy(dir);

	assert_true(store_is_up(copy, NULL));
	assert_int_equal(store_baseline_version(copy, "prod", &e), 0);
	store_close(copy);
	assert_false(is_there(dir, "."));
	store_close(fixture_open(dir));
	fixture_sql(dir, "PRAGMA user_version = 99");
	copy = store_open_copy(dir);
	assert_false(store_is_up(copy, &e));
	assert_non_null(strstr(e.text, "newer pgdriftd"));
	assert_int_equal(store_baseline_version(copy, "prod", &e), -1);
	store_close(copy);
	free(dir);
}

/* What was accepted before anybody kept by whom, and of which database. */
static void
test_older(void **state)
{
	struct store *s = fixture_open(*state);
	struct snapshot *catalog = CATALOG("table public/a");
	struct strbuf text = {0};
	struct store_baseline b;
	struct err e;
	char *sql;

	store_close(s);
	snapfile_write(catalog, &text);
	sql = sqlite3_mprintf(
		"DROP TABLE baseline; "
		"CREATE TABLE baseline (environment TEXT PRIMARY KEY NOT NULL, "
		"version INTEGER NOT NULL, at_ms INTEGER NOT NULL, "
		"fingerprint TEXT NOT NULL, snapshot TEXT NOT NULL);"
		"INSERT INTO baseline VALUES ('prod', 7, 1000, %Q, %Q);"
		"DROP TABLE alive; DROP TABLE notice; DROP TABLE former; DROP TABLE "
		"interval; "
		"DROP INDEX seen_key; DROP TABLE configured; DROP TABLE built; PRAGMA "
		"user_version = 5",
		catalog->fingerprint, text.s);
	fixture_sql(*state, sql);
	sqlite3_free(sql);
	strbuf_free(&text);
	for (int upgraded = 0; upgraded < 2; upgraded++) {
		s = upgraded ? fixture_open(*state) : store_open_copy(*state);
		assert_true(store_baseline(s, "prod", 0, &b, &e));
		assert_int_equal(b.at_ms, 1000);
		assert_same(b.snapshot, catalog);
		assert_null(b.by);
		assert_string_equal(b.instance.system, "");
		store_baseline_fini(&b);
		store_close(s);
	}
	snapshot_unref(catalog);
}

/* What root creates is the directory owner's. */
static void
test_owner(void **state)
{
	static const char *const names[] = {
		"pgdriftd.db", "pgdriftd.db-wal", "pgdriftd.db-shm"};
	struct snapshot *catalog = CATALOG("table public/a");
	struct store *s;
	struct stat st;
	struct err e;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(*state, 1234, 2345), 0);
	s = fixture_open(*state);
	assert_true(accept(s, "prod", catalog, 1000, &e));
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char *path = xasprintf("%s/%s", (char *)*state, names[i]);

		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_uid, 1234);
		assert_int_equal(st.st_gid, 2345);
		free(path);
	}
	store_close(s);
	snapshot_unref(catalog);
}

/* A directory that it makes has the owner of the one that it stands in. */
static void
test_owner_of_the_directory(void **state)
{
	char *dir = xasprintf("%s/state", (char *)*state);
	char *file = xasprintf("%s/pgdriftd.db", dir);
	struct stat st;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(*state, 1234, 2345), 0);
	store_close(fixture_open(dir));
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_uid, 1234);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_uid, 1234);
	free(dir);
	free(file);
}

/* A catalog with that many tables of names that do not pack well. */
static struct snapshot *
large(uint64_t seed)
{
	static const char *objects[2001];
	struct snapshot *catalog;

	for (size_t i = 0; i < COUNT_OF(objects) - 1; i++)
		objects[i] = xasprintf("table public/t%llx",
			(unsigned long long)((i + seed) *
					     UINT64_C(0x9E3779B97F4A7C15)));
	catalog = literal_catalog(objects);
	for (size_t i = 0; i < COUNT_OF(objects) - 1; i++)
		free((char *)objects[i]);
	return catalog;
}

/* Where in `text` the `n` bytes of `part` are. */
static size_t
find(const struct strbuf *text, const char *part, size_t n)
{
	for (size_t i = 0; i + n <= text->len; i++)
		if (!memcmp(text->s + i, part, n))
			return i;
	fail();
	return 0;
}

/* Have the page that has the middle of it lead to none that there is. */
static void
damage(const char *dir, const struct snapshot *catalog)
{
	enum { PAGE = 4096 };
	char *path = xasprintf("%s/pgdriftd.db", dir);
	FILE *f = fopen(path, "r+");
	struct strbuf text = {0};
	struct store_packed packed;
	char part[PAGE];
	size_t at, n;

	store_pack(catalog, &packed);
	assert_true(packed.n > 4 * PAGE);
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		strbuf_addn(&text, part, n);
	at = find(&text, packed.bytes + packed.n / 2, 64);
	fseek(f, (long)(at / PAGE * PAGE), SEEK_SET);
	assert_int_equal(fwrite("\xff\xff\xff\xff", 1, 4, f), 4);
	fclose(f);
	store_packed_fini(&packed);
	strbuf_free(&text);
	free(path);
}

/* A page of something else that cannot be read costs no baseline when a daemon goes
 * over to another file. */
static void
test_taken_along(void **state)
{
	struct snapshot *past = large(1), *mine = large(100000);
	const struct store_seen seen = {"dev", false, "[]"};
	char *path = xasprintf("%s/pgdriftd.db", (char *)*state);
	char *away = xasprintf("%s/away.db", (char *)*state);
	struct store_baseline b = {.snapshot = mine, .at_ms = 5}, got;
	struct store *s = fixture_open(*state);
	struct store_news news;
	struct err e = {0};

	assert_true(store_set_seen(s, &seen, past, 1, &e));
	assert_true(store_add_baseline(s, "prod", &b, &e));
	store_close(s);
	damage(*state, past);
	s = store_open_later(*state);
	assert_int_equal(rename(path, away), 0);
	assert_true(store_recover(s, &news));
	assert_true(news.other_file);
	assert_int_not_equal(news.left_behind.code, ERR_NONE);
	if (!store_baseline(s, "prod", 0, &got, &e))
		fail_msg("%s", e.text);
	assert_string_equal(got.snapshot->fingerprint, mine->fingerprint);
	store_baseline_fini(&got);
	store_close(s);
	snapshot_unref(past);
	snapshot_unref(mine);
	free(path);
	free(away);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_none),
		CASE(test_round_trip),
		CASE(test_damaged),
		CASE(test_taken_along),
		CASE(test_replaced),
		CASE(test_copy),
		CASE(test_copy_of_nothing),
		CASE(test_older),
		CASE(test_owner),
		CASE(test_owner_of_the_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

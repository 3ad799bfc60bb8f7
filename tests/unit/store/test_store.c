#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/unit/store/fixture.h"

static void
add(struct store *s, int64_t at_ms, const char *environment, const char *state)
{
	struct store_change c = {.at_ms = at_ms,
		.environment = environment,
		.state = state,
		.previous_state = at_ms > 1000 ? "in_sync" : NULL,
		.revision = "a,b",
		.expected = "c",
		.fingerprint = "f00",
		.findings = 3,
		.detail = "3 objects differ"};
	fixture_add(s, &c);
}

static void
check_migrations(struct store *s, const char *environment, int64_t since_ms,
	size_t limit, const char *expected)
{
	struct strbuf got = {0};
	struct err e;
	cJSON *o = store_history(s, environment, since_ms, limit, &e);
	const cJSON *change;

	assert_non_null(o);
	strbuf_add(&got, "");
	cJSON_ArrayForEach(change, cJSON_GetObjectItem(o, "changes"))
		strbuf_printf(&got, "%s ", json_str(change, "state"));
	assert_string_equal(got.s, expected);
	strbuf_free(&got);
	cJSON_Delete(o);
}

/* Whoever cannot open it goes on, and may have it later. */
static void
test_later(void **state)
{
	char *dir = xasprintf("%s/parent/state", (char *)*state);
	char *parent = xasprintf("%s/parent", (char *)*state);
	struct store *s = store_open_later(dir);
	struct store_baseline baseline;
	struct store_last last;
	struct store_news news;
	struct err e = {0};

	assert_false(store_is_up(s, &e));
	assert_non_null(strstr(e.text, dir));
	e = (struct err){0};
	assert_null(store_history(s, NULL, 0, 10, &e));
	assert_non_null(strstr(e.text, dir));
	assert_false(store_last(s, "prod", &last, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_false(store_baseline(s, "prod", 0, &baseline, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_int_equal(store_baseline_version(s, "prod", &e), -1);
	assert_false(store_recover(s, &news));
	assert_int_equal(mkdir(parent, 0700), 0);
	assert_true(store_recover(s, &news));
	assert_true(store_is_up(s, NULL));
	add(s, 1000, "prod", "one");
	store_close(s);
	free(dir);
	free(parent);
}

/* A file that is gone is not written to unseen, and nothing of it is lost. */
static void
test_replaced(void **state)
{
	char *path = xasprintf("%s/pgdriftd.db", (char *)*state);
	struct store *s = store_open_later(*state);
	struct store_news news;

	add(s, 1000, "prod", "one");
	assert_true(store_is_up(s, NULL));
	assert_true(store_recover(s, &news));
	assert_false(news.again || news.other_file);
	assert_int_equal(unlink(path), 0);
	assert_true(store_recover(s, &news));
	assert_true(news.again && news.other_file);
	assert_int_equal(news.left_behind.code, ERR_NONE);
	assert_int_equal(access(path, F_OK), 0);
	check_migrations(s, NULL, 0, 10, "one ");
	add(s, 2000, "prod", "two");
	store_close(s);
	free(path);
}

/* What fails while it is open shows until it works again, and what was to be written
 * meanwhile is. */
static void
test_fails(void **state)
{
	struct store *s = store_open_later(*state);
	struct store_change c = {
		.at_ms = 5000, .environment = "prod", .state = "drifted"};
	struct store_last last = {"drifted", 5000, 0};
	struct store_news news;
	struct err e = {0};

	fixture_sql(*state, "ALTER TABLE change RENAME TO gone");
	assert_true(store_begin_write(s, &e));
	store_add_change(s, &c);
	assert_false(store_end(s, true, &e));
	assert_false(store_is_up(s, &e));
	assert_int_equal(store_waiting(s), 1);
	/* It is not tried again by whoever comes. */
	assert_false(store_set_last(s, "prod", &last, &e));
	assert_false(store_begin(s, &e));
	assert_false(store_recover(s, &news));
	fixture_sql(*state, "ALTER TABLE gone RENAME TO change");
	assert_true(store_recover(s, &news));
	assert_true(news.again && !news.other_file);
	check_migrations(s, NULL, 0, 10, "drifted ");
	assert_int_equal(store_waiting(s), 1);
	c.at_ms = 6000;
	c.state = "in_sync";
	fixture_add(s, &c);
	assert_int_equal(store_waiting(s), 0);
	check_migrations(s, NULL, 0, 10, "in_sync drifted ");
	store_close(s);
}

/* A lock is no failure for a moment, but what waits is not stored either. */
static void
test_locked(void **state)
{
	struct store *s = store_open_later(*state), *other = fixture_open(*state);
	struct store_news news;
	struct err e = {0};

	assert_false(store_has_failed(s, &e));
	assert_true(store_begin(other, &e));
	store_be_patient(s);
	assert_false(store_begin(s, &e));
	assert_true(store_is_up(s, NULL));
	assert_true(store_has_failed(s, &e));
	assert_non_null(strstr(e.text, "locked"));
	assert_true(store_end(other, true, &e));
	assert_true(store_recover(s, &news));
	assert_false(store_has_failed(s, &e));
	store_close(other);
	store_close(s);
}

static bool
count_lines(const struct log_record *r, void *arg)
{
	++*(int *)arg;
	(void)r;
	return true;
}

/* Of one that fails with each thing that is asked of it, and works in between. */
static void
test_comes_and_goes(void **state)
{
	struct store *s = store_open_later(*state);
	struct store_last last = {"drifted", 5000, 0};
	struct store_news news;
	struct err e = {0};
	int n = 0;

	log_set_sink(count_lines, &n);
	for (int i = 0; i < 100; i++) {
		fixture_sql(*state, "ALTER TABLE last RENAME TO gone");
		assert_false(store_set_last(s, "prod", &last, &e));
		store_log(s, LEVEL_WARN, &e, "it fails");
		store_log(s, LEVEL_WARN, &e, "it fails");
		store_log_up(s);
		assert_int_equal(n, i < 10 ? 2 * i + 1 : 20);
		fixture_sql(*state, "ALTER TABLE gone RENAME TO last");
		assert_true(store_recover(s, &news));
		store_log_up(s);
		store_log_up(s);
	}
	assert_int_equal(n, 20);
	log_set_sink(NULL, NULL);
	store_close(s);
}

static void
test_history(void **state)
{
	struct store *s = fixture_open(*state);

	check_migrations(s, NULL, 0, 10, "");
	add(s, 1000, "dev", "one");
	add(s, 3000, "prod", "two");
	add(s, 2000, "prod", "three");
	add(s, 3000, "dev", "four");
	check_migrations(s, NULL, 0, 10, "four two three one ");
	check_migrations(s, NULL, 0, 2, "four two ");
	check_migrations(s, NULL, 0, 0, "");
	check_migrations(s, NULL, 0, SIZE_MAX, "four two three one ");
	check_migrations(s, "prod", 0, 10, "two three ");
	check_migrations(s, "prod", 3000, 10, "two ");
	check_migrations(s, NULL, 3001, 10, "");
	check_migrations(s, "pro", 0, 10, "");
	check_migrations(s, "prod' OR 1=1 --", 0, 10, "");
	store_close(s);
}

static void
test_history_document(void **state)
{
	struct store *s = fixture_open(*state);
	struct store_change bare = {
		.at_ms = 2000, .environment = "dev", .state = "unknown \xff"};
	struct store_change daemon = {.at_ms = 3000,
		.event = "gap",
		.environment = "",
		.state = "",
		.detail = "nobody"};
	struct err e;
	cJSON *o;
	char *text;

	add(s, 1000, "dev", "drifted");
	fixture_add(s, &bare);
	fixture_add(s, &daemon);
	o = store_history(s, NULL, 0, 10, &e);
	text = json_print(o);
	assert_string_equal(text,
		"{\"schema_version\":1,\"changes\":["
		"{\"at\":\"1970-01-01T00:00:03Z\",\"event\":\"gap\","
		"\"environment\":null,\"state\":null,\"previous_state\":null,"
		"\"revision\":null,\"expected\":null,\"fingerprint\":null,"
		"\"findings\":0,\"detail\":\"nobody\"},"
		"{\"at\":\"1970-01-01T00:00:02Z\",\"event\":\"state\","
		"\"environment\":\"dev\","
		"\"state\":\"unknown \\\\xff\",\"previous_state\":null,"
		"\"revision\":null,\"expected\":null,\"fingerprint\":null,"
		"\"findings\":0,\"detail\":null},"
		"{\"at\":\"1970-01-01T00:00:01Z\",\"event\":\"state\","
		"\"environment\":\"dev\","
		"\"state\":\"drifted\",\"previous_state\":null,"
		"\"revision\":\"a,b\",\"expected\":\"c\",\"fingerprint\":\"f00\","
		"\"findings\":3,\"detail\":\"3 objects differ\"}]}");
	free(text);
	cJSON_Delete(o);
	store_close(s);
}

static void
test_last(void **state)
{
	struct store *s = fixture_open(*state);
	struct store_last l = {"drifted", 5, 4}, got = {"", 0, 0};
	struct err e;

	assert_false(store_last(s, "prod", &got, &e));
	assert_int_equal(e.code, ERR_NONE);
	assert_true(store_set_last(s, "prod", &l, &e));
	l = (struct store_last){"in_sync", 7, 0};
	assert_true(store_set_last(s, "dev", &l, &e));
	assert_true(store_last(s, "prod", &got, &e));
	assert_string_equal(got.state, "drifted");
	assert_int_equal(got.since_ms, 5);
	assert_int_equal(got.drift_since_ms, 4);
	assert_true(store_set_last(s, "prod", &l, &e));
	assert_true(store_last(s, "prod", &got, &e));
	assert_string_equal(got.state, "in_sync");
	assert_int_equal(got.since_ms, 7);
	assert_int_equal(got.drift_since_ms, 0);
	store_close(s);
}

static void
test_survives(void **state)
{
	struct store_last l = {"drifted", 5, 4}, got;
	struct store *s = fixture_open(*state), *other;
	struct err e;

	add(s, 1000, "dev", "one");
	assert_true(store_set_last(s, "dev", &l, &e));
	other = fixture_open(*state);
	check_migrations(other, NULL, 0, 10, "one ");
	add(other, 2000, "dev", "two");
	check_migrations(s, NULL, 0, 10, "two one ");
	store_close(other);
	store_close(s);
	s = fixture_open(*state);
	check_migrations(s, NULL, 0, 10, "two one ");
	assert_true(store_last(s, "dev", &got, &e));
	store_close(s);
}

static void
test_at_once(void **state)
{
	const struct store_change c = {
		.at_ms = 1000, .environment = "dev", .state = "one"};
	struct store_last l = {"one", 1000, 0};
	struct store *s = fixture_open(*state), *other = fixture_open(*state);
	struct err e = {0};

	assert_true(store_begin_write(s, &e));
	assert_true(store_set_last(s, "dev", &l, &e));
	store_add_change(s, &c);
	store_add_change(s, &c);
	check_migrations(other, NULL, 0, 10, "");
	assert_false(store_last(other, "dev", &l, &e));
	assert_true(store_end(s, true, &e));
	check_migrations(other, NULL, 0, 10, "one one ");
	assert_true(store_last(other, "dev", &l, &e));
	/* Who has nothing to write waits for nobody. */
	assert_true(store_begin(other, &e));
	assert_true(store_begin_write(s, &e));
	assert_true(store_end(s, true, &e));
	assert_false(store_end(other, false, &e));
	store_close(other);
	store_close(s);
}

static void
test_directory(void **state)
{
	char *dir = xasprintf("%s/state", (char *)*state);
	char *file = xasprintf("%s/pgdriftd.db", dir);
	char *deep = xasprintf("%s/no/state", (char *)*state);
	struct stat st;
	char *text;

	store_close(fixture_open(dir));
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 07, 0);
	text = fixture_open_error(deep);
	assert_string_equal(
		text, "cannot create directory : No such file or directory");
	free(text);
	text = fixture_open_error(file);
	assert_string_equal(text, "cannot open /pgdriftd.db: Not a directory");
	free(text);
	free(dir);
	free(file);
	free(deep);
}

static void
overwrite(const char *dir, off_t from, size_t n)
{
	char *path = xasprintf("%s/pgdriftd.db", dir);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(
			pwrite(fd, &"\xa5garbage"[i % 8], 1, from + (off_t)i), 1);
	close(fd);
	free(path);
}

/* What another account links there is nothing for root to write to. */
static void
test_link(void **state)
{
	const char *dir = *state;
	char *path = xasprintf("%s/pgdriftd.db", dir), *target = xasprintf("%s/x", dir);
	char *message;
	struct stat st;

	if (geteuid() != 0)
		skip();
	assert_int_equal(close(open(target, O_WRONLY | O_CREAT, 0600)), 0);
	assert_int_equal(symlink(target, path), 0);
	assert_int_equal(lchown(path, 65534, 65534), 0);
	message = fixture_open_error(dir);
	assert_non_null(strstr(message, "a symbolic link that uid 65534 made"));
	assert_int_equal(stat(target, &st), 0);
	assert_int_equal(st.st_size, 0);
	/* Its own is what it wants. */
	assert_int_equal(lchown(path, 0, 0), 0);
	store_close(fixture_open(dir));
	unlink(path);
	unlink(target);
	free(message);
	free(target);
	free(path);
}

static void
test_not_a_database(void **state)
{
	char *text;

	overwrite(*state, 0, 5000);
	text = fixture_open_error(*state);
	assert_string_equal(text,
		"/pgdriftd.db is damaged (file is not a database): move it away, "
		"history and baselines then begin anew");
	free(text);
}

/* Every page but the first is rubbish: errors, no crash, and no empty history. */
static void
test_damaged(void **state)
{
	struct store *s = fixture_open(*state);
	struct store_change c = {.environment = "dev", .state = "one"};
	const struct strvec none = {0};
	struct err e = {0};

	for (int i = 0; i < 500; i++)
		add(s, 1000 + i, "dev", "one");
	store_close(s);
	overwrite(*state, 4096, 100000);
	s = store_open(*state, &e);
	if (s) {
		assert_null(store_history(s, NULL, 0, 10, &e));
		assert_int_equal(e.code, ERR_FORMAT);
		store_add_change(s, &c);
		assert_false(store_begin_write(s, &e));
		assert_int_equal(e.code, ERR_FORMAT);
		assert_false(store_prune(
			s, 2000, &(struct store_retention){0, 0}, &none, &e));
		assert_int_equal(store_baseline_version(s, "dev", &e), -1);
	}
	assert_non_null(strstr(e.text, "is damaged"));
	store_close(s);
}

static void
join(void *arg, const char *revision, uint64_t digest)
{
	strbuf_printf(arg, "%s=%llx ", revision, (unsigned long long)digest);
}

static void
check_applied(struct store *s, const char *environment, const char *expected)
{
	struct strbuf got = {0};
	struct err e;

	strbuf_add(&got, "");
	assert_true(store_applied(s, environment, join, &got, &e));
	assert_string_equal(got.s, expected);
	strbuf_free(&got);
}

static void
test_applied(void **state)
{
	static const struct store_revision two[] = {{"a", 1}, {"b", UINT64_MAX}};
	struct store *s = fixture_open(*state);
	struct err e;

	check_applied(s, "prod", "");
	assert_true(store_set_applied(s, "prod", two, 2, &e));
	assert_true(store_set_applied(s, "dev", two, 1, &e));
	check_applied(s, "prod", "a=1 b=ffffffffffffffff ");
	store_close(s);
	s = fixture_open(*state);
	check_applied(s, "prod", "a=1 b=ffffffffffffffff ");
	assert_true(store_set_applied(s, "prod", two, 0, &e));
	check_applied(s, "prod", "");
	check_applied(s, "dev", "a=1 ");
	store_close(s);
}

static void
test_newer(void **state)
{
	char *text;

	store_close(fixture_open(*state));
	fixture_sql(*state, "PRAGMA user_version = 99");
	text = fixture_open_error(*state);
	assert_string_equal(text,
		"/pgdriftd.db was written by a newer pgdriftd (format 99, this one "
		"knows 13)");
	free(text);
}

/* A file of the release before has its history afterwards. */
static void
test_older(void **state)
{
	struct store *s = fixture_open(*state);

	add(s, 1000, "dev", "one");
	store_close(s);
	fixture_sql(*state, "ALTER TABLE change DROP COLUMN event; DROP TABLE applied; "
			    "DROP TABLE known; DROP TABLE catalog; DROP TABLE seen; "
			    "DROP TABLE alive; DROP TABLE notice; DROP TABLE former; "
			    "DROP TABLE interval; "
			    "DROP TABLE configured; DROP TABLE built; "
			    "DROP TABLE baseline; CREATE TABLE baseline "
			    "(environment TEXT PRIMARY KEY NOT NULL, version INTEGER, "
			    "at_ms INTEGER, fingerprint TEXT, snapshot TEXT);"
			    "PRAGMA user_version = 1");
	s = fixture_open(*state);
	check_migrations(s, NULL, 0, 10, "one ");
	check_applied(s, "dev", "");
	store_close(s);
}

static void
test_foreign(void **state)
{
	char *text;

	fixture_sql(*state, "CREATE TABLE theirs (a)");
	text = fixture_open_error(*state);
	assert_string_equal(text,
		"/pgdriftd.db is a database of another program; it is left alone");
	free(text);
	fixture_sql(*state, "PRAGMA user_version = 1");
	text = fixture_open_error(*state);
	assert_string_equal(text,
		"/pgdriftd.db is a database of another program; it is left alone");
	free(text);
}

/* A lost table is an error of each call, never an empty answer. */
static void
test_lost_table(void **state)
{
	struct store_change c = {.environment = "dev", .state = "one"};
	struct store_last l = {"", 0, 0};
	const struct strvec none = {0};
	struct store *s;
	struct err e;

	store_close(fixture_open(*state));
	fixture_sql(*state, "DROP TABLE change; DROP TABLE last; DROP TABLE baseline");
	s = fixture_open(*state);
	assert_null(store_history(s, NULL, 0, 10, &e));
	assert_non_null(strstr(e.text, "/pgdriftd.db: no such table: change"));
	store_add_change(s, &c);
	assert_false(store_begin(s, &e));
	e.code = ERR_NONE;
	assert_false(store_last(s, "dev", &l, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_false(store_set_last(s, "dev", &l, &e));
	assert_false(store_prune(s, 1, &(struct store_retention){0, 0}, &none, &e));
	assert_int_equal(store_baseline_version(s, "dev", &e), -1);
	store_close(s);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_later),
		CASE(test_replaced),
		CASE(test_fails),
		CASE(test_locked),
		CASE(test_comes_and_goes),
		CASE(test_history),
		CASE(test_applied),
		CASE(test_history_document),
		CASE(test_last),
		CASE(test_survives),
		CASE(test_at_once),
		CASE(test_directory),
		CASE(test_link),
		CASE(test_not_a_database),
		CASE(test_damaged),
		CASE(test_newer),
		CASE(test_older),
		CASE(test_foreign),
		CASE(test_lost_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

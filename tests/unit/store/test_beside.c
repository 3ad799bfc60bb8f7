/* What is in use is cut, removed or replaced: most of what is stored is in the log. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/unit/store/fixture.h"

static char *
name(const char *dir, const char *suffix)
{
	return xasprintf("%s/pgdriftd.db%s", dir, suffix);
}

static void
cut(const char *dir, const char *suffix, off_t size)
{
	char *path = name(dir, suffix);

	assert_int_equal(truncate(path, size), 0);
	free(path);
}

static void
take_away(const char *dir, const char *suffix)
{
	char *path = name(dir, suffix);

	assert_int_equal(unlink(path), 0);
	free(path);
}

static bool
add(struct store *s, const char *state, struct err *e)
{
	const struct store_change c = {
		.at_ms = 1000, .environment = "prod", .state = state};

	if (!store_begin_write(s, e))
		return false;
	store_add_change(s, &c);
	return store_end(s, true, e);
}

static void
assert_rows(struct store *s, const char *expected)
{
	struct strbuf got = {0};
	struct err e;
	cJSON *o = store_history(s, NULL, 0, 10, &e);
	const cJSON *item;

	assert_non_null(o);
	strbuf_add(&got, "");
	cJSON_ArrayForEach(item, cJSON_GetObjectItem(o, "changes"))
		strbuf_printf(&got, "%s ", json_str(item, "state"));
	assert_string_equal(got.s, expected);
	strbuf_free(&got);
	cJSON_Delete(o);
}

static struct store *
begin(const char *dir)
{
	struct store *s = store_open_later(dir);
	struct err e;

	assert_true(add(s, "one", &e));
	return s;
}

/* As the next one finds it, and so does one beside. */
static void
end(struct store *s, const char *dir, const char *expected)
{
	struct store *other = fixture_open(dir);

	assert_rows(other, expected);
	assert_rows(s, expected);
	store_close(other);
	store_close(s);
	other = fixture_open(dir);
	assert_rows(other, expected);
	store_close(other);
}

static void
test_index(void **state)
{
	static const off_t sizes[] = {0, 1, 100, 4096, 20000};
	struct store_news news;
	struct store *s;
	struct err e;

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		s = begin(*state);
		cut(*state, "-shm", sizes[i]);
		assert_true(add(s, "two", &e));
		cut(*state, "-shm", sizes[i]);
		assert_rows(s, "two one ");
		cut(*state, "-shm", sizes[i]);
		assert_true(store_recover(s, &news));
		end(s, *state, "two one ");
		take_away(*state, "");
	}
}

/* Nothing is asked of it before it is closed, and another goes on. */
static void
test_index_as_it_ends(void **state)
{
	struct store *s = begin(*state), *other = fixture_open(*state);
	struct err e;

	cut(*state, "-shm", 0);
	store_close(s);
	assert_true(add(other, "two", &e));
	assert_rows(other, "two one ");
	cut(*state, "-shm", 0);
	store_close(other);
	s = fixture_open(*state);
	assert_rows(s, "two one ");
	store_close(s);
}

/* What was in it is lost and said to be; what is in the file is not, and nothing is
 * written that nobody would find. */
static void
test_log(void **state)
{
	static const off_t sizes[] = {0, 1, 32, 5000};
	struct store_news news;
	struct store *s;
	struct err e = {0};

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		s = begin(*state);
		fixture_sql(*state, "PRAGMA wal_checkpoint(TRUNCATE)");
		assert_true(store_recover(s, &news));
		assert_false(news.again);
		assert_true(add(s, "two", &e));
		cut(*state, "-wal", sizes[i]);
		assert_false(add(s, "three", &e));
		assert_non_null(strstr(e.text, "-wal was cut while it was in use"));
		assert_false(store_is_up(s, NULL));
		assert_true(store_recover(s, &news));
		assert_true(news.again && news.other_file && news.cut);
		assert_rows(s, "one ");
		assert_true(add(s, "three", &e));
		end(s, *state, "three one ");
		take_away(*state, "");
	}
}

/* A log that another process has emptied, as it may, is not cut. */
static void
test_log_is_in_the_file(void **state)
{
	struct store *s = begin(*state);
	struct err e;

	for (int i = 0; i < 3; i++) {
		fixture_sql(*state, "PRAGMA wal_checkpoint(TRUNCATE)");
		assert_true(add(s, "two", &e));
	}
	end(s, *state, "two two two one ");
}

/* Not at the first look, since somebody may be writing it. */
static void
test_emptied(void **state)
{
	struct store *s = begin(*state);
	struct store_news news;

	cut(*state, "", 0);
	assert_true(store_recover(s, &news));
	assert_false(news.again);
	assert_true(store_recover(s, &news));
	assert_true(news.again && news.other_file && !news.cut);
	assert_int_equal(news.left_behind.code, ERR_NONE);
	end(s, *state, "one ");
}

static void
test_removed(void **state)
{
	static const char *const which[][2] = {
		{"-shm", NULL}, {"-wal", NULL}, {"-wal", "-shm"}};
	struct store_news news;
	struct store *s;
	struct err e;

	for (size_t i = 0; i < COUNT_OF(which); i++) {
		s = begin(*state);
		take_away(*state, which[i][0]);
		if (which[i][1])
			take_away(*state, which[i][1]);
		assert_true(add(s, "two", &e));
		assert_true(store_recover(s, &news));
		assert_false(news.again);
		assert_true(store_recover(s, &news));
		assert_true(news.again && news.together && !news.other_file);
		end(s, *state, "two one ");
		take_away(*state, "");
	}
}

/* Two that each have a log of their own would write over each other. */
static void
test_replaced(void **state)
{
	char *path = name(*state, ""), *away = name(*state, ".away");
	char *log = name(*state, "-wal");
	struct store *s = begin(*state);
	struct store_news news;
	struct err e = {0};
	FILE *f;

	fixture_sql(*state, "PRAGMA wal_checkpoint(TRUNCATE)");
	assert_true(add(s, "two", &e));
	take_away(*state, "-wal");
	take_away(*state, "-shm");
	f = fopen(log, "w");
	assert_true(f && fputs("theirs", f) >= 0 && fclose(f) == 0);
	(void)store_recover(s, &news);
	assert_false(store_recover(s, &news));
	assert_false(store_is_up(s, &e));
	assert_non_null(strstr(e.text, "another process has written since"));
	assert_int_equal(rename(path, away), 0);
	assert_true(store_recover(s, &news));
	assert_true(news.other_file);
	end(s, *state, "two one ");
	free(log);
	free(path);
	free(away);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_index),
		CASE(test_index_as_it_ends),
		CASE(test_log),
		CASE(test_log_is_in_the_file),
		CASE(test_emptied),
		CASE(test_removed),
		CASE(test_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

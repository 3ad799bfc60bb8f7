#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

static void
count(void *arg, const char *revision, uint64_t digest)
{
	(void)revision;
	*(uint64_t *)arg += digest;
}

/* All that is known of a database, told from others by `n`. */
static void
know(struct store *s, const char *name, int n)
{
	const struct store_last last = {"drifted", n, n};
	const struct store_revision applied = {"a", (uint64_t)n};
	const struct store_seen first = {name, true, "[\"a\"]"};
	struct snapshot *catalog = CATALOG("table public/t");
	char *document = xasprintf("%d", n);
	struct err e;

	assert_true(store_set_last(s, name, &last, &e));
	assert_true(store_set_known(s, name, n, document, &e));
	assert_true(store_set_applied(s, name, &applied, 1, &e));
	assert_true(store_set_seen(s, &first, catalog, n, &e));
	free(document);
	snapshot_unref(catalog);
}

/* 0: nothing. */
static void
assert_known(struct store *s, const char *name, int n)
{
	const struct store_seen first = {name, true, "[\"a\"]"};
	struct store_last last = {0};
	int64_t success_ms = 0, at_ms = 0;
	uint64_t applied = 0;
	struct err e;
	char *document = store_known(s, name, &success_ms, &e);
	struct snapshot *catalog = store_seen(s, &first, &at_ms, &e);

	assert_int_equal(store_last(s, name, &last, &e), n > 0);
	assert_int_equal(last.drift_since_ms, n);
	assert_int_equal(document ? atoi(document) : 0, n);
	assert_int_equal(success_ms, n);
	assert_true(store_applied(s, name, count, &applied, &e));
	assert_int_equal(applied, n);
	assert_int_equal(at_ms, n);
	snapshot_unref(catalog);
	free(document);
}

static void
exchange(struct store *s, const char *away, const char *back)
{
	const struct store_exchange x = {"prod", away, back, 2};
	struct err e = {0};

	if (!store_exchange(s, &x, &e))
		fail_msg("%s", e.text);
}

static void
test_away_and_back(void **state)
{
	struct store *s = fixture_open(*state);
	const struct store_seen last = {"prod", false, "[\"a\"]"};
	struct snapshot *catalog = CATALOG("table public/t");
	int64_t at_ms;
	struct err e;

	know(s, "prod", 1);
	know(s, "production", 9);
	assert_true(store_set_seen(s, &last, catalog, 5, &e));
	exchange(s, "7/1", "7/2");
	assert_known(s, "prod", 0);
	assert_known(s, "production", 9);
	know(s, "prod", 2);
	store_close(s);
	s = fixture_open(*state);
	exchange(s, "7/2", "7/1");
	assert_known(s, "prod", 1);
	exchange(s, "7/1", "7/2");
	assert_known(s, "prod", 2);
	/* What others are held against is of a revision, not of a database. */
	snapshot_unref(catalog);
	catalog = store_seen(s, &last, &at_ms, &e);
	assert_non_null(catalog);
	snapshot_unref(catalog);
	store_close(s);
}

/* One that was never seen again makes room, with all that is of it. */
static void
test_so_many_are_kept(void **state)
{
	struct store *s = fixture_open(*state);

	for (int i = 1; i <= 4; i++) {
		char *away = xasprintf("7/%d", i), *back = xasprintf("7/%d", i + 1);

		know(s, "prod", i);
		exchange(s, away, back);
		free(away);
		free(back);
	}
	store_close(s);
	fixture_sql(*state, "CREATE TEMP TABLE c (n CHECK (n = 2));"
			    "INSERT INTO c SELECT count(*) FROM known;"
			    "INSERT INTO c SELECT count(*) FROM last;"
			    "INSERT INTO c SELECT count(*) FROM applied;"
			    "INSERT INTO c SELECT count(*) FROM seen");
	s = fixture_open(*state);
	exchange(s, "7/5", "7/1");
	assert_known(s, "prod", 0);
	exchange(s, "7/1", "7/3");
	assert_known(s, "prod", 3);
	store_close(s);
}

static void
add_row(struct store *s, const char *name, int64_t at_ms)
{
	const struct store_change c = {
		.at_ms = at_ms, .environment = name, .state = "in_sync"};

	fixture_add(s, &c);
}

/* How many rows of history answer to the name. */
static int
rows_of(struct store *s, const char *name)
{
	struct err e;
	cJSON *o = store_history(s, name, 0, 100, &e);
	int n = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(o, "changes"));

	cJSON_Delete(o);
	assert_int_equal(store_has_history(s, name, &e), n > 0);
	return n;
}

static void
accept_one(struct store *s, const char *name, int64_t at_ms)
{
	struct store_baseline b = {
		.snapshot = CATALOG("table public/t"), .at_ms = at_ms};
	struct err e;

	assert_true(store_add_baseline(s, name, &b, &e));
	store_baseline_fini(&b);
}

/* 0: none. */
static void
assert_accepted(struct store *s, const char *name, int back, int64_t at_ms)
{
	struct store_baseline b = {0};
	struct err e;

	assert_int_equal(store_baseline(s, name, back, &b, &e), at_ms > 0);
	assert_int_equal(b.at_ms, at_ms);
	store_baseline_fini(&b);
}

static void
rename_to(struct store *s, const char *from, const char *to, bool moves)
{
	bool moved = !moves;
	struct err e = {0};

	if (!store_rename(s, from, to, &moved, &e))
		fail_msg("%s", e.text);
	assert_int_equal(moved, moves);
}

static void
test_rename(void **state)
{
	struct store *s = fixture_open(*state);

	know(s, "prod", 2);
	exchange(s, "7/2", "7/1");
	know(s, "prod", 1);
	know(s, "prod2", 9);
	add_row(s, "prod", 1);
	add_row(s, "prod2", 2);
	accept_one(s, "prod", 5);
	rename_to(s, "prod", "shop", true);
	store_close(s);
	s = fixture_open(*state);
	assert_known(s, "shop", 1);
	assert_known(s, "prod", 0);
	assert_known(s, "prod2", 9);
	assert_accepted(s, "shop", 0, 5);
	assert_accepted(s, "prod", 0, 0);
	assert_int_equal(rows_of(s, "shop"), 1);
	assert_int_equal(rows_of(s, "prod"), 1);
	assert_int_equal(rows_of(s, "nobody"), 0);
	/* Once more there is nothing to do; and on to a third name. */
	rename_to(s, "prod", "shop", false);
	add_row(s, "shop", 3);
	rename_to(s, "shop", "store", true);
	assert_known(s, "store", 1);
	assert_int_equal(rows_of(s, "prod"), 2);
	assert_int_equal(rows_of(s, "shop"), 2);
	/* Another one of the first name has a history of its own. */
	add_row(s, "prod", 4);
	assert_int_equal(rows_of(s, "prod"), 1);
	/* And back. */
	rename_to(s, "store", "shop", true);
	assert_int_equal(rows_of(s, "shop"), 2);
	assert_int_equal(rows_of(s, "store"), 2);
	store_close(s);
}

/* What was put away goes along. */
static void
test_rename_what_is_away(void **state)
{
	struct store *s = fixture_open(*state);
	struct err e;

	know(s, "shop", 1);
	assert_true(store_exchange(
		s, &(struct store_exchange){"shop", "7/1", "7/2", 3}, &e));
	know(s, "shop", 2);
	rename_to(s, "shop", "prod", true);
	exchange(s, "7/2", "7/1");
	assert_known(s, "prod", 1);
	store_close(s);
}

/* Both were watched: what is known of the present one stands, nothing accepted or told
 * is lost. */
static void
test_rename_of_two(void **state)
{
	struct store *s = fixture_open(*state);

	know(s, "prod", 1);
	add_row(s, "prod", 1);
	accept_one(s, "prod", 5);
	know(s, "shop", 2);
	add_row(s, "shop", 2);
	accept_one(s, "shop", 6);
	rename_to(s, "prod", "shop", true);
	assert_known(s, "shop", 2);
	assert_known(s, "prod", 0);
	assert_int_equal(rows_of(s, "shop"), 2);
	assert_accepted(s, "shop", 0, 6);
	assert_accepted(s, "shop", 1, 5);
	rename_to(s, "prod", "shop", false);
	store_close(s);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_away_and_back),
		TEST(test_so_many_are_kept),
		TEST(test_rename),
		TEST(test_rename_what_is_away),
		TEST(test_rename_of_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

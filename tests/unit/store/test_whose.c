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
	char *document = store_known(s, name, &success_ms);
	struct snapshot *catalog = store_seen(s, &first, &at_ms, &e);

	assert_int_equal(store_last(s, name, &last), n > 0);
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

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_away_and_back),
		TEST(test_so_many_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

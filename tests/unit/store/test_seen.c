#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

static const struct store_seen dev_a = {"dev", false, "[\"a\"]"};
static const struct store_seen dev_b = {"dev", false, "[\"b\"]"};
static const struct store_seen dev_first = {"dev", true, "[\"a\"]"};
static const struct store_seen prod_a = {"prod", false, "[\"a\"]"};

static void
set(struct store *s, const struct store_seen *which, struct snapshot *catalog,
	int64_t at_ms)
{
	struct err e = {0};

	if (!store_set_seen(s, which, catalog, at_ms, &e))
		fail_msg("%s", e.text);
}

/* Whether `catalog` (NULL: none) is what was seen. */
static void
assert_seen(
	struct store *s, const struct store_seen *which, const struct snapshot *catalog)
{
	struct err e = {.code = ERR_IO};
	int64_t at_ms = 0;
	struct snapshot *got = store_seen(s, which, &at_ms, &e);

	if (!catalog) {
		assert_null(got);
		assert_int_equal(e.code, ERR_NONE);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got->fingerprint, catalog->fingerprint);
	assert_true(at_ms > 0);
	snapshot_unref(got);
}

static void
test_by_revision(void **state)
{
	struct store *s = fixture_open(*state);
	struct snapshot *a = CATALOG("table public/a");
	struct snapshot *b = CATALOG("table public/a", "table public/b");

	assert_seen(s, &dev_a, NULL);
	set(s, &dev_a, a, 1000);
	set(s, &dev_b, b, 2000);
	store_close(s);
	s = fixture_open(*state);
	assert_seen(s, &dev_a, a);
	assert_seen(s, &dev_b, b);
	assert_seen(s, &dev_first, NULL);
	assert_seen(s, &prod_a, NULL);
	set(s, &dev_a, b, 3000);
	assert_seen(s, &dev_a, b);
	snapshot_unref(a);
	snapshot_unref(b);
	store_close(s);
}

/* Fails if there are not just so many catalogs. */
static void
assert_catalogs(const char *dir, int n)
{
	char *sql = xasprintf("CREATE TEMP TABLE c (n CHECK (n = %d)); INSERT INTO c "
			      "SELECT count(*) FROM catalog",
		n);

	fixture_sql(dir, sql);
	free(sql);
}

static void
test_one_content_is_kept_once(void **state)
{
	struct store *s = fixture_open(*state);
	struct snapshot *a = CATALOG("table public/a"), *b = CATALOG("table public/b");

	set(s, &dev_a, a, 1000);
	set(s, &dev_first, a, 1000);
	set(s, &prod_a, a, 1000);
	assert_catalogs(*state, 1);
	set(s, &dev_a, b, 2000);
	assert_catalogs(*state, 2);
	set(s, &dev_first, b, 2000);
	set(s, &prod_a, b, 2000);
	assert_catalogs(*state, 1);
	snapshot_unref(a);
	snapshot_unref(b);
	store_close(s);
}

static void
test_what_is_not_needed_is_forgotten(void **state)
{
	static const char *const revisions[] = {
		"[\"a\"]", "[\"b\"]", "[\"c\"]", "[\"d\"]"};
	struct store *s = fixture_open(*state);
	struct snapshot *catalogs[COUNT_OF(revisions)] = {CATALOG("table public/a"),
		CATALOG("table public/b"), CATALOG("table public/c"),
		CATALOG("table public/d")};
	struct strvec keep = {0};
	struct err e = {0};

	for (size_t i = 0; i < COUNT_OF(revisions); i++) {
		const struct store_seen which = {"dev", false, revisions[i]};

		set(s, &which, catalogs[i], 1000 + (int64_t)i);
	}
	set(s, &prod_a, catalogs[0], 1000);
	set(s, &dev_first, catalogs[0], 1000);
	strvec_add(&keep, revisions[1]);
	assert_true(store_keep_seen(s, &dev_a, &keep, 1, &e));
	for (size_t i = 0; i < COUNT_OF(revisions); i++) {
		const struct store_seen which = {"dev", false, revisions[i]};

		assert_seen(s, &which, i == 1 || i == 3 ? catalogs[i] : NULL);
		snapshot_unref(catalogs[i]);
	}
	assert_catalogs(*state, 3);
	strvec_free(&keep);
	assert_true(store_keep_seen(s, &dev_first, &keep, 0, &e));
	assert_seen(s, &dev_first, NULL);
	store_close(s);
}

/* What cannot be read back is an error, never another catalog. */
static void
test_damaged(void **state)
{
	static const char *const damages[] = {
		"UPDATE catalog SET packed = ''",
		"UPDATE catalog SET packed = substr(packed, 1, 60)",
		("UPDATE catalog SET packed = (SELECT packed FROM catalog c WHERE "
		 "c.key "
		 "<> catalog.key)"),
		"DELETE FROM catalog",
	};
	struct snapshot *a = CATALOG("table public/a"), *b = CATALOG("table public/b");

	for (size_t i = 0; i < COUNT_OF(damages); i++) {
		struct store *s = fixture_open(*state);
		struct err e = {0};
		int64_t at_ms;

		fixture_sql(*state, "DELETE FROM catalog");
		set(s, &dev_a, a, 1000);
		set(s, &dev_b, b, 1000);
		fixture_sql(*state, damages[i]);
		assert_null(store_seen(s, &dev_a, &at_ms, &e));
		assert_int_equal(e.code, ERR_FORMAT);
		assert_non_null(strstr(e.text, "catalog of dev"));
		store_close(s);
	}
	snapshot_unref(a);
	snapshot_unref(b);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_by_revision),
		CASE(test_one_content_is_kept_once),
		CASE(test_what_is_not_needed_is_forgotten),
		CASE(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

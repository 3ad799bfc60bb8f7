#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

static const int64_t day = INT64_C(86400) * 1000, start = INT64_C(1789898400000);

static const struct store_built one = {"k1", "shop", "[\"a\"]"},
				two = {"k2", "shop", "[\"b\"]"},
				other = {"k3", "other", "[\"a\"]"};

static void
set(struct store *s, const struct store_built *b, const struct snapshot *catalog,
	int64_t at_ms)
{
	struct store_packed packed;
	struct err e = {0};

	store_pack(catalog, &packed);
	if (!store_set_built(s, b, &packed, at_ms, &e))
		fail_msg("%s", e.text);
	store_packed_fini(&packed);
}

/* Whether `catalog` (NULL: none) is what was built. */
static void
assert_built(struct store *s, const char *key, const struct snapshot *catalog)
{
	struct err e = {.code = ERR_IO};
	struct snapshot *got = store_built(s, key, &e);

	assert_int_equal(got != NULL, catalog != NULL);
	if (!got)
		assert_int_equal(e.code, ERR_NONE);
	else
		assert_string_equal(got->fingerprint, catalog->fingerprint);
	snapshot_unref(got);
}

static void
prune(struct store *s, int64_t now_ms)
{
	const struct strvec none = {0};
	struct err e = {0};

	if (!store_prune(s, now_ms, &(struct store_retention){400 * day, 0}, &none, &e))
		fail_msg("%s", e.text);
}

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
test_by_key(void **state)
{
	struct store *s = fixture_open(*state);
	struct snapshot *a = CATALOG("table public/a"), *b = CATALOG("table public/b");

	assert_built(s, "k1", NULL);
	set(s, &one, a, start);
	set(s, &other, a, start);
	set(s, &two, b, start);
	assert_catalogs(*state, 2);
	store_close(s);
	s = fixture_open(*state);
	assert_built(s, "k1", a);
	assert_built(s, "k2", b);
	assert_built(s, "k3", a);
	set(s, &one, b, start);
	assert_built(s, "k1", b);
	snapshot_unref(a);
	snapshot_unref(b);
	store_close(s);
}

static void
list(void *arg, const char *key, const char *revision)
{
	strbuf_printf(arg, "%s %s;", key, revision);
}

static void
test_of_a_recipe(void **state)
{
	struct store *s = fixture_open(*state);
	struct snapshot *a = CATALOG("table public/a");
	struct strbuf got = {0};
	struct err e = {0};

	set(s, &one, a, start);
	set(s, &two, a, start + 1);
	set(s, &other, a, start);
	assert_true(store_built_of(s, "shop", list, &got, &e));
	assert_string_equal(got.s, "k2 [\"b\"];k1 [\"a\"];");
	assert_true(store_built_of(s, "none", list, &got, &e));
	assert_string_equal(got.s, "k2 [\"b\"];k1 [\"a\"];");
	strbuf_free(&got);
	snapshot_unref(a);
	store_close(s);
}

static void
want(struct store *s, const char *key, int64_t at_ms)
{
	struct err e = {0};

	assert_true(store_begin(s, &e));
	assert_true(store_end(s, store_want_built(s, key, at_ms, &e), &e));
}

static void
test_what_nobody_wants_is_forgotten(void **state)
{
	struct store *s = fixture_open(*state);
	struct snapshot *a = CATALOG("table public/a"), *b = CATALOG("table public/b");

	set(s, &one, a, start);
	set(s, &two, b, start);
	want(s, "k2", start + day);
	prune(s, start + 30 * day);
	assert_built(s, "k1", a);
	prune(s, start + 30 * day + 1);
	assert_built(s, "k1", NULL);
	assert_built(s, "k2", b);
	assert_catalogs(*state, 1);
	prune(s, start + 32 * day);
	assert_built(s, "k2", NULL);
	assert_catalogs(*state, 0);
	snapshot_unref(a);
	snapshot_unref(b);
	store_close(s);
}

/* What others forget is not what was built. */
static void
test_others_catalogs(void **state)
{
	static const struct store_seen seen = {"dev", false, "[\"a\"]"};
	struct store *s = fixture_open(*state);
	struct snapshot *a = CATALOG("table public/a"), *b = CATALOG("table public/b");
	const struct strvec none = {0};
	struct err e = {0};

	set(s, &one, a, start);
	assert_true(store_set_seen(s, &seen, a, start, &e));
	assert_true(store_set_seen(s, &seen, b, start, &e));
	assert_built(s, "k1", a);
	assert_true(store_keep_seen(s, &seen, &none, 0, &e));
	assert_built(s, "k1", a);
	assert_catalogs(*state, 1);
	snapshot_unref(a);
	snapshot_unref(b);
	store_close(s);
}

static void
test_damaged(void **state)
{
	struct store *s = fixture_open(*state);
	struct snapshot *a = CATALOG("table public/a");
	struct err e = {0};

	set(s, &one, a, start);
	fixture_sql(*state, "UPDATE catalog SET packed = substr(packed, 1, 60)");
	assert_null(store_built(s, "k1", &e));
	assert_int_equal(e.code, ERR_FORMAT);
	snapshot_unref(a);
	store_close(s);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_by_key),
		CASE(test_of_a_recipe),
		CASE(test_what_nobody_wants_is_forgotten),
		CASE(test_others_catalogs),
		CASE(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

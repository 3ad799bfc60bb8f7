#include "tests/unit/unit.h"

#include <string.h>

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

static void
test_none(void **state)
{
	struct store *s = fixture_open(*state);
	struct err e = {.code = ERR_IO};

	assert_null(store_baseline(s, "prod", &e));
	assert_int_equal(e.code, ERR_NONE);
	assert_int_equal(store_baseline_version(s, "prod"), 0);
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

	assert_true(store_set_baseline(s, "prod", first, 1000, &e));
	version = store_baseline_version(s, "prod");
	assert_true(version > 0);
	got = store_baseline(other, "prod", &e);
	assert_non_null(got);
	assert_same(got, first);
	snapshot_unref(got);

	assert_true(store_set_baseline(other, "prod", second, 2000, &e));
	assert_true(store_baseline_version(s, "prod") != version);
	got = store_baseline(s, "prod", &e);
	assert_non_null(got);
	assert_same(got, second);
	snapshot_unref(got);

	assert_null(store_baseline(s, "dev", &e));
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
		"UPDATE baseline SET snapshot = ''",
		"UPDATE baseline SET snapshot = x'00112233'",
		"UPDATE baseline SET snapshot = substr(snapshot, 1, 200)",
		"UPDATE baseline SET snapshot = replace(snapshot, '\"a\"', '\"b\"')",
		"UPDATE baseline SET snapshot = 1",
	};
	struct snapshot *catalog = CATALOG("table public/a");

	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		struct err e = {0};
		struct store *s = fixture_open(*state);

		assert_true(store_set_baseline(s, "prod", catalog, 1000, &e));
		fixture_sql(*state, damages[i]);
		assert_null(store_baseline(s, "prod", &e));
		assert_int_equal(e.code, ERR_FORMAT);
		assert_non_null(strstr(e.text, "baseline of prod"));
		store_close(s);
	}
	snapshot_unref(catalog);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_none),
		CASE(test_round_trip),
		CASE(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Over which time a reading says something, and what two of them say together. */
#include "tests/unit/unit.h"

#include "reading/facts.h"
#include "tests/unit/catalog/literal.h"

static bool
together(uint64_t a_from, uint64_t a_to, uint64_t b_from, uint64_t b_to)
{
	const struct held a = {a_from, a_to}, b = {b_from, b_to};

	assert_int_equal(held_together(&a, &b), held_together(&b, &a));
	return held_together(&a, &b);
}

static void
test_together(void **state)
{
	(void)state;
	assert_true(together(1, 3, 2, 4));
	assert_true(together(1, 9, 2, 4));
	assert_false(together(1, 2, 3, 4));
	/* At the very same moment, both were so. */
	assert_true(together(1, 2, 2, 3));
	assert_true(together(2, 2, 2, 2));
}

/* Seen in one answer only: at some moment from `to` to `from`. */
static void
test_moment(void **state)
{
	(void)state;
	assert_true(together(3, 2, 1, 4));
	assert_true(together(3, 2, 2, 3));
	assert_false(together(3, 2, 1, 2));
	assert_false(together(3, 2, 3, 4));
	assert_false(together(3, 2, 3, 2));
}

/* A reading that took from 10 to 20, after one that took from 1 to 2. */
static struct facts
after(bool reused, const char *recorded_before, const char *recorded)
{
	struct facts before = {.held = {1, 2}, .rows_held = {1, 2}, .seen_position = 7};
	struct facts f = {.held = {10, 20},
		.rows_held = {10, 20},
		.seen_position = 8,
		.reused = reused};

	strvec_add(&before.recorded, recorded_before);
	strvec_add(&f.recorded, recorded);
	facts_follow(&f, &before);
	strvec_free(&before.recorded);
	strvec_free(&f.recorded);
	return f;
}

static void
test_follow(void **state)
{
	struct facts f = after(true, "a", "a");

	(void)state;
	assert_int_equal(f.held.from, 1);
	assert_int_equal(f.held.to, 20);
	assert_int_equal(f.rows_held.from, 1);
	assert_int_equal(f.seen_position, 7);
	f = after(false, "a", "a");
	assert_int_equal(f.held.from, 10);
	assert_int_equal(f.rows_held.from, 1);
	assert_int_equal(f.seen_position, 8);
	f = after(true, "a", "b");
	assert_int_equal(f.held.from, 10);
	assert_int_equal(f.rows_held.from, 10);
	assert_int_equal(f.seen_position, 8);
}

/* Read anew, the same probe says that nothing has moved in between. */
static void
test_follow_read_anew(void **state)
{
	char p1[] = "p1", p2[] = "p2";
	struct facts before = {.held = {1, 2}, .probe = p1, .seen_position = 7};
	struct facts f = {.held = {10, 20}, .probe = p1, .seen_position = 8};

	(void)state;
	before.snapshot = CATALOG("table public/t");
	f.snapshot = CATALOG("table public/t");
	facts_follow(&f, &before);
	assert_int_equal(f.held.from, 1);
	assert_int_equal(f.seen_position, 7);
	f.held.from = 10;
	f.probe = p2;
	facts_follow(&f, &before);
	assert_int_equal(f.held.from, 10);
	/* Another role may be shown something else. */
	f.probe = p1;
	snapshot_unref(f.snapshot);
	f.snapshot = CATALOG("table public/u");
	facts_follow(&f, &before);
	assert_int_equal(f.held.from, 10);
	snapshot_unref(f.snapshot);
	snapshot_unref(before.snapshot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_together),
		cmocka_unit_test(test_moment),
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_follow_read_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

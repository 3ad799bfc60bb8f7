#include "tests/unit/unit.h"

#include "base/ration.h"

static const int64_t hour = 3600 * 1000;

static int
taken(struct ration *r, int n, int64_t now_ms)
{
	int told = 0;

	for (int i = 0; i < n; i++)
		told += ration_take(r, now_ms);
	return told;
}

static void
test_ration(void **state)
{
	struct ration r = {0};

	(void)state;
	assert_int_equal(taken(&r, 9, 1), 9);
	assert_false(ration_is_used_up(&r));
	assert_true(ration_take(&r, hour - 1));
	assert_true(ration_is_used_up(&r));
	assert_int_equal(taken(&r, 100, hour - 1), 0);
	/* As long as it goes on, one an hour. */
	assert_int_equal(taken(&r, 100, hour), 1);
	assert_int_equal(taken(&r, 100, 2 * hour - 1), 0);
	assert_int_equal(taken(&r, 100, 2 * hour), 1);
	/* After an hour without too many. */
	assert_int_equal(taken(&r, 0, 3 * hour), 0);
	assert_int_equal(taken(&r, 1, 3 * hour), 1);
	assert_int_equal(taken(&r, 100, 4 * hour), 10);
}

/* It ends nothing for ever. */
static void
test_a_clock_that_was_put_back(void **state)
{
	struct ration r = {0};

	(void)state;
	assert_int_equal(taken(&r, 100, 100 * hour), 10);
	assert_int_equal(taken(&r, 100, hour), 1);
	assert_int_equal(taken(&r, 100, 2 * hour), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ration),
		cmocka_unit_test(test_a_clock_that_was_put_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

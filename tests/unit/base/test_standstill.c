#include "base/standstill.h"

#include "tests/unit/unit.h"

#include "tests/unit/stopped.h"

static void
test_late_waits(void **state)
{
	(void)state;
	assert_int_equal(standstill_of(1000, 990), 0);
	assert_int_equal(standstill_of(1000, 1000), 0);
	assert_int_equal(standstill_of(1000, 1499), 0);
	assert_int_equal(standstill_of(1000, 1500), 500);
	assert_int_equal(standstill_of(1000, 61000), 60000);
}

/* What a child is told to do: to be stopped, and what it says of that then. */
static int
be_stopped(void)
{
	struct standstill *s = standstill_new();
	int64_t total_ms;

	raise(SIGSTOP);
	total_ms = standstill_total_ms(s);
	/* Looked at twice, it is counted once. */
	work(50);
	if (standstill_total_ms(s) != total_ms)
		total_ms = -1;
	standstill_free(s);
	return total_ms >= 500 && total_ms < 60000 ? 0 : 1;
}

static void
test_stopped(void **state)
{
	(void)state;
	/* Longer than the thread waits and may be late. */
	stand_still(be_stopped, STANDSTILL_SLICE_MS + 700);
}

static void
test_busy(void **state)
{
	struct standstill *s = standstill_new();

	(void)state;
	work(2 * STANDSTILL_SLICE_MS);
	/* A machine that is busy as well may keep the thread waiting, but not for all
	 * of it. */
	assert_true(standstill_total_ms(s) < STANDSTILL_SLICE_MS);
	standstill_free(s);
	standstill_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_late_waits),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

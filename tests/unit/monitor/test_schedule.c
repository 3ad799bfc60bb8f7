#include "tests/unit/unit.h"

#include "base/mem.h"
#include "monitor/schedule.h"

static void
test_without_jitter(void **state)
{
	static const struct {
		int64_t interval;
		enum outcome outcome;
		unsigned in_a_row;
		int64_t delay;
	} cases[] = {
		{60000, OUTCOME_SUCCESS, 1, 60000},
		{60000, OUTCOME_SUCCESS, 99, 60000},
		{60000, OUTCOME_FAILURE, 1, 60000},
		{60000, OUTCOME_FAILURE, 2, 120000},
		{60000, OUTCOME_FAILURE, 3, 240000},
		{60000, OUTCOME_FAILURE, 1000000, 240000},
		{1000, OUTCOME_FAILURE, 9, 4000},
		{200000, OUTCOME_FAILURE, 9, 300000},
		{3600000, OUTCOME_FAILURE, 9, 3600000},
		{1000, OUTCOME_UNANSWERED, 1, 1000},
		{1000, OUTCOME_UNANSWERED, 7, 64000},
		{1000, OUTCOME_UNANSWERED, 1000000, 300000},
		{3600000, OUTCOME_UNANSWERED, 9, 3600000},
		{60000, OUTCOME_MOVED, 1, 250},
		{60000, OUTCOME_MOVED, 2, 500},
		{60000, OUTCOME_MOVED, 50, 5000},
		{100, OUTCOME_MIGRATING, 50, 100},
		{60000, OUTCOME_UNCONFIRMED, 1, 5000},
		{60000, OUTCOME_UNCONFIRMED, 3, 20000},
		{60000, OUTCOME_UNCONFIRMED, 1000, 60000},
		{1000, OUTCOME_UNCONFIRMED, 1, 1000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct schedule s = {.interval_ms = cases[i].interval};

		assert_int_equal(
			schedule_delay(&s, cases[i].outcome, i, cases[i].in_a_row),
			cases[i].delay);
	}
}

static void
test_jitter(void **state)
{
	const struct schedule s = {.interval_ms = 60000, .jitter = 0.1, .seed = 7};
	int64_t least = INT64_MAX, most = 0;

	(void)state;
	for (uint64_t n = 0; n < 1000; n++) {
		int64_t delay = schedule_delay(&s, OUTCOME_SUCCESS, n, 1);

		assert_int_equal(delay, schedule_delay(&s, OUTCOME_SUCCESS, n, 1));
		assert_in_range(delay, 54000, 66000);
		least = delay < least ? delay : least;
		most = delay > most ? delay : most;
	}
	assert_true(least < 55000 && most > 65000);
}

/* Regular checks keep to their place, whenever the one before ended. */
static void
test_place(void **state)
{
	static const struct {
		int64_t now;
		double place, jitter;
		enum outcome outcome;
		int64_t due; /* by the same clock */
	} cases[] = {
		{0, 1, 0, OUTCOME_SUCCESS, 60000},
		{20, 1, 0, OUTCOME_SUCCESS, 60000},
		{20, 0.25, 0, OUTCOME_SUCCESS, 15000},
		{20, 0.25, 0, OUTCOME_FAILURE, 15000},
		{20, 0.25, 0, OUTCOME_MOVED, 270},
		{15000, 0.25, 0, OUTCOME_SUCCESS, 75000},
		{75020, 0.25, 0, OUTCOME_SUCCESS, 135000},
		{119000, 0.25, 0, OUTCOME_SUCCESS, 135000},
		/* That one was early. */
		{70000, 0.25, 0.1, OUTCOME_SUCCESS, 135000},
		{68000, 0.25, 0.1, OUTCOME_SUCCESS, 75000},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct schedule s = {.interval_ms = 60000,
			.place = cases[i].place,
			.jitter = cases[i].jitter,
			.now_ms = cases[i].now};
		int64_t due = cases[i].now + schedule_delay(&s, cases[i].outcome, i, 1);
		int64_t moved = (int64_t)(cases[i].jitter * 60000);

		assert_in_range(due, cases[i].due - moved, cases[i].due + moved);
	}
}

/* A year of checks: one in each interval, at its place. */
static void
test_each_interval_once(void **state)
{
	struct schedule s = {
		.interval_ms = 60000, .jitter = 0.1, .seed = 3, .place = 0.7};

	(void)state;
	for (uint64_t n = 0; n < 500000; n++) {
		int64_t place = (int64_t)n * 60000 + 42000;

		s.now_ms += schedule_delay(&s, OUTCOME_SUCCESS, n, 1);
		assert_in_range(s.now_ms, place - 6000, place + 6000);
		s.now_ms += (int64_t)(n % 300);
	}
}

static void
test_never_zero(void **state)
{
	const struct schedule s = {.interval_ms = 0};

	(void)state;
	assert_int_equal(schedule_delay(&s, OUTCOME_SUCCESS, 0, 1), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_without_jitter),
		cmocka_unit_test(test_jitter),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_each_interval_once),
		cmocka_unit_test(test_never_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

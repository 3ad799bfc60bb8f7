#include "tests/unit/unit.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

static void
test_rfc3339(void **state)
{
	char buf[CLOCK_RFC3339_LEN];

	(void)state;
	assert_string_equal(clock_rfc3339(0, buf), "1970-01-01T00:00:00Z");
	assert_string_equal(clock_rfc3339(-1, buf), "1969-12-31T23:59:59Z");
	assert_string_equal(clock_rfc3339_ms(-1, buf), "1969-12-31T23:59:59.999Z");
	assert_string_equal(clock_rfc3339_ms(-1500, buf), "1969-12-31T23:59:58.500Z");
	assert_string_equal(clock_rfc3339(1789899330999, buf), "2026-09-20T10:15:30Z");
}

static void
test_stepped(void **state)
{
	const struct clock_step forward = {1000, 5000, INT64_C(1789899330000)};
	const struct clock_step back = {INT64_C(1789899330000) + 1000,
		INT64_C(1789899330000) + 5000, -INT64_C(1789899330000)};

	(void)state;
	assert_int_equal(clock_stepped(0, &forward), 0);
	assert_int_equal(clock_stepped(999, &forward), 999);
	assert_int_equal(clock_stepped(1000, &forward), 1789899331000);
	assert_int_equal(clock_stepped(5000, &forward), 1789899335000);
	assert_int_equal(clock_stepped(5001, &forward), 5001);
	for (int64_t ms = 900; ms < 5100; ms += 100)
		assert_int_equal(clock_stepped(clock_stepped(ms, &forward), &back), ms);
}

static void
test_parse(void **state)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: refused */
	} cases[] = {
		{"1970-01-01", 0},
		{"1970-01-02", 86400000},
		{"2026-09-20T10:15:30Z", 1789899330000},
		{"2026-09-20T10:15:30.25Z", 1789899330250},
		{"2026-09-20T12:15:30+02:00", 1789899330000},
		{"2026-09-20T05:45:30-0430", 1789899330000},
		{"2026-09-20 10:15:30Z", 1789899330000},
		{"2026-09-20T10:15:30", -1},
		{"2026-09-20T10:15", -1},
		{"2026-09-20T10:15:30.Z", -1},
		{"2026-09-20T10:15:30+99:00", -1},
		{"2026-13-01", -1},
		{"2026-09-20x", -1},
		{"yesterday", -1},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t ms = -1;
		bool ok = clock_parse(cases[i].text, &ms);

		assert_int_equal(ok, cases[i].ms != -1);
		if (ok)
			assert_int_equal(ms, cases[i].ms);
	}
}

static void
test_duration(void **state)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: refused */
	} cases[] = {
		{"0", 0},
		{"0s", 0},
		{"250ms", 250},
		{"30s", 30000},
		{"5m", 300000},
		{"1h30m", 5400000},
		{"2d", 172800000},
		{"", -1},
		{"5", -1},
		{"-5s", -1},
		{"5 s", -1},
		{"s", -1},
		{"5x", -1},
		{"1.5s", -1},
		{"99999999999d", -1},
		{"4000d", -1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t ms = -1;
		bool ok = duration_parse(cases[i].text, &ms);

		assert_int_equal(ok, cases[i].ms != -1);
		assert_int_equal(ms, cases[i].ms);
	}
}

static void
test_duration_format(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
		{0, "0s"},
		{250, "250ms"},
		{30000, "30s"},
		{90000, "1m30s"},
		{43200000, "12h"},
		{90061001, "1d1h1m1s1ms"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char buf[64];
		int64_t back;

		assert_string_equal(
			duration_format(cases[i].ms, buf, sizeof buf), cases[i].text);
		assert_true(duration_parse(buf, &back));
		assert_int_equal(back, cases[i].ms);
	}
}

static void
test_monotonic(void **state)
{
	int64_t first = clock_mono_ms();

	(void)state;
	assert_true(clock_mono_ms() >= first);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc3339),
		cmocka_unit_test(test_stepped),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_duration),
		cmocka_unit_test(test_duration_format),
		cmocka_unit_test(test_monotonic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include "base/size.h"

static void
test_parse(void **state)
{
	static const struct {
		const char *text;
		int64_t bytes;
	} cases[] = {
		{"0", 0},
		{"1048576", 1048576},
		{"7B", 7},
		{"512kB", 524288},
		{"64MiB", 67108864},
		{"64 MiB", 67108864},
		{"64mb", 67108864},
		{"1GiB", 1073741824},
		{"1024TiB", INT64_C(1) << 50},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t bytes = -1;

		assert_true(size_parse(cases[i].text, &bytes));
		assert_int_equal(bytes, cases[i].bytes);
	}
}

static void
test_refuse(void **state)
{
	static const char *const cases[] = {"", "MiB", "-1", "1.5GiB", "1 XB", "1MiBs",
		"1M", "1025TiB", "99999999999999999999", "64MiB "};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t bytes = -1;

		assert_false(size_parse(cases[i], &bytes));
		assert_int_equal(bytes, -1);
	}
}

static void
test_format(void **state)
{
	static const struct {
		int64_t bytes;
		const char *text;
	} cases[] = {
		{0, "0"},
		{1000, "1000"},
		{1536 * 1024, "1536KiB"},
		{INT64_C(256) << 20, "256MiB"},
		{INT64_C(2) << 30, "2GiB"},
	};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t again;

		assert_string_equal(
			size_format(cases[i].bytes, buf, sizeof buf), cases[i].text);
		assert_true(size_parse(buf, &again));
		assert_int_equal(again, cases[i].bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

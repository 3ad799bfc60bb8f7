#include "tests/unit/unit.h"

#include "base/mem.h"
#include "base/rows.h"

static void
test_first_row(void **state)
{
	static const char *const names[] = {"a", "b", "c"};
	static const char *const cells[] = {"t", NULL, "f"};
	const struct rows one = {1, 3, names, cells};

	(void)state;
	assert_int_equal(rows_column(&one, "c"), 2);
	assert_int_equal(rows_column(&one, "d"), -1);
	assert_string_equal(rows_value(&one, "a"), "t");
	assert_null(rows_value(&one, "b"));
	assert_string_equal(rows_text(&one, "b"), "");
	assert_true(rows_true(&one, "a"));
	assert_false(rows_true(&one, "b"));
	assert_false(rows_true(&one, "c"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

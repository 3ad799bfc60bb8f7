#include "tests/unit/unit.h"

#include <string.h>

#include "report/appearance.h"

/* … which is its own. */
static void
test_each_state_has_a_look(void **state)
{
	(void)state;
	for (int s = 0; s < STATE_COUNT; s++) {
		const struct appearance *a = appearance_of((enum state)s);

		assert_int_equal(strlen(a->colour), 6);
		assert_int_equal(strspn(a->colour, "0123456789abcdef"), 6);
		assert_int_equal(strlen(a->dark), 6);
		assert_int_equal(strspn(a->dark, "0123456789abcdef"), 6);
		for (int t = 0; t < s; t++) {
			const struct appearance *b = appearance_of((enum state)t);

			assert_string_not_equal(a->style, b->style);
			assert_string_not_equal(a->sign, b->sign);
			assert_string_not_equal(a->colour, b->colour);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_state_has_a_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

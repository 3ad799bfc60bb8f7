/* How far two looks may be apart; what is made of the answers, test_again.py shows. */
#include "catalog/added.h"

#include "tests/unit/unit.h"

#include <string.h>

static void
test_near(void **state)
{
	(void)state;
	assert_true(added_is_near("700", "700"));
	assert_true(added_is_near("700", "701"));
	/* Over the end of 32 bits, too. */
	assert_true(added_is_near("4294967290", "4294967300"));
	assert_true(added_is_near("0", "1073741823"));
	assert_false(added_is_near("0", "1073741824"));
	assert_false(added_is_near("700", "4294967996"));
	/* A server that has forgotten some. */
	assert_false(added_is_near("700", "699"));
}

static void
test_horizon(void **state)
{
	char parameter[16];

	(void)state;
	added_horizon("700", parameter);
	assert_string_equal(parameter, "700");
	added_horizon("4294967997", parameter);
	assert_string_equal(parameter, "701");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_horizon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

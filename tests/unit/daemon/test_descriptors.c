#include "tests/unit/unit.h"

#include "base/mem.h"
#include "daemon/descriptors.h"

static void
test_share(void **state)
{
	static const struct {
		long long limit;
		struct descriptors_use use;
		int wanted, fit;
	} cases[] = {
		{1024, {8, 0}, 100, 100},
		{1024, {8, 0}, 912, 912},
		{1024, {8, 0}, 913, 912},
		{1024, {8, 0}, 100000, 912},
		/* Connections that hang are kept open. */
		{1024, {8, 300}, 100000, 612},
		/* Even where there are too few for anything, some are for either. */
		{64, {8, 1}, 100, 8},
		{4, {1000, 1}, 100, 1},
		{1024, {1000, 1}, 100, 100},
		{1024, {1000, 1}, 1000, 128},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(descriptors_share(cases[i].limit, &cases[i].use,
					 cases[i].wanted),
			cases[i].fit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

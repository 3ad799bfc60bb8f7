/* What guesses may cost. */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "http/budget.h"

static void
test_of_a_client(void **state)
{
	struct budget *b = budget_new();
	int retry_s;

	(void)state;
	assert_true(budget_is_open(b, "a", 1000, &retry_s));
	budget_spend(b, "a", 1999, 1000);
	assert_true(budget_is_open(b, "a", 1000, &retry_s));
	budget_spend(b, "a", 1001, 1000);
	assert_false(budget_is_open(b, "a", 1000, &retry_s));
	assert_int_equal(retry_s, 5);
	assert_true(budget_is_open(b, "b", 1000, &retry_s));
	assert_false(budget_is_open(b, "a", 4999, &retry_s));
	assert_true(budget_is_open(b, "a", 5100, &retry_s));
	budget_free(b);
}

static void
test_of_all(void **state)
{
	struct budget *b = budget_new();
	char name[16];
	int retry_s;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "c%d", i);
		budget_spend(b, name, 1, 1000);
	}
	assert_false(budget_is_open(b, "new", 1000, &retry_s));
	assert_int_equal(retry_s, 5);
	assert_true(budget_is_open(b, "new", 1000 + 4100, &retry_s));
	budget_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_a_client),
		cmocka_unit_test(test_of_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

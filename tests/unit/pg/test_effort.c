/* What may take long: much, but not little. */
#include "tests/unit/unit.h"

#include "pg/effort.h"

enum { MS = 1000 };

static void
test_rows(void **state)
{
	struct effort f = {0};

	(void)state;
	/* Turns of a few ms each, for 16 KiB. */
	for (int i = 1; i <= 1000; i++) {
		effort_add(&f, 5 * MS);
		assert_false(effort_is_too_much(&f, INT64_C(16384) * i));
	}
}

/* Small ones may come one by one; what is no answer makes no room. */
static void
test_answers(void **state)
{
	struct effort f = {.n_answers = 10000};

	(void)state;
	for (int i = 0; i < 56; i++)
		effort_add(&f, 10 * MS);
	assert_false(effort_is_too_much(&f, 0));
	f.n_answers = 0;
	assert_true(effort_is_too_much(&f, 0));
	assert_true(effort_is_too_much(&f, 499 * MS));
	assert_false(effort_is_too_much(&f, 500 * MS));
}

/* One long turn may be a machine that slept. */
static void
test_one_turn(void **state)
{
	struct effort f = {0};

	(void)state;
	effort_add(&f, INT64_C(3600000) * MS);
	assert_false(effort_is_too_much(&f, 0));
	effort_add(&f, INT64_C(3600000) * MS);
	assert_true(effort_is_too_much(&f, 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_one_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

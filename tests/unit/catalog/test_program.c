#include "catalog/program.h"

#include "tests/unit/unit.h"

#include <string.h>

/* One program says the same of one server, and of another one something else. */
static void
test_program(void **state)
{
	struct program p = {0}, q = {0};
	char of_15[HASH_HEX_LEN];

	(void)state;
	strcpy(of_15, program_of(&p, 150018));
	assert_int_equal(strlen(of_15), HASH_HEX_LEN - 1);
	assert_string_equal(program_of(&p, 150018), of_15);
	assert_string_equal(program_of(&q, 150018), of_15);
	assert_string_not_equal(program_of(&p, 170002), of_15);
	assert_string_equal(program_of(&p, 150018), of_15);
}

/* The digest is one, and of what is there. */
static void
test_sources(void **state)
{
	(void)state;
	assert_int_equal(strlen(program_sources), 32);
	assert_int_equal(strspn(program_sources, "0123456789abcdef"), 32);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_program), cmocka_unit_test(test_sources)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

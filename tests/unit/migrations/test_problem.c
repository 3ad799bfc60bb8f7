#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/problem.h"

static void
test_words(void **state)
{
	enum problem_code code;

	(void)state;
	for (int i = 0; i < PROBLEM_COUNT; i++) {
		assert_true(problem_parse(problem_word((enum problem_code)i), &code));
		assert_int_equal(code, i);
		assert_true(strlen(problem_remedy(code)) > 0);
	}
	assert_string_equal(problem_word(PROBLEM_CYCLE), "cycle");
	assert_false(problem_parse("cycles", &code));
}

static void
test_sort(void **state)
{
	static const struct {
		enum problem_code code;
		struct place at;
		const char *detail;
	} in[] = {
		{PROBLEM_SYNTAX, {"a", 1, NULL}, "8"},
		{PROBLEM_CYCLE, {"b", 1, "x"}, "5"},
		{PROBLEM_CYCLE, {"a", 10, NULL}, "4"},
		{PROBLEM_CYCLE, {"a", 9, "y"}, "3"},
		{PROBLEM_CYCLE, {"a", 9, "x"}, "2"},
		{PROBLEM_CYCLE, {"a", 9, "x"}, "1"},
		{PROBLEM_CYCLE, {"a", 9, NULL}, "0"},
		{PROBLEM_SEVERAL_HEADS, {"a", 1, NULL}, "7"},
		{PROBLEM_SELF_REFERENCE, {"z", 1, NULL}, "6"},
	};
	struct problems p = {0};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(in); i++)
		problem_add(&p, in[i].code, in[i].at, "%s", in[i].detail);
	problem_sort(&p);
	assert_int_equal(p.n, COUNT_OF(in));
	for (size_t i = 0; i < p.n; i++) {
		assert_int_equal(atoi(p.v[i].detail), i);
		problem_free(&p.v[i]);
	}
	free(p.v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_sort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pymarker.h"

static void
test_of_line(void **state)
{
	static const struct {
		const char *line;
		size_t size;
	} cases[] = {
		{"<<<<<<< HEAD\nx", 7},
		{"=======\n", 7},
		{"=======", 7},
		{"||||||| base\n", 7},
		{">>>>>>>>>>> x\n", 11},
		{">>>>>>>\n", 7},
		{"<<<<<< x\n", 0},
		{"<<<<<<<x\n", 0},
		{" <<<<<<< x\n", 0},
		{"<<<<<<<=\n", 0},
		{"-------\n", 0},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(pymarker_of_line(cases[i].line).size, cases[i].size);
}

static void
test_find(void **state)
{
	static const char text[] = "<<<<<<< a\nx\n>>>>>>> b\n>>>>>>> c\nend";
	const char *end = text + strlen(text), *first = strchr(text, '>');

	(void)state;
	assert_null(pymarker_find(text, end, '<'));
	assert_ptr_equal(pymarker_find(text, end, '>'), first);
	assert_null(pymarker_find(text, first, '>'));
	assert_null(pymarker_find(text, end, '='));
	assert_string_equal(pymarker_last(text, '>'), ">>>>>>> c\nend");
	assert_null(pymarker_last("", '>'));
}

static void
test_template(void **state)
{
	static const struct {
		const char *text;
		bool anywhere, statement;
	} cases[] = {
		{"{% if x %}", true, true},
		{"{%- if x %}", true, true},
		{"{{ x }}", true, true},
		{"{{}.get(1)}", false, false},
		{"{ {1} }", false, false},
		{"{# x #}", false, true},
		{"{1: 2}", false, false},
		{"<% x %>", true, true},
		{"<%def name='x'>", true, true},
		{"< %s", false, false},
		{"${x}", true, true},
		{"$x", false, false},
		{"% if x:", false, true},
		{"a % b", false, false},
		{"", false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(
			pymarker_is_template(cases[i].text, false), cases[i].anywhere);
		assert_int_equal(
			pymarker_is_template(cases[i].text, true), cases[i].statement);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_line),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_template),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/lines.h"

static void
test_lines(void **state)
{
	static const struct {
		const char *expected, *found, *lines;
	} cases[] = {
		{"", "", ""},
		{"a\nb", "a\nb", ""},
		{"a\nb", "a\nb\n", ""},
		{"a\nb\nc", "a\nx\nc", "-2 b;+2 x;"},
		{"a\nb", "a\nb\nc", "+3 c;"},
		{"a\nb", "b", "-1 a;"},
		{"", "a\nb", "+1 a;+2 b;"},
		{"a\nb\nc\nd\ne", "a\nc\nd\nx\ne", "-2 b;+4 x;"},
		{"a\na\na", "a\na", "-3 a;"},
		{"a\n\nb", "a\nb", "-2 ;"},
		{"ab\nc", "a\nbc", "-1 ab;-2 c;+1 a;+2 bc;"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct lines l = {0};
		struct strbuf b = {0};

		lines_compare(cases[i].expected, cases[i].found, &l);
		strbuf_add(&b, "");
		for (size_t k = 0; k < l.n; k++)
			strbuf_printf(&b, "%c%zu %.*s;",
				l.v[k].side == LINE_EXPECTED ? '-' : '+', l.v[k].number,
				(int)l.v[k].length, l.v[k].text);
		assert_string_equal(b.s, cases[i].lines);
		strbuf_free(&b);
		lines_free(&l);
	}
}

/* Too long for the table: common lines between count as different, no line is
 * lost. */
static void
test_long(void **state)
{
	enum { N = 3000 };
	struct strbuf a = {0}, b = {0};
	struct lines l = {0};

	(void)state;
	strbuf_add(&a, "same\n");
	strbuf_add(&b, "same\n");
	for (int i = 0; i < N; i++) {
		strbuf_printf(&a, "a%d\n", i);
		strbuf_printf(&b, "b%d\n", i);
	}
	strbuf_add(&a, "end");
	strbuf_add(&b, "end");
	lines_compare(a.s, b.s, &l);
	assert_int_equal(l.n, 2 * N);
	assert_int_equal(l.v[0].side, LINE_EXPECTED);
	assert_int_equal(l.v[0].number, 2);
	assert_int_equal(l.v[N].side, LINE_FOUND);
	assert_int_equal(l.v[N].number, 2);
	lines_free(&l);
	strbuf_free(&a);
	strbuf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

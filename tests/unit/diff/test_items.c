#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/items.h"

static void
test_split(void **state)
{
	static const struct {
		const char *text, *items;
	} cases[] = {
		{"", ""},
		{"a", "a"},
		{"a, b", "a|b"},
		{"a,b ,c", "a|b |c"},
		{"'a, b', c", "'a, b'|c"},
		{"'it''s, so', x", "'it''s, so'|x"},
		{"\"a,b\" numeric(10,2), c text", "\"a,b\" numeric(10,2)|c text"},
		{"f(g(a, b), c), d", "f(g(a, b), c)|d"},
		{"a), b", "a)|b"},
		{"'open, end", "'open, end"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strvec items = {0};
		struct strbuf b = {0};

		items_split(cases[i].text, &items);
		strbuf_add(&b, "");
		strvec_join(&items, "|", &b);
		assert_string_equal(b.s, cases[i].items);
		strbuf_free(&b);
		strvec_free(&items);
	}
}

static void
test_compare(void **state)
{
	static const struct {
		const char *expected, *found, *missing, *unexpected;
		bool reordered;
	} cases[] = {
		{"'a', 'b', 'c'", "'a', 'c'", "'b'", "", false},
		{"a", "b, a, c", "", "b c", false},
		{"a, b", "b, a", "", "", true},
		{"a, b", "a, b", "", "", false},
		{"a, b", "b, c", "a", "c", false},
		{"a, a", "a", "", "", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct items_difference d;
		struct strbuf missing = {0}, unexpected = {0};

		items_compare(cases[i].expected, cases[i].found, &d);
		strbuf_add(&missing, "");
		strbuf_add(&unexpected, "");
		strvec_join(&d.missing, " ", &missing);
		strvec_join(&d.unexpected, " ", &unexpected);
		assert_string_equal(missing.s, cases[i].missing);
		assert_string_equal(unexpected.s, cases[i].unexpected);
		assert_int_equal(d.reordered, cases[i].reordered);
		strbuf_free(&missing);
		strbuf_free(&unexpected);
		items_free(&d);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mapping.h"
#include "base/mem.h"

static void
test_wrong(void **state)
{
	static const struct {
		const char *map, *wrong;
	} cases[] = {
		{"", NULL},
		{"b=a", NULL},
		{"b=a|c=d", NULL},
		{"a=b|b=a", NULL},
		{"c=b|b=a", NULL},
		{"Tenant B=Tenant A", NULL},
		{"a", "\"a\" is not written HERE=THERE"},
		{"=a", "\"=a\" is not written HERE=THERE"},
		{"a=", "\"a=\" is not written HERE=THERE"},
		{"b=a|a=b=c", "\"a=b=c\" is not written HERE=THERE"},
		{"a=a", "\"a=a\" is one name: leave it out"},
		{"ab=a|a=ab", NULL},
		{"b=a|c=a",
			"\"b=a\" and \"c=a\": two cannot be compared with one \"a\""},
		{"b=a|x=y|b=c",
			"\"b=a\" and \"b=c\": \"b\" cannot be compared with two"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strvec map = {0};
		char *wrong;

		strvec_split(&map, cases[i].map, '|');
		wrong = mapping_wrong(&map);
		if (cases[i].wrong)
			assert_string_equal(wrong, cases[i].wrong);
		else
			assert_null(wrong);
		free(wrong);
		strvec_free(&map);
	}
}

static void
test_names(void **state)
{
	static const char *const there[][2] = {
		{"a", "b"}, {"abc", "ab"}, {"c", "c"}, {"b", ""}, {"ab", ""}};
	struct strvec map = {0};

	(void)state;
	strvec_split(&map, "b=a,ab=abc", ',');
	assert_string_equal(mapping_there(&map, "b"), "a");
	assert_string_equal(mapping_there(&map, "ab"), "abc");
	assert_null(mapping_there(&map, "a"));
	assert_null(mapping_there(&map, "abc"));
	assert_true(mapping_takes(&map, "a"));
	assert_true(mapping_takes(&map, "abc"));
	assert_false(mapping_takes(&map, "ab"));
	for (size_t i = 0; i < COUNT_OF(there); i++) {
		char *here = mapping_here(&map, there[i][0]);

		assert_string_equal(here, there[i][1]);
		free(here);
	}
	strvec_free(&map);
}

static void
test_join(void **state)
{
	static const struct {
		const char *a, *b, *joined;
	} cases[] = {
		{"", "", ""},
		{"b=t", "", "b=t"},
		{"", "c=t", "t=c"},
		{"b=t", "c=t", "b=c"},
		{"b=t", "b=t", ""},
		/* Each by its own: some in both, some in one alone. */
		{"b=t|x=y", "c=t", "b=c|x=y"},
		{"b=t", "c=t|z=y", "b=c|y=z"},
		{"b=t|bx=y", "c=t|cx=y", "b=c|bx=cx"},
		{"b=t", "t=u", "u=t"},
		{"t=u|b=t", "c=t", "t=u|b=c"},
		{"a=b|b=a", "a=b|b=a", ""},
		{"a=b|b=a", "", "a=b|b=a"},
		{"", "a=b|b=a", "b=a|a=b"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strvec a = {0}, b = {0}, out = {0};
		struct strbuf text = {0};

		strvec_split(&a, cases[i].a, '|');
		strvec_split(&b, cases[i].b, '|');
		mapping_join(&a, &b, &out);
		strbuf_add(&text, "");
		strvec_join(&out, "|", &text);
		assert_string_equal(text.s, cases[i].joined);
		assert_null(mapping_wrong(&out));
		strbuf_free(&text);
		strvec_free(&a);
		strvec_free(&b);
		strvec_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_join),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

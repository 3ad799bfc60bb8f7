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
	strvec_free(&map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

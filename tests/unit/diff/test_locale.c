#include "tests/unit/unit.h"

#include "base/mem.h"
#include "diff/locale.h"

static void
test_locales(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{"de", "de", true},
		{"de_AT", "de-AT", true},
		{"", "und", true},
		{"root", "und", true},
		{"de@collation=phonebook", "de-u-co-phonebk", true},
		{"@colNumeric=yes;colCaseFirst=lower", "und-u-kf-lower-kn", true},
		{"und-u-kn-true", "und-u-kn", true},
		{"en@colStrength=secondary;colAlternate=non-ignorable",
			"en-u-ka-noignore-ks-level2", true},
		{"de", "fr", false},
		{"de@collation=phonebook", "de", false},
		{"de@collation", "de-u-co", true},
		{"und-u-kn-trueish", "und-u-kn", false},
		{"@", "und", true},
		{"@;=", "und-u--", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(locale_same(cases[i].a, cases[i].b), cases[i].same);
		assert_int_equal(locale_same(cases[i].b, cases[i].a), cases[i].same);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_locales),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

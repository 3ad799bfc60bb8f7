#include "tests/unit/unit.h"

#include "base/mem.h"
#include "diff/alike.h"

static void
test_texts(void **state)
{
	static const struct {
		const char *expected, *found, *from, *to;
		bool alike;
	} cases[] = {
		{"", "", "a", "b", true},
		{"a", "b", "a", "b", true},
		{"a", "a", "a", "b", true},
		{"b", "a", "a", "b", false},
		{"a", "c", "a", "b", false},
		{"a", "", "a", "b", false},
		{"", "b", "a", "b", false},
		{"public.old", "public.new", "old", "new", true},
		{"(old.x > 1)", "(new.x > 1)", "old", "new", true},
		{"(old.x > 1)", "(new.x > 2)", "old", "new", false},
		{"public.old WHERE old.x", "public.new WHERE new.x", "old", "new",
			true},
		{"public.old WHERE old.x", "public.new WHERE old.x", "old", "new",
			true},
		/* Whole words only */
		{"old_x", "new_x", "old", "new", false},
		{"x_old", "x_new", "old", "new", false},
		{"\"old\"", "\"new\"", "old", "new", false},
		{"\xc3\xa4old", "\xc3\xa4new", "old", "new", false},
		{"s.\"A b\".x", "s.c.x", "\"A b\"", "c", true},
		/* A name that is the beginning of the other */
		{"public.a", "public.a_b", "a", "a_b", true},
		{"public.a_b", "public.a", "a_b", "a", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct renaming r = {cases[i].from, cases[i].to};

		if (alike_text(cases[i].expected, cases[i].found, &r) != cases[i].alike)
			fail_msg("%s, %s", cases[i].expected, cases[i].found);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

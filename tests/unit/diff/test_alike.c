#include "tests/unit/unit.h"

#include "base/mem.h"
#include "base/strbuf.h"
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

static uint64_t
key(const char *text, const char *const *words, size_t n)
{
	struct alike_names names = {0};
	uint64_t hash = ALIKE_KEY;

	for (size_t i = 0; i < n; i++)
		alike_names_add(&names, words[i]);
	alike_names_sort(&names);
	alike_key(&hash, text, &names);
	alike_names_free(&names);
	return hash;
}

/* What is the same where a name became another has one hash, whichever it was. */
static void
test_keys(void **state)
{
	static const char *const words[] = {"old", "new", "\"A b\"", "c"};
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{"public.old", "public.new", true},
		{"public.old", "public.\"A b\"", true},
		{"old", "c", true},
		{"public.old WHERE old.x", "public.new WHERE old.x", true},
		{"(old.x > 1)", "(new.x > 2)", false},
		{"(old.x > 1)", "(other.x > 1)", false},
		{"old_x", "new_x", false},
		{"\"old\"", "\"new\"", false},
		{"\"A b", "c", false},
		{"\"A b\"\"\"", "c", false},
		{"\xc3\xa4old", "\xc3\xa4new", false},
		{"", NULL, false},
		{"", "", true},
		{NULL, NULL, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		bool same = key(cases[i].a, words, COUNT_OF(words)) ==
			    key(cases[i].b, words, COUNT_OF(words));

		if (same != cases[i].same)
			fail_msg("%s, %s", cases[i].a, cases[i].b);
	}
	assert_true(key("old", words, 0) != key("new", words, 0));
}

/* The end of a long one does not count, also behind names of another length. */
static void
test_key_of_a_long_text(void **state)
{
	static const char *const words[] = {"a", "a_long_name"};
	struct strbuf a = {0}, b = {0};

	(void)state;
	for (size_t i = 0; i < 5000; i++) {
		strbuf_add(&a, "a.");
		strbuf_add(&b, "a_long_name.");
	}
	assert_true(key(a.s, words, 2) == key(b.s, words, 2));
	strbuf_add(&b, "x");
	assert_true(key(a.s, words, 2) == key(b.s, words, 2));
	strbuf_free(&a);
	strbuf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_key_of_a_long_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

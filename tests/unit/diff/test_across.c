#include "tests/unit/unit.h"

#include "base/mem.h"
#include "diff/across.h"

struct example {
	const char *expected, *found;
	enum across result;
};

static void
check(enum canon canon, int expected, int found, const struct example *e, size_t n)
{
	const struct property p = {
		"definition", SWITCH_ALWAYS, SEVERITY_BREAKING, canon};
	const int there[2] = {expected, found}, back[2] = {found, expected};

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(across_compare(&p, there, e[i].expected, e[i].found),
			e[i].result);
		assert_int_equal(across_compare(&p, back, e[i].found, e[i].expected),
			e[i].result);
	}
}

static void
test_same_major(void **state)
{
	(void)state;
	assert_true(across_same_major(150018, 150020));
	assert_true(across_same_major(120000, 120022));
	assert_false(across_same_major(150020, 160000));
}

/* Within one major version there is nothing that cannot be told. */
static void
test_one_major(void **state)
{
	static const struct example examples[] = {
		{"a", "a", ACROSS_SAME},
		{NULL, NULL, ACROSS_SAME},
		{"a", "b", ACROSS_DIFFERENT},
		{"u.a", "a", ACROSS_DIFFERENT},
		{NULL, "a", ACROSS_DIFFERENT},
	};

	(void)state;
	for (int canon = CANON_NONE; canon <= CANON_EXPRESSION; canon++)
		check((enum canon)canon, 150018, 150020, examples, COUNT_OF(examples));
}

static void
test_words_and_names(void **state)
{
	static const struct example examples[] = {
		{"text", "text", ACROSS_SAME},
		{"text", "integer", ACROSS_DIFFERENT},
		{"a, b", "a", ACROSS_DIFFERENT},
		{"u.a", "a", ACROSS_DIFFERENT},
		{NULL, "", ACROSS_DIFFERENT},
	};

	(void)state;
	check(CANON_NONE, 150018, 160004, examples, COUNT_OF(examples));
	check(CANON_NAMES, 150018, 160004, examples, COUNT_OF(examples));
}

static void
test_of_version(void **state)
{
	static const struct example examples[] = {
		{"on", "on", ACROSS_SAME},
		{NULL, NULL, ACROSS_SAME},
		{NULL, "parallel", ACROSS_UNKNOWN},
		{"on", "parallel", ACROSS_UNKNOWN},
	};

	(void)state;
	check(CANON_OF_VERSION, 170010, 180004, examples, COUNT_OF(examples));
}

static void
test_expressions(void **state)
{
	static const struct example everywhere[] = {
		{"(a > 0)", "(a > 0)", ACROSS_SAME},
		{"timezone('UTC'::text, x)", "(x AT TIME ZONE 'UTC'::text)",
			ACROSS_UNKNOWN},
		/* There or not is no matter of words. */
		{NULL, "now()", ACROSS_DIFFERENT},
		{NULL, NULL, ACROSS_SAME},
	};
	static const struct example qualified[] = {
		{" SELECT u.a\n   FROM app.u", " SELECT a\n   FROM app.u", ACROSS_SAME},
		{" SELECT u.a\n   FROM app.u", " SELECT b\n   FROM app.u",
			ACROSS_UNKNOWN},
	};
	static const struct example both_qualify[] = {
		{" SELECT u.a\n   FROM app.u", " SELECT a\n   FROM app.u",
			ACROSS_UNKNOWN},
	};

	(void)state;
	check(CANON_EXPRESSION, 120022, 180004, everywhere, COUNT_OF(everywhere));
	check(CANON_EXPRESSION, 150018, 160000, qualified, COUNT_OF(qualified));
	check(CANON_EXPRESSION, 120022, 150018, both_qualify, COUNT_OF(both_qualify));
	check(CANON_EXPRESSION, 160014, 180004, both_qualify, COUNT_OF(both_qualify));
}

/* What is around an expression counts, the expression's own text does not. */
static void
test_items(void **state)
{
	static const struct example examples[] = {
		/* keys of an index */
		{"a, b", "a, b", ACROSS_SAME},
		{"a, b", "b, a", ACROSS_DIFFERENT},
		{"a, b", "a", ACROSS_DIFFERENT},
		{"a", "a DESC", ACROSS_DIFFERENT},
		{"a", "lower(a)", ACROSS_DIFFERENT},
		{"a, lower(b)", "c, upper(b)", ACROSS_DIFFERENT},
		{"a, btrim(b)", "a, TRIM(BOTH FROM b)", ACROSS_UNKNOWN},
		{"lower(a) DESC", "lower(a)", ACROSS_DIFFERENT},
		{"f(a, ')') COLLATE \"C\"", "g(a) COLLATE \"C\"", ACROSS_UNKNOWN},
		{"f(a) COLLATE \"C\"", "f(a) COLLATE \"D\"", ACROSS_DIFFERENT},
		{"((a + b))", "((a - b))", ACROSS_UNKNOWN},
		{"v tsvector_ops (siglen=200)", "v tsvector_ops (siglen=100)",
			ACROSS_DIFFERENT},
		{"\"a(\"", "\"b(\"", ACROSS_DIFFERENT},
		{"\"(\"\"x\" DESC", "\"(\"\"x\"", ACROSS_DIFFERENT},
		/* the key of a partitioned table */
		{"RANGE (a, b)", "RANGE (a, c)", ACROSS_DIFFERENT},
		{"LIST (a)", "RANGE (a)", ACROSS_DIFFERENT},
		{"LIST (lower(a))", "LIST (upper(a))", ACROSS_UNKNOWN},
		{"LIST (lower(a))", "HASH (lower(a))", ACROSS_DIFFERENT},
		/* arguments */
		{"a integer, b text DEFAULT 'x, (y'::text",
			"a integer, b text DEFAULT 'z'::text", ACROSS_UNKNOWN},
		{"b text DEFAULT 'x'::text", "c text DEFAULT 'x'::text",
			ACROSS_DIFFERENT},
		{"b text DEFAULT 'x'::text", "b text", ACROSS_DIFFERENT},
		/* published tables */
		{"s.t (a, b) WHERE (a > 5)", "s.t (a, b) WHERE (a > 6)",
			ACROSS_UNKNOWN},
		{"s.t (a, b) WHERE (a > 5)", "s.t (a) WHERE (a > 5)", ACROSS_DIFFERENT},
		{"s.t WHERE (a > 5)", "s.t", ACROSS_DIFFERENT},
		/* a generated column, an exclusion */
		{"(a + b) STORED", "(b + a) STORED", ACROSS_UNKNOWN},
		{"(a + b) STORED", "(a + b) VIRTUAL", ACROSS_DIFFERENT},
		{"EXCLUDE USING gist (r WITH &&) WHERE ((n > 0))",
			"EXCLUDE USING gist (r WITH =) WHERE ((n > 0))",
			ACROSS_DIFFERENT},
		{"EXCLUDE USING gist (r WITH &&) WHERE ((n > 0))",
			"EXCLUDE USING gist (r WITH &&) WHERE ((n > 1))",
			ACROSS_UNKNOWN},
		/* what no server prints harms nobody */
		{"'open", "(", ACROSS_DIFFERENT},
		{"f(((", "g(", ACROSS_UNKNOWN},
	};

	(void)state;
	check(CANON_ITEMS, 130023, 140023, examples, COUNT_OF(examples));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_major),
		cmocka_unit_test(test_one_major),
		cmocka_unit_test(test_words_and_names),
		cmocka_unit_test(test_of_version),
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

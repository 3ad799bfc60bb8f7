#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "diff/rewrite.h"

/* Left what a server of 18 prints, right what one of 12 does; | ends an argument. */
static void
test_rewrite(void **state)
{
	static const struct {
		const char *in, *out;
		bool extracted;
	} cases[] = {
		{"", "", false},
		{"a + b", "a + b", false},
		{"EXTRACT(year FROM f(a, b))", "date_part('year'::text, f(a, b)|)",
			true},
		{"f(TRIM(LEADING 'x'::text FROM SUBSTRING(a FROM 2)))",
			"f(ltrim(substring(a|, 2|)|, 'x'::text|))", false},
		{"((a AT TIME ZONE b) AT TIME ZONE c)",
			"timezone(c|, timezone(b|, a|)|)", false},
		{"((a, b) OVERLAPS (c, f(d, e)))", "overlaps(a|, b|, c|, f(d, e)|)",
			false},
		{"((t.a || b) IS NFKD NORMALIZED)",
			"is_normalized((t.a || b)|, 'nfkd'::text)", false},
		{"NORMALIZE(a)", "normalize(a|)", false},
		{"COLLATION FOR ((a || b))", "pg_collation_for((a || b)|)", false},
		{"(a ~ similar_escape(p, NULL::text))", "(a ~ similar_to_escape(p))",
			false},
		{"( SELECT false AS bool)", "( SELECT false)", false},
		{"a OPERATOR(pg_catalog.@>) b", "a @> b", false},
		{"a OPERATOR(app.@>) b", "a OPERATOR(app.@>) b", false},
		/* what only looks like it */
		{"'EXTRACT(year FROM a)'", "'EXTRACT(year FROM a)'", false},
		{"\"TRIM\"(a)", "\"TRIM\"(a)", false},
		{"extract(a)", "extract(a)", false},
		{"EXTRACT(", "EXTRACT(", false},
		{"SUBSTRING()", "SUBSTRING()", false},
		{"OVERLAY(a, b, c, d, e)", "OVERLAY(a, b, c, d, e)", false},
		{"POSITION((a))", "POSITION((a))", false},
		{"(AT TIME ZONE", "(AT TIME ZONE", false},
		{"((a) OVERLAPS (b, c))", "((a) OVERLAPS (b, c))", false},
		{"(a, b OVERLAPS c)", "(a, b OVERLAPS c)", false},
		{"(a IS NOT NULL)", "(a IS NOT NULL)", false},
		{"similar_escape()", "similar_escape()", false},
		{"true AS", "true AS", false},
	};
	const int version[2] = {120022, 180004};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf b = {0};

		assert_int_equal(
			rewrite_apply(cases[i].in, version, &b), cases[i].extracted);
		for (char *s = b.s; (s = strchr(s, REWRITE_ARGUMENT_END));)
			*s = '|';
		assert_string_equal(b.s, cases[i].out);
		strbuf_free(&b);
	}
}

/* Servers on one side of a line print alike. */
static void
test_versions(void **state)
{
	static const char *const texts[] = {"EXTRACT(year FROM a)",
		"(a AT TIME ZONE b)", "( SELECT true AS bool)",
		"similar_escape(a, NULL::text)", "x NO INDENT"};
	static const int versions[][2] = {
		{160014, 180004}, {170010, 180004}, {160014, 170010}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		for (size_t k = 0; k < COUNT_OF(versions); k++) {
			struct strbuf b = {0};

			assert_false(rewrite_apply(texts[i], versions[k], &b));
			assert_string_equal(b.s, texts[i]);
			strbuf_free(&b);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rewrite),
		cmocka_unit_test(test_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

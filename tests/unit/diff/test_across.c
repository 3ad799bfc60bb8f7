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

/* What a version has of its own. */
static void
test_of_version(void **state)
{
	static const struct {
		const char *property;
		struct example e;
	} cases[] = {
		{"streaming", {"on", "on", ACROSS_SAME}},
		{"streaming", {NULL, NULL, ACROSS_SAME}},
		{"streaming", {NULL, "parallel", ACROSS_SAME}},
		{"streaming", {NULL, "on", ACROSS_DIFFERENT}},
		{"streaming", {"parallel", NULL, ACROSS_DIFFERENT}},
		{"streaming", {"on", "parallel", ACROSS_DIFFERENT}},
		{"not_null_constraint", {NULL, "nn", ACROSS_SAME}},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct property p = {cases[i].property, SWITCH_ALWAYS,
			SEVERITY_BREAKING, CANON_OF_VERSION};
		const struct example *e = &cases[i].e;
		const int there[2] = {170010, 180004}, back[2] = {180004, 170010};

		assert_int_equal(
			across_compare(&p, there, e->expected, e->found), e->result);
		assert_int_equal(
			across_compare(&p, back, e->found, e->expected), e->result);
	}
}

static void
test_locales(void **state)
{
	static const struct example examples[] = {
		{"de@collation=phonebook", "de-u-co-phonebk", ACROSS_SAME},
		{"@colCaseFirst=lower;colNumeric=yes", "und-u-kf-lower-kn-true",
			ACROSS_SAME},
		{"de@collation=phonebook", "de-u-co-trad", ACROSS_UNKNOWN},
	};
	const int version[2] = {150018, 160004};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(examples); i++) {
		const struct property p = {"icu_locale", SWITCH_ALWAYS,
			SEVERITY_BREAKING, CANON_OF_VERSION};

		assert_int_equal(across_compare(&p, version, examples[i].expected,
					 examples[i].found),
			examples[i].result);
	}
}

/* Whatever the versions. */
static void
test_expressions(void **state)
{
	static const struct example examples[] = {
		{"(a > 0)", "(a > 0)", ACROSS_SAME},
		{"(a > 0)", "(a >= 0)", ACROSS_DIFFERENT},
		{"(a > 0)", "(a > 1)", ACROSS_DIFFERENT},
		{"(a > 1.5)", "(a > 1.50)", ACROSS_DIFFERENT},
		{"(a > 0)", "(b > 0)", ACROSS_DIFFERENT},
		{"(a AND b)", "(a OR b)", ACROSS_DIFFERENT},
		{"f(a)", "g(a)", ACROSS_DIFFERENT},
		{"f(a, b)", "f(b, a)", ACROSS_DIFFERENT},
		{"false", "true", ACROSS_DIFFERENT},
		{"'a b'::text", "'a  b'::text", ACROSS_DIFFERENT},
		{"'(a'::text", "'a'::text", ACROSS_DIFFERENT},
		{"CURRENT_USER", "SESSION_USER", ACROSS_DIFFERENT},
		{"a.x", "b.x", ACROSS_DIFFERENT},
		{"s.f(1)", "t.f(1)", ACROSS_DIFFERENT},
		{"f(a) COLLATE \"C\"", "f(a) COLLATE \"D\"", ACROSS_DIFFERENT},
		{"f(a) COLLATE \"C\"", "f(a)", ACROSS_DIFFERENT},
		{"\"position\"(a)", "position(a)", ACROSS_SAME},
		{"\"A\" + a", "a + \"A\"", ACROSS_DIFFERENT},
		{"(a OPERATOR(pg_catalog.=) b)", "(a = b)", ACROSS_SAME},
		{"nextval('\"json\".s'::regclass)", "nextval('json.s'::regclass)",
			ACROSS_SAME},
		{"nextval('a.s'::regclass)", "nextval('b.s'::regclass)",
			ACROSS_DIFFERENT},
		/* brackets around one operand say nothing, others do */
		{"((a)::text = 'x'::text)", "(a::text = ('x'::text))", ACROSS_SAME},
		{"((a + b) * c)", "(a + (b * c))", ACROSS_UNKNOWN},
		{"(a).b", "a.b", ACROSS_DIFFERENT},
		/* a cast may be the server's own */
		{"(a)::integer", "(a)::bigint", ACROSS_UNKNOWN},
		{"(a)::character varying(3)", "(a)::character varying(4)",
			ACROSS_UNKNOWN},
		{"'a'::text", "'a'::character varying", ACROSS_UNKNOWN},
		{"'a'::text", "'a'", ACROSS_UNKNOWN},
		{"'a'::text", "'b'::character varying", ACROSS_DIFFERENT},
		/* There or not is no matter of words. */
		{NULL, "now()", ACROSS_DIFFERENT},
		{NULL, NULL, ACROSS_SAME},
		/* what no server prints harms nobody */
		{"'open", "(", ACROSS_DIFFERENT},
		{"f(((", "g(", ACROSS_DIFFERENT},
		{"a::", "a", ACROSS_SAME},
		{"\"", "a.", ACROSS_DIFFERENT},
		{")))", "x::y[", ACROSS_DIFFERENT},
	};
	static const int lines[][2] = {{120022, 130023}, {130023, 140023},
		{140023, 150018}, {160014, 170010}, {170010, 180004}, {120022, 180004}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++)
		check(CANON_EXPRESSION, lines[i][0], lines[i][1], examples,
			COUNT_OF(examples));
}

/* The older server's words left, the newer one's right. */
static void
test_known_words(void **state)
{
	static const struct example examples[] = {
		{"timezone('UTC'::text, now())", "(now() AT TIME ZONE 'UTC'::text)",
			ACROSS_SAME},
		{"timezone('UTC'::text, now())", "(now() AT TIME ZONE 'CET'::text)",
			ACROSS_DIFFERENT},
		{"timezone('UTC'::text, now())", "timezone('UTC'::text, now())",
			ACROSS_SAME},
		{"timezone(a, timezone('UTC'::text, b))",
			"((b AT TIME ZONE 'UTC'::text) AT TIME ZONE a)", ACROSS_SAME},
		{"(date_part('year'::text, d) > (2000)::double precision)",
			"(EXTRACT(year FROM d) > (2000)::numeric)", ACROSS_SAME},
		{"(date_part('year'::text, d) > (0.5)::double precision)",
			"(EXTRACT(year FROM d) > 0.5)", ACROSS_SAME},
		{"(date_part('year'::text, d))::integer",
			"(EXTRACT(year FROM d))::bigint", ACROSS_UNKNOWN},
		{"date_part('year'::text, d)", "EXTRACT(month FROM d)",
			ACROSS_DIFFERENT},
		{"btrim(a, 'x'::text)", "TRIM(BOTH 'x'::text FROM a)", ACROSS_SAME},
		{"btrim(a)", "TRIM(BOTH FROM a)", ACROSS_SAME},
		{"ltrim(a)", "TRIM(LEADING FROM a)", ACROSS_SAME},
		{"rtrim(a)", "TRIM(TRAILING FROM a)", ACROSS_SAME},
		{"ltrim(a)", "TRIM(BOTH FROM a)", ACROSS_DIFFERENT},
		{"\"substring\"((a)::text, 1, 2)", "SUBSTRING(a FROM 1 FOR 2)",
			ACROSS_SAME},
		{"\"substring\"(a, 1)", "SUBSTRING(a FROM 2)", ACROSS_DIFFERENT},
		{"\"substring\"(a, 'x'::text, '#'::text)",
			"SUBSTRING(a SIMILAR 'x'::text ESCAPE '#'::text)", ACROSS_SAME},
		{"\"position\"((a || b), c)", "POSITION((c) IN ((a || b)))",
			ACROSS_SAME},
		{"\"position\"(a, b)", "POSITION((a) IN (b))", ACROSS_DIFFERENT},
		{"\"overlay\"(a, b, 1, 2)", "OVERLAY(a PLACING b FROM 1 FOR 2)",
			ACROSS_SAME},
		{"\"overlaps\"(a, b, c, d)", "((a, b) OVERLAPS (c, d))", ACROSS_SAME},
		{"\"xmlexists\"('//a'::text, x)",
			"XMLEXISTS(('//a'::text) PASSING (x))", ACROSS_SAME},
		{"pg_collation_for(a)", "COLLATION FOR (a)", ACROSS_SAME},
		{"normalize(a, 'nfkc'::text)", "NORMALIZE(a, NFKC)", ACROSS_SAME},
		{"is_normalized(a, 'nfc'::text)", "(a IS NFC NORMALIZED)", ACROSS_SAME},
		{"is_normalized(a)", "(a IS NORMALIZED)", ACROSS_SAME},
		{"is_normalized(a)", "(a IS NFC NORMALIZED)", ACROSS_DIFFERENT},
		{"(a ~ similar_escape('x'::text, NULL::text))",
			"(a ~ similar_to_escape('x'::text))", ACROSS_SAME},
		{"similar_escape('x'::text, '#'::text)",
			"similar_to_escape('x'::text, '#'::text)", ACROSS_SAME},
		{"( SELECT true AS bool)", "( SELECT true)", ACROSS_SAME},
		{"( SELECT true AS bool)", "( SELECT false)", ACROSS_DIFFERENT},
		{"XMLSERIALIZE(CONTENT x AS text)",
			"XMLSERIALIZE(CONTENT x AS text NO INDENT)", ACROSS_SAME},
		{"'f(x AT TIME ZONE y)'::text", "'f(timezone(y, x))'::text",
			ACROSS_DIFFERENT},
	};
	static const struct example new_words[] = {
		{"btrim(a)", "TRIM(BOTH FROM a)", ACROSS_DIFFERENT},
		{"date_part('year'::text, d)", "EXTRACT(year FROM d)",
			ACROSS_DIFFERENT},
		{"EXTRACT(year FROM d)", "EXTRACT(year FROM d)", ACROSS_SAME},
	};

	(void)state;
	check(CANON_EXPRESSION, 120022, 180004, examples, COUNT_OF(examples));
	check(CANON_EXPRESSION, 140023, 180004, new_words, COUNT_OF(new_words));
}

static void
test_qualifiers(void **state)
{
	static const struct example over_the_line[] = {
		{" SELECT u.a\n   FROM app.u", " SELECT a\n   FROM app.u", ACROSS_SAME},
		{" SELECT u.u\n   FROM app.u", " SELECT u\n   FROM app.u", ACROSS_SAME},
		{" SELECT u.a\n   FROM app.u", " SELECT b\n   FROM app.u",
			ACROSS_DIFFERENT},
		{" SELECT t.a\n   FROM t, u", " SELECT u.a\n   FROM t, u",
			ACROSS_DIFFERENT},
		/* not a relation of the query */
		{"app.f(a)", "f(a)", ACROSS_UNKNOWN},
		{" SELECT a\n   FROM u", " SELECT u.a\n   FROM u", ACROSS_UNKNOWN},
		{" SELECT old_1.a\n   FROM old old_1", " SELECT a\n   FROM old",
			ACROSS_UNKNOWN},
	};
	static const struct example on_one_side[] = {
		{" SELECT u.a\n   FROM app.u", " SELECT a\n   FROM app.u",
			ACROSS_UNKNOWN},
	};

	(void)state;
	check(CANON_EXPRESSION, 150018, 160000, over_the_line, COUNT_OF(over_the_line));
	check(CANON_EXPRESSION, 120022, 150018, on_one_side, COUNT_OF(on_one_side));
	check(CANON_EXPRESSION, 160014, 180004, on_one_side, COUNT_OF(on_one_side));
}

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
		{"a, lower(b)", "a, upper(b)", ACROSS_DIFFERENT},
		{"a, btrim(b)", "a, TRIM(BOTH FROM b)", ACROSS_SAME},
		{"lower(a) DESC", "lower(a)", ACROSS_DIFFERENT},
		{"f(a, ')') COLLATE \"C\"", "g(a) COLLATE \"C\"", ACROSS_DIFFERENT},
		{"((a + b))", "((a - b))", ACROSS_DIFFERENT},
		{"(((a)::text || b))", "(((a)::name || b))", ACROSS_UNKNOWN},
		{"v tsvector_ops (siglen=200)", "v tsvector_ops (siglen=100)",
			ACROSS_DIFFERENT},
		{"\"a(\"", "\"b(\"", ACROSS_DIFFERENT},
		{"\"(\"\"x\" DESC", "\"(\"\"x\"", ACROSS_DIFFERENT},
		/* the key of a partitioned table */
		{"RANGE (a, b)", "RANGE (a, c)", ACROSS_DIFFERENT},
		{"LIST (a)", "RANGE (a)", ACROSS_DIFFERENT},
		{"LIST (lower(a))", "LIST (upper(a))", ACROSS_DIFFERENT},
		{"LIST (\"substring\"(a, 1))", "LIST (SUBSTRING(a FROM 1))",
			ACROSS_SAME},
		/* arguments */
		{"a integer, b text DEFAULT 'x, (y'::text",
			"a integer, b text DEFAULT 'z'::text", ACROSS_DIFFERENT},
		{"b text DEFAULT 'x'::text", "c text DEFAULT 'x'::text",
			ACROSS_DIFFERENT},
		{"b text DEFAULT 'x'::text", "b text", ACROSS_DIFFERENT},
		{"b text DEFAULT 'x'::text", "b name DEFAULT 'x'::text",
			ACROSS_DIFFERENT},
		/* published tables */
		{"s.t (a, b) WHERE (a > 5)", "s.t (a, b) WHERE (a > 6)",
			ACROSS_DIFFERENT},
		{"s.t (a, b) WHERE (a > 5)", "s.t (a) WHERE (a > 5)", ACROSS_DIFFERENT},
		{"s.t WHERE (a > 5)", "s.t", ACROSS_DIFFERENT},
		/* a generated column, an exclusion */
		{"(a + b) STORED", "(b + a) STORED", ACROSS_DIFFERENT},
		{"(a + b) STORED", "(a + b) VIRTUAL", ACROSS_DIFFERENT},
		{"EXCLUDE USING gist (r WITH &&) WHERE ((n > 0))",
			"EXCLUDE USING gist (r WITH =) WHERE ((n > 0))",
			ACROSS_DIFFERENT},
		{"EXCLUDE USING gist (r WITH &&) WHERE ((n > 0))",
			"EXCLUDE USING gist (r WITH &&) WHERE ((n > 1))",
			ACROSS_DIFFERENT},
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
		cmocka_unit_test(test_locales),
		cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_known_words),
		cmocka_unit_test(test_qualifiers),
		cmocka_unit_test(test_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

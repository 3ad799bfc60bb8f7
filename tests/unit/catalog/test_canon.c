#include "tests/unit/unit.h"

#include "base/mem.h"
#include "catalog/canon.h"

struct example {
	const char *in, *out;
};

static void
check(enum canon c, const struct example *e, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct strbuf once = {0}, twice = {0};

		canon_apply(c, e[i].in, &once);
		assert_string_equal(once.s, e[i].out);
		canon_apply(c, once.s, &twice);
		assert_string_equal(twice.s, e[i].out);
		strbuf_free(&once);
		strbuf_free(&twice);
	}
}

/* Left as the server keeps what was declared, right as after a dump and a restore. */
static void
test_array_casts(void **state)
{
	static const struct example examples[] = {
		{"((s)::text = ANY ((ARRAY['a'::character varying, "
		 "'b'::character varying])::text[]))",
			"((s)::text = ANY (ARRAY[('a'::character varying)::text, "
			"('b'::character varying)::text]))"},
		{"x <> ALL ((ARRAY[f(a, b), c[1]])::character varying(5)[])",
			"x <> ALL (ARRAY[(f(a, b))::character varying(5), "
			"(c[1])::character varying(5)])"},
		{"(ARRAY['a, ]'::t, 'it''s'::t])::\"S\".\"t t\"[]",
			"ARRAY[('a, ]'::t)::\"S\".\"t t\", ('it''s'::t)::\"S\".\"t "
			"t\"]"},
		{"(ARRAY[ARRAY['a'::v], ARRAY['b'::v]])::text[]",
			"ARRAY[ARRAY[('a'::v)::text], ARRAY[('b'::v)::text]]"},
		{"(ARRAY[(ARRAY[a])::text[], b])::text[]",
			"ARRAY[(ARRAY[(a)::text])::text, (b)::text]"},
		{"(ARRAY[now()])::timestamp(3) with time zone[]",
			"ARRAY[(now())::timestamp(3) with time zone]"},
	};

	(void)state;
	check(CANON_EXPRESSION, examples, COUNT_OF(examples));
}

/* What looks like it and is not. */
static void
test_left_alone(void **state)
{
	static const char *const texts[] = {
		"",
		"a > 0",
		"(ARRAY[1, 2])::int2vector AND (b)::text[]",
		"(ARRAY[]::text[])",
		"'(ARRAY[''a''])::text[]'::text",
		"E'\\'(ARRAY[a])::text[]'",
		"\"(ARRAY[a])::text[]\"",
		"(ARRAY[a] || b)::text[]",
		"'EXTRACT(\"YEAR\" FROM x)'",
		"EXTRACT(year FROM x)",
		"(((",
		"'open",
		"\"open",
		")](",
		"(ARRAY[a",
		"SELECT a AS x FROM t",
		"SELECT a AS x, ( SELECT b AS y FROM u) AS z FROM t",
		"\"select\" = \"Json\"",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct example e = {texts[i], texts[i]};

		check(CANON_EXPRESSION, &e, 1);
	}
}

static void
test_set_operations(void **state)
{
	static const struct example examples[] = {
		{" SELECT 1 AS a\nUNION ALL\n SELECT NULL::integer AS int4,\n    2 AS "
		 "b\n"
		 "   FROM t AS u",
			" SELECT 1 AS a\nUNION ALL\n SELECT NULL::integer,\n    2\n"
			"   FROM t AS u"},
		{"SELECT 1 AS a UNION (SELECT 2 AS \"B b\" EXCEPT SELECT 3 AS c) ORDER "
		 "BY 1",
			"SELECT 1 AS a UNION (SELECT 2 EXCEPT SELECT 3) ORDER BY 1"},
		{"(SELECT 1 AS a UNION SELECT 2 AS b) INTERSECT ALL SELECT 3 AS c",
			"(SELECT 1 AS a UNION SELECT 2) INTERSECT ALL SELECT 3"},
		/* a query inside a later branch names its own columns */
		{"SELECT 1 AS a UNION SELECT x AS b FROM ( SELECT 2 AS x) s",
			"SELECT 1 AS a UNION SELECT x FROM ( SELECT 2 AS x) s"},
	};

	(void)state;
	check(CANON_EXPRESSION, examples, COUNT_OF(examples));
}

static void
test_words(void **state)
{
	static const struct example examples[] = {
		{"EXTRACT(\"YEAR\" FROM x)", "EXTRACT(year FROM x)"},
		{"EXTRACT(YEAR FROM x)", "EXTRACT(year FROM x)"},
		{"\"json\" = \"json_table\".\"order\"", "json = json_table.\"order\""},
	};
	static const struct example names = {"\"a, \"\"b\"\"\", \"json\", \"Json\"",
		"\"a, \"\"b\"\"\", json, \"Json\""};

	(void)state;
	check(CANON_EXPRESSION, examples, COUNT_OF(examples));
	check(CANON_NAMES, &names, 1);
}

static void
test_none(void **state)
{
	static const struct example e = {
		"EXTRACT(\"YEAR\" FROM x)", "EXTRACT(\"YEAR\" FROM x)"};

	(void)state;
	check(CANON_NONE, &e, 1);
}

/* Each pair is one that the server reads as one value, and no more. */
static void
test_options(void **state)
{
	static const struct example examples[] = {
		{"autovacuum_enabled=0", "autovacuum_enabled=false"},
		{"autovacuum_enabled=F", "autovacuum_enabled=false"},
		{"autovacuum_enabled=off", "autovacuum_enabled=false"},
		{"autovacuum_enabled=nO", "autovacuum_enabled=false"},
		{"security_barrier=1, security_invoker=yes",
			"security_barrier=true, security_invoker=true"},
		{"autovacuum_enabled=o", "autovacuum_enabled=o"},
		{"autovacuum_enabled=falsey", "autovacuum_enabled=falsey"},
		{"autovacuum_vacuum_scale_factor=.1",
			"autovacuum_vacuum_scale_factor=0.1"},
		{"autovacuum_vacuum_scale_factor=0.10",
			"autovacuum_vacuum_scale_factor=0.1"},
		{"autovacuum_vacuum_scale_factor=1e-1",
			"autovacuum_vacuum_scale_factor=0.1"},
		{"autovacuum_vacuum_scale_factor=0",
			"autovacuum_vacuum_scale_factor=0"},
		{"autovacuum_vacuum_scale_factor=0.3000000000000001",
			"autovacuum_vacuum_scale_factor=0.3000000000000001"},
		{"n_distinct=-0.50, n_distinct_inherited=70",
			"n_distinct=-0.5, n_distinct_inherited=70"},
		{"fillfactor=70", "fillfactor=70"},
		{"fillfactor=7", "fillfactor=7"},
		{"fillfactor=070", "fillfactor=56"},
		{"fillfactor=0x46", "fillfactor=70"},
		{"fillfactor= 70 ", "fillfactor=70"},
		{"fillfactor=70.4", "fillfactor=70"},
		{"fillfactor=70 kB", "fillfactor=70 kB"},
		{"check_option=LOCAL", "check_option=local"},
		{"vacuum_index_cleanup=1, vacuum_truncate=no",
			"vacuum_index_cleanup=true, vacuum_truncate=false"},
		{"vacuum_index_cleanup=AUTO", "vacuum_index_cleanup=auto"},
		{"buffering=auto", "buffering=auto"},
		{"lists=0100, note=off, x=TRUE", "lists=0100, note=off, x=TRUE"},
		{"\"A\" STORAGE EXTERNAL (n_distinct=.50), b (n_distinct=2)",
			"\"A\" STORAGE EXTERNAL (n_distinct=0.5), b (n_distinct=2)"},
	};

	(void)state;
	check(CANON_OPTIONS, examples, COUNT_OF(examples));
}

static void
test_arguments(void **state)
{
	static const struct example examples[] = {
		{"'d', 'a, b'", "'d', 'a, b'"},
		{"d\\000pg_catalog.english\\000c, x\\000",
			"'d', 'pg_catalog.english', 'c, x'"},
		{"\\000it's\\000", "'', 'it''s'"},
		{"caf\\303\\251\\000\\\\000\\000", "'caf\303\251', E'\\\\000'"},
	};

	(void)state;
	check(CANON_ARGUMENTS, examples, COUNT_OF(examples));
	assert_true(canon_equal(CANON_ARGUMENTS, "a\\000b\\000", "'a', 'b'"));
	assert_false(canon_equal(CANON_ARGUMENTS, "a\\000b\\000", "'a', 'c'"));
	assert_true(canon_equal(CANON_OPTIONS, "fastupdate=0", "fastupdate=false"));
	assert_false(canon_equal(CANON_OPTIONS, "fastupdate=0", "fastupdate=true"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_array_casts),
		cmocka_unit_test(test_left_alone),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_set_operations),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

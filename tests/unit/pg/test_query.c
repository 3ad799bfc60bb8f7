/* How parameters and literals come into a query. */
#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "catalog/checksql.h"
#include "catalog/kinds.h"
#include "catalog/versionsql.h"
#include "pg/query.h"

static void
expect(const char *sql, const char *a, const char *b, const char *text)
{
	const char *const params[] = {a, b};
	const struct pg_statement st = {.sql = sql, .params = params, .n_params = 2};
	struct strbuf out = {0};

	query_add(&out, &st);
	assert_string_equal(out.s, text);
	strbuf_free(&out);
}

/* Quotes end nothing, and a backslash stands for itself, whatever the server's mode is.
 */
static void
test_parameters(void **state)
{
	(void)state;
	expect("SELECT $1::text, $2", "a", "b", "SELECT 'a'::text, 'b'");
	expect("$2$1", "a", NULL, "NULL'a'");
	expect("f($1)", "", NULL, "f('')");
	expect("f($1)", "it's; DROP", NULL, "f('it''s; DROP')");
	expect("f($1)", "a\\", NULL, "f( E'a\\\\')");
	expect("f($1)", "\\' OR '", NULL, "f( E'\\\\'' OR ''')");
	expect("f($1, $2)", "$2", "$1", "f('$2', '$1')");
}

static void
test_literals(void **state)
{
	(void)state;
	expect("x LIKE 'pg\\_%'", NULL, NULL, "x LIKE  E'pg\\\\_%'");
	expect("x ~ '[0-9]*$' AND $1", "a", NULL, "x ~ '[0-9]*$' AND 'a'");
	expect("'it''s', '$1', ''", "a", NULL, "'it''s', '$1', ''");
	expect("'\\''', $1", "a", NULL, " E'\\\\''', 'a'");
	expect("\"a'$1\\\"\"\", $1", "a", NULL, "\"a'$1\\\"\"\", 'a'");
}

static void
test_copy(void **state)
{
	const struct pg_copy copy = {.table = "public.\"A\"", .column = "b"};
	struct strbuf out = {0};

	(void)state;
	query_add_copy(&out, &copy);
	assert_string_equal(out.s, "COPY public.\"A\" (b) TO STDOUT");
	strbuf_free(&out);
}

/* What is sent has only what query_add() knows. */
static void
expect_plain(const char *sql)
{
	static const char *const none[] = {"--", "/*", "$$", " E'", "(E'", ",E'", "U&"};

	for (size_t i = 0; sql && i < COUNT_OF(none); i++)
		if (strstr(sql, none[i]))
			fail_msg("%s in %s", none[i], sql);
}

static void
test_statements(void **state)
{
	struct strbuf setup = {0};

	(void)state;
	checksql_setup(&setup, 1, 1);
	expect_plain(setup.s);
	strbuf_free(&setup);
	expect_plain(checksql_info);
	expect_plain(checksql_position);
	expect_plain(versionsql_facts);
	for (int version = 120000; version < 190000; version += 10000) {
		expect_plain(checksql_probe(version));
		for (int k = 0; k < KIND_COUNT; k++) {
			const struct kind_info *i = kind_info((enum kind)k);

			expect_plain(
				kind_sql_for(i->reads, COUNT_OF(i->reads), version));
			expect_plain(kind_sql_for(
				i->details, COUNT_OF(i->details), version));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_literals),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_statements),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

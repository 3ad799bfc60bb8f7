#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/checksql.h"
#include "catalog/kinds.h"

static void
test_setup(void **state)
{
	static const char *const parts[] = {
		"set_config('search_path', 'pg_catalog, pg_temp', true)",
		"set_config('row_security', 'off', true)",
		"CASE WHEN pg_catalog.current_setting("
		"'restrict_nonsystem_relation_kind', true) IS NOT NULL THEN "
		"pg_catalog.set_config('restrict_nonsystem_relation_kind', "
		"'view, foreign-table', true) END",
		"set_config('TimeZone', 'UTC', true)",
		"set_config('DateStyle', 'ISO, YMD', true)",
		"set_config('IntervalStyle', 'postgres', true)",
		"set_config('extra_float_digits', '1', true)",
		"set_config('bytea_output', 'hex', true)",
		"set_config('quote_all_identifiers', 'off', true)",
		"set_config('standard_conforming_strings', 'on', true)",
		"set_config('lc_monetary', 'C', true)",
		"set_config('statement_timeout', '20000', true)",
		"set_config('lock_timeout', '1000', true)"};
	struct strbuf b = {0};

	(void)state;
	checksql_setup(&b, 20000, 1000);
	assert_memory_equal(b.s, "SELECT ", 7);
	assert_non_null(strstr(b.s, "set_config('pgdriftd.key', '"));
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		assert_non_null(strstr(b.s, parts[i]));
	/* one statement, for this transaction only */
	assert_null(strchr(b.s, ';'));
	assert_null(strstr(b.s, "false)"));
	strbuf_free(&b);
}

/* Each version's probe covers what that version has, and nothing it has not. */
static void
test_probe(void **state)
{
	static const struct {
		int version;
		bool flags_in_place, published_schemas, failover;
	} cases[] = {
		{120022, true, false, false},
		{130023, true, false, false},
		{140023, false, false, false},
		{150020, false, true, false},
		{160014, false, true, false},
		{170010, false, true, true},
		{180004, false, true, true},
		{190000, false, true, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *sql = checksql_probe(cases[i].version);
		char *unless = checksql_probe_unless(cases[i].version);

		assert_non_null(strstr(unless, sql));
		assert_non_null(strstr(unless, "IS DISTINCT FROM $1::text"));
		free(unless);
		assert_non_null(strstr(sql, " AS probe"));
		assert_int_equal(
			!!strstr(sql, "x.indisvalid"), cases[i].flags_in_place);
		assert_int_equal(!!strstr(sql, "pg_publication_namespace"),
			cases[i].published_schemas);
		assert_int_equal(!!strstr(sql, "subfailover"), cases[i].failover);
		assert_null(strstr(sql, "subconninfo"));
	}
	assert_non_null(strstr(checksql_probe(110022), "SELECT md5('') AS probe"));
}

static void
test_has_moved(void **state)
{
	static const char before[] = "server 1,pg_am 2,pg_class 3,pg_class_x 4";

	(void)state;
	assert_false(checksql_has_moved(before, before, "pg_am"));
	assert_false(checksql_has_moved(before, before, "pg_class_x"));
	assert_false(
		checksql_has_moved(before, "server 1,pg_am 9,pg_class 3", "pg_class"));
	assert_true(checksql_has_moved(before, "server 1,pg_am 9,pg_class 3", "pg_am"));
	assert_true(checksql_has_moved(before, "server 1,pg_class 33", "pg_class"));
	assert_true(checksql_has_moved("server 1,pg_class 33", before, "pg_class"));
	/* What is not there may be anything; another server says nothing of this one.
	 */
	assert_true(checksql_has_moved(before, before, "pg_clas"));
	assert_true(checksql_has_moved(before, "server 1", "pg_am"));
	assert_true(checksql_has_moved(before, "server 2,pg_am 2", "pg_am"));
}

static void
test_has_none(void **state)
{
	static const char parts[] = "server 1,pg_am none,pg_cast nonesuch,pg_class 3";

	(void)state;
	assert_true(checksql_has_none(parts, "pg_am"));
	assert_true(checksql_has_none("server 1,pg_am none", "pg_am"));
	assert_false(checksql_has_none(parts, "pg_cast"));
	assert_false(checksql_has_none(parts, "pg_class"));
	/* What is not there may be anything. */
	assert_false(checksql_has_none(parts, "pg_a"));
	assert_false(checksql_has_none("server 0", "pg_am"));
}

/* What is read and needs no probe of its own. */
static bool
is_told_by_another(const char *catalog, size_t n)
{
	static const char *const list[] = {
		"pg_init_privs",        /* of extensions: pg_extension, pg_depend */
		"pg_stat_subscription", /* until 13, names alone: pg_subscription */
	};

	for (size_t i = 0; i < COUNT_OF(list); i++)
		if (strlen(list[i]) == n && !strncmp(list[i], catalog, n))
			return true;
	return false;
}

/* Catalogs, that is, not functions: "pg_catalog.pg_class c", "'…pg_class'::regclass".
 */
static void
check_catalogs_of(const char *sql, const char *probe)
{
	static const char schema[] = "pg_catalog.pg_";
	const char *at = sql;

	while (at && (at = strstr(at, schema))) {
		const char *name = at + strlen("pg_catalog.");
		size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz_");
		char *word = xstrndup(name, n);

		if (name[n] != '(' && !is_told_by_another(name, n) &&
			!strstr(probe, word))
			fail_msg("%s is read, but not probed", word);
		free(word);
		at = name + n;
	}
}

static void
test_all_that_is_read_is_probed(void **state)
{
	(void)state;
	for (int version = 120000; version < 190000; version += 10000)
		for (int k = 0; k < KIND_COUNT; k++) {
			const struct kind_info *i = kind_info((enum kind)k);
			const char *probe = checksql_probe(version);

			check_catalogs_of(
				kind_sql_for(i->reads, COUNT_OF(i->reads), version),
				probe);
			check_catalogs_of(
				kind_sql_for(i->details, COUNT_OF(i->details), version),
				probe);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_setup),
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_has_moved),
		cmocka_unit_test(test_has_none),
		cmocka_unit_test(test_all_that_is_read_is_probed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

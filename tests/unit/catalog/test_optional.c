#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "catalog/checksql.h"
#include "catalog/optional.h"

static void
test_has_none(void **state)
{
	static const char parts[] =
		"server 1,pg_am none,pg_cast 2,pg_class none,pg_seclabel none";

	(void)state;
	assert_true(optional_has_none(KIND_ACCESS_METHOD, parts));
	assert_false(optional_has_none(KIND_CAST, parts));
	/* What is nowhere said may be there. */
	assert_false(optional_has_none(KIND_POLICY, parts));
	/* Both catalogs have to say it. */
	assert_false(optional_has_none(KIND_SECURITY_LABEL, parts));
	assert_false(optional_has_none(
		KIND_SECURITY_LABEL, "server 1,pg_seclabel none,pg_shseclabel 1"));
	assert_true(optional_has_none(
		KIND_SECURITY_LABEL, "server 1,pg_seclabel none,pg_shseclabel none"));
	/* No catalog is its own. */
	assert_false(optional_has_none(KIND_TABLE, parts));
}

static bool
holds(const char *sql, const char *before, const char *word, const char *after)
{
	struct strbuf b = {0};
	bool found;

	strbuf_printf(&b, "%s%s%s", before, word, after);
	found = strstr(sql, b.s) != NULL;
	strbuf_free(&b);
	return found;
}

/* Shared labels are those of subscriptions, which nobody may tell apart until 13. */
static bool
is_read(const char *sql, const char *catalog, int version)
{
	return holds(sql, "FROM pg_catalog.", catalog, " ") ||
	       holds(sql, "JOIN pg_catalog.", catalog, " ") ||
	       (version < 140000 && !strcmp(catalog, "pg_shseclabel"));
}

/* A statement of every server reads the catalogs that decide whether it is sent, and
 * the probe counts them. */
static void
test_catalogs_are_read_and_probed(void **state)
{
	size_t n = 0;

	(void)state;
	for (int version = 120000; version < 190000; version += 10000)
		for (int k = 0; k < KIND_COUNT; k++) {
			const struct kind_info *i = kind_info((enum kind)k);
			const char *sql =
				kind_sql_for(i->reads, COUNT_OF(i->reads), version);

			for (size_t c = 0; c < KIND_MAX_CATALOGS; c++) {
				const char *catalog = i->only_with_rows[c];

				if (!catalog)
					continue;
				if (!is_read(sql, catalog, version))
					fail_msg(
						"%s: %s is not read", i->word, catalog);
				if (!holds(checksql_probe(version), "'", catalog, "'"))
					fail_msg("%s: %s is not probed", i->word,
						catalog);
				n++;
			}
		}
	assert_true(n > 0);
}

/* Where initdb leaves rows the probe does not count them, so none is to be read. */
static void
test_what_initdb_made_is_not_read(void **state)
{
	static const char *const of_initdb[] = {"pg_aggregate", "pg_am", "pg_cast",
		"pg_collation", "pg_conversion", "pg_opclass", "pg_operator",
		"pg_opfamily", "pg_proc", "pg_rewrite", "pg_ts_config", "pg_ts_dict",
		"pg_ts_parser", "pg_ts_template"};

	(void)state;
	for (int version = 120000; version < 190000; version += 10000)
		for (int k = 0; k < KIND_COUNT; k++) {
			const struct kind_info *i = kind_info((enum kind)k);
			const char *sql =
				kind_sql_for(i->reads, COUNT_OF(i->reads), version);

			for (size_t c = 0; c < COUNT_OF(of_initdb); c++)
				if (i->only_with_rows[0] &&
					!strcmp(i->only_with_rows[0], of_initdb[c]) &&
					!strstr(sql, ".oid >= 16384"))
					fail_msg("%s: reads what initdb made", i->word);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_has_none),
		cmocka_unit_test(test_catalogs_are_read_and_probed),
		cmocka_unit_test(test_what_initdb_made_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "catalog/kinds.h"

enum { FIRST_VERSION = 120000, LAST_VERSION = 189999 };

static bool
is_lower_snake(const char *s)
{
	return *s >= 'a' && *s <= 'z' &&
	       strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(s);
}

static void
test_every_kind_has_a_row(void **state)
{
	(void)state;
	for (int k = 0; k < KIND_COUNT; k++) {
		const struct kind_info *i = kind_info(k);

		assert_non_null(i);
		assert_true(is_lower_snake(i->word));
		assert_true(strlen(i->plural) > strlen(i->word) - 1);
		assert_int_equal(kind_by_word(i->word), k);
		assert_non_null(i->reads[0].sql);
	}
	assert_int_equal(kind_by_word("nonsense"), KIND_NONE);
	assert_int_equal(kind_by_word(""), KIND_NONE);
}

/* The words are the contract's, in the order of the enumeration. */
static void
test_words(void **state)
{
	static const char *const words[KIND_COUNT] = {"schema", "extension", "table",
		"column", "constraint", "index", "sequence", "view",
		"materialized_view", "type", "domain", "function", "procedure",
		"aggregate", "trigger", "rule", "policy", "event_trigger",
		"publication", "subscription", "foreign_data_wrapper", "foreign_server",
		"foreign_table", "user_mapping", "statistics", "collation",
		"conversion", "operator", "operator_class", "operator_family", "cast",
		"text_search_configuration", "text_search_dictionary",
		"text_search_parser", "text_search_template", "access_method",
		"transform", "language", "database_setting", "default_privilege",
		"comment", "security_label", "grant", "database"};

	(void)state;
	for (int k = 0; k < KIND_COUNT; k++)
		assert_string_equal(kind_info(k)->word, words[k]);
}

static void
test_properties(void **state)
{
	static const char *const reserved[] = {"schema", "name", "part", "args", "on",
		"parent", "parent_part", "oid", "deparse"};

	(void)state;
	for (int k = 0; k < KIND_COUNT; k++) {
		const struct kind_info *info = kind_info(k);

		assert_true(info->n_properties > 0);
		assert_true(info->n_properties <= KIND_MAX_PROPERTIES);
		assert_null(info->properties[info->n_properties].name);
		for (size_t i = 0; i < info->n_properties; i++) {
			const struct property *p = &info->properties[i];

			assert_true(is_lower_snake(p->name));
			assert_int_equal(kind_property(k, p->name), (int)i);
			assert_true(p->canon <= CANON_EXPRESSION);
			if (p->implied_by)
				assert_true(kind_property(k, p->implied_by) >= 0);
			if (p->otherwise)
				assert_true(kind_property(k, p->otherwise) > (int)i);
			for (size_t r = 0; r < COUNT_OF(reserved); r++)
				assert_string_not_equal(p->name, reserved[r]);
		}
		assert_int_equal(kind_property(k, "no_such_property"), -1);
	}
}

/* Ranges are sorted and leave no gap between the first and the last version. */
static void
check_ranges(const struct kind_sql *list, int first)
{
	int next = first;

	for (size_t i = 0; i < KIND_MAX_VERSIONS && list[i].sql; i++) {
		assert_int_not_equal(next, 0);
		assert_int_equal(list[i].min_version, next);
		next = list[i].max_version ? list[i].max_version + 1 : 0;
	}
	assert_int_equal(next, 0);
}

static void
test_versions(void **state)
{
	(void)state;
	for (int k = 0; k < KIND_COUNT; k++) {
		const struct kind_info *i = kind_info(k);

		check_ranges(i->reads, FIRST_VERSION);
		assert_null(kind_sql_for(i->reads, KIND_MAX_VERSIONS, 110022));
		if (i->details[0].sql)
			check_ranges(i->details, i->details[0].min_version);
	}
}

static bool
has_column(const char *sql, const char *name)
{
	char plain[80], quoted[80];

	snprintf(plain, sizeof plain, " AS %s", name);
	snprintf(quoted, sizeof quoted, " AS \"%s\"", name);
	return strstr(sql, plain) || strstr(sql, quoted);
}

/* What may be deparsed says so, and where it does, there is a statement for it. */
static void
test_details(void **state)
{
	(void)state;
	for (int k = 0; k < KIND_COUNT; k++) {
		const struct kind_info *i = kind_info(k);

		for (int v = FIRST_VERSION; v < LAST_VERSION; v += 10000) {
			const char *reads =
				kind_sql_for(i->reads, KIND_MAX_VERSIONS, v);
			const char *details =
				kind_sql_for(i->details, KIND_MAX_VERSIONS, v);

			assert_non_null(reads);
			if (!details) {
				assert_true(!has_column(reads, "deparse") ||
					    strstr(reads, "false AS deparse"));
				continue;
			}
			assert_true(has_column(reads, "deparse"));
			assert_true(has_column(reads, "oid"));
			assert_non_null(strstr(details, "ANY ($1::oid[])"));
		}
	}
}

/* Each property is given by one of the two on every version, if only as NULL. */
static void
test_every_property_is_read(void **state)
{
	(void)state;
	for (int k = 0; k < KIND_COUNT; k++)
		for (int v = FIRST_VERSION; v < LAST_VERSION; v += 10000) {
			const struct kind_info *i = kind_info(k);
			const char *reads =
				kind_sql_for(i->reads, KIND_MAX_VERSIONS, v);
			const char *details =
				kind_sql_for(i->details, KIND_MAX_VERSIONS, v);

			for (size_t p = 0; p < i->n_properties; p++) {
				const char *name = i->properties[p].name;

				/* there, but nobody may read it */
				if (k == KIND_SUBSCRIPTION && v < 140000 &&
					!strcmp(name, "synchronous_commit"))
					continue;
				assert_true(has_column(reads, name) ||
					    (details && has_column(details, name)));
			}
		}
}

/* Functions that open a relation are called for what was asked for, never for all. */
static void
test_reads_open_nothing(void **state)
{
	static const char *const openers[] = {"pg_get_viewdef", "pg_get_ruledef",
		"pg_get_indexdef", "pg_get_constraintdef", "pg_get_partkeydef",
		"pg_get_statisticsobjdef", "pg_get_function_sqlbody",
		"pg_get_functiondef", "::regclass::text"};

	(void)state;
	for (int k = 0; k < KIND_COUNT; k++)
		for (size_t i = 0; i < KIND_MAX_VERSIONS; i++) {
			const char *sql = kind_info(k)->reads[i].sql;

			for (size_t o = 0; sql && o < COUNT_OF(openers); o++)
				assert_null(strstr(sql, openers[o]));
		}
}

/* ---- docs/findings.md ---- */

static const char *
switch_word(enum comparison_switch w)
{
	static const char *const words[] = {[SWITCH_ALWAYS] = "",
		[SWITCH_COLUMN_ORDER] = " (column order)",
		[SWITCH_OWNERS] = " (owners)",
		[SWITCH_GRANTS] = " (grants)",
		[SWITCH_COMMENTS] = "",
		[SWITCH_GENERATED_NAMES] = " (generated names)",
		[SWITCH_LOCALE] = " (locale)",
		[SWITCH_ALL] = " (all)"};

	return words[w];
}

static void
add_properties(const struct kind_info *info, enum severity severity, struct strbuf *out)
{
	const char *between = " ";

	for (size_t i = 0; i < info->n_properties; i++) {
		const struct property *p = &info->properties[i];

		if (p->severity != severity || p->only_with == SWITCH_NEVER)
			continue;
		strbuf_printf(out, "%s`%s`%s%s", between, p->name,
			p->severity_of ? " *" : "",
			p->only_with == info->only_with ? ""
							: switch_word(p->only_with));
		between = ", ";
	}
	strbuf_add(out, " |");
}

/* The row of a kind, as the document has to have it: * where the values decide. */
static void
add_row(const struct kind_info *info, struct strbuf *out)
{
	static const char *const words[] = {[SEVERITY_BREAKING] = "breaking",
		[SEVERITY_ADDITIVE] = "additive",
		[SEVERITY_COSMETIC] = "cosmetic"};

	strbuf_printf(out, "\n| `%s`%s | %s%s | %s%s |", info->word,
		switch_word(info->only_with), words[info->missing],
		info->missing_of ? " *" : "", words[info->unexpected],
		info->unexpected_of ? " *" : "");
	add_properties(info, SEVERITY_BREAKING, out);
	add_properties(info, SEVERITY_ADDITIVE, out);
	add_properties(info, SEVERITY_COSMETIC, out);
	strbuf_addc(out, '\n');
}

static void
test_document(void **state)
{
	const char *srcdir = getenv("srcdir");
	char *path = xasprintf("%s/docs/findings.md", srcdir ? srcdir : ".");
	struct strbuf text = {0};
	char line[4096];
	FILE *f = fopen(path, "r");

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f))
		strbuf_add(&text, line);
	fclose(f);
	for (int k = 0; k < KIND_COUNT; k++) {
		struct strbuf row = {0};

		add_row(kind_info(k), &row);
		if (!strstr(text.s, row.s))
			fail_msg("%s lacks the row%s", path, row.s);
		strbuf_free(&row);
	}
	strbuf_free(&text);
	free(path);
}

/* A schema's statements read as the others do, of that schema alone. */
static void
test_of_schema(void **state)
{
	enum kind kinds[KIND_COUNT];
	const char *sql[KIND_COUNT];
	size_t n = kinds_readable(150018, kinds, sql), restricted = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		char *one = kind_sql_of_schema(sql[i], "it's");
		size_t users = 0, of_one = 0;

		for (const char *at = sql[i]; (at = strstr(at, "'information_schema'"));
			at++)
			users++;
		for (const char *at = one;
			(at = strstr(
				 at, "'information_schema' AND n.nspname = 'it''s'"));
			at++)
			of_one++;
		assert_int_equal(of_one, users);
		assert_true(users || !strcmp(one, sql[i]));
		restricted += users > 0;
		free(one);
	}
	assert_true(restricted > 20);
	assert_true(n > restricted);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_has_a_row),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_details),
		cmocka_unit_test(test_every_property_is_read),
		cmocka_unit_test(test_reads_open_nothing),
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_of_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

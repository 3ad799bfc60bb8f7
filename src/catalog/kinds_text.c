/* What decides how text is read and sorted: text search, collations, conversions. */
#include "catalog/kinds_sql.h"

/* clang-format off */

static const struct property configuration_properties[] = {
	{"parser", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"mappings", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"owner", SWITCH_OWNERS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

/* Token types are known by the parser's numbers, which ts_token_type() names by
 * calling it: a parser's code is not run for this. */
const struct kind_info kind_row_text_search_configuration = {
	.word = "text_search_configuration",
	.plural = "text search configurations",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(configuration_properties),
	.only_with_rows = {"pg_ts_config"},
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, o.cfgname AS name, o.oid AS oid,"
		" " OTHER_NAME("pg_ts_parser", "prs", "o.cfgparser") " AS parser,"
		" (SELECT string_agg(concat(m.token, ': ', m.names), '; ' ORDER BY m.token)"
		" FROM (SELECT x.maptokentype AS token, string_agg("
		OTHER_NAME("pg_ts_dict", "dict", "x.mapdict")
		", ', ' ORDER BY x.mapseqno) AS names"
		" FROM pg_catalog.pg_ts_config_map x WHERE x.mapcfg = o.oid"
		" GROUP BY x.maptokentype) m) AS mappings, " OWNER("o.cfgowner")
		" FROM pg_catalog.pg_ts_config o"
		" JOIN pg_catalog.pg_namespace n ON n.oid = o.cfgnamespace"
		" WHERE " LATER("o.oid") USER_SCHEMA " AND " NOT_MEMBER("pg_ts_config", "o.oid")}},
};

static const struct property dictionary_properties[] = {
	{"template", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"options", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"owner", SWITCH_OWNERS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

const struct kind_info kind_row_text_search_dictionary = {
	.word = "text_search_dictionary",
	.plural = "text search dictionaries",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(dictionary_properties),
	.only_with_rows = {"pg_ts_dict"},
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, o.dictname AS name, o.oid AS oid,"
		" " OTHER_NAME("pg_ts_template", "tmpl", "o.dicttemplate") " AS template,"
		" o.dictinitoption AS options, " OWNER("o.dictowner")
		" FROM pg_catalog.pg_ts_dict o"
		" JOIN pg_catalog.pg_namespace n ON n.oid = o.dictnamespace"
		" WHERE " LATER("o.oid") USER_SCHEMA " AND " NOT_MEMBER("pg_ts_dict", "o.oid")}},
};

static const struct property parser_properties[] = {
	{"start", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"gettoken", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"end", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"headline", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"lextypes", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{0},
};

const struct kind_info kind_row_text_search_parser = {
	.word = "text_search_parser",
	.plural = "text search parsers",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(parser_properties),
	.only_with_rows = {"pg_ts_parser"},
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, o.prsname AS name, o.oid AS oid,"
		" o.prsstart AS start, o.prstoken AS gettoken,"
		" o.prsend AS \"end\", " FUNCTION("o.prsheadline") " AS headline,"
		" o.prslextype AS lextypes"
		" FROM pg_catalog.pg_ts_parser o"
		" JOIN pg_catalog.pg_namespace n ON n.oid = o.prsnamespace"
		" WHERE " LATER("o.oid") USER_SCHEMA " AND " NOT_MEMBER("pg_ts_parser", "o.oid")}},
};

static const struct property template_properties[] = {
	{"init", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"lexize", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{0},
};

const struct kind_info kind_row_text_search_template = {
	.word = "text_search_template",
	.plural = "text search templates",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(template_properties),
	.only_with_rows = {"pg_ts_template"},
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, o.tmplname AS name, o.oid AS oid,"
		" " FUNCTION("o.tmplinit") " AS init, o.tmpllexize AS lexize"
		" FROM pg_catalog.pg_ts_template o"
		" JOIN pg_catalog.pg_namespace n ON n.oid = o.tmplnamespace"
		" WHERE " LATER("o.oid") USER_SCHEMA " AND " NOT_MEMBER("pg_ts_template", "o.oid")}},
};

static const struct property collation_properties[] = {
	{"provider", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = "libc|icu|builtin|default", .required = true},
	{"locale", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .implied_by = "provider"},
	{"icu_locale", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_OF_VERSION,
		.implied_by = "provider"},
	{"rules", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"deterministic", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		TRUE_OR_FALSE},
	{"owner", SWITCH_OWNERS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

/* One field for what moved between columns from version to version, but the names of
 * ICU for itself: 16 and later write them in another form.  Not the version of the
 * collation: that is the host's. */
#define COLLATIONS(locale, rules) \
	"SELECT n.nspname AS schema, o.collname AS name, o.oid AS oid," \
	" CASE o.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu'" \
	" WHEN 'b' THEN 'builtin' ELSE 'default' END AS provider," \
	" CASE WHEN o.collprovider <> 'i' THEN " locale " END AS locale," \
	" CASE WHEN o.collprovider = 'i' THEN " locale " END AS icu_locale," \
	" " rules " AS rules," \
	" o.collisdeterministic::text AS deterministic, " OWNER("o.collowner") \
	" FROM pg_catalog.pg_collation o" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = o.collnamespace" \
	" WHERE o.collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding()))" \
	" AND " LATER("o.oid") USER_SCHEMA " AND " NOT_MEMBER("pg_collation", "o.oid")
#define LIBC_LOCALE \
	"o.collcollate || CASE WHEN o.collctype <> o.collcollate" \
	" THEN ', ' || o.collctype ELSE '' END"

const struct kind_info kind_row_collation = {
	.word = "collation",
	.plural = "collations",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(collation_properties),
	.only_with_rows = {"pg_collation"},
	.reads = {
		{120000, 149999, COLLATIONS(LIBC_LOCALE, "NULL")},
		{150000, 159999,
			COLLATIONS("coalesce(o.colliculocale, " LIBC_LOCALE ")", "NULL")},
		{160000, 169999,
			COLLATIONS("coalesce(o.colliculocale, " LIBC_LOCALE ")", "o.collicurules")},
		{170000, 0,
			COLLATIONS("coalesce(o.colllocale, " LIBC_LOCALE ")", "o.collicurules")},
	},
};

static const struct property conversion_properties[] = {
	{"source", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{"destination", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{"function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"default", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		TRUE_OR_FALSE},
	{"owner", SWITCH_OWNERS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

const struct kind_info kind_row_conversion = {
	.word = "conversion",
	.plural = "conversions",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(conversion_properties),
	.only_with_rows = {"pg_conversion"},
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, o.conname AS name, o.oid AS oid,"
		" pg_encoding_to_char(o.conforencoding) AS source,"
		" pg_encoding_to_char(o.contoencoding) AS destination,"
		" o.conproc AS function, o.condefault::text AS \"default\","
		" " OWNER("o.conowner")
		" FROM pg_catalog.pg_conversion o"
		" JOIN pg_catalog.pg_namespace n ON n.oid = o.connamespace"
		" WHERE " LATER("o.oid") USER_SCHEMA " AND " NOT_MEMBER("pg_conversion", "o.oid")}},
};
/* clang-format on */

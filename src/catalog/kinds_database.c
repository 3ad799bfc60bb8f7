/* What belongs to the database as a whole, and extended statistics. */
#include "catalog/kinds_sql.h"
#include "catalog/severity.h"

/* clang-format off */

static const struct property event_trigger_properties[] = {
	{"event", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{"tags", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"enabled", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = "origin|disabled|replica|always", .required = true},
	{"owner", SWITCH_OWNERS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

const struct kind_info kind_row_event_trigger = {
	.word = "event_trigger",
	.plural = "event triggers",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_BREAKING,
	.missing_of = severity_enabled,
	.unexpected_of = severity_enabled,
	PROPERTIES(event_trigger_properties),
	.only_with_rows = {"pg_event_trigger"},
	.reads = {{120000, 0,
		"SELECT e.evtname AS name, e.oid AS oid, e.evtevent AS event,"
		" (SELECT string_agg(tag, ', ' ORDER BY tag COLLATE \"C\")"
		" FROM unnest(e.evttags) tag) AS tags,"
		" e.evtfoid::regproc AS function,"
		" CASE e.evtenabled WHEN 'O' THEN 'origin' WHEN 'D' THEN 'disabled'"
		" WHEN 'R' THEN 'replica' ELSE 'always' END AS enabled, " OWNER("e.evtowner")
		" FROM pg_catalog.pg_event_trigger e"
		" WHERE " NOT_MEMBER("pg_event_trigger", "e.oid")}},
};

static const struct property statistics_properties[] = {
	{"table", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NAMES, .required = true},
	{"kinds", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"columns", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NAMES},
	{"expressions", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_EXPRESSION},
	{"statistics_target", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE, .form = FORM_NUMBER},
	{"owner", SWITCH_OWNERS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

/* Columns are kept sorted by number, so that their order says nothing. */
#define STATISTICS(deparse, target) \
	"SELECT n.nspname AS schema, s.stxname AS name, s.oid AS oid," \
	" CASE WHEN c.relnamespace = s.stxnamespace THEN c.relname END AS parent," \
	" " deparse " AS deparse, " RELATION_NAME("s.stxrelid") " AS \"table\"," \
	" (SELECT string_agg(CASE k WHEN 'd' THEN 'ndistinct' WHEN 'f' THEN 'dependencies'" \
	" WHEN 'm' THEN 'mcv' END, ', ' ORDER BY k) FROM unnest(s.stxkind) k" \
	" WHERE k <> 'e') AS kinds," \
	" (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname)" \
	" FROM pg_catalog.pg_attribute a WHERE a.attrelid = s.stxrelid" \
	" AND a.attnum = ANY (s.stxkeys::int2[])) AS columns," \
	" NULL AS expressions, " target " AS statistics_target, " OWNER("s.stxowner") \
	" FROM pg_catalog.pg_statistic_ext s" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace" \
	" JOIN pg_catalog.pg_class c ON c.oid = s.stxrelid" \
	" WHERE " USER_SCHEMA " AND " NOT_MEMBER("pg_statistic_ext", "s.oid") \
	" AND " NOT_MEMBER("pg_class", "c.oid")
#define TARGET "CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END"

const struct kind_info kind_row_statistics = {
	.word = "statistics",
	.plural = "extended statistics",
	.missing = SEVERITY_COSMETIC,
	.unexpected = SEVERITY_COSMETIC,
	PROPERTIES(statistics_properties),
	.only_with_rows = {"pg_statistic_ext"},
	.reads = {
		{120000, 129999, STATISTICS("false", "NULL")},
		{130000, 139999, STATISTICS("false", TARGET)},
		{140000, 0, STATISTICS("s.stxexprs IS NOT NULL", TARGET)},
	},
	.details = {{140000, 0,
		"SELECT s.oid AS oid, array_to_string("
		"pg_get_statisticsobjdef_expressions(s.oid), ', ') AS expressions"
		" FROM pg_catalog.pg_statistic_ext s WHERE s.oid = ANY ($1::oid[])"}},
};

static const struct property access_method_properties[] = {
	{"type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "table|index", .required = true},
	{"handler", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .implied_by = "type",
		.required = true},
	{0},
};

const struct kind_info kind_row_access_method = {
	.word = "access_method",
	.plural = "access methods",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(access_method_properties),
	.only_with_rows = {"pg_am"},
	.reads = {{120000, 0,
		"SELECT o.amname AS name, o.oid AS oid,"
		" CASE o.amtype WHEN 't' THEN 'table' ELSE 'index' END AS type,"
		" o.amhandler AS handler FROM pg_catalog.pg_am o"
		" WHERE " LATER("o.oid") NOT_MEMBER("pg_am", "o.oid")}},
};

static const struct property language_properties[] = {
	{"trusted", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		TRUE_OR_FALSE},
	{"handler", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"inline", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"validator", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

const struct kind_info kind_row_language = {
	.word = "language",
	.plural = "languages",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(language_properties),
	.reads = {{120000, 0,
		"SELECT l.lanname AS name, l.oid AS oid, l.lanpltrusted::text AS trusted,"
		" " FUNCTION("l.lanplcallfoid") " AS handler,"
		" " FUNCTION("l.laninline") " AS inline,"
		" " FUNCTION("l.lanvalidator") " AS validator, " OWNER("l.lanowner")
		" FROM pg_catalog.pg_language l"
		" WHERE " LATER("l.oid") NOT_MEMBER("pg_language", "l.oid")}},
};

static const struct property database_setting_properties[] = {
	{"value", SWITCH_ALL, SEVERITY_BREAKING, CANON_NONE, true, .required = true},
	{0},
};

/* ALTER DATABASE … SET, and ALTER ROLE … IN DATABASE … SET.  What a role has in every
 * database is the cluster's. */
const struct kind_info kind_row_database_setting = {
	.word = "database_setting",
	.plural = "settings of the database",
	.only_with = SWITCH_ALL,
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_BREAKING,
	PROPERTIES(database_setting_properties),
	.only_with_rows = {"pg_db_role_setting"},
	.reads = {{120000, 0,
		"SELECT r.name, r.part, " UNLESS_SECRET("r.name", "r.text") " AS value"
		" FROM (SELECT left(o, strpos(o, '=') - 1) AS name,"
		" substr(o, strpos(o, '=') + 1) AS text,"
		" CASE WHEN s.setrole <> 0 THEN pg_get_userbyid(s.setrole) END AS part"
		" FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) o"
		" WHERE s.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d"
		" WHERE d.datname = current_database())) r"}},
};
static const struct property database_properties[] = {
	{"encoding", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = FORM_NAME,
		.required = true},
	{"locale_provider", SWITCH_LOCALE, SEVERITY_BREAKING, CANON_NONE,
		.form = "libc|icu|builtin", .required = true},
	{"lc_collate", SWITCH_LOCALE, SEVERITY_BREAKING, CANON_NONE},
	{"lc_ctype", SWITCH_LOCALE, SEVERITY_BREAKING, CANON_NONE},
	{"locale", SWITCH_LOCALE, SEVERITY_BREAKING, CANON_OF_VERSION,
		.implied_by = "locale_provider"},
	{"icu_rules", SWITCH_LOCALE, SEVERITY_BREAKING, CANON_NONE,
		.implied_by = "locale_provider"},
	{"collation_version", SWITCH_LOCALE, SEVERITY_BREAKING, CANON_NONE,
		.of_found_alone = true},
	{"connection_limit", SWITCH_ALL, SEVERITY_BREAKING, CANON_NONE, .form = FORM_NUMBER},
	{"is_template", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE, .form = "true"},
	{"tablespace", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE},
	{"privileges", SWITCH_GRANTS, SEVERITY_BREAKING, CANON_NAMES,
		.severity_of = severity_privileges,
		.required = true},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

/* One locale has several names. */
#define LOCALE(column) \
	"CASE WHEN " column " = 'POSIX' THEN 'C'" \
	" ELSE regexp_replace(" column ", '[.]utf-?8$', '.UTF-8', 'i') END"

/* Indexes on text were sorted by the rules of the version that is recorded. */
#define COLLATION_VERSION(locale) \
	"CASE WHEN coalesce(" locale ", d.datcollate) IS NOT NULL AND d.datcollversion" \
	" <> pg_database_collation_actual_version(d.oid)" \
	" THEN concat('recorded ', d.datcollversion, ', now '," \
	" pg_database_collation_actual_version(d.oid)) END"

#define DATABASE(provider, locale, rules, version) \
	"WITH " WHOLE "SELECT t.name, t.encoding, t.locale_provider, t.lc_collate," \
	" t.lc_ctype, t.locale, t.icu_rules, t.collation_version, t.connection_limit," \
	" t.is_template, t.tablespace, t.owner, coalesce(" \
	PRIVILEGES("t.acl", "true", "t.owned_by") ", 'none') AS privileges" \
	" FROM (SELECT 'd'::\"char\" AS class, 'itself'::text AS name, d.datdba AS owned_by," \
	" coalesce(d.datacl, acldefault('d', d.datdba)) AS acl," \
	" pg_encoding_to_char(d.encoding) AS encoding, " provider " AS locale_provider," \
	" " LOCALE("d.datcollate") " AS lc_collate, " LOCALE("d.datctype") " AS lc_ctype," \
	" " locale " AS locale, " rules " AS icu_rules, " version " AS collation_version," \
	" nullif(d.datconnlimit, -1) AS connection_limit," \
	" CASE WHEN d.datistemplate THEN 'true' END AS is_template," \
	" (SELECT ts.spcname FROM pg_catalog.pg_tablespace ts" \
	" WHERE ts.oid = d.dattablespace AND ts.spcname <> 'pg_default') AS tablespace," \
	" " OWNER("d.datdba") \
	" FROM pg_catalog.pg_database d WHERE d.datname = current_database() OFFSET 0) t" \
	" JOIN whole USING (class)"
#define PROVIDER \
	"CASE d.datlocprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' ELSE 'builtin' END"

/* Of the one that is read.  Not whether it allows connections: else it is not read. */
const struct kind_info kind_row_database = {
	.word = "database",
	.plural = "databases",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_BREAKING,
	PROPERTIES(database_properties),
	.gives = {.min_rows = 1, .max_rows = 1},
	.reads = {
		{120000, 149999, DATABASE("'libc'", "NULL", "NULL", "NULL")},
		{150000, 159999, DATABASE(PROVIDER, "d.daticulocale", "NULL",
			COLLATION_VERSION("d.daticulocale"))},
		{160000, 169999, DATABASE(PROVIDER, "d.daticulocale", "d.daticurules",
			COLLATION_VERSION("d.daticulocale"))},
		{170000, 0, DATABASE(PROVIDER, "d.datlocale", "d.daticurules",
			COLLATION_VERSION("d.datlocale"))},
	},
};
/* clang-format on */

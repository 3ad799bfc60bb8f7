/* Types that are made by CREATE TYPE, and domains. */
#include "catalog/kinds_sql.h"
#include "catalog/severity.h"

/* clang-format off */

static const struct property type_properties[] = {
	{"type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = "enum|composite|range|base|shell", .required = true},
	{"labels", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .implied_by = "type",
		.severity_of = severity_labels},
	{"attributes", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .implied_by = "type"},
	{"subtype", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .implied_by = "type"},
	{"subtype_class", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES,
		.implied_by = "subtype"},
	{"subtype_diff", SWITCH_ALWAYS, SEVERITY_ADDITIVE, CANON_NAMES},
	{"canonical", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"collation", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"multirange", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"base", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .implied_by = "type"},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{"definition", SWITCH_NEVER, SEVERITY_COSMETIC, CANON_EXPRESSION},
	{0},
};

#define FUNCTION_OPTION(word, column) \
	", CASE WHEN t." column "::oid <> 0 THEN ', " word " = ' END," \
	" CASE WHEN t." column "::oid <> 0 THEN t." column " END"

/* A multirange's name is given only where it is not the generated one. */
#define MULTIRANGE \
	"(SELECT CASE WHEN mt.typname <> CASE WHEN t.typname LIKE '%range%'" \
	" THEN replace(t.typname, 'range', 'multirange')" \
	" ELSE t.typname || '_multirange' END THEN quote_ident(mt.typname) END" \
	" FROM pg_catalog.pg_type mt WHERE mt.oid = rt.rngmultitypid)"

/* Left out: the row type of a relation, arrays, multiranges (the range says it).  A
 * type that is declared but not defined has typtype 'p'. */
#define TYPES(multirange, subscript) \
	"SELECT r.*, CASE WHEN r.labels IS NOT NULL" \
	" THEN 'ENUM (' || r.labels || ')'" \
	" WHEN r.attributes IS NOT NULL THEN '(' || r.attributes || ')' END AS definition" \
	" FROM (SELECT n.nspname AS schema, t.typname AS name, t.oid AS oid," \
	" CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'c' THEN 'composite'" \
	" WHEN 'r' THEN 'range' WHEN 'b' THEN 'base' ELSE 'shell' END AS type," \
	" CASE WHEN t.typtype = 'e' THEN coalesce((SELECT string_agg(" \
	"quote_literal(e.enumlabel::text), ', ' ORDER BY e.enumsortorder)" \
	" FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '') END AS labels," \
	" CASE WHEN t.typtype = 'c' THEN coalesce((SELECT string_agg(" \
	"quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)" \
	" || CASE WHEN a.attcollation <> at.typcollation THEN ' COLLATE ' || " \
	OTHER_NAME("pg_collation", "coll", "a.attcollation") " ELSE '' END," \
	" ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a" \
	" JOIN pg_catalog.pg_type at ON at.oid = a.atttypid" \
	" WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '')" \
	" END AS attributes," \
	" format_type(rt.rngsubtype, NULL) AS subtype," \
	" " OTHER_NAME("pg_opclass", "opc", "rt.rngsubopc") " AS subtype_class," \
	" " FUNCTION("rt.rngsubdiff") " AS subtype_diff," \
	" " FUNCTION("rt.rngcanonical") " AS canonical," \
	" " OTHER_NAME("pg_collation", "coll", "rt.rngcollation") " AS collation," \
	" " multirange " AS multirange," \
	" CASE WHEN t.typtype = 'b' THEN concat('INPUT = ', t.typinput," \
	" ', OUTPUT = ', t.typoutput" \
	FUNCTION_OPTION("RECEIVE", "typreceive") FUNCTION_OPTION("SEND", "typsend") \
	FUNCTION_OPTION("TYPMOD_IN", "typmodin") FUNCTION_OPTION("TYPMOD_OUT", "typmodout") \
	FUNCTION_OPTION("ANALYZE", "typanalyze") subscript \
	", ', INTERNALLENGTH = ', t.typlen, ', PASSEDBYVALUE = ', t.typbyval," \
	" ', ALIGNMENT = ', t.typalign, ', STORAGE = ', t.typstorage," \
	" ', CATEGORY = ', t.typcategory, ', PREFERRED = ', t.typispreferred," \
	" ', DELIMITER = ', quote_literal(t.typdelim::text)," \
	" ', COLLATABLE = ', t.typcollation <> 0, CASE WHEN t.typelem <> 0" \
	" THEN ', ELEMENT = ' || format_type(t.typelem, NULL) END," \
	" ', DEFAULT = ' || quote_literal(t.typdefault)) END AS base," \
	" " OWNER("t.typowner") \
	" FROM pg_catalog.pg_type t" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace" \
	" LEFT JOIN pg_catalog.pg_range rt ON rt.rngtypid = t.oid" \
	" LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid" \
	" LEFT JOIN pg_catalog.pg_type et ON et.oid = t.typelem" \
	" WHERE t.typtype IN ('e', 'c', 'r', 'b', 'p')" \
	" AND (t.typrelid = 0 OR c.relkind = 'c')" \
	" AND (t.typelem = 0 OR et.typarray IS DISTINCT FROM t.oid)" \
	" AND " USER_SCHEMA " AND " NOT_MEMBER("pg_type", "t.oid") " OFFSET 0) r"

const struct kind_info kind_row_type = {
	.word = "type",
	.plural = "types",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(type_properties),
	.reads = {
		{120000, 139999, TYPES("NULL::text", "")},
		{140000, 0, TYPES(MULTIRANGE, FUNCTION_OPTION("SUBSCRIPT", "typsubscript"))},
	},
};

static const struct property domain_properties[] = {
	{"type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"collation", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"not_null", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .usual = "false",
		TRUE_OR_FALSE},
	{"default", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

const struct kind_info kind_row_domain = {
	.word = "domain",
	.plural = "domains",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(domain_properties),
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, t.typname AS name, t.oid AS oid,"
		" format_type(t.typbasetype, t.typtypmod) AS type,"
		" CASE WHEN t.typcollation <> b.typcollation THEN "
		OTHER_NAME("pg_collation", "coll", "t.typcollation") " END AS collation,"
		" t.typnotnull::text AS not_null,"
		" " BOUNDED_EXPRESSION("t.typdefaultbin", "0") " AS \"default\", " OWNER("t.typowner")
		" FROM pg_catalog.pg_type t"
		" JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace"
		" JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype"
		" WHERE t.typtype = 'd' AND " USER_SCHEMA
		" AND " NOT_MEMBER("pg_type", "t.oid")}},
};
/* clang-format on */

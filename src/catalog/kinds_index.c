/* Indexes that no constraint owns. */
#include "catalog/kinds_sql.h"

/* clang-format off */

static const struct property index_properties[] = {
	{"table", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"method", SWITCH_ALWAYS, SEVERITY_ADDITIVE, CANON_NONE},
	{"unique", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"nulls_not_distinct", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"keys", SWITCH_ALWAYS, SEVERITY_ADDITIVE, CANON_ITEMS},
	{"include", SWITCH_ALWAYS, SEVERITY_ADDITIVE, CANON_NAMES},
	{"predicate", SWITCH_ALWAYS, SEVERITY_ADDITIVE, CANON_EXPRESSION},
	{"options", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"valid", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"tablespace", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE},
	{"statistics", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE},
	{"depends_on_extensions", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"definition", SWITCH_NEVER, SEVERITY_ADDITIVE, CANON_EXPRESSION},
	{0},
};

/* One key: a column or an expression, then what is not the default for it.  A class
 * that is marked as the default is one for its own type and for those that share its
 * operators unchanged (array, enum, range, record; varchar as text, cidr as inet);
 * for any other it is named.  The index's own name of a column may be out of date. */
#define INDEX_KEYS(expression) \
	"(SELECT string_agg(coalesce(quote_ident(ta.attname), " expression ")" \
	" || CASE WHEN i.indcollation[u.k] NOT IN (0, coalesce(ta.attcollation, 100))" \
	" THEN ' COLLATE ' || " \
	OTHER_NAME("pg_collation", "coll", "i.indcollation[u.k]") " ELSE '' END" \
	" || CASE WHEN oc.opcdefault" \
	" AND (oc.opcintype = coalesce(ta.atttypid, ka.atttypid)" \
	" OR oc.opcintype IN (2277, 2283, 3500, 3831, 4537, 2249)" \
	" OR oc.opcintype = 25 AND coalesce(ta.atttypid, ka.atttypid) = 1043" \
	" OR oc.opcintype = 869 AND coalesce(ta.atttypid, ka.atttypid) = 650)" \
	" AND " OPTIONS("ka.attoptions") " IS NULL THEN ''" \
	" ELSE ' ' || " OTHER_NAME("pg_opclass", "opc", "oc.oid") \
	" || coalesce(' (' || " OPTIONS("ka.attoptions") " || ')', '') END" \
	" || CASE i.indoption[u.k] WHEN 1 THEN ' DESC NULLS LAST'" \
	" WHEN 2 THEN ' NULLS FIRST' WHEN 3 THEN ' DESC' ELSE '' END, ', ' ORDER BY u.k)" \
	" FROM generate_series(0, i.indnkeyatts - 1) u(k)" \
	" JOIN pg_catalog.pg_attribute ka" \
	" ON ka.attrelid = i.indexrelid AND ka.attnum = u.k + 1" \
	" JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[u.k]" \
	" LEFT JOIN pg_catalog.pg_attribute ta" \
	" ON ta.attrelid = i.indrelid AND ta.attnum = i.indkey[u.k])"

#define INDEX_FROM \
	" FROM pg_catalog.pg_index i" \
	" JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" \
	" JOIN pg_catalog.pg_am am ON am.oid = c.relam" \
	" JOIN pg_catalog.pg_class tc ON tc.oid = i.indrelid"

#define INDEX_COMMON(not_distinct) \
	" i.indisunique::text AS \"unique\", " not_distinct " AS nulls_not_distinct," \
	" CASE WHEN i.indnatts > i.indnkeyatts THEN " \
	COLUMN_NAMES("i.indrelid", "(i.indkey::int2[])[i.indnkeyatts:]") \
	" END AS include, " OPTIONS("c.reloptions") " AS options," \
	" " QUALIFIED("n.nspname", "tc.relname") " AS \"table\", am.amname AS method"

#define INDEX_DEFINITION(predicate) \
	"'CREATE ' || CASE r.\"unique\" WHEN 'true' THEN 'UNIQUE ' ELSE '' END" \
	" || 'INDEX ' || quote_ident(r.name) || ' ON ' || r.\"table\" || ' USING '" \
	" || r.method || ' (' || r.keys || ')'" \
	" || coalesce(' INCLUDE (' || r.include || ')', '')" \
	" || CASE WHEN r.nulls_not_distinct IS NOT NULL" \
	" THEN ' NULLS NOT DISTINCT' ELSE '' END" \
	" || coalesce(' WITH (' || r.options || ')', '')" predicate " AS definition"

/* Left out: what backs a constraint, and what a partition has of its parent's. */
#define INDEXES(not_distinct) \
	"SELECT r.*, " INDEX_DEFINITION("") " FROM (SELECT n.nspname AS schema," \
	" c.relname AS name, tc.relname AS parent, i.indexrelid AS oid," \
	" i.indexprs IS NOT NULL OR i.indpred IS NOT NULL AS deparse," \
	" CASE WHEN i.indexprs IS NULL THEN " INDEX_KEYS("NULL") " END AS keys," \
	INDEX_COMMON(not_distinct) "," \
	" i.indisvalid::text AS valid," \
	" (SELECT ts.spcname FROM pg_catalog.pg_tablespace ts" \
	" WHERE ts.oid = c.reltablespace) AS tablespace," \
	" " EXTENSION_DEPENDENCIES("pg_class", "c.oid") " AS depends_on_extensions" \
	INDEX_FROM \
	" WHERE tc.relkind IN ('r', 'p', 'm') AND NOT c.relispartition" \
	" AND " USER_SCHEMA " AND " NOT_MEMBER("pg_class", "tc.oid") \
	" AND i.indexrelid NOT IN (SELECT k.conindid FROM pg_catalog.pg_constraint k" \
	" WHERE k.contype IN ('p', 'u', 'x')) OFFSET 0) r"

#define INDEX_DETAILS(not_distinct) \
	"SELECT r.oid, r.keys, r.predicate, r.statistics, " \
	INDEX_DEFINITION(" || coalesce(' WHERE ' || r.predicate, '')") \
	" FROM (SELECT i.indexrelid AS oid, c.relname AS name, " \
	INDEX_KEYS("pg_get_indexdef(i.indexrelid, u.k + 1, false)") " AS keys," \
	INDEX_COMMON(not_distinct) "," \
	" pg_get_expr(i.indpred, i.indrelid) AS predicate," \
	" (SELECT string_agg(concat(ka.attnum, ' ', ka.attstattarget), ', '" \
	" ORDER BY ka.attnum) FROM pg_catalog.pg_attribute ka" \
	" WHERE ka.attrelid = i.indexrelid AND ka.attstattarget >= 0) AS statistics" \
	INDEX_FROM \
	" WHERE i.indexrelid = ANY ($1::oid[]) OFFSET 0) r"

#define NOT_DISTINCT "CASE WHEN i.indnullsnotdistinct THEN 'true' END"

const struct kind_info kind_row_index = {
	.word = "index",
	.plural = "indexes",
	.missing = SEVERITY_ADDITIVE,
	PROPERTIES(index_properties),
	.reads = {
		{120000, 149999, INDEXES("NULL::text")},
		{150000, 0, INDEXES(NOT_DISTINCT)},
	},
	.details = {
		{120000, 149999, INDEX_DETAILS("NULL::text")},
		{150000, 0, INDEX_DETAILS(NOT_DISTINCT)},
	},
};
/* clang-format on */

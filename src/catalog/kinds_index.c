/* Indexes that no constraint owns. */
#include "catalog/kinds_sql.h"
#include "catalog/severity.h"

/* clang-format off */

static const struct property index_properties[] = {
	{"table", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES,
		.severity_of = severity_uniqueness,
		.required = true},
	{"method", SWITCH_ALWAYS, SEVERITY_ADDITIVE, CANON_NONE, .required = true},
	{"unique", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		TRUE_OR_FALSE},
	{"nulls_not_distinct", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.implied_by = "unique",
		.severity_of = severity_uniqueness,
		.form = "true"},
	{"keys", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_ITEMS,
		.severity_of = severity_uniqueness,
		.required = true},
	{"include", SWITCH_ALWAYS, SEVERITY_ADDITIVE, CANON_NAMES},
	{"predicate", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION,
		.severity_of = severity_uniqueness},
	{"options", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_OPTIONS},
	{"valid", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.severity_of = severity_uniqueness,
		TRUE_OR_FALSE},
	{"tablespace", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE},
	{"statistics", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE},
	{"depends_on_extensions", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"definition", SWITCH_NEVER, SEVERITY_ADDITIVE, CANON_EXPRESSION, .required = true},
	{0},
};

/* A key that is a column and nothing more, else NULL: with the column's collation and
 * the class that is the default for its type (or, marked as the default for another,
 * shares its operators unchanged: varchar as text, cidr as inet; array, enum, range,
 * record).  Number `k` counts from 0.  The index's own name of a column may be out of
 * date. */
#define PLAIN_KEY(k) \
	"(SELECT quote_ident(a.attname) FROM pg_catalog.pg_attribute a" \
	" WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[" k "]" \
	" AND i.indcollation[" k "] IN (0, a.attcollation)" \
	" AND ((i.indclass[" k "], a.atttypid) IN (SELECT oc.oid, oc.opcintype" \
	" FROM pg_catalog.pg_opclass oc WHERE oc.opcdefault" \
	" UNION ALL SELECT oc.oid, CASE oc.opcintype WHEN 25 THEN 1043 ELSE 650 END::oid" \
	" FROM pg_catalog.pg_opclass oc" \
	" WHERE oc.opcdefault AND oc.opcintype IN (25, 869))" \
	" OR i.indclass[" k "] IN (SELECT oc.oid FROM pg_catalog.pg_opclass oc" \
	" WHERE oc.opcdefault AND oc.opcintype IN (2277, 2283, 3500, 3831, 4537, 2249))))"

/* The keys of a B-tree (403) or hash index (405) on a few plain columns, as most are.
 * Any other is left to pg_get_indexdef(), which is dear and waits for locks. */
#define PLAIN_KEYS \
	"CASE WHEN c.relam IN (403, 405) AND i.indexprs IS NULL AND i.indpred IS NULL" \
	" AND 0 = ALL (i.indoption::int2[]) THEN CASE i.indnkeyatts" \
	" WHEN 1 THEN " PLAIN_KEY("0") \
	" WHEN 2 THEN " PLAIN_KEY("0") " || ', ' || " PLAIN_KEY("1") \
	" WHEN 3 THEN " PLAIN_KEY("0") " || ', ' || " PLAIN_KEY("1") \
	" || ', ' || " PLAIN_KEY("2") " END END"

/* Left out: what backs a constraint, and what a partition has of its parent's. */
#define INDEXES(not_distinct) \
	"SELECT r.*, r.keys IS NULL AS deparse, 'CREATE '" \
	" || CASE r.\"unique\" WHEN 'true' THEN 'UNIQUE ' ELSE '' END" \
	" || 'INDEX ' || quote_ident(r.name) || ' ON ' || r.\"table\" || ' USING '" \
	" || r.method || ' (' || r.keys || ')'" \
	" || coalesce(' INCLUDE (' || r.include || ')', '')" \
	" || CASE WHEN r.nulls_not_distinct IS NOT NULL" \
	" THEN ' NULLS NOT DISTINCT' ELSE '' END" \
	" || coalesce(' WITH (' || r.options || ')', '') AS definition" \
	" FROM (SELECT n.nspname AS schema, c.relname AS name, tc.relname AS parent," \
	" i.indexrelid AS oid, " PLAIN_KEYS " AS keys, " \
	QUALIFIED("n.nspname", "tc.relname") " AS \"table\", am.amname AS method," \
	" i.indisunique::text AS \"unique\", " not_distinct " AS nulls_not_distinct," \
	" CASE WHEN i.indnatts > i.indnkeyatts THEN " \
	COLUMN_NAMES("i.indrelid", "(i.indkey::int2[])[i.indnkeyatts:]") \
	" END AS include, " OPTIONS("c.reloptions") " AS options," \
	" i.indisvalid::text AS valid," \
	" (SELECT ts.spcname FROM pg_catalog.pg_tablespace ts" \
	" WHERE ts.oid = c.reltablespace) AS tablespace," \
	" " EXTENSION_DEPENDENCIES("pg_class", "c.oid") " AS depends_on_extensions" \
	" FROM pg_catalog.pg_index i" \
	" JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" \
	" JOIN pg_catalog.pg_am am ON am.oid = c.relam" \
	" JOIN pg_catalog.pg_class tc ON tc.oid = i.indrelid" \
	" WHERE tc.relkind IN ('r', 'p', 'm') AND NOT c.relispartition" \
	" AND " OF_RELATIONS("tc.oid") \
	" AND " USER_SCHEMA " AND " NOT_MEMBER("pg_class", "tc.oid") \
	" AND i.indexrelid NOT IN (SELECT k.conindid FROM pg_catalog.pg_constraint k" \
	" WHERE k.contype IN ('p', 'u', 'x')) OFFSET 0) r"

const struct kind_info kind_row_index = {
	.word = "index",
	.plural = "indexes",
	.missing = SEVERITY_ADDITIVE,
	.unexpected = SEVERITY_ADDITIVE,
	.missing_of = severity_index,
	.unexpected_of = severity_index,
	PROPERTIES(index_properties),
	.of_relations = true,
	.reads = {
		{120000, 149999, INDEXES("NULL::text")},
		{150000, 0, INDEXES("CASE WHEN i.indnullsnotdistinct THEN 'true' END")},
	},
	/* The keys are what is between USING and what has properties of its own. */
	.details = {{120000, 0,
		"SELECT r.oid, r.predicate, r.statistics,"
		" regexp_replace(r.definition, ' ON ONLY ', ' ON ') AS definition,"
		" regexp_replace(regexp_replace(CASE WHEN r.predicate IS NULL"
		" THEN r.definition ELSE left(r.definition,"
		" -length(r.predicate) - length(' WHERE ')) END,"
		" '[)]( INCLUDE [(]([^()\"]|\"[^\"]*\")*[)])?( NULLS NOT DISTINCT)?"
		"( WITH [(][^()]*[)])?$', ''), '^.*? USING [^ ]+ [(]', '') AS keys"
		" FROM (SELECT i.indexrelid AS oid,"
		" " BOUNDED_EXPRESSION("i.indpred", "i.indrelid") " AS predicate,"
		" CASE WHEN i.indexprs IS NOT NULL THEN (SELECT"
		" string_agg(concat(a.attnum, ' ', a.attstattarget), ', ' ORDER BY a.attnum)"
		" FROM pg_catalog.pg_attribute a"
		" WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) END AS statistics,"
		" pg_get_indexdef(i.indexrelid) AS definition"
		" FROM pg_catalog.pg_index i WHERE i.indexrelid = ANY ($1::oid[])"
		" OFFSET 0) r"}},
};
/* clang-format on */

/* Columns of tables and foreign tables. */
#include "catalog/kinds_sql.h"
#include "catalog/severity.h"

/* clang-format off */

static const struct property column_properties[] = {
	{"type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"collation", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"not_null", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .usual = "false",
		TRUE_OR_FALSE},
	{"not_null_validated", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.implied_by = "not_null",
		.severity_of = severity_not_null_validated,
		.form = "false"},
	{"not_null_no_inherit", SWITCH_ALWAYS, SEVERITY_ADDITIVE, CANON_NONE,
		.implied_by = "not_null",
		.form = "true"},
	{"not_null_constraint", SWITCH_GENERATED_NAMES, SEVERITY_COSMETIC, CANON_OF_VERSION,
		.implied_by = "not_null"},
	{"default", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION},
	{"generated", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_ITEMS},
	{"identity", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"identity_sequence", SWITCH_GENERATED_NAMES, SEVERITY_BREAKING, CANON_NAMES,
		.implied_by = "identity"},
	{"storage", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE,
		.form = "plain|external|main|extended"},
	{"compression", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE, .form = "pglz|lz4"},
	{"statistics_target", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE, .form = FORM_NUMBER},
	{"options", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_OPTIONS},
	{"foreign_options", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, true},
	{"position", SWITCH_COLUMN_ORDER, SEVERITY_BREAKING, CANON_NONE, .form = FORM_NUMBER},
	{"inherited", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE, .form = "merged|inherited"},
	{0},
};

/* The sequence of an identity column: `what` of `s`, its row in pg_sequence. */
#define IDENTITY_SEQUENCE(what) \
	"(SELECT " what " FROM pg_catalog.pg_depend sd" \
	" JOIN pg_catalog.pg_sequence s ON s.seqrelid = sd.objid" \
	" WHERE sd.refclassid = 'pg_catalog.pg_class'::regclass" \
	" AND sd.refobjid = a.attrelid AND sd.refobjsubid = a.attnum" \
	" AND sd.classid = 'pg_catalog.pg_class'::regclass AND sd.deptype = 'i')"

/* It may be unlogged where the table is not, and then forget after a crash what was
 * used. */
#define UNLOGGED \
	"CASE WHEN c.relpersistence <> 'u' AND (SELECT sc.relpersistence = 'u'" \
	" FROM pg_catalog.pg_class sc WHERE sc.oid = s.seqrelid)" \
	" THEN ' UNLOGGED' ELSE '' END"

/* A default holds no column, so relation 0 does: nothing is opened, no lock taken.
 * They are joined as a whole (OFFSET 0), one by one would take twice as long.
 * A generated column's expression does, and waits its turn in `details`.  A type of
 * another collation or storage is what ALTER TABLE set; else the type says it. */
#define COLUMN_READS(compression, not_null, not_null_join) \
	"SELECT n.nspname AS schema, c.relname AS name, a.attname AS part," \
	" d.oid AS oid, a.attgenerated <> '' AS deparse," \
	" format_type(a.atttypid, a.atttypmod) AS type," \
	" CASE WHEN a.attcollation <> t.typcollation THEN " \
	OTHER_NAME("pg_collation", "coll", "a.attcollation") " END AS collation," \
	not_null \
	" CASE WHEN a.attgenerated = '' THEN " BOUNDED_EXPRESSION("d.adbin", "0") " END AS \"default\"," \
	" CASE WHEN a.attidentity <> '' THEN" \
	" CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END ||" \
	" coalesce(" IDENTITY_SEQUENCE(SEQUENCE_OPTIONS("s") " || " UNLOGGED) \
	", '') END AS identity," \
	" CASE WHEN a.attidentity <> '' THEN " \
	IDENTITY_SEQUENCE(RELATION_NAME("s.seqrelid")) " END AS identity_sequence," \
	" CASE WHEN a.attstorage <> t.typstorage THEN" \
	" CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external'" \
	" WHEN 'm' THEN 'main' ELSE 'extended' END END AS storage," \
	" " compression " AS compression," \
	" CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END" \
	" AS statistics_target," \
	" " OPTIONS("a.attoptions") " AS options," \
	" " FOREIGN_OPTIONS("a.attfdwoptions") " AS foreign_options," \
	" CASE WHEN NOT c.relispartition AND a.attrelid NOT IN" \
	" (SELECT i.inhrelid FROM pg_catalog.pg_inherits i)" \
	" THEN CASE WHEN g.nums IS NULL THEN a.attnum ELSE a.attnum - (SELECT count(*)" \
	" FROM unnest(g.nums) g(num) WHERE g.num < a.attnum) END END AS position," \
	" CASE WHEN a.attinhcount > 0 THEN" \
	" CASE WHEN a.attislocal THEN 'merged' ELSE 'inherited' END END AS inherited" \
	" FROM" RELATIONS \
	" JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid" \
	" JOIN pg_catalog.pg_type t ON t.oid = a.atttypid" \
	" LEFT JOIN (SELECT d.oid, d.adrelid, d.adnum, d.adbin" \
	" FROM pg_catalog.pg_attrdef d OFFSET 0) d" \
	" ON d.adrelid = a.attrelid AND d.adnum = a.attnum" \
	" LEFT JOIN (SELECT x.attrelid, array_agg(x.attnum) AS nums" \
	" FROM pg_catalog.pg_attribute x WHERE x.attisdropped AND x.attnum > 0" \
	" GROUP BY x.attrelid) g ON g.attrelid = a.attrelid" \
	not_null_join \
	" WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped" \
	" AND " USER_RELATION " AND " OF_RELATIONS("c.oid")

#define NOT_NULL \
	" a.attnotnull::text AS not_null, NULL AS not_null_validated," \
	" NULL AS not_null_no_inherit, NULL AS not_null_constraint,"
#define COMPRESSION \
	"CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END"

const struct kind_info kind_row_column = {
	.word = "column",
	.plural = "columns",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	.unexpected_of = severity_column,
	PROPERTIES(column_properties),
	.of_relations = true,
	.reads = {
		{120000, 139999, COLUMN_READS("NULL", NOT_NULL, "")},
		{140000, 179999, COLUMN_READS(COMPRESSION, NOT_NULL, "")},
		{180000, 0, COLUMN_READS(COMPRESSION,
			" a.attnotnull::text AS not_null,"
			" CASE WHEN NOT nn.convalidated THEN 'false' END AS not_null_validated,"
			" CASE WHEN nn.connoinherit THEN 'true' END AS not_null_no_inherit,"
			" CASE WHEN nn.conname <> concat(c.relname, '_', a.attname, '_not_null')"
			" THEN nn.conname END AS not_null_constraint,",
			" LEFT JOIN pg_catalog.pg_constraint nn ON nn.conrelid = a.attrelid"
			" AND nn.contype = 'n' AND nn.conkey[1] = a.attnum")},
	},
	.details = {{120000, 0,
		"SELECT d.oid AS oid, '(' || " BOUNDED_EXPRESSION("d.adbin", "d.adrelid") " ||"
		" CASE a.attgenerated WHEN 's' THEN ') STORED' ELSE ') VIRTUAL' END"
		" AS generated"
		" FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_attribute a"
		" ON a.attrelid = d.adrelid AND a.attnum = d.adnum"
		" WHERE d.oid = ANY ($1::oid[])"}},
};
/* clang-format on */

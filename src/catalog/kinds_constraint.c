/* Constraints of tables, foreign tables and domains, with the index that backs one. */
#include "catalog/kinds_sql.h"
#include "catalog/severity.h"

/* clang-format off */

static const struct property constraint_properties[] = {
	{"type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = "PRIMARY KEY|UNIQUE|FOREIGN KEY|EXCLUDE|CHECK", .required = true},
	{"columns", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .implied_by = "type"},
	{"include", SWITCH_ALWAYS, SEVERITY_ADDITIVE, CANON_NAMES},
	{"expression", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION,
		.implied_by = "type"},
	{"exclusion", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_ITEMS, .implied_by = "type"},
	{"referenced_table", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES,
		.implied_by = "type"},
	{"referenced_columns", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES,
		.implied_by = "type"},
	{"match", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .implied_by = "type",
		.form = "FULL|PARTIAL|SIMPLE"},
	{"on_update", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .implied_by = "type",
		.form = "RESTRICT|CASCADE|SET NULL|SET DEFAULT|NO ACTION"},
	{"on_delete", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .implied_by = "type",
		.form = "RESTRICT|CASCADE|SET NULL|SET DEFAULT|NO ACTION"},
	{"on_delete_columns", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES,
		.implied_by = "on_delete"},
	{"deferrable", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = "initially deferred|initially immediate|false", .required = true},
	{"validated", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.implied_by = "enforced",
		.severity_of = severity_validated,
		TRUE_OR_FALSE},
	{"enforced", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "false"},
	{"no_inherit", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "true"},
	{"nulls_not_distinct", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "true"},
	{"period", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = "true"},
	{"index_valid", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.severity_of = severity_index_valid,
		.form = "false"},
	{"index_options", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_OPTIONS},
	{"index_tablespace", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE},
	{"inherited", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE, .form = "merged"},
	{"definition", SWITCH_NEVER, SEVERITY_COSMETIC, CANON_EXPRESSION, .required = true},
	{0},
};

#define ACTION(column) \
	"CASE " column " WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE'" \
	" WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' ELSE 'NO ACTION' END"
/* Text before and after a value, or nothing if that is NULL. */
#define AROUND(before, column, after) \
	" || coalesce('" before "' || " column " || '" after "', '')"

/* Left out: what a partition's parent or an inheritance parent says already, NOT NULL
 * (read with the column) and the pg_constraint rows of constraint triggers. */
#define CONSTRAINTS(set_columns, not_distinct, enforced, period) \
	"SELECT r.*, r.type" \
	AROUND(" (", "r.columns", ")") AROUND(" (", "r.expression", ")") \
	" || CASE WHEN r.period IS NOT NULL THEN ' PERIOD' ELSE '' END" \
	" || CASE WHEN r.nulls_not_distinct IS NOT NULL" \
	" THEN ' NULLS NOT DISTINCT' ELSE '' END" \
	AROUND(" INCLUDE (", "r.include", ")") \
	AROUND(" WITH (", "r.index_options", ")") \
	AROUND(" REFERENCES ", "r.referenced_table", "") \
	AROUND(" (", "r.referenced_columns", ")") \
	" || CASE WHEN r.match <> 'SIMPLE' THEN ' MATCH ' || r.match ELSE '' END" \
	" || CASE WHEN r.on_update <> 'NO ACTION'" \
	" THEN ' ON UPDATE ' || r.on_update ELSE '' END" \
	" || CASE WHEN r.on_delete <> 'NO ACTION'" \
	" THEN ' ON DELETE ' || r.on_delete ELSE '' END" \
	AROUND(" (", "r.on_delete_columns", ")") SUFFIX("r") " AS definition" \
	" FROM (SELECT o.schema AS schema, o.name AS name, k.conname AS part, k.oid AS oid," \
	" k.contype = 'x' OR k.contype = 'c' AND k.conrelid <> 0 AS deparse," \
	" CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE'" \
	" WHEN 'f' THEN 'FOREIGN KEY' WHEN 'x' THEN 'EXCLUDE' ELSE 'CHECK' END AS type," \
	" CASE WHEN k.contype IN ('p', 'u', 'f') THEN " \
	COLUMN_NAMES("k.conrelid", "k.conkey") " END AS columns," \
	" CASE WHEN i.indnatts > i.indnkeyatts THEN " \
	COLUMN_NAMES("k.conrelid", "(i.indkey::int2[])[i.indnkeyatts:]") \
	" END AS include," \
	" CASE WHEN k.contypid <> 0 THEN " BOUNDED_EXPRESSION("k.conbin", "0") " END AS expression," \
	" CASE WHEN k.confrelid <> 0 THEN " RELATION_NAME("k.confrelid") \
	" END AS referenced_table," \
	" CASE WHEN k.confrelid <> 0 THEN " COLUMN_NAMES("k.confrelid", "k.confkey") \
	" END AS referenced_columns," \
	" CASE k.confmatchtype WHEN 'f' THEN 'FULL' WHEN 'p' THEN 'PARTIAL'" \
	" WHEN 's' THEN 'SIMPLE' END AS match," \
	" CASE WHEN k.confrelid <> 0 THEN " ACTION("k.confupdtype") " END AS on_update," \
	" CASE WHEN k.confrelid <> 0 THEN " ACTION("k.confdeltype") " END AS on_delete," \
	" " set_columns " AS on_delete_columns," \
	" CASE WHEN k.condeferred THEN 'initially deferred'" \
	" WHEN k.condeferrable THEN 'initially immediate' ELSE 'false' END AS deferrable," \
	" k.convalidated::text AS validated, " enforced " AS enforced," \
	" CASE WHEN k.contype = 'c' AND k.connoinherit THEN 'true' END AS no_inherit," \
	" " not_distinct " AS nulls_not_distinct, " period " AS period," \
	" CASE WHEN NOT i.indisvalid THEN 'false' END AS index_valid," \
	" CASE WHEN k.contype IN ('p', 'u') THEN " OPTIONS("ic.reloptions") \
	" END AS index_options," \
	" (SELECT ts.spcname FROM pg_catalog.pg_tablespace ts" \
	" WHERE ts.oid = ic.reltablespace) AS index_tablespace," \
	" CASE WHEN k.coninhcount > 0 AND k.conparentid = 0 THEN 'merged' END AS inherited" \
	" FROM pg_catalog.pg_constraint k" \
	" JOIN (SELECT c.oid AS relation, 0::oid AS domain, n.nspname AS schema," \
	" c.relname AS name FROM" RELATIONS \
	"WHERE c.relkind IN ('r', 'p', 'f') AND " USER_RELATION " AND " OF_RELATIONS("c.oid") \
	" UNION ALL SELECT 0::oid, t.oid, n.nspname, t.typname FROM pg_catalog.pg_type t" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace" \
	" WHERE t.typtype = 'd' AND " USER_SCHEMA " AND " NOT_MEMBER("pg_type", "t.oid") \
	" AND $1::oid[] IS NULL) o ON o.relation = k.conrelid AND o.domain = k.contypid" \
	" LEFT JOIN (pg_catalog.pg_index i" \
	" JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid)" \
	" ON i.indexrelid = CASE WHEN k.contype IN ('p', 'u', 'x') THEN k.conindid END" \
	" WHERE k.contype IN ('p', 'u', 'f', 'x', 'c') AND k.conparentid = 0" \
	" AND (k.conislocal OR k.coninhcount = 0)" \
	" OFFSET 0) r"

/* What follows the constraint itself. */
#define SUFFIX(r) \
	" || CASE " r ".deferrable WHEN 'false' THEN ''" \
	" WHEN 'initially deferred' THEN ' DEFERRABLE INITIALLY DEFERRED'" \
	" ELSE ' DEFERRABLE' END" \
	" || CASE WHEN " r ".no_inherit IS NOT NULL THEN ' NO INHERIT' ELSE '' END" \
	" || CASE WHEN " r ".enforced IS NOT NULL THEN ' NOT ENFORCED'" \
	" WHEN " r ".validated = 'false' THEN ' NOT VALID' ELSE '' END"

#define DELETE_COLUMNS \
	"CASE WHEN k.confdelsetcols IS NOT NULL THEN " \
	COLUMN_NAMES("k.conrelid", "k.confdelsetcols") " END"
#define NOT_DISTINCT "CASE WHEN i.indnullsnotdistinct THEN 'true' END"

#define CONSTRAINT_DETAILS(enforced) \
	"SELECT r.oid, r.expression, regexp_replace(r.exclusion," \
	" '( DEFERRABLE)?( INITIALLY DEFERRED)?$', '') AS exclusion," \
	" coalesce(r.exclusion, 'CHECK (' || r.expression || ')'" SUFFIX("r") ")" \
	" AS definition FROM (SELECT k.oid AS oid," \
	" CASE k.contype WHEN 'c' THEN " BOUNDED_EXPRESSION("k.conbin", "k.conrelid") " END" \
	" AS expression," \
	" CASE k.contype WHEN 'x' THEN pg_get_constraintdef(k.oid) END AS exclusion," \
	" 'false' AS deferrable, k.convalidated::text AS validated," \
	" " enforced " AS enforced," \
	" CASE WHEN k.connoinherit THEN 'true' END AS no_inherit" \
	" FROM pg_catalog.pg_constraint k WHERE k.oid = ANY ($1::oid[]) OFFSET 0) r"

const struct kind_info kind_row_constraint = {
	.word = "constraint",
	.plural = "constraints",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_BREAKING,
	.missing_of = severity_constraint,
	.unexpected_of = severity_constraint,
	PROPERTIES(constraint_properties),
	.of_relations = true,
	.reads = {
		{120000, 149999, CONSTRAINTS("NULL", "NULL::text", "NULL::text", "NULL::text")},
		{150000, 179999,
			CONSTRAINTS(DELETE_COLUMNS, NOT_DISTINCT, "NULL::text", "NULL::text")},
		{180000, 0, CONSTRAINTS(DELETE_COLUMNS, NOT_DISTINCT,
			"CASE WHEN NOT k.conenforced THEN 'false' END",
			"CASE WHEN k.conperiod THEN 'true' END")},
	},
	/* An exclusion is shown and compared as the server prints it; what follows it
	 * there has properties of its own. */
	.details = {
		{120000, 179999, CONSTRAINT_DETAILS("NULL::text")},
		{180000, 0, CONSTRAINT_DETAILS("CASE WHEN NOT k.conenforced THEN 'false' END")},
	},
};
/* clang-format on */

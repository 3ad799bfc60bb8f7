/* Schemas, extensions and relations: what stands for itself. */
#include "catalog/kinds_sql.h"
#include "catalog/severity.h"

/* clang-format off */

static const struct property schema_properties[] = {
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE},
	{0},
};

/* Schema public has an owner that is worth a word only if it is not the one that it
 * has in a new database: by number, the superuser of initdb, pg_database_owner. */
#define SCHEMAS(default_owner) \
	"SELECT n.nspname AS name, n.oid AS oid, CASE WHEN n.nspname <> 'public'" \
	" OR n.nspowner <> " default_owner " THEN pg_get_userbyid(n.nspowner) END AS owner" \
	" FROM pg_catalog.pg_namespace n" \
	" WHERE " USER_SCHEMA " AND " NOT_MEMBER("pg_namespace", "n.oid")

const struct kind_info kind_row_schema = {
	.word = "schema",
	.plural = "schemas",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(schema_properties),
	.reads = {
		{120000, 149999, SCHEMAS("10")},
		{150000, 0, SCHEMAS("6171")},
	},
};

static const struct property extension_properties[] = {
	{"installed_in", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{"version", SWITCH_ALL, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{"owner", SWITCH_OWNERS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

const struct kind_info kind_row_extension = {
	.word = "extension",
	.plural = "extensions",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(extension_properties),
	.reads = {{120000, 0,
		"SELECT e.extname AS name, e.oid AS oid, n.nspname AS installed_in,"
		" e.extversion AS version, " OWNER("e.extowner")
		" FROM pg_catalog.pg_extension e"
		" JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace"}},
};

/* Which index a relation is clustered on or identified by: on the relation, so that
 * moving it from one index to another is one difference. */
#define MARKED_INDEX_JOIN \
	" LEFT JOIN (SELECT i.indrelid," \
	" max(ic.relname::text) FILTER (WHERE i.indisclustered) AS clustered," \
	" max(ic.relname::text) FILTER (WHERE i.indisreplident) AS identity" \
	" FROM pg_catalog.pg_index i" \
	" JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid" \
	" WHERE i.indisclustered OR i.indisreplident GROUP BY i.indrelid) m" \
	" ON m.indrelid = c.oid"
#define MARKED_INDEX_COLUMNS \
	" m.clustered AS clustered_on," \
	" CASE c.relreplident WHEN 'f' THEN 'full' WHEN 'n' THEN 'nothing'" \
	" WHEN 'i' THEN 'index ' || coalesce(quote_ident(m.identity), '(none)')" \
	" END AS replica_identity,"

#define STORAGE_COLUMNS \
	" (SELECT am.amname FROM pg_catalog.pg_am am WHERE am.oid = c.relam)" \
	" AS access_method," \
	" (SELECT ts.spcname FROM pg_catalog.pg_tablespace ts" \
	" WHERE ts.oid = c.reltablespace) AS tablespace," \
	" " OPTIONS("c.reloptions") " AS options," \
	" (SELECT " OPTIONS("tc.reloptions") " FROM pg_catalog.pg_class tc" \
	" WHERE c.reltoastrelid <> 0 AND tc.oid = c.reltoastrelid) AS toast_options,"

static const struct property table_properties[] = {
	{"persistence", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.severity_of = severity_persistence,
		.usual = "permanent",
		.form = "permanent|unlogged", .required = true},
	{"of_type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"inherits", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"partition_of", SWITCH_NEVER, SEVERITY_BREAKING, CANON_NAMES,
		.together_with = "partition_bound"},
	{"partition_bound", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"partition_key", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_ITEMS},
	{"row_security", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .usual = "false",
		TRUE_OR_FALSE},
	{"force_row_security", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .usual = "false",
		TRUE_OR_FALSE},
	{"constraint_triggers", SWITCH_ALL, SEVERITY_BREAKING, CANON_NAMES},
	{"replica_identity", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"clustered_on", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"access_method", SWITCH_ALWAYS, SEVERITY_ADDITIVE, CANON_NONE, .usual = "heap"},
	{"tablespace", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE},
	{"options", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_OPTIONS},
	{"toast_options", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_OPTIONS},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

/* DISABLE TRIGGER ALL also turns off what enforces foreign keys; no dump says so, so it
 * is compared on request only. */
#define CONSTRAINT_TRIGGERS \
	" LEFT JOIN (SELECT t.tgrelid, string_agg(DISTINCT CASE t.tgenabled" \
	" WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' ELSE 'always' END" \
	" || ' for ' || quote_ident(k.conname), ', ') AS text" \
	" FROM pg_catalog.pg_trigger t" \
	" JOIN pg_catalog.pg_constraint k ON k.oid = t.tgconstraint AND k.contype <> 't'" \
	" WHERE t.tgisinternal AND t.tgenabled <> 'O' GROUP BY t.tgrelid) ct" \
	" ON ct.tgrelid = c.oid"

const struct kind_info kind_row_table = {
	.word = "table",
	.plural = "tables",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	.unexpected_of = severity_child,
	PROPERTIES(table_properties),
	.of_relations = true,
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, c.relname AS name, c.oid AS oid,"
		" c.relkind = 'p' AS deparse,"
		" CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END"
		" AS persistence,"
		" CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END"
		" AS of_type,"
		PARENT_COLUMNS
		" c.relrowsecurity::text AS row_security,"
		" c.relforcerowsecurity::text AS force_row_security,"
		" ct.text AS constraint_triggers,"
		MARKED_INDEX_COLUMNS STORAGE_COLUMNS
		OWNER("c.relowner")
		" FROM" RELATIONS PARENT_JOIN MARKED_INDEX_JOIN CONSTRAINT_TRIGGERS
		" WHERE c.relkind IN ('r', 'p') AND " USER_RELATION
		" AND " OF_RELATIONS("c.oid")}},
	.details = {{120000, 0,
		"SELECT c.oid AS oid, pg_get_partkeydef(c.oid) AS partition_key"
		" FROM pg_catalog.pg_class c WHERE c.oid = ANY ($1::oid[])"}},
};

static const struct property sequence_properties[] = {
	{"type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"start", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .form = FORM_NUMBER, .required = true},
	{"increment", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = FORM_NUMBER, .required = true},
	{"minimum", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .implied_by = "type",
		.form = FORM_NUMBER, .required = true},
	{"maximum", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .implied_by = "type",
		.form = FORM_NUMBER, .required = true},
	{"cache", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE, .form = FORM_NUMBER, .required = true},
	{"cycle", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, TRUE_OR_FALSE},
	{"owned_by", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"persistence", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.implied_by = "owned_by",
		.severity_of = severity_persistence,
		.form = "unlogged"},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .implied_by = "owned_by"},
	{"definition", SWITCH_NEVER, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

/* A sequence that a column owns takes its owner from the table, and from 15 on its
 * persistence, unless told otherwise; on earlier ones it is always logged.  One that
 * is logged more than its table is needs no finding. */
const struct kind_info kind_row_sequence = {
	.word = "sequence",
	.plural = "sequences",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(sequence_properties),
	.of_relations = true,
	.only_with_rows = {"pg_sequence"},
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, c.relname AS name, c.oid AS oid,"
		" CASE WHEN tc.relnamespace = c.relnamespace THEN tc.relname END AS parent,"
		" CASE WHEN tc.relnamespace = c.relnamespace THEN a.attname END AS parent_part,"
		" format_type(s.seqtypid, NULL) AS type, s.seqstart AS start,"
		" s.seqincrement AS increment, s.seqmin AS minimum,"
		" s.seqmax AS maximum, s.seqcache AS cache,"
		" s.seqcycle::text AS cycle,"
		" " QUALIFIED("tn.nspname", "tc.relname") " || '.' || quote_ident(a.attname)"
		" AS owned_by,"
		" CASE WHEN c.relpersistence = 'u' AND tc.relpersistence IS DISTINCT FROM 'u'"
		" THEN 'unlogged' END"
		" AS persistence,"
		" CASE WHEN tc.oid IS NULL THEN pg_get_userbyid(c.relowner) END AS owner,"
		" 'CREATE SEQUENCE ' || " QUALIFIED("n.nspname", "c.relname")
		" || ' AS ' || format_type(s.seqtypid, NULL) || " SEQUENCE_OPTIONS("s")
		" || coalesce(' OWNED BY ' || " QUALIFIED("tn.nspname", "tc.relname")
		" || '.' || quote_ident(a.attname), '') AS definition"
		" FROM" RELATIONS
		" JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid"
		" LEFT JOIN pg_catalog.pg_depend d"
		" ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid"
		" AND d.objsubid = 0 AND d.refclassid = 'pg_catalog.pg_class'::regclass"
		" AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')"
		" LEFT JOIN pg_catalog.pg_class tc ON tc.oid = d.refobjid"
		" LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace"
		" LEFT JOIN pg_catalog.pg_attribute a"
		" ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
		" WHERE c.relkind = 'S' AND d.deptype IS DISTINCT FROM 'i' AND "
		USER_RELATION " AND " OF_RELATIONS("c.oid")}},
};

static const struct property view_properties[] = {
	{"definition", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION, .required = true},
	{"options", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_OPTIONS},
	{"column_defaults", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

/* Not the columns of a view: its definition lists them, and what they are follows
 * from the relations below it. */
const struct kind_info kind_row_view = {
	.word = "view",
	.plural = "views",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(view_properties),
	.of_relations = true,
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, c.relname AS name, c.oid AS oid, true AS deparse,"
		" " OPTIONS("c.reloptions") " AS options,"
		" (SELECT string_agg(quote_ident(a.attname) || ' '"
		" || pg_get_expr(d.adbin, 0), ', ' ORDER BY a.attnum)"
		" FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_attribute a"
		" ON a.attrelid = d.adrelid AND a.attnum = d.adnum"
		" WHERE d.adrelid = c.oid) AS column_defaults, " OWNER("c.relowner")
		" FROM" RELATIONS
		" WHERE c.relkind = 'v' AND " USER_RELATION " AND " OF_RELATIONS("c.oid")}},
	.details = {{120000, 0,
		"SELECT c.oid AS oid,"
		" " BOUNDED_CALL("rtrim(ltrim(pg_get_viewdef(c.oid)), ';')") " AS definition"
		" FROM pg_catalog.pg_class c WHERE c.oid = ANY ($1::oid[])"}},
};

static const struct property materialized_view_properties[] = {
	{"definition", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION, .required = true},
	{"column_settings", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_OPTIONS},
	{"column_statistics", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NAMES},
	{"replica_identity", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NAMES},
	{"clustered_on", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"access_method", SWITCH_ALWAYS, SEVERITY_ADDITIVE, CANON_NONE},
	{"tablespace", SWITCH_ALL, SEVERITY_COSMETIC, CANON_NONE},
	{"options", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_OPTIONS},
	{"toast_options", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_OPTIONS},
	{"populated", SWITCH_ALL, SEVERITY_BREAKING, CANON_NONE,
		.severity_of = severity_populated,
		TRUE_OR_FALSE},
	{"depends_on_extensions", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

#define MATERIALIZED_VIEW(compression) \
	"SELECT n.nspname AS schema, c.relname AS name, c.oid AS oid, true AS deparse," \
	" (SELECT string_agg(quote_ident(a.attname)" \
	" || CASE WHEN a.attstorage <> t.typstorage THEN" \
	" ' STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL'" \
	" WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END ELSE '' END" \
	" || " compression " || coalesce(' (' || a.options || ')', '')," \
	" ', ' ORDER BY a.attnum)" \
	" FROM (SELECT a.*, " OPTIONS("a.attoptions") " AS options" \
	" FROM pg_catalog.pg_attribute a" \
	" WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) a" \
	" JOIN pg_catalog.pg_type t ON t.oid = a.atttypid" \
	" WHERE a.attstorage <> t.typstorage OR " compression " <> ''" \
	" OR a.options IS NOT NULL) AS column_settings," \
	" (SELECT string_agg(concat(quote_ident(a.attname), ' ', a.attstattarget), ', '" \
	" ORDER BY a.attnum) FROM pg_catalog.pg_attribute a" \
	" WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attstattarget >= 0)" \
	" AS column_statistics," \
	MARKED_INDEX_COLUMNS STORAGE_COLUMNS \
	" c.relispopulated::text AS populated," \
	" " EXTENSION_DEPENDENCIES("pg_class", "c.oid") " AS depends_on_extensions," \
	" " OWNER("c.relowner") \
	" FROM" RELATIONS MARKED_INDEX_JOIN \
	" WHERE c.relkind = 'm' AND " USER_RELATION " AND " OF_RELATIONS("c.oid")

const struct kind_info kind_row_materialized_view = {
	.word = "materialized_view",
	.plural = "materialized views",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(materialized_view_properties),
	.of_relations = true,
	.reads = {
		{120000, 139999, MATERIALIZED_VIEW("''")},
		{140000, 0, MATERIALIZED_VIEW(
			"CASE a.attcompression WHEN 'p' THEN ' COMPRESSION pglz'"
			" WHEN 'l' THEN ' COMPRESSION lz4' ELSE '' END")},
	},
	.details = {{120000, 0,
		"SELECT c.oid AS oid,"
		" " BOUNDED_CALL("rtrim(ltrim(pg_get_viewdef(c.oid)), ';')") " AS definition"
		" FROM pg_catalog.pg_class c WHERE c.oid = ANY ($1::oid[])"}},
};
/* clang-format on */

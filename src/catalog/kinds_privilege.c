/* Privileges, as sets: who may do what beyond what the server or an extension gives. */
#include "catalog/kinds_sql.h"
#include "catalog/severity.h"

/* clang-format off */

/* Of a member of an extension: `initial` is what the extension itself grants. */
static const struct property grant_properties[] = {
	{"privileges", SWITCH_GRANTS, SEVERITY_BREAKING, CANON_NAMES,
		.severity_of = severity_privileges,
		.required = true},
	{"initial", SWITCH_NEVER, SEVERITY_BREAKING, CANON_NAMES},
	{"extension", SWITCH_NEVER, SEVERITY_BREAKING, CANON_NONE},
	{0},
};
static const struct property default_privilege_properties[] = {
	{"privileges", SWITCH_GRANTS, SEVERITY_BREAKING, CANON_NAMES,
		.severity_of = severity_privileges,
		.required = true},
	{0},
};

/* Which extension `o` belongs to.  Members are few among all that was granted on, so
 * that it is worth while to look for them at once. */
#define EXTENSION \
	"CASE WHEN (o.classid, o.objid) IN (SELECT d.classid, d.objid" \
	" FROM pg_catalog.pg_depend d" \
	" WHERE d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e')" \
	" THEN (SELECT e.extname::text FROM pg_catalog.pg_depend d" \
	" JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid" \
	" WHERE d.classid = o.classid AND d.objid = o.objid" \
	" AND d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.deptype = 'e') END"
/* What a member had when its extension had been made. */
#define INITIAL \
	"CASE WHEN o.extension IS NOT NULL THEN (SELECT i.initprivs" \
	" FROM pg_catalog.pg_init_privs i WHERE i.objoid = o.objid" \
	" AND i.classoid = o.classid AND i.objsubid = o.objsubid) END"

/* A row for each object whose list is there at all; `id` is its number, and that of its
 * column. */
#define OBJECTS(on, class, schema, name, more, catalog, id, acl, owner) \
	"SELECT " on " AS \"on\", '" class "'::\"char\" AS class, " schema "::text AS schema," \
	" " name "::text AS name, " more ", 'pg_catalog." catalog "'::regclass::oid AS classid," \
	" " id ", " acl " AS acl, " owner " AS owner"
#define ID(oid) oid " AS objid, 0 AS objsubid"
#define NO_MORE \
	"NULL::text AS part, NULL::text AS args, NULL::text AS parent, NULL::text AS parent_part"
#define GLOBAL(on, class, catalog, prefix) \
	" UNION ALL " OBJECTS("'" on "'", class, "NULL", "o." prefix "name", NO_MORE, \
		catalog, ID("o.oid"), "o." prefix "acl", "o." prefix "owner") \
	" FROM pg_catalog." catalog " o WHERE o." prefix "acl IS NOT NULL"
/* Some extensions have their functions and types among the server's own. */
#define USER_OR_MEMBER(oid) \
	"(" USER_SCHEMA " OR n.nspname = 'pg_catalog' AND " oid " >= 16384)"

/* What is granted beyond what the server, or the extension, does.  The owner may have
 * changed since the extension was made, and then is not who granted its list. */
#define GRANTS(objects) \
	"WITH " WHOLE \
	"SELECT r.\"on\", r.schema, r.name, r.part, r.args, r.parent, r.parent_part," \
	" coalesce(r.now, 'none') AS privileges, r.extension," \
	" CASE WHEN r.extension IS NOT NULL THEN coalesce(r.before, 'none') END AS initial" \
	" FROM (SELECT t.*, " PRIVILEGES("t.acl", "t.class <> 'c'", "t.owner") " AS now," \
	" " PRIVILEGES("t.base", "t.class <> 'c'", "t.base_owner") " AS before" \
	" FROM (SELECT o.*, coalesce(o.initprivs, acldefault(o.class, o.owner)) AS base," \
	" CASE WHEN o.initprivs IS NULL THEN o.owner ELSE coalesce((SELECT a.grantor" \
	" FROM aclexplode(o.initprivs) a LIMIT 1), o.owner) END AS base_owner" \
	" FROM (SELECT o.*, " INITIAL " AS initprivs" \
	" FROM (SELECT o.*, " EXTENSION " AS extension FROM (" objects ") o OFFSET 0) o" \
	" WHERE o.extension IS NOT NULL OR o.schema IS DISTINCT FROM 'pg_catalog'" \
	" OFFSET 0) o OFFSET 0) t JOIN whole USING (class) OFFSET 0) r" \
	" WHERE r.now IS DISTINCT FROM r.before"

const struct kind_info kind_row_grant = {
	.word = "grant",
	.plural = "grants",
	.only_with = SWITCH_GRANTS,
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	.missing_of = severity_grant,
	PROPERTIES(grant_properties),
	.reads = {{120000, 0, GRANTS(
		OBJECTS("'schema'", "n", "NULL", "n.nspname", NO_MORE, "pg_namespace",
			ID("n.oid"), "n.nspacl", "n.nspowner")
		" FROM pg_catalog.pg_namespace n WHERE n.nspacl IS NOT NULL AND " USER_SCHEMA
		" UNION ALL " OBJECTS("CASE c.relkind WHEN 'v' THEN 'view'"
			" WHEN 'm' THEN 'materialized_view' WHEN 'f' THEN 'foreign_table'"
			" ELSE 'table' END", "r", "n.nspname", "c.relname", NO_MORE,
			"pg_class", ID("c.oid"), "c.relacl", "c.relowner")
		" FROM" RELATIONS "WHERE c.relacl IS NOT NULL"
		" AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND " USER_SCHEMA
		" UNION ALL " OBJECTS("'sequence'", "s", "n.nspname", "c.relname",
			"NULL, NULL, tc.relname, ta.attname", "pg_class", ID("c.oid"),
			"c.relacl", "c.relowner")
		" FROM" RELATIONS
		" LEFT JOIN (pg_catalog.pg_depend d"
		" JOIN pg_catalog.pg_class tc ON tc.oid = d.refobjid"
		" JOIN pg_catalog.pg_attribute ta"
		" ON ta.attrelid = d.refobjid AND ta.attnum = d.refobjsubid)"
		" ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid"
		" AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0"
		" AND d.deptype IN ('a', 'i') AND tc.relnamespace = c.relnamespace"
		" WHERE c.relacl IS NOT NULL AND c.relkind = 'S' AND " USER_SCHEMA
		" UNION ALL " OBJECTS("'column'", "c", "n.nspname", "c.relname",
			"a.attname, NULL, NULL, NULL", "pg_class", "c.oid, a.attnum",
			"a.attacl", "c.relowner")
		" FROM" RELATIONS "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
		" WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND "
		USER_SCHEMA
		" UNION ALL " OBJECTS("CASE p.prokind WHEN 'a' THEN 'aggregate'"
			" WHEN 'p' THEN 'procedure' ELSE 'function' END", "f", "n.nspname",
			"p.proname", "NULL, oidvectortypes(p.proargtypes), NULL, NULL",
			"pg_proc", ID("p.oid"), "p.proacl", "p.proowner")
		" FROM pg_catalog.pg_proc p"
		" JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace"
		" WHERE p.proacl IS NOT NULL AND " USER_OR_MEMBER("p.oid")
		" AND " NOT_CONSTRUCTOR
		" UNION ALL " OBJECTS("CASE y.typtype WHEN 'd' THEN 'domain' ELSE 'type' END", "T",
			"n.nspname", "y.typname", NO_MORE, "pg_type", ID("y.oid"), "y.typacl",
			"y.typowner")
		" FROM pg_catalog.pg_type y"
		" JOIN pg_catalog.pg_namespace n ON n.oid = y.typnamespace"
		" WHERE y.typacl IS NOT NULL AND y.typtype <> 'm' AND " USER_OR_MEMBER("y.oid")
		GLOBAL("language", "l", "pg_language", "lan")
		GLOBAL("foreign_data_wrapper", "F", "pg_foreign_data_wrapper", "fdw")
		GLOBAL("foreign_server", "S", "pg_foreign_server", "srv"))}},
};

/* Those of a schema start from nothing, the global ones from the built-in default. */
const struct kind_info kind_row_default_privilege = {
	.word = "default_privilege",
	.plural = "default privileges",
	.only_with = SWITCH_GRANTS,
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	.missing_of = severity_grant,
	PROPERTIES(default_privilege_properties),
	.only_with_rows = {"pg_default_acl"},
	.reads = {{120000, 0,
		"WITH " WHOLE
		"SELECT r.schema, r.name, r.part, coalesce(r.now, 'none') AS privileges"
		" FROM (SELECT t.*, " PRIVILEGES("t.acl", "t.schema IS NULL", "t.owner") " AS now,"
		" CASE WHEN t.schema IS NULL"
		" THEN " PRIVILEGES("acldefault(t.class, t.owner)", "true", "t.owner")
		" END AS built_in"
		" FROM (SELECT n.nspname AS schema, pg_get_userbyid(d.defaclrole) AS name,"
		" CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences'"
		" WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas'"
		" ELSE 'large_objects' END AS part,"
		" CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END AS class,"
		" d.defaclacl AS acl, d.defaclrole AS owner"
		" FROM pg_catalog.pg_default_acl d"
		" LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace"
		" WHERE d.defaclnamespace = 0 OR " USER_SCHEMA ") t"
		" LEFT JOIN whole USING (class) OFFSET 0) r"
		" WHERE r.now IS DISTINCT FROM r.built_in"}},
};
/* clang-format on */

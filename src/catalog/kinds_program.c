/* What is attached to a relation and runs by itself: triggers, rules, policies. */
#include "catalog/kinds_sql.h"
#include "catalog/severity.h"

/* clang-format off */

static const struct property trigger_properties[] = {
	{"timing", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = "INSTEAD OF|BEFORE|AFTER", .required = true},
	{"events", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{"columns", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"level", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = "ROW|STATEMENT", .required = true},
	{"when", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION},
	{"function", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, .required = true},
	{"arguments", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_ARGUMENTS},
	{"constraint", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = "initially deferred|initially immediate|not deferrable"},
	{"from_table", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NAMES},
	{"old_table", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"new_table", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"enabled", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = "origin|disabled|replica|always", .required = true},
	{"depends_on_extensions", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"definition", SWITCH_NEVER, SEVERITY_BREAKING, CANON_EXPRESSION, .required = true},
	{0},
};

/* The bytes of each end with a zero; as literals, as they were declared. */
#define ARGUMENTS \
	"(SELECT string_agg(quote_literal(convert_from(decode(m.bytes[1], 'hex')," \
	" getdatabaseencoding())), ', ' ORDER BY m.i)" \
	" FROM regexp_matches(encode(t.tgargs, 'hex'), '((?:(?!00)..)*)00', 'g')" \
	" WITH ORDINALITY m(bytes, i))"

/* Bits of tgtype: see TRIGGER_TYPE_… in pg_trigger.h. */
#define TRIGGERS(from, where) \
	"SELECT n.nspname AS schema, c.relname AS name, t.tgname AS part," \
	" t.oid AS oid, t.tgqual IS NOT NULL AS deparse," \
	" CASE WHEN t.tgtype & 64 <> 0 THEN 'INSTEAD OF'" \
	" WHEN t.tgtype & 2 <> 0 THEN 'BEFORE' ELSE 'AFTER' END AS timing," \
	" concat_ws(', ', CASE WHEN t.tgtype & 4 <> 0 THEN 'INSERT' END," \
	" CASE WHEN t.tgtype & 16 <> 0 THEN 'UPDATE' END," \
	" CASE WHEN t.tgtype & 8 <> 0 THEN 'DELETE' END," \
	" CASE WHEN t.tgtype & 32 <> 0 THEN 'TRUNCATE' END) AS events," \
	" CASE WHEN t.tgtype & 16 <> 0 THEN (SELECT" \
	" string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname)" \
	" FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.tgrelid" \
	" AND a.attnum = ANY (t.tgattr::int2[])) END AS columns," \
	" CASE WHEN t.tgtype & 1 <> 0 THEN 'ROW' ELSE 'STATEMENT' END AS level," \
	" t.tgfoid::regproc AS function," \
	" CASE WHEN t.tgnargs > 0 THEN " ARGUMENTS " END AS arguments," \
	" CASE WHEN t.tgconstraint <> 0 THEN CASE WHEN t.tginitdeferred" \
	" THEN 'initially deferred' WHEN t.tgdeferrable THEN 'initially immediate'" \
	" ELSE 'not deferrable' END END AS \"constraint\"," \
	" CASE WHEN t.tgconstrrelid <> 0 THEN " RELATION_NAME("t.tgconstrrelid") \
	" END AS from_table," \
	" t.tgoldtable AS old_table, t.tgnewtable AS new_table," \
	" CASE t.tgenabled WHEN 'O' THEN 'origin' WHEN 'D' THEN 'disabled'" \
	" WHEN 'R' THEN 'replica' ELSE 'always' END AS enabled," \
	" " EXTENSION_DEPENDENCIES("pg_trigger", "t.oid") " AS depends_on_extensions," \
	" CASE WHEN t.tgqual IS NULL THEN pg_get_triggerdef(t.oid) END AS definition" \
	" FROM" RELATIONS "JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid" from \
	" WHERE " where " AND " USER_RELATION " AND " OF_RELATIONS("c.oid")

/* What a partition has of its parent is left out unless it is enabled otherwise.  It
 * is known by its dependency in 12, by tgparentid later, and is called internal
 * until 14.  The internal triggers of a foreign key have a tgparentid from 15 on. */
const struct kind_info kind_row_trigger = {
	.word = "trigger",
	.plural = "triggers",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_BREAKING,
	.missing_of = severity_enabled,
	.unexpected_of = severity_enabled,
	PROPERTIES(trigger_properties),
	.of_relations = true,
	.only_with_rows = {"pg_trigger"},
	.reads = {
		{120000, 129999, TRIGGERS(
			" LEFT JOIN (pg_catalog.pg_depend pd"
			" JOIN pg_catalog.pg_trigger pt ON pt.oid = pd.refobjid"
			" AND pd.refclassid = 'pg_catalog.pg_trigger'::regclass)"
			" ON pd.classid = 'pg_catalog.pg_trigger'::regclass"
			" AND pd.objid = t.oid AND pd.deptype = 'P'",
			"(NOT t.tgisinternal OR t.tgenabled <> pt.tgenabled)")},
		{130000, 149999, TRIGGERS(
			" LEFT JOIN pg_catalog.pg_trigger pt ON pt.oid = t.tgparentid",
			"(NOT t.tgisinternal AND t.tgparentid = 0"
			" OR t.tgenabled <> pt.tgenabled)")},
		{150000, 0, TRIGGERS(
			" LEFT JOIN pg_catalog.pg_trigger pt ON pt.oid = t.tgparentid",
			"NOT t.tgisinternal AND"
			" (t.tgparentid = 0 OR t.tgenabled <> pt.tgenabled)")},
	},
	.details = {{120000, 0,
		"SELECT r.oid, r.definition, substring(r.definition"
		" FROM ' WHEN [(](.*)[)] EXECUTE (?:FUNCTION|PROCEDURE) ') AS \"when\""
		" FROM (SELECT t.oid AS oid, pg_get_triggerdef(t.oid) AS definition"
		" FROM pg_catalog.pg_trigger t WHERE t.oid = ANY ($1::oid[]) OFFSET 0) r"}},
};

static const struct property rule_properties[] = {
	{"definition", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION, .required = true},
	{"enabled", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.form = "origin|disabled|replica|always", .required = true},
	{0},
};

/* A view is a rule ON SELECT, which is read as the view's definition. */
const struct kind_info kind_row_rule = {
	.word = "rule",
	.plural = "rules",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_BREAKING,
	.missing_of = severity_enabled,
	.unexpected_of = severity_enabled,
	PROPERTIES(rule_properties),
	.of_relations = true,
	.only_with_rows = {"pg_rewrite"},
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, c.relname AS name, w.rulename AS part,"
		" w.oid AS oid, true AS deparse,"
		" CASE w.ev_enabled WHEN 'O' THEN 'origin' WHEN 'D' THEN 'disabled'"
		" WHEN 'R' THEN 'replica' ELSE 'always' END AS enabled"
		" FROM" RELATIONS "JOIN pg_catalog.pg_rewrite w ON w.ev_class = c.oid"
		" WHERE w.ev_type <> '1' AND " LATER("w.oid") USER_RELATION " AND " OF_RELATIONS("c.oid")}},
	.details = {{120000, 0,
		"SELECT w.oid AS oid, " BOUNDED_CALL("rtrim(pg_get_ruledef(w.oid), ';')")
		" AS definition"
		" FROM pg_catalog.pg_rewrite w WHERE w.oid = ANY ($1::oid[])"}},
};

static const struct property policy_properties[] = {
	{"command", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.severity_of = severity_of_policy,
		.form = "SELECT|INSERT|UPDATE|DELETE|ALL", .required = true},
	{"permissive", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE,
		.severity_of = severity_of_policy,
		.usual = "true",
		TRUE_OR_FALSE},
	{"roles", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES,
		.severity_of = severity_of_policy,
		.required = true},
	{"using", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION,
		.severity_of = severity_of_policy},
	{"with_check", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_EXPRESSION,
		.severity_of = severity_of_policy},
	{0},
};

const struct kind_info kind_row_policy = {
	.word = "policy",
	.plural = "policies",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_BREAKING,
	.missing_of = severity_policy,
	.unexpected_of = severity_policy,
	PROPERTIES(policy_properties),
	.of_relations = true,
	.only_with_rows = {"pg_policy"},
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, c.relname AS name, p.polname AS part,"
		" p.oid AS oid,"
		" p.polqual IS NOT NULL OR p.polwithcheck IS NOT NULL AS deparse,"
		" CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'"
		" WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,"
		" p.polpermissive::text AS permissive,"
		" (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC'"
		" ELSE quote_ident(pg_get_userbyid(r)) END, ', '"
		" ORDER BY r <> 0, pg_get_userbyid(r)) FROM unnest(p.polroles) r) AS roles"
		" FROM" RELATIONS "JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid"
		" WHERE " USER_RELATION " AND " OF_RELATIONS("c.oid")}},
	.details = {{120000, 0,
		"SELECT p.oid AS oid, " BOUNDED_EXPRESSION("p.polqual", "p.polrelid") " AS \"using\","
		" " BOUNDED_EXPRESSION("p.polwithcheck", "p.polrelid") " AS with_check"
		" FROM pg_catalog.pg_policy p WHERE p.oid = ANY ($1::oid[])"}},
};
/* clang-format on */

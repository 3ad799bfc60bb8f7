/* Comments and security labels: one object for each, known by what it is on. */
#include "catalog/kinds_sql.h"

/* clang-format off */

static const struct property comment_properties[] = {
	{"comment", SWITCH_COMMENTS, SEVERITY_COSMETIC, CANON_NONE, .required = true},
	{0},
};

#define CLASS(catalog) "d.classoid = 'pg_catalog." catalog "'::regclass"
#define NONE(column) "NULL::text AS " column
/* What every branch starts with; `part`, `args`, `parent` and `parent_part` follow. */
#define TARGET(on, schema, name) \
	"SELECT " on " AS \"on\", " schema "::text AS schema, " name "::text AS name, "

/* Something of a schema that is known by its name alone. */
#define NAMED(on, catalog, prefix) \
	" UNION ALL " TARGET("'" on "'", "n.nspname", "o." prefix "name") \
	"NULL, NULL, NULL, NULL, d.description FROM d" \
	" JOIN pg_catalog." catalog " o ON o.oid = d.objoid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = o." prefix "namespace" \
	" WHERE " CLASS(catalog) " AND " USER_SCHEMA

/* Something that has no schema. */
#define GLOBAL(on, catalog, prefix) \
	" UNION ALL " TARGET("'" on "'", "NULL", "o." prefix "name") \
	"NULL, NULL, NULL, NULL, d.description FROM d" \
	" JOIN pg_catalog." catalog " o ON o.oid = d.objoid" \
	" WHERE " CLASS(catalog)

/* A part of a relation. */
#define PART(on, catalog, prefix, relation) \
	" UNION ALL " TARGET("'" on "'", "n.nspname", "c.relname") \
	"o." prefix "name, NULL, NULL, NULL, d.description FROM d" \
	" JOIN pg_catalog." catalog " o ON o.oid = d.objoid" \
	" JOIN pg_catalog.pg_class c ON c.oid = o." relation \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" \
	" WHERE " CLASS(catalog) " AND " USER_RELATION

#define RELATION_KIND(column) \
	"CASE " column " WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view'" \
	" WHEN 'm' THEN 'materialized_view' WHEN 'f' THEN 'foreign_table'" \
	" WHEN 'S' THEN 'sequence' WHEN 'c' THEN 'type' ELSE 'index' END"

/* `source` is pg_description or the like.  Members of extensions are left out at once,
 * what is a part of one branch by branch. */
#define DESCRIBED(source, property, subscriptions) \
	"WITH d AS MATERIALIZED (SELECT x.objoid, x.classoid, x.objsubid, " \
	BOUNDED("x.description") " AS description FROM " source " x" \
	" WHERE (objoid >= 16384 OR classoid IN ('pg_catalog.pg_namespace'::regclass," \
	" 'pg_catalog.pg_extension'::regclass)) AND (classoid, objoid) NOT IN (SELECT" \
	" x.classid, x.objid FROM pg_catalog.pg_depend x" \
	" WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass AND x.deptype = 'e')) " \
	TARGET("'schema'", "NULL", "n.nspname") \
	"NULL AS part, NULL AS args, NULL AS parent, NULL AS parent_part," \
	" d.description AS " property " FROM d" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = d.objoid" \
	" WHERE " CLASS("pg_namespace") " AND " USER_SCHEMA \
	" AND NOT (n.nspname = 'public' AND d.description = 'standard public schema')" \
	" UNION ALL " TARGET(RELATION_KIND("c.relkind"), "n.nspname", "c.relname") \
	"NULL, NULL, coalesce(tc.relname, oc.relname), oa.attname, d.description FROM d" \
	" JOIN pg_catalog.pg_class c ON c.oid = d.objoid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" \
	" LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid" \
	" LEFT JOIN pg_catalog.pg_class tc ON tc.oid = i.indrelid" \
	" LEFT JOIN pg_catalog.pg_depend od ON c.relkind = 'S'" \
	" AND od.classid = 'pg_catalog.pg_class'::regclass AND od.objid = c.oid" \
	" AND od.refclassid = 'pg_catalog.pg_class'::regclass" \
	" AND od.refobjsubid > 0 AND od.deptype IN ('a', 'i')" \
	" LEFT JOIN pg_catalog.pg_class oc" \
	" ON oc.oid = od.refobjid AND oc.relnamespace = c.relnamespace" \
	" LEFT JOIN pg_catalog.pg_attribute oa" \
	" ON oa.attrelid = oc.oid AND oa.attnum = od.refobjsubid" \
	" WHERE " CLASS("pg_class") " AND d.objsubid = 0 AND c.relkind <> 'c'" \
	" AND " USER_SCHEMA \
	" AND coalesce(tc.oid, 0) NOT IN (SELECT x.objid FROM pg_catalog.pg_depend x" \
	" WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass" \
	" AND x.classid = 'pg_catalog.pg_class'::regclass AND x.deptype = 'e')" \
	" UNION ALL " TARGET("'column'", "n.nspname", "c.relname") \
	"a.attname, NULL, NULL, NULL, d.description FROM d" \
	" JOIN pg_catalog.pg_class c ON c.oid = d.objoid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace" \
	" JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid" \
	" WHERE " CLASS("pg_class") " AND d.objsubid > 0 AND " USER_SCHEMA \
	PART("constraint", "pg_constraint", "con", "conrelid") \
	PART("trigger", "pg_trigger", "tg", "tgrelid") \
	PART("rule", "pg_rewrite", "rule", "ev_class") \
	PART("policy", "pg_policy", "pol", "polrelid") \
	" UNION ALL " TARGET("'constraint'", "n.nspname", "t.typname") \
	"o.conname, NULL, NULL, NULL, d.description FROM d" \
	" JOIN pg_catalog.pg_constraint o ON o.oid = d.objoid" \
	" JOIN pg_catalog.pg_type t ON t.oid = o.contypid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace" \
	" WHERE " CLASS("pg_constraint") " AND " USER_SCHEMA \
	" UNION ALL " TARGET("CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END", \
		"n.nspname", "t.typname") \
	"NULL, NULL, NULL, NULL, d.description FROM d" \
	" JOIN pg_catalog.pg_type t ON t.oid = d.objoid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace" \
	" WHERE " CLASS("pg_type") " AND " USER_SCHEMA \
	" UNION ALL " TARGET("CASE p.prokind WHEN 'a' THEN 'aggregate'" \
		" WHEN 'p' THEN 'procedure' ELSE 'function' END", "n.nspname", "p.proname") \
	"NULL, oidvectortypes(p.proargtypes), NULL, NULL, d.description FROM d" \
	" JOIN pg_catalog.pg_proc p ON p.oid = d.objoid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace" \
	" WHERE " CLASS("pg_proc") " AND " USER_SCHEMA \
	" UNION ALL " TARGET("'operator'", "n.nspname", "o.oprname") \
	"NULL, " OPERATOR_ARGUMENTS("o") ", NULL, NULL, d.description FROM d" \
	" JOIN pg_catalog.pg_operator o ON o.oid = d.objoid" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace" \
	" WHERE " CLASS("pg_operator") " AND " USER_SCHEMA \
	BY_METHOD("operator_class", "pg_opclass", "opc") \
	BY_METHOD("operator_family", "pg_opfamily", "opf") \
	" UNION ALL " TARGET("'cast'", "NULL", "'cast'") \
	"NULL, " CAST_ARGUMENTS("o") ", NULL, NULL, d.description FROM d" \
	" JOIN pg_catalog.pg_cast o ON o.oid = d.objoid" \
	" WHERE " CLASS("pg_cast") \
	" UNION ALL " TARGET("'transform'", "NULL", "'transform'") \
	"NULL, " TRANSFORM_ARGUMENTS("o") ", NULL, NULL, d.description FROM d" \
	" JOIN pg_catalog.pg_transform o ON o.oid = d.objoid" \
	" WHERE " CLASS("pg_transform") \
	NAMED("statistics", "pg_statistic_ext", "stx") \
	NAMED("collation", "pg_collation", "coll") \
	NAMED("conversion", "pg_conversion", "con") \
	NAMED("text_search_configuration", "pg_ts_config", "cfg") \
	NAMED("text_search_dictionary", "pg_ts_dict", "dict") \
	NAMED("text_search_parser", "pg_ts_parser", "prs") \
	NAMED("text_search_template", "pg_ts_template", "tmpl") \
	GLOBAL("event_trigger", "pg_event_trigger", "evt") \
	GLOBAL("publication", "pg_publication", "pub") \
	GLOBAL("foreign_data_wrapper", "pg_foreign_data_wrapper", "fdw") \
	GLOBAL("foreign_server", "pg_foreign_server", "srv") \
	GLOBAL("access_method", "pg_am", "am") \
	GLOBAL("language", "pg_language", "lan") \
	GLOBAL("extension", "pg_extension", "ext") \
	subscriptions

/* Access methods may have classes and families of the same name. */
#define BY_METHOD(on, catalog, prefix) \
	" UNION ALL " TARGET("'" on "'", "n.nspname", "o." prefix "name") \
	"NULL, am.amname, NULL, NULL, d.description FROM d" \
	" JOIN pg_catalog." catalog " o ON o.oid = d.objoid" \
	" JOIN pg_catalog.pg_am am ON am.oid = o." prefix "method" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = o." prefix "namespace" \
	" WHERE " CLASS(catalog) " AND " USER_SCHEMA

/* Until 13 nobody but a superuser may read the oid of a subscription, but for this
 * view. */
#define SUBSCRIPTIONS_UNTIL_13 \
	" UNION ALL " TARGET("'subscription'", "NULL", "o.subname") \
	"NULL, NULL, NULL, NULL, d.description FROM d JOIN (SELECT DISTINCT" \
	" s.subid, s.subname FROM pg_catalog.pg_stat_subscription s) o" \
	" ON o.subid = d.objoid WHERE " CLASS("pg_subscription")
#define SUBSCRIPTIONS GLOBAL("subscription", "pg_subscription", "sub")

#define COMMENTS(subscriptions) \
	DESCRIBED("pg_catalog.pg_description", "comment", subscriptions)

const struct kind_info kind_row_comment = {
	.word = "comment",
	.plural = "comments",
	.only_with = SWITCH_COMMENTS,
	.missing = SEVERITY_COSMETIC,
	.unexpected = SEVERITY_COSMETIC,
	PROPERTIES(comment_properties),
	.reads = {
		{120000, 139999, COMMENTS(SUBSCRIPTIONS_UNTIL_13)},
		{140000, 0, COMMENTS(SUBSCRIPTIONS)},
	},
};

static const struct property security_label_properties[] = {
	{"label", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

/* Shared are the labels of subscriptions, here as in any other database, and of what is
 * the cluster's.  Until 13 nobody but a superuser may tell whose a subscription is. */
#define SHARED_LABELS \
	" UNION ALL SELECT s.objoid, s.classoid, 0, s.provider, s.label" \
	" FROM pg_catalog.pg_shseclabel s" \
	" JOIN pg_catalog.pg_subscription b ON b.oid = s.objoid" \
	" WHERE s.classoid = 'pg_catalog.pg_subscription'::regclass AND b.subdbid =" \
	" (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())"
#define SECURITY_LABELS(shared, subscriptions) \
	DESCRIBED("(SELECT l.objoid, l.classoid, l.objsubid, string_agg(" \
		"l.provider || ': ' || quote_literal(l.label), ', '" \
		" ORDER BY l.provider COLLATE \"C\") AS description FROM (" \
		"SELECT s.objoid, s.classoid, s.objsubid, s.provider, s.label" \
		" FROM pg_catalog.pg_seclabel s" shared ") l" \
		" GROUP BY l.objoid, l.classoid, l.objsubid)", "label", subscriptions)

const struct kind_info kind_row_security_label = {
	.word = "security_label",
	.plural = "security labels",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_BREAKING,
	PROPERTIES(security_label_properties),
	.only_with_rows = {"pg_seclabel", "pg_shseclabel"},
	.reads = {
		{120000, 139999, SECURITY_LABELS("", "")},
		{140000, 0, SECURITY_LABELS(SHARED_LABELS, SUBSCRIPTIONS)},
	},
};
/* clang-format on */

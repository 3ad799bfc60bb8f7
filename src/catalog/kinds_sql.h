/* Private to kinds*.c: the rows of the table, and the SQL that several share.
 * All of it relies on search_path being '' (checksql_setup()): functions and
 * operators are pg_catalog's, names outside pg_catalog come out qualified.
 * Relations are qualified all the same, since pg_temp would hide them. */
#ifndef CATALOG_KINDS_SQL_H
#define CATALOG_KINDS_SQL_H

#include "base/mem.h"
#include "catalog/kinds.h"

extern const struct kind_info kind_row_schema, kind_row_extension, kind_row_table,
	kind_row_column, kind_row_constraint, kind_row_index, kind_row_sequence,
	kind_row_view, kind_row_materialized_view, kind_row_type, kind_row_domain,
	kind_row_function, kind_row_procedure, kind_row_aggregate, kind_row_trigger,
	kind_row_rule, kind_row_policy, kind_row_event_trigger, kind_row_publication,
	kind_row_subscription, kind_row_foreign_data_wrapper, kind_row_foreign_server,
	kind_row_foreign_table, kind_row_user_mapping, kind_row_statistics,
	kind_row_collation, kind_row_conversion, kind_row_operator,
	kind_row_operator_class, kind_row_operator_family, kind_row_cast,
	kind_row_text_search_configuration, kind_row_text_search_dictionary,
	kind_row_text_search_parser, kind_row_text_search_template,
	kind_row_access_method, kind_row_transform, kind_row_language,
	kind_row_database_setting, kind_row_default_privilege, kind_row_comment,
	kind_row_security_label, kind_row_grant, kind_row_database;

/* A property list and its length, for an initializer. */
#define PROPERTIES(list) .properties = (list), .n_properties = COUNT_OF(list) - 1

/* Of a property: what boolean::text gives. */
#define TRUE_OR_FALSE .form = "true|false", .required = true

/* clang-format off */

/* `n` is pg_namespace.  Temporary objects live in pg_temp_N. */
#define USER_SCHEMA \
	"n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"

/* Not what initdb made, wherever somebody has put it: the probe does not look there. */
#define LATER(oid) oid " >= 16384 AND "

/* By the index on what is depended on: no scan of pg_depend, however large. */
#define NOT_MEMBER(catalog, oid) \
	oid " NOT IN (SELECT x.objid FROM pg_catalog.pg_depend x" \
	" WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass" \
	" AND x.classid = 'pg_catalog." catalog "'::regclass AND x.deptype = 'e')"

/* Names of the extensions that an object was made to depend on (ALTER … DEPENDS
 * ON EXTENSION).  Hardly any was: those that were are looked for once. */
#define EXTENSION_DEPENDENCIES(catalog, oid) \
	"CASE WHEN " oid " IN (SELECT x.objid FROM pg_catalog.pg_depend x" \
	" WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass" \
	" AND x.classid = 'pg_catalog." catalog "'::regclass AND x.deptype = 'x')" \
	" THEN (SELECT string_agg(e.extname::text, ', ' ORDER BY e.extname)" \
	" FROM pg_catalog.pg_depend x" \
	" JOIN pg_catalog.pg_extension e ON e.oid = x.refobjid" \
	" WHERE x.refclassid = 'pg_catalog.pg_extension'::regclass" \
	" AND x.classid = 'pg_catalog." catalog "'::regclass" \
	" AND x.objid = " oid " AND x.deptype = 'x') END"

/* FROM list and filter of a user's relations. */
#define RELATIONS \
	" pg_catalog.pg_class c" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
#define USER_RELATION \
	USER_SCHEMA " AND " NOT_MEMBER("pg_class", "c.oid")

/* Of a kind with `of_relations`: all of them, or what goes with some. */
#define OF_RELATIONS(oid) "($1::oid[] IS NULL OR " oid " = ANY ($1::oid[]))"

#define QUALIFIED(schema, name) \
	"quote_ident(" schema ") || '.' || quote_ident(" name ")"

#define RELATION_NAME(oid) \
	"(SELECT " QUALIFIED("rn.nspname", "rc.relname") \
	" FROM pg_catalog.pg_class rc" \
	" JOIN pg_catalog.pg_namespace rn ON rn.oid = rc.relnamespace" \
	" WHERE rc.oid = " oid ")"

/* Qualified unless it is pg_catalog's, as format_type() does. */
#define OTHER_NAME(catalog, prefix, oid) \
	"(SELECT CASE WHEN xn.nspname <> 'pg_catalog'" \
	" THEN quote_ident(xn.nspname) || '.' ELSE '' END" \
	" || quote_ident(xo." prefix "name) FROM pg_catalog." catalog " xo" \
	" JOIN pg_catalog.pg_namespace xn ON xn.oid = xo." prefix "namespace" \
	" WHERE xo.oid = " oid ")"

/* Storage parameters as a sorted list, with values as they were typed (options.h).
 * Entries pg_… are the server's own: some releases have one for each column, alone. */
#define OPTIONS(array) \
	"CASE WHEN " array "[2] IS NOT NULL OR " array "[1] NOT LIKE 'pg\\_%' THEN (SELECT string_agg(o, ', '" \
	" ORDER BY o COLLATE \"C\")" \
	" FROM unnest(" array ") o WHERE o NOT LIKE 'pg\\_%') END"

/* What may be as long as its author likes: a text over 1 MiB stays on the server, and its
 * digest and beginning stand for it, of the bytes that would have been sent.  So they do
 * for one that begins as if it were such a digest: equal texts have one form, different
 * texts never.  BOUNDED() is for a column, BOUNDED_CALL() for what is computed. */
#define BOUNDED(text) \
	"CASE WHEN octet_length(" text ") > 1048576 OR " text " LIKE '<text of %'" \
	" THEN concat('<text of ', octet_length(" text "), ' bytes, SHA-256 '," \
	" encode(sha256(textsend(" text ")), 'hex'), ', that begins:> '," \
	" left(" text ", 1000)) ELSE " text " END"
#define BOUNDED_CALL(call) \
	"(SELECT " BOUNDED("b.text") " FROM (SELECT " call " AS text OFFSET 0) b)"
/* Of an expression, which never begins so.  Printed it is shorter than the tree that it is
 * stored as, and what is stored in so little is never that long, however it is packed. */
#define BOUNDED_EXPRESSION(tree, relation) \
	"CASE WHEN pg_column_size(" tree ") < 2000 THEN pg_get_expr(" tree ", " relation ")" \
	" ELSE " BOUNDED_CALL("pg_get_expr(" tree ", " relation ")") " END"

/* What stands for a secret, see secret.h: the value stays on the server. */
#define SECRET(value) \
	"concat('<secret ', left(encode(sha256(convert_to(concat(" \
	"current_setting('pgdriftd.key'), " value "), CASE getdatabaseencoding()" \
	" WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END)), 'hex'), 16), '>')"

/* A value may be a password by its name ("key" alone is none: that is how wrappers
 * mark a column), or hold one, as connection strings do. */
#define UNLESS_SECRET(name, value) \
	"CASE WHEN " name " ~* 'pass|pwd|secret|token|credential|.key' OR " value " ~*" \
	" '(pass|pwd|secret|token|key)[a-z_]*[[:space:]]*[=:]|://[^/]*@' THEN " \
	SECRET(value) " ELSE quote_literal(" value ") END"

/* Options of foreign objects. */
#define FOREIGN_OPTIONS(array) \
	"CASE WHEN " array " IS NOT NULL THEN (SELECT string_agg(" \
	"quote_ident(o.option_name) || ' ' || " \
	UNLESS_SECRET("o.option_name", "o.option_value") ", ', '" \
	" ORDER BY o.option_name COLLATE \"C\")" \
	" FROM pg_options_to_table(" array ") o) END"

/* The constructors of a range type are its own; no dump says anything of them.
 * `p` is pg_proc. */
#define NOT_CONSTRUCTOR \
	"NOT (p.prosrc LIKE '%range\\_constructor_' AND EXISTS (SELECT" \
	" FROM pg_catalog.pg_depend xd" \
	" WHERE xd.classid = 'pg_catalog.pg_proc'::regclass AND xd.objid = p.oid" \
	" AND xd.refclassid = 'pg_catalog.pg_type'::regclass AND xd.deptype = 'i'))"

#define OWNER(column) "pg_get_userbyid(" column ") AS owner"

/* Names of numbered columns, in the order of the numbers. */
#define COLUMN_NAMES(relation, array) \
	"CASE WHEN cardinality(" array ") = 1 THEN" \
	" (SELECT quote_ident(ka.attname) FROM pg_catalog.pg_attribute ka" \
	" WHERE ka.attrelid = " relation " AND ka.attnum = (" array ")[1])" \
	" ELSE (SELECT string_agg(quote_ident(ka.attname), ', ' ORDER BY ku.i)" \
	" FROM unnest(" array ") WITH ORDINALITY ku(num, i)" \
	" JOIN pg_catalog.pg_attribute ka" \
	" ON ka.attrelid = " relation " AND ka.attnum = ku.num) END"

/* concat() and not ||, here and wherever a part is no text: a user's implicit cast to
 * text makes || ambiguous. */
#define SEQUENCE_OPTIONS(s) \
	"concat(' START WITH ', " s ".seqstart, ' INCREMENT BY ', " s ".seqincrement," \
	" ' MINVALUE ', " s ".seqmin, ' MAXVALUE ', " s ".seqmax," \
	" ' CACHE ', " s ".seqcache, CASE WHEN " s ".seqcycle THEN ' CYCLE' END)"
/* A function by name, NULL for none. */
#define FUNCTION(column) \
	"CASE WHEN " column "::oid <> 0 THEN " column "::regproc END"
#define FUNCTION_WITH_TYPES(column) \
	"CASE WHEN " column "::oid <> 0 THEN " column "::oid::regprocedure END"

/* What tells objects of one name apart. */
#define OPERATOR_ARGUMENTS(o) \
	"CASE WHEN " o ".oprleft = 0 THEN 'NONE' ELSE format_type(" o ".oprleft, NULL) END" \
	" || ', ' || CASE WHEN " o ".oprright = 0 THEN 'NONE'" \
	" ELSE format_type(" o ".oprright, NULL) END"
#define CAST_ARGUMENTS(o) \
	"format_type(" o ".castsource, NULL) || ' AS ' || format_type(" o ".casttarget, NULL)"
#define TRANSFORM_ARGUMENTS(o) \
	"format_type(" o ".trftype, NULL) || ', ' || (SELECT xl.lanname" \
	" FROM pg_catalog.pg_language xl WHERE xl.oid = " o ".trflang)"

/* What is in pg_inherits, as two lists. */
#define PARENT_JOIN \
	" LEFT JOIN (SELECT i.inhrelid, string_agg(" QUALIFIED("pn.nspname", "pc.relname") \
	", ', ' ORDER BY i.inhseqno) AS names" \
	" FROM pg_catalog.pg_inherits i" \
	" JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent AND pc.relkind IN ('r', 'p', 'f')" \
	" JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace" \
	" GROUP BY i.inhrelid) p ON p.inhrelid = c.oid"
/* A bound holds no column, so that it needs no relation to be opened. */
#define PARENT_COLUMNS \
	" CASE WHEN NOT c.relispartition THEN p.names END AS inherits," \
	" CASE WHEN c.relispartition THEN p.names END AS partition_of," \
	" CASE WHEN c.relispartition THEN p.names || ' '" \
	" || pg_get_expr(c.relpartbound, 0) END AS partition_bound,"

/* All privileges on each class of object, by acldefault()'s letters: what is all of
 * them is ALL, so that a privilege that a newer server has makes no difference. */
#define WHOLE \
	"whole AS MATERIALIZED (SELECT k.class, CASE k.class WHEN 'c'" \
	" THEN 'INSERT, REFERENCES, SELECT, UPDATE' ELSE (SELECT string_agg(" \
	"a.privilege_type, ', ' ORDER BY a.privilege_type COLLATE \"C\")" \
	" FROM aclexplode(acldefault(k.class, 10)) a WHERE a.grantee = 10) END AS names" \
	" FROM unnest('{r,s,f,n,T,l,F,S,c,d}'::\"char\"[]) k(class)) "

/* What everybody may do in schema public of a new database. */
#define PUBLIC_DEFAULT \
	"CASE WHEN current_setting('server_version_num')::int < 150000" \
	" THEN 'CREATE, USAGE' ELSE 'USAGE' END"

/* One text for a list of privileges on an object of `t`: grantees sorted, each with
 * its privileges, * for the grant option, whoever granted it.  The owner's are
 * implied (where `owns` holds), and named only where some were taken away. */
#define PRIVILEGES(acl, owns, owner) \
	"(SELECT string_agg(w.who || ': ' || w.what, '; '" \
	" ORDER BY trim('\"' FROM w.who) COLLATE \"C\")" \
	" FROM (SELECT g.who, CASE WHEN t.class = 'n' AND t.name = 'public'" \
	" AND g.who = 'PUBLIC' AND g.what = " PUBLIC_DEFAULT " THEN 'DEFAULT'" \
	" WHEN g.what = whole.names THEN 'ALL'" \
	" WHEN g.what = replace(whole.names, ',', '*,') || '*' THEN 'ALL*'" \
	" ELSE g.what END AS what" \
	" FROM (SELECT CASE e.grantee WHEN 0 THEN 'PUBLIC' WHEN " owner " THEN 'OWNER'" \
	" ELSE quote_ident(pg_get_userbyid(e.grantee)) END AS who," \
	" string_agg(e.privilege_type || CASE WHEN e.grantable THEN '*' ELSE '' END, ', '" \
	" ORDER BY e.privilege_type COLLATE \"C\") AS what" \
	" FROM (SELECT a.grantee, a.privilege_type," \
	" bool_or(a.is_grantable AND a.grantee <> " owner ") AS grantable" \
	" FROM aclexplode(" acl ") a GROUP BY a.grantee, a.privilege_type) e" \
	" GROUP BY e.grantee" \
	" UNION ALL SELECT 'OWNER', 'none' WHERE " owns " AND NOT EXISTS (SELECT" \
	" FROM aclexplode(" acl ") a WHERE a.grantee = " owner ")" \
	") g) w WHERE w.who <> 'OWNER' OR w.what <> 'ALL')"

/* clang-format on */

#endif

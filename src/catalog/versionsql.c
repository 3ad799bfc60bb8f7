/* The tables elsewhere are those whose only column is version_num, or that have one and
 * a name as Alembic's; one that somebody holds an exclusive lock on is left out, so
 * that a check never waits for the migration of another project.  One that is large is
 * none of Alembic's.
 *
 * What a role is a member of without inheriting it is one SET ROLE away, which whatever
 * runs in its name may send; of owners only what it has as it is counts.  An owner of
 * the database is a member of pg_database_owner, which says nothing more. */
#include "catalog/versionsql.h"

/* clang-format off */

#define USER_SCHEMA \
	"n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
#define IS_TEXT(type) \
	type " IN ('varchar'::regtype, 'bpchar'::regtype, 'text'::regtype)"
#define READABLE(n) \
	"(SELECT e.name FROM e WHERE e.readable" \
	" ORDER BY e.other_name, e.name LIMIT 1 OFFSET " n ")"

#define OWNERS(catalog, owner, schema) \
	"SELECT x." owner " FROM pg_catalog." catalog " x" \
	" JOIN pg_catalog.pg_namespace n ON n.oid = x." schema " WHERE " USER_SCHEMA

const char versionsql_facts[] =
	"WITH s AS MATERIALIZED (SELECT n.oid FROM pg_catalog.pg_namespace n"
	" WHERE n.nspname = $1::text),"
	" v AS MATERIALIZED (SELECT c.oid, c.reltuples FROM pg_catalog.pg_class c"
	" WHERE c.relnamespace = (SELECT s.oid FROM s) AND c.relname = $2::text"
	" AND c.relkind = 'r'),"
	" a AS MATERIALIZED (SELECT a.atttypid, a.atttypmod"
	" FROM pg_catalog.pg_attribute a WHERE a.attrelid = (SELECT v.oid FROM v)"
	" AND a.attname = 'version_num' AND a.attnum > 0 AND NOT a.attisdropped),"
	" e AS MATERIALIZED (SELECT format('%I.%I', n.nspname, c.relname) AS name,"
	" c.relname <> $2::text AS other_name,"
	" has_schema_privilege(n.oid, 'USAGE') AND NOT c.relrowsecurity"
	" AND has_column_privilege(c.oid, a.attnum, 'SELECT') AS readable"
	" FROM pg_catalog.pg_class c"
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
	" JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid"
	" AND a.attname = 'version_num' AND a.attnum > 0 AND NOT a.attisdropped"
	" AND a.attgenerated = ''"
	" WHERE c.relkind = 'r' AND c.relpages <= 10 AND " USER_SCHEMA " AND " IS_TEXT("a.atttypid")
	" AND NOT EXISTS (SELECT FROM v WHERE v.oid = c.oid OR v.reltuples > 0)"
	" AND (c.relname = $2::text OR c.relname LIKE '%alembic%'"
	" OR (SELECT count(*) FROM pg_catalog.pg_attribute o WHERE o.attrelid = c.oid"
	" AND o.attnum > 0 AND NOT o.attisdropped) = 1)"
	" AND c.oid NOT IN (SELECT l.relation FROM pg_catalog.pg_locks l"
	" WHERE l.relation IS NOT NULL AND l.mode = 'AccessExclusiveLock'"
	" AND l.pid <> pg_backend_pid())"
	" ORDER BY 2, 1 LIMIT 3)"
	" SELECT quote_ident(current_user) AS role,"
	" EXISTS (SELECT FROM pg_catalog.pg_roles r"
	" WHERE r.rolname IN (current_user, session_user) AND r.rolsuper) AS role_super,"
	" (SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname)"
	" FROM pg_catalog.pg_roles r WHERE (r.rolsuper OR r.rolname IN"
	" ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'))"
	" AND pg_has_role(session_user, r.oid, 'MEMBER')) AS role_powers,"
	" (SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname)"
	" FROM pg_catalog.pg_roles r WHERE r.rolname <> 'pg_database_owner'"
	" AND pg_has_role(r.oid, 'USAGE') AND (r.oid IN (SELECT d.datdba"
	" FROM pg_catalog.pg_database d WHERE d.datname = current_database())"
	" OR r.oid IN (SELECT n.nspowner FROM pg_catalog.pg_namespace n WHERE " USER_SCHEMA ")"
	" OR r.oid IN (" OWNERS("pg_class", "relowner", "relnamespace") ")"
	" OR r.oid IN (" OWNERS("pg_proc", "proowner", "pronamespace") "))) AS role_owners,"
	" (SELECT a.atttypmod - 4 FROM a WHERE a.atttypmod > 4 AND " IS_TEXT("a.atttypid")
	") AS width,"
	" coalesce((SELECT a.atttypid = 'bpchar'::regtype FROM a), false) AS padded,"
	" EXISTS (SELECT FROM s) AS schema_exists,"
	" coalesce((SELECT has_schema_privilege(s.oid, 'USAGE') FROM s), false)"
	" AS schema_usable,"
	" EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = current_user"
	" AND r.rolsuper)"
	" OR EXISTS (SELECT FROM pg_catalog.pg_roles r"
	" WHERE r.rolname = 'pg_read_all_data' AND pg_has_role(r.oid, 'USAGE'))"
	" OR EXISTS (SELECT FROM pg_catalog.pg_class c"
	" JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
	" WHERE c.relkind = 'r' AND " USER_SCHEMA
	" AND pg_has_role(c.relowner, 'USAGE'))"
	" OR EXISTS (SELECT FROM pg_catalog.pg_default_acl d,"
	" aclexplode(d.defaclacl) x WHERE d.defaclobjtype = 'r'"
	" AND d.defaclnamespace IN (0, coalesce((SELECT s.oid FROM s), 0))"
	" AND x.privilege_type = 'SELECT' AND CASE x.grantee WHEN 0 THEN true"
	" ELSE pg_has_role(x.grantee, 'USAGE') END) AS reads_new,"
	" (SELECT e.name FROM e ORDER BY e.other_name, e.name LIMIT 1) AS elsewhere,"
	" coalesce((SELECT e.readable FROM e ORDER BY e.other_name, e.name LIMIT 1), false)"
	" AS elsewhere_readable,"
	" " READABLE("0") " AS readable_1, " READABLE("1") " AS readable_2,"
	" " READABLE("2") " AS readable_3";

static const struct declared_column columns[] = {
	{"role", FORM_NAME},
	{"role_super", FORM_BOOL},
	{"role_powers", FORM_NAME, .null = true},
	{"role_owners", FORM_NAME, .null = true},
	{"width", FORM_NATURAL, .null = true},
	{"padded", FORM_BOOL},
	{"schema_exists", FORM_BOOL},
	{"schema_usable", FORM_BOOL},
	{"reads_new", FORM_BOOL},
	{"elsewhere", FORM_NAME, .null = true},
	{"elsewhere_readable", FORM_BOOL},
	{"readable_1", FORM_NAME, .null = true},
	{"readable_2", FORM_NAME, .null = true},
	{"readable_3", FORM_NAME, .null = true},
	{0},
};
const struct declared versionsql_facts_gives = {columns, 1, 1};

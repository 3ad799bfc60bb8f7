/* See discoversql.h.  All names come, and are matched here: a pattern of SQL is another
 * language, and a server has some thousands of them at most.  A limit of -2 has one
 * whose DROP DATABASE was broken off; what is made to build in (build/place.h) is
 * nobody's database.  pg_database is shared, and read without a lock that anybody waits
 * for. */
#include "catalog/discoversql.h"

const char discoversql_server[] = "SELECT s.system_identifier AS system,"
				  " pg_catalog.pg_is_in_recovery() AS in_recovery"
				  " FROM pg_catalog.pg_control_system() s";
static const struct declared_column server_columns[] = {
	{"system", FORM_INTEGER},
	{"in_recovery", FORM_BOOL},
	{0},
};
const struct declared discoversql_server_gives = {server_columns, 1, 1};

const char discoversql_databases[] =
	"SELECT d.datname::text AS name FROM pg_catalog.pg_database d"
	" WHERE d.datallowconn AND NOT d.datistemplate AND d.datconnlimit <> -2"
	" AND d.datname !~ '^pgdriftd_build_[0-9a-f]{16}$'"
	" ORDER BY d.oid";
static const struct declared_column names_columns[] = {
	{"name", FORM_NAME},
	{0},
};
const struct declared discoversql_databases_gives = {names_columns, 0, 0};

const char discoversql_schemas[] =
	"SELECT n.nspname::text AS name FROM pg_catalog.pg_namespace n"
	" WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
	" ORDER BY n.oid";
const struct declared discoversql_schemas_gives = {names_columns, 0, 0};

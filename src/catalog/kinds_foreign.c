/* Foreign data: wrappers, servers, mappings, foreign tables. */
#include "catalog/kinds_sql.h"
#include "catalog/secret.h"
#include "catalog/severity.h"

/* clang-format off */

static const struct property foreign_data_wrapper_properties[] = {
	{"handler", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"validator", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"options", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, true},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

const struct kind_info kind_row_foreign_data_wrapper = {
	.word = "foreign_data_wrapper",
	.plural = "foreign data wrappers",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(foreign_data_wrapper_properties),
	.only_with_rows = {"pg_foreign_data_wrapper"},
	.reads = {{120000, 0,
		"SELECT w.fdwname AS name, w.oid AS oid,"
		" " FUNCTION("w.fdwhandler") " AS handler,"
		" " FUNCTION("w.fdwvalidator") " AS validator,"
		" " FOREIGN_OPTIONS("w.fdwoptions") " AS options, " OWNER("w.fdwowner")
		" FROM pg_catalog.pg_foreign_data_wrapper w"
		" WHERE " NOT_MEMBER("pg_foreign_data_wrapper", "w.oid")}},
};

static const struct property foreign_server_properties[] = {
	{"foreign_data_wrapper", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{"type", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE},
	{"version", SWITCH_ALWAYS, SEVERITY_COSMETIC, CANON_NONE},
	{"options", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, true},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

const struct kind_info kind_row_foreign_server = {
	.word = "foreign_server",
	.plural = "foreign servers",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(foreign_server_properties),
	.only_with_rows = {"pg_foreign_server"},
	.reads = {{120000, 0,
		"SELECT s.srvname AS name, s.oid AS oid, w.fdwname AS foreign_data_wrapper,"
		" s.srvtype AS type, s.srvversion AS version,"
		" " FOREIGN_OPTIONS("s.srvoptions") " AS options, " OWNER("s.srvowner")
		" FROM pg_catalog.pg_foreign_server s"
		" JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw"
		" WHERE " NOT_MEMBER("pg_foreign_server", "s.oid")}},
};

static const struct property foreign_table_properties[] = {
	{"server", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{"foreign_options", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES, true},
	{"inherits", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"partition_of", SWITCH_NEVER, SEVERITY_BREAKING, CANON_NAMES,
		.together_with = "partition_bound"},
	{"partition_bound", SWITCH_ALWAYS, SEVERITY_BREAKING, CANON_NAMES},
	{"owner", SWITCH_OWNERS, SEVERITY_BREAKING, CANON_NONE, .required = true},
	{0},
};

const struct kind_info kind_row_foreign_table = {
	.word = "foreign_table",
	.plural = "foreign tables",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	.unexpected_of = severity_child,
	PROPERTIES(foreign_table_properties),
	.of_relations = true,
	.only_with_rows = {"pg_foreign_table"},
	.reads = {{120000, 0,
		"SELECT n.nspname AS schema, c.relname AS name, c.oid AS oid,"
		" s.srvname AS server,"
		" " FOREIGN_OPTIONS("f.ftoptions") " AS foreign_options," PARENT_COLUMNS
		" " OWNER("c.relowner")
		" FROM" RELATIONS "JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid"
		" JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver" PARENT_JOIN
		" WHERE c.relkind = 'f' AND " USER_RELATION " AND " OF_RELATIONS("c.oid")}},
};

static const struct property user_mapping_properties[] = {
	{"options", SWITCH_ALL, SEVERITY_BREAKING, CANON_NAMES, true},
	{0},
};

/* Options are NULL for whoever may not see them, by the rule of pg_user_mappings: its
 * own user, if he may use the server; for PUBLIC's the server's owner; superusers.
 * That passwords differ is what most want, so they are compared only where that is
 * asked for. */
#define MAY_SEE_MAPPING \
	"((SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user)" \
	" OR pg_has_role(s.srvowner, 'USAGE') AND m.umuser = 0" \
	" OR m.usename = current_user AND m.umuser <> 0" \
	" AND (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE')))"

const struct kind_info kind_row_user_mapping = {
	.word = "user_mapping",
	.plural = "user mappings",
	.missing = SEVERITY_BREAKING,
	.unexpected = SEVERITY_ADDITIVE,
	PROPERTIES(user_mapping_properties),
	.only_with_rows = {"pg_user_mappings"},
	.reads = {{120000, 0,
		"SELECT m.srvname AS name, m.usename AS part, m.umid AS oid,"
		" CASE WHEN m.umoptions IS NULL AND NOT " MAY_SEE_MAPPING
		" THEN '" SECRET_DENIED "' ELSE"
		" (SELECT string_agg(quote_ident(o.option_name) || ' '"
		" || CASE WHEN o.option_name IN ('user', 'username')"
		" THEN quote_literal(o.option_value)"
		" ELSE " SECRET("o.option_value") " END, ', '"
		" ORDER BY o.option_name COLLATE \"C\")"
		" FROM pg_options_to_table(m.umoptions) o) END AS options"
		" FROM pg_catalog.pg_user_mappings m"
		" JOIN pg_catalog.pg_foreign_server s ON s.oid = m.srvid"
		" WHERE " NOT_MEMBER("pg_foreign_server", "m.srvid")}},
};
/* clang-format on */

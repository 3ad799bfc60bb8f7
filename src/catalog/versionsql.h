/* What is asked about the version table for the sake of advice: whether an id fits it,
 * who may read it, whether it stands elsewhere; and whether the role may do more than a
 * check needs. */
#ifndef CATALOG_VERSIONSQL_H
#define CATALOG_VERSIONSQL_H

#include "base/declared.h"

/* One row, columns: role (the current one, quoted), width (of version_num in
 * characters; NULL: no limit, or no such column), padded (t/f: it is a char(n)),
 * schema_exists, schema_usable (t/f: USAGE), reads_new (t/f: a table that somebody
 * makes there can be read without a GRANT, as the role is, or as default privileges
 * are), elsewhere (another table with a column version_num, quoted; or NULL),
 * elsewhere_readable (t/f), readable_1 to readable_3 (such tables that can be read,
 * quoted; or NULL), role_super (t/f: it, or the role that has logged in, is a
 * superuser), role_powers (other superusers, and roles that run programs or read and
 * write files of the server, that it is a member of, itself among them; NULL: none),
 * role_owners (the roles whose rights it has that own the database, or schemas,
 * relations or functions in it, itself among them; NULL: none); lists are quoted and
 * joined by ", ".
 * $1 is the version table's schema, $2 its name. */
extern const char versionsql_facts[];
extern const struct declared versionsql_facts_gives;

#endif

/* What is asked about the version table for the sake of advice: whether an id fits it,
 * who may read it, whether it stands elsewhere. */
#ifndef CATALOG_VERSIONSQL_H
#define CATALOG_VERSIONSQL_H

/* One row, columns: role (the current one, quoted), width (of version_num in
 * characters; NULL: no limit, or no such column), padded (t/f: it is a char(n)),
 * schema_exists, schema_usable (t/f: USAGE), reads_new (t/f: a table that somebody
 * makes there can be read without a GRANT, as the role is, or as default privileges
 * are), elsewhere (another table with a column version_num, quoted; or NULL),
 * elsewhere_readable (t/f), readable_1 to readable_3 (such tables that can be read,
 * quoted; or NULL).
 * $1 is the version table's schema, $2 its name. */
extern const char versionsql_facts[];

#endif

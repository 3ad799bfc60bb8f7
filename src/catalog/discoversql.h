/* Which databases a server has, or schemas a database, as environments come and go with
 * them. */
#ifndef CATALOG_DISCOVERSQL_H
#define CATALOG_DISCOVERSQL_H

#include "base/declared.h"

/* One row: system (its system identifier), so that what another server says is not
 * taken for news of this one. */
extern const char discoversql_server[];
extern const struct declared discoversql_server_gives;

/* A row for each database that takes connections and is no template of CREATE DATABASE:
 * name.  Whether the role may connect to it is of no matter. */
extern const char discoversql_databases[];
extern const struct declared discoversql_databases_gives;
/* The same for each schema of a user's in the database that is asked. */
extern const char discoversql_schemas[];
extern const struct declared discoversql_schemas_gives;

#endif

/* Roles have other names in another environment: the same catalog with names replaced.
 */
#ifndef CATALOG_ROLES_H
#define CATALOG_ROLES_H

#include "catalog/snapshot.h"

/* Whether an entry of a map is "NAME=NAME", the role's name and the one to put in its
 * place; both as they are, without quotes.  A name with a `=` cannot be mapped. */
bool roles_valid(const char *entry);

/* A snapshot that is like `s` but for the names of roles: owners, grantees, members of
 * policies, whose mappings, settings and default privileges are.  The first entry of a
 * name counts.  NULL, ERR_CONFIG: two objects became one by it. */
struct snapshot *
roles_map(const struct snapshot *s, const struct strvec *map, struct err *e);

#endif

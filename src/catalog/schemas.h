/* Schemas have other names where the expected catalog is from: the same catalog with
 * the names that they have here. */
#ifndef CATALOG_SCHEMAS_H
#define CATALOG_SCHEMAS_H

#include "catalog/renaming.h"
#include "catalog/snapshot.h"

/* A snapshot that is like `s`, but with each schema THERE of a map ("HERE=THERE", as
 * mapping_wrong() finds right) called HERE: in what objects are known by, and wherever
 * texts name it (renaming.h).  Where a HERE is the name of another schema in `s`, that
 * one gets a name that is left over, so that two schemas never become one.  NULL,
 * ERR_CONFIG: two objects did, of names that were chosen for it. */
struct snapshot *
schemas_map(const struct snapshot *s, const struct strvec *map, struct err *e);

/* True of what is in a schema whose name is left over so, or of types in one, as a cast
 * is: there is nothing that it could be compared with.  `schema`: that of `o`, or NULL.
 */
bool
schemas_leave_out(const struct strvec *map, const struct object *o, const char *schema);

#endif

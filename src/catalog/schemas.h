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

/* True of a schema whose name is left over so: there is nothing that it could be
 * compared with. */
bool schemas_is_left_over(const struct strvec *map, const char *schema);

/* Append the schemas of the types that `o` is known by, as a cast is: one for each type
 * that is qualified. */
void schemas_named(const struct object *o, struct strvec *out);

#endif

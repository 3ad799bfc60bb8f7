/* What an object that a server gave has to have: a NULL where no server has one is an
 * answer that was damaged on its way, not a fact. */
#ifndef CATALOG_SHAPE_H
#define CATALOG_SHAPE_H

#include "catalog/snapshot.h"

/* The column of its identity that is NULL in `o` and cannot be, or NULL. */
const char *shape_missing(const struct object *o);

#endif

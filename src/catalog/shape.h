/* What an object that a server gave has to have: a NULL where no server has one is an
 * answer that was damaged on its way, not a fact. */
#ifndef CATALOG_SHAPE_H
#define CATALOG_SHAPE_H

#include "catalog/snapshot.h"

/* False if something of its identity is NULL, or another word, that cannot be for its
 * kind; as below. */
bool shape_check_identity(const struct object *o, struct err *e);
/* False if a property has a value that the statement of its kind cannot give, by the
 * kinds table: ERR_INTERNAL, which names statement, column and object.  What that
 * server does not give is not looked at. */
bool shape_check(const struct snapshot *s, struct err *e);

#endif

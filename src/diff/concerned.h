/* Which objects a comparison is about, by the schemas that it is about. */
#ifndef DIFF_CONCERNED_H
#define DIFF_CONCERNED_H

#include "diff/comparison.h"

/* True if `o`, of either side, is in a schema that is compared, or is known by types of
 * one, as a cast is; of what is of no schema, if it is not the same row on both sides,
 * nor a publication of other schemas.  Needs options, sides and is_one. */
bool concerned_is(const struct comparison *c, const struct object *o);

#endif

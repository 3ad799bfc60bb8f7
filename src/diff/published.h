/* Publications, which may be of many schemas, of which some are compared. */
#ifndef DIFF_PUBLISHED_H
#define DIFF_PUBLISHED_H

#include "diff/comparison.h"

/* True of a publication, or of what is said of one, that on either side is of schemas
 * alone that are not compared. */
bool published_elsewhere(const struct comparison *c, const struct object *o);

/* Of the values of a property, if it lists what a publication `o` is of: what is of
 * schemas that are compared. */
void published_keep_to(struct comparison *c, const struct object *o, struct finding *f);

#endif

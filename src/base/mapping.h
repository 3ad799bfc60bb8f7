/* Names that are others elsewhere: a list of "HERE=THERE", one to one. */
#ifndef BASE_MAPPING_H
#define BASE_MAPPING_H

#include "base/strbuf.h"

/* What is wrong with the first entry that is not "HERE=THERE" (both as they are,
 * without quotes, and not the same name), or that has a HERE or a THERE which another
 * one before it has; NULL: nothing.  The caller frees. */
char *mapping_wrong(const struct strvec *map);

/* The name that `here` has there; NULL: none is given. */
const char *mapping_there(const struct strvec *map, const char *here);
/* True if one is compared with `there`. */
bool mapping_takes(const struct strvec *map, const char *there);

#endif

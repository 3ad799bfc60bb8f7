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
/* The name here of what is called `there`: itself if no other is given, "" if something
 * else has that name here and nothing else is that.  The caller frees. */
char *mapping_here(const struct strvec *map, const char *there);

/* Two have names of their own for what is called alike THERE: appends "A=B" to `out`
 * for each name of the one with the map `a` and that of the other with the map `b` that
 * mean the same by different names.  A name that is in no map is that of THERE. */
void mapping_join(const struct strvec *a, const struct strvec *b, struct strvec *out);

#endif

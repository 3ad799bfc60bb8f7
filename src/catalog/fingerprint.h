/* One short text for all that is compared by default. */
#ifndef CATALOG_FINGERPRINT_H
#define CATALOG_FINGERPRINT_H

#include "catalog/snapshot.h"

/* Write the SHA-256 to `hex` (HASH_HEX_LEN bytes).  Taken over the objects and set
 * properties that a comparison with its defaults looks at, without the version
 * table and what belongs to it; the server's version is not in it.  Partitions are:
 * equal fingerprints are equal catalogs, the reverse need not hold. */
void fingerprint_of(const struct snapshot *s, char *hex);
/* True of an object that goes into it. */
bool fingerprint_covers(const struct snapshot *s, const struct object *o);

#endif

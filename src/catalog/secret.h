/* Values that are compared and never shown: passwords in options of foreign objects and
 * in settings.
 *
 * The server puts `<secret TAG>` in place of such a value.  TAG is the beginning of a
 * SHA-256 of the value and a key that this process alone has: two readings of one
 * process can be compared by it, and it says nothing to anybody else.  It is not shown
 * and not stored all the same. */
#ifndef CATALOG_SECRET_H
#define CATALOG_SECRET_H

#include <stdbool.h>

#include "base/hash.h"
#include "base/strbuf.h"

/* In place of a value that the role of the connection may not see. */
#define SECRET_DENIED "<permission>"

/* The key of this process, the same at each call. */
void secret_key(char hex[static HASH_HEX_LEN]);

/* Append `value` with `<secret>` for each secret; NULL appends nothing.  True if one
 * of them had no tag: it comes from a file, and cannot be compared. */
bool secret_mask(const char *value, struct strbuf *out);

#endif

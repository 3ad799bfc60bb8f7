/* Secrets in texts that others have written. */
#ifndef PG_BLOT_H
#define PG_BLOT_H

#include "base/strbuf.h"

/* Append `text` with "<secret>" wherever `secret` (not empty) stands: as it is, or with
 * any of its bytes as servers, poolers and libraries write them: %41, %u0041, + of a
 * blank, \x41, \101, \u0041, &#65;, &#x41;, &amp;, a quote or a backslash twice or
 * behind a backslash.  Its begin where the text was cut by "…" counts as well. */
void blot(struct strbuf *out, const char *text, const char *secret);

#endif

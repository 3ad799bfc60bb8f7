/* Two objects that go by different names: are they the same otherwise? */
#ifndef DIFF_ALIKE_H
#define DIFF_ALIKE_H

#include "diff/comparison.h"

/* What a name became, both quoted as in texts of the server. */
struct renaming {
	const char *from, *to;
};

/* True if both texts are the same once `from` is `to`, as a whole word. */
bool alike_text(const char *expected, const char *found, const struct renaming *r);
/* True if all that is compared of both, which are of one kind, is the same; `r` is what
 * may differ, or NULL.  The place of a column is left out. */
bool alike_values(const struct comparison *c, const struct object *expected,
	const struct object *found, const struct renaming *r);

#endif

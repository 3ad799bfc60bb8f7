/* Names that PostgreSQL generated depend on history: what goes by them is matched by
 * what it is. */
#ifndef DIFF_NAMES_H
#define DIFF_NAMES_H

#include "diff/comparison.h"

/* Match again, after the merge, constraints, indexes, sequences and statistics whose
 * names were generated on both sides: those of one table (or column, or domain) that
 * are alike in all but the name.  One that has what goes by its own name on the other
 * side, and is alike, stays with that. */
void names_match(struct comparison *c);
/* True if two values differ only in that each has the name of what was matched: the
 * default of a serial column, the replica identity of a table. */
bool names_refer_alike(const struct comparison *c, const struct object *found,
	const struct property *p, const char *a, const char *b);

#endif

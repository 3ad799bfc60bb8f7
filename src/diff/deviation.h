/* A partition that only one side has says nothing by itself; but one that is found, and
 * is neither what CREATE TABLE … PARTITION OF makes of its parent nor as most of the
 * others are, does.  One that went has taken along what was odd about it. */
#ifndef DIFF_DEVIATION_H
#define DIFF_DEVIATION_H

#include "diff/comparison.h"

struct deviations;

/* Look at the partitions that are alone on the side that was found, presence being
 * known.  Each is held against its own parent, and against the other partitions of that
 * on both sides, as far as properties are compared.
 * Left out are comments, and a parent that was not read. */
struct deviations *deviations_find(struct comparison *c);
void deviations_free(struct deviations *d);
/* "deviates from public.p: column v default: 5, not 0; constraint c: CHECK (…)", or
 * NULL if `o` does not deviate or is no such partition.  Lives as long as `d`. */
const char *deviations_of(const struct deviations *d, const struct object *o);

#endif

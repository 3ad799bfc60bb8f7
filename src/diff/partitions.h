/* Partitions come and go: how far they are compared is the user's choice. */
#ifndef DIFF_PARTITIONS_H
#define DIFF_PARTITIONS_H

#include "diff/comparison.h"

/* True if `o` is a partition, or belongs to one, and those are only counted. */
bool partitions_hide(const struct compare_options *opt, const struct object *o);
/* True if `o` is a partition that may be there or not, as long as it does not deviate
 * from its parent. */
bool partitions_may_differ(const struct compare_options *opt, const struct object *o);
/* Report tables with another number of partitions, where those are counted. */
void partitions_compare(struct comparison *c);

#endif

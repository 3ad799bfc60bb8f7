/* Partitions come and go: how far they are compared is the user's choice. */
#ifndef DIFF_PARTITIONS_H
#define DIFF_PARTITIONS_H

#include "diff/comparison.h"

enum bound { BOUND_NONE, BOUND_RANGE, BOUND_LIST, BOUND_HASH, BOUND_DEFAULT };

/* The qualified name of the table that it is a partition of, or NULL. */
const char *partitions_parent(const struct object *o);
/* What it holds of that: "FOR VALUES IN (1)", "DEFAULT"; NULL: it is none, or that was
 * not read. */
const char *partitions_bound_text(const struct object *o);
enum bound partitions_bound(const struct object *o);

/* True if partitions are held against their parents and each other. */
bool partitions_by_parent(const struct compare_options *opt);
/* True if `o` is a partition, or belongs to one, and those are only counted. */
bool partitions_hide(const struct compare_options *opt, const struct object *o);
/* True if `o` is a partition that may be there or not, as long as it does not deviate
 * from its parent: one of a range.  The DEFAULT one, and those of lists and hashes, are
 * designed: rows have no place where one is missing. */
bool partitions_may_differ(const struct compare_options *opt, const struct object *o);
/* True if a partition is alone since a table that it is below of is, which says it
 * all, or, unless it `deviates`, since a partition that may differ is. */
bool partitions_go_with_another(
	struct comparison *c, enum side side, const struct object *o, bool deviates);
/* Report tables with another number of partitions, where those are counted, and
 * those that have none left. */
void partitions_compare(struct comparison *c);

#endif

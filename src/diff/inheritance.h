/* What a child has of its parent is the parent's difference, not one of every child
 * (a table may have hundreds of partitions). */
#ifndef DIFF_INHERITANCE_H
#define DIFF_INHERITANCE_H

#include "diff/comparison.h"

/* Fold the differences of inherited columns and constraints that a parent's has as
 * well, and that one is inherited or not where the table has got other parents; and
 * that a parent which was renamed has another name. */
void inheritance_fold(struct comparison *c);

#endif

/* What a child has of its parent is the parent's difference, not one of every child
 * (a table may have hundreds of partitions). */
#ifndef DIFF_INHERITANCE_H
#define DIFF_INHERITANCE_H

#include "diff/comparison.h"

/* Leave out what is alone only since the other side's child has it of a parent and of
 * that alone.  Of a check which of both it is depends on the order of statements (LIKE
 * and then INHERIT, say), and no row notices.  So it is of constraints, indexes and
 * triggers of a partition that was attached or detached, which is the table's
 * difference. */
void inheritance_leave_out(struct comparison *c);

/* Fold the differences of inherited columns and constraints that a parent's has as
 * well, and that one is inherited or not where the table has got other parents; and
 * that a parent which was renamed has another name. */
void inheritance_fold(struct comparison *c);

#endif

/* The work of diff_compare(): from two sides to an unsorted list of differences. */
#ifndef DIFF_COMPARE_H
#define DIFF_COMPARE_H

#include "diff/comparison.h"

/* Set presence, counts and differences; the caller has filled options, sides, diff
 * and used, and calls comparison_fini(). */
void compare_snapshots(struct comparison *c);

#endif

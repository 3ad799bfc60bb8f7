/* The order of a table's columns. */
#ifndef DIFF_COLUMNS_H
#define DIFF_COLUMNS_H

#include "diff/comparison.h"

/* Report the columns that both sides have and that stand elsewhere among these;
 * what only one side has shifts nothing.  Nothing, unless order is compared. */
void columns_compare(struct comparison *c);

#endif

/* What maintenance leaves behind when it is killed looks like schema: an index that is
 * INVALID, the tables and triggers of pg_repack. */
#ifndef DIFF_LEFTOVERS_H
#define DIFF_LEFTOVERS_H

#include "diff/comparison.h"

/* Give a note to each difference that is one, with the remedy. */
void leftovers_note(struct comparison *c);

#endif

/* What is missing under one name and unexpected under another was perhaps renamed. */
#ifndef DIFF_RENAMES_H
#define DIFF_RENAMES_H

#include "diff/comparison.h"

/* Tell each other's name to a missing and an unexpected object that are of one kind, in
 * one place, and alike in all else, what belongs to them included.  Where several could
 * be meant, nothing is told.  To be called when all that is alone was noted, and
 * nothing else. */
void renames_mark(struct comparison *c);

#endif

/* What a comparison costs, counted: catalogs are large, so nothing may be held against
 * all of its like. */
#ifndef TESTS_UNIT_DIFF_TRIED_H
#define TESTS_UNIT_DIFF_TRIED_H

#include <stddef.h>

#include "catalog/snapshot.h"

struct tried {
	size_t renames; /* pairs held against each other */
	size_t renamed; /* findings that say so */
	size_t parts;   /* parts looked for in partitions */
};

struct tried tried_of(const struct snapshot *expected, const struct snapshot *found);

#endif

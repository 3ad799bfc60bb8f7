/* Two values of which each was printed by a server of its own version. */
#ifndef DIFF_ACROSS_H
#define DIFF_ACROSS_H

#include "catalog/kinds.h"

/* The same; another; another text, which may or may not mean the same. */
enum across { ACROSS_SAME, ACROSS_DIFFERENT, ACROSS_UNKNOWN };

/* True if both are server_version_num of one major version. */
bool across_same_major(int expected, int found);

/* Compare two values of `p`, either of which may be NULL; the versions are
 * server_version_num.  Within one major version a text is what it is.  Across majors
 * names, words and numbers are too, and so is whether there is a value at all; only
 * where expressions differ in their text, ACROSS_UNKNOWN. */
enum across across_compare(const struct property *p, const int version[static 2],
	const char *expected, const char *found);

#endif

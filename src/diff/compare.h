/* The work of diff_compare(): from two sides to an unsorted list of findings. */
#ifndef DIFF_COMPARE_H
#define DIFF_COMPARE_H

#include "diff/diff.h"

enum side { EXPECTED, FOUND };

enum presence {
	LEFT_OUT, /* not compared */
	ALONE,    /* only on its own side */
	BOTH
};

struct comparison {
	const struct compare_options *options;
	const struct snapshot *sides[2];
	unsigned char *presence[2];    /* of each object */
	uint64_t compared[KIND_COUNT]; /* properties, and the kind itself, as in
					* snapshot.read */
	size_t n_unread;               /* kinds and properties that only one side has */
	uint64_t deparsed[KIND_COUNT]; /* not comparable: other major versions */
	size_t n_deparsed;             /* texts that differ because of it, perhaps */
	struct diff *diff;             /* counts and texts */
	struct finding *findings;
	size_t n_findings, cap_findings;
	unsigned char *used; /* of each ignore rule */
};

/* Set presence, counts and findings; the caller has filled options, sides, diff
 * and used, and frees presence and findings. */
void compare_snapshots(struct comparison *c);

/* Add a finding unless a rule hides it. */
void compare_report(struct comparison *c, const struct object *o, struct finding f);

#endif

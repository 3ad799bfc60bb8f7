/* The work of diff_compare(): from two sides to an unsorted list of differences. */
#ifndef DIFF_COMPARE_H
#define DIFF_COMPARE_H

#include "diff/diff.h"

enum side { EXPECTED, FOUND };

enum presence {
	LEFT_OUT, /* not compared */
	ALONE,    /* only on its own side */
	BOTH
};

struct difference {
	const struct object *object;
	struct finding finding;
	bool folded; /* another one says it all */
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
	struct difference *differences;
	size_t n_differences, cap_differences;
	unsigned char *used; /* of each ignore rule */
};

/* Set presence, counts and differences; the caller has filled options, sides, diff
 * and used, and frees presence and differences. */
void compare_snapshots(struct comparison *c);

/* Note a difference; texts and name are copied, kind and on taken from `o`. */
void compare_note(struct comparison *c, const struct object *o, struct finding f);

#endif

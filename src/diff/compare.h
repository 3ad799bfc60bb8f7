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
	uint64_t unread[KIND_COUNT];   /* asked for, and only one side has it */
	int version[2];                /* of the servers */
	size_t n_unread;               /* objects and values that only one side was read
					* with */
	size_t n_denied;               /* values that a side may not see */
	size_t n_unknown;              /* values that differ in words alone, perhaps */
	struct strvec unknown;         /* the first of them */
	struct diff *diff;             /* counts and texts */
	struct difference *differences;
	size_t n_differences, cap_differences;
	unsigned char *used; /* of each ignore rule */
};

/* Set presence, counts and differences; the caller has filled options, sides, diff
 * and used, and frees presence, differences and unknown. */
void compare_snapshots(struct comparison *c);

/* Note a difference; texts and name are copied, kind and on taken from `o`. */
void compare_note(struct comparison *c, const struct object *o, struct finding f);

#endif

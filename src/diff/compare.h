/* The work of diff_compare(): from two sides to an unsorted list of differences. */
#ifndef DIFF_COMPARE_H
#define DIFF_COMPARE_H

#include "base/strmap.h"
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
	unsigned char *presence[2];     /* of each object */
	const struct object **twins[2]; /* of each object: what it is compared with */
	struct strmap *renamed; /* qualified names of sequences and indexes that were
				 * matched in spite of them; NULL: none */
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
 * and used, and calls compare_fini(). */
void compare_snapshots(struct comparison *c);
/* Free what it has; not used and diff. */
void compare_fini(struct comparison *c);

/* What `o` of that side is compared with, or NULL. */
const struct object *
compare_twin(const struct comparison *c, enum side side, const struct object *o);
/* Compare these two; what either was to be compared with before is alone then. */
void compare_pair(struct comparison *c, const struct object *expected,
	const struct object *found);
/* True if what `o` belongs to is alone, and says it all. */
bool compare_goes_with_another(
	const struct comparison *c, enum side side, const struct object *o);

/* Note a difference; texts and name are copied, kind and on taken from `o`. */
void compare_note(struct comparison *c, const struct object *o, struct finding f);

#endif

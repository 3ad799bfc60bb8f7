/* What the steps of a comparison share: two sides, who is compared with whom, and the
 * differences noted so far. */
#ifndef DIFF_COMPARISON_H
#define DIFF_COMPARISON_H

#include "base/strmap.h"
#include "diff/finding.h"

enum side { EXPECTED, FOUND };

enum presence {
	LEFT_OUT, /* not compared */
	ALONE,    /* only on its own side */
	BOTH
};

struct difference {
	const struct object *object;
	struct finding finding;
	bool folded;    /* another one says it all */
	bool undecided; /* perhaps none: other words of another major version */
};

struct comparison {
	const struct compare_options *options;
	const struct snapshot *sides[2];
	bool is_one;                /* both are one database, see comparable_is_one() */
	unsigned char *presence[2]; /* of each object */
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
	size_t n_tried_renames; /* pairs held against each other, see renames.h */
	size_t n_tried_parts;   /* parts looked for in partitions, see deviation.h */
	struct diff *diff;      /* counts and texts */
	struct arena *texts;    /* of the differences; NULL: none */
	struct difference *differences;
	size_t n_differences, cap_differences;
	unsigned char *used;         /* of each ignore rule */
	struct moves *moves;         /* of extensions, see moved.h; NULL: none */
	struct strmap *relations[2]; /* by qualified name, made when first asked for */
};

/* Free what it has; not used and diff. */
void comparison_fini(struct comparison *c);

/* What `o` of that side is compared with, or NULL. */
const struct object *
comparison_twin(const struct comparison *c, enum side side, const struct object *o);
/* Compare these two; what either was to be compared with before is alone then. */
void comparison_pair(struct comparison *c, const struct object *expected,
	const struct object *found);
/* True if what `o` belongs to is alone, and says it all. */
bool comparison_goes_with_another(
	const struct comparison *c, enum side side, const struct object *o);

/* The relation of that qualified name, as `inherits` and `partition_of` have it; NULL
 * if it was not read. */
const struct object *
comparison_relation(struct comparison *c, enum side side, const char *name);

/* True if an ignore rule hides it; the rule counts as used. */
bool comparison_ignores(const struct comparison *c, const struct difference *d);

/* Note a difference; texts and name are copied, kind and on taken from `o`.  The
 * pointer holds until the next one.  Texts are those of the comparison until it is over
 * (kept.h); of the second they are values of the snapshots, and not copied. */
struct difference *
comparison_note(struct comparison *c, const struct object *o, struct finding f);
struct difference *
comparison_note_values(struct comparison *c, const struct object *o, struct finding f);

#endif

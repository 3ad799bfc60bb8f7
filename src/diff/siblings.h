/* What the partitions of one table have in common, on either side: what a manager of
 * partitions gives each from its template is in no parent.  Here it is only counted. */
#ifndef DIFF_SIBLINGS_H
#define DIFF_SIBLINGS_H

#include "diff/comparison.h"

/* Something that some of them have, under a key. */
struct feature {
	char *key;
	bool whole;                   /* an object, and no value of one */
	const struct object *example; /* one that has it, or is it */
	size_t n[2];                  /* how many of either side do */
	struct feature *most[2]; /* of several that exclude each other: the usual one */
};

/* All partitions of one parent's name, of one kind, and partitioned themselves or not;
 * without the DEFAULT one, which is made by other hands. */
struct family {
	size_t n[2];
	struct strmap *keys;
	struct feature **features; /* in the order in which they were met */
	size_t n_features, cap;
	const struct feature *
		*wanted; /* whole ones that each should have, once asked */
	size_t n_wanted;
	bool knows_wanted;
};

struct siblings;

struct siblings *siblings_new(void);
void siblings_free(struct siblings *s);

/* The family of a partition; NULL: there is none, or it is the DEFAULT one.  `make`:
 * found one where there is none yet. */
struct family *
siblings_of(struct siblings *s, const struct object *partition, bool make);
/* Say that a relation has what goes by that key; false if it was said before. */
bool siblings_mark(struct siblings *s, const struct object *relation, const char *key);
bool
siblings_has(const struct siblings *s, const struct object *relation, const char *key);
/* Count one that has what goes by that key. */
struct feature *siblings_add(struct family *f, enum side side, const char *key,
	const struct object *example);
/* What goes by that key, or NULL. */
struct feature *siblings_find(const struct family *f, const char *key);

#endif

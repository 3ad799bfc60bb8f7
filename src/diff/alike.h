/* Two objects that go by different names: are they the same otherwise? */
#ifndef DIFF_ALIKE_H
#define DIFF_ALIKE_H

#include "diff/comparison.h"

/* What a name became, both quoted as in texts of the server. */
struct renaming {
	const char *from, *to;
};

/* Names of both sides of which any may have become any other, as they are quoted; only
 * by hashes, so that now and then another word is taken for one of them. */
struct alike_names {
	uint64_t *v; /* sorted by alike_names_sort() */
	size_t n, cap;
};

void alike_names_add(struct alike_names *names, const char *quoted);
void alike_names_sort(struct alike_names *names);
void alike_names_free(struct alike_names *names);

/* A hash to begin with. */
#define ALIKE_KEY UINT64_C(14695981039346656037)

/* Add a text (or NULL) to a hash: of two that alike_text() takes for the same where one
 * of `names` became another one of them, the hashes are the same.  Of a long text only
 * the beginning counts. */
void alike_key(uint64_t *hash, const char *text, const struct alike_names *names);
/* The same of all values for which alike_values() has it. */
void alike_values_key(const struct comparison *c, const struct object *o,
	const struct alike_names *names, uint64_t *hash);

/* True if both texts are the same once `from` is `to`, as a whole word. */
bool alike_text(const char *expected, const char *found, const struct renaming *r);
/* True if all that is compared of both, which are of one kind, is the same; `r` is what
 * may differ, or NULL.  The place of a column is left out. */
bool alike_values(const struct comparison *c, const struct object *expected,
	const struct object *found, const struct renaming *r);

#endif

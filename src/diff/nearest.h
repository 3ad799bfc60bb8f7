/* Which of many catalogs is this one?  For a database whose recorded revision says
 * nothing: of the catalogs of all revisions, the one it is equal to, or else the one
 * that it differs from least. */
#ifndef DIFF_NEAREST_H
#define DIFF_NEAREST_H

#include "diff/diff.h"

struct nearest {
	size_t at;         /* the candidate */
	struct diff *diff; /* what it differs in */
	size_t *alike;     /* further candidates that it is equal to */
	size_t n_alike;
};

/* How many objects two catalogs do not have in common, as far as is compared always:
 * a quick measure, by which few candidates are chosen to be compared in earnest. */
size_t nearest_distance(const struct snapshot *a, const struct snapshot *b);

/* Find the candidate that `found` is compared with by `o` with the fewest findings; of
 * several the first.  False if there is none that it can be compared with.  Fills
 * `out`, which nearest_fini() empties. */
bool nearest_find(const struct snapshot *const *candidates, size_t n,
	const struct snapshot *found, const struct compare_options *o,
	struct nearest *out);
void nearest_fini(struct nearest *n);

#endif

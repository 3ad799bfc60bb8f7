/* Which revision a database is at that records none, or an unknown one: it is held
 * against the snapshots of all of them. */
#ifndef MONITOR_LOCATED_H
#define MONITOR_LOCATED_H

#include "base/hash.h"
#include "diff/nearest.h"
#include "monitor/expected.h"

/* The answer, and what it was found with. */
struct located {
	char key[HASH_HEX_LEN]; /* "": nothing was looked for yet */
	char *path;          /* of the snapshot that is equal or nearest; NULL: none */
	struct strvec alike; /* further revisions that it is equal to */
};

/* Look for the snapshot in `dir` that `found` is equal to, or else nearest to, by `o`;
 * what was found before stands while neither `found` nor the files nor `o` have
 * changed.  NULL with the reason in `e`. */
struct snapshot *located_find(struct located *l, const struct snapshots_dir *dir,
	const struct snapshot *found, const struct compare_options *o, struct err *e);
/* The same among snapshots that are there, under names of their own (all->paths); those
 * of no revision are taken out.  NULL: there is none that it can be compared with. */
struct snapshot *located_among(struct located *l, struct expected_list *all,
	const struct snapshot *found, const struct compare_options *o);
void located_fini(struct located *l);

#endif

/* A directory of snapshots by revision (expect = "snapshots:DIR"), to be filled. */
#ifndef BUILD_SNAPDIR_H
#define BUILD_SNAPDIR_H

#include "catalog/snapshot.h"

struct snapdir;

enum snapdir_outcome {
	SNAPDIR_WRITTEN,
	SNAPDIR_SAME,  /* it has this catalog of that revision already */
	SNAPDIR_OTHER, /* it has another one of it, and keeps that */
	SNAPDIR_FAILED
};

/* Read what it holds.  NULL with the reason. */
struct snapdir *snapdir_read(const char *path, struct err *e);
/* The same, and make it if it is not there. */
struct snapdir *snapdir_open(const char *path, struct err *e);
void snapdir_free(struct snapdir *d);

/* Put in a snapshot of the revision that it carries; of none, as `name`.  `force`: in
 * the place of another one.  *file is the file that has it, valid until snapdir_free().
 * The last two outcomes come with `e`. */
struct snapdir_entry {
	struct snapshot *snapshot;
	const char *name;
	bool force;
};
enum snapdir_outcome snapdir_put(struct snapdir *d, const struct snapdir_entry *entry,
	const char **file, struct err *e);

/* The file that is of the revision of `s`, or has the name that one of it would have;
 * *there (NULL: it is no snapshot) is what it holds.  False: there is none, and *file
 * is how it would be called.  Both valid until snapdir_free(). */
bool snapdir_find(struct snapdir *d, const struct snapshot *s, const char **file,
	struct snapshot **there);

#endif

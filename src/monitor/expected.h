/* Expected catalogs that come from files: read once, again when a file changes. */
#ifndef MONITOR_EXPECTED_H
#define MONITOR_EXPECTED_H

#include "catalog/snapshot.h"
#include "diff/diff.h"

struct expected_files;

struct expected_files *expected_files_new(void);
void expected_files_free(struct expected_files *f);

/* The snapshot in `path`; owned by `f`, valid until the next call for that path.  NULL
 * with the reason in `e`. */
struct snapshot *
expected_file(struct expected_files *f, const char *path, struct err *e);
struct snapshots_dir {
	struct expected_files *files;
	const char *path;
};

/* The snapshot in a file of the directory that belongs to the recorded revisions
 * (sorted).  NULL with the reason in `e`; ERR_FORMAT if there are two that differ by
 * `o`. */
struct snapshot *expected_of_revision(const struct snapshots_dir *dir,
	const struct strvec *recorded, const struct compare_options *o, struct err *e);

/* All snapshots of a directory, in the order of the names of their files. */
struct expected_list {
	struct snapshot **v; /* borrowed, as of expected_file() */
	struct strvec paths;
	size_t n;
	/* Why those cannot be read that may be snapshots of the revision that was asked
	 * for; the first of them; else ERR_NONE. */
	struct err damaged;
};

/* False with the reason in `e` if the directory cannot be read.  What else lies there
 * is logged once.  `revision`: that is looked for; NULL: any. */
bool expected_list(const struct snapshots_dir *dir, const struct strvec *revision,
	struct expected_list *out, struct err *e) MUST_CHECK;
/* Say that it has none of that revision (NULL: of any), and how one is made. */
void expected_none(const struct snapshots_dir *dir, const struct strvec *revision,
	const struct expected_list *all, struct err *e);
void expected_list_fini(struct expected_list *l);

#endif

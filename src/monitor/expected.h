/* Expected catalogs that come from files: read once, again when a file changes. */
#ifndef MONITOR_EXPECTED_H
#define MONITOR_EXPECTED_H

#include "catalog/library.h"
#include "conf/conf.h"
#include "diff/memo.h"
#include "monitor/look.h"

struct expected_files;

/* Of a look at PATH `w` is told with PATH. */
struct expected_files *expected_files_new(const struct look_watcher *w);
/* What is read from now on is kept in there (NULL: in none). */
void expected_files_keep_in(struct expected_files *f, struct library *library);
void expected_files_free(struct expected_files *f);
/* Forget those that no environment of `conf` is held against. */
void expected_files_keep(struct expected_files *f, const struct conf *conf);

/* Have a file, or all of a directory, looked at in a thread, after this call; the
 * number of that look (look.h). */
uint64_t expected_look(struct expected_files *f, const char *path, bool is_dir);
bool expected_has_looked(
	struct expected_files *f, const char *path, bool is_dir, uint64_t number);
/* True as long as nothing is known of it. */
bool expected_is_unread(struct expected_files *f, const char *path, bool is_dir);

/* The snapshot in `path`, as of the last look; owned by `f`, valid in this turn of the
 * loop, without one until the next call for that path.  NULL with the reason in `e`. */
struct snapshot *
expected_file(struct expected_files *f, const char *path, struct err *e);

struct snapshots_dir {
	struct expected_files *files;
	const char *path;
	struct memo *memo; /* where comparisons are known; or NULL */
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

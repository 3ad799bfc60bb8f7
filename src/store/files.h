/* The files of the store: created, told apart, and locked for one daemon. */
#ifndef STORE_FILES_H
#define STORE_FILES_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/err.h"

/* Which file a name leads to, and what it was like; zeroed: none. */
struct files_id {
	dev_t dev;
	ino_t inode;
	off_t size;
	struct timespec modified;
};

struct files_id files_id(const char *path);
bool files_same(const struct files_id *a, const struct files_id *b);
/* The same file, and nothing was written to it. */
bool files_untouched(const struct files_id *a, const struct files_id *b);

/* Make sure that `path`, which is in `dir`, is there; `dir` itself is created below a
 * directory that is there.  What belongs to a database file that is there no more is
 * removed before: to another it would be poison. */
bool files_create(const char *dir, const char *path, struct err *e) MUST_CHECK;
/* Remove the log and the index of a database file if they are those of `log` and
 * `index`. */
void files_remove_stale(
	const char *path, const struct files_id *log, const struct files_id *index);

/* A new file of mode 0600, whose owner is that of the directory; -1, and errno. */
int files_create_private(const char *dir, const char *path);

/* For reading and writing, if it is there and is no link; -1: it cannot be. */
int files_open(const char *path);

/* Of a database file; the caller frees. */
char *files_log(const char *path);
char *files_index(const char *path);

/* Lock a directory, which no other daemon can then; whoever dies in whichever way
 * locks it no more, and there is no file that somebody could remove.  The descriptor
 * that holds it; -1: this file system has no locks.  *used: another one holds it, and
 * -1. */
int files_lock(const char *dir, bool *used);

#endif

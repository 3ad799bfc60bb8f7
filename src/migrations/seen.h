/* What a graph was read from, to notice cheaply that it has changed. */
#ifndef MIGRATIONS_SEEN_H
#define MIGRATIONS_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct migrations_files;

/* References are counted by one thread only; what is not added to any more may be
 * looked at by another. */
struct migrations_files *seen_new(void);
struct migrations_files *seen_ref(struct migrations_files *f);
void seen_free(struct migrations_files *f); /* one reference; NULL is fine */

/* Remember a file or directory as it is in `st`; NULL: it does not exist. */
void seen_add(struct migrations_files *f, const char *path, const struct stat *st);
/* stat(2) `path` and remember it.  False if it does not exist. */
bool seen_stat(struct migrations_files *f, const char *path, struct stat *st);
/* True if all of it is still so: directories, and what did not exist, before files. */
bool seen_is_current(const struct migrations_files *f);

#endif

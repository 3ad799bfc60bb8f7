/* What a graph was read from, to notice cheaply that it has changed. */
#ifndef MIGRATIONS_SEEN_H
#define MIGRATIONS_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

struct migrations_files;

struct migrations_files *seen_new(void);
void seen_free(struct migrations_files *f); /* NULL is fine */

/* Remember a file or directory as it is in `st`; NULL: it does not exist. */
void seen_add(struct migrations_files *f, const char *path, const struct stat *st);
/* stat(2) `path` and remember it.  False if it does not exist. */
bool seen_stat(struct migrations_files *f, const char *path, struct stat *st);
/* What reading it costs: files, and a page more of any counts as one. */
size_t seen_weight(const struct migrations_files *f);
/* True if all of it is still so. */
bool seen_is_current(const struct migrations_files *f);

#endif

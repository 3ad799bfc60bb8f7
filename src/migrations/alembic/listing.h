/* The version files of a directory. */
#ifndef MIGRATIONS_ALEMBIC_LISTING_H
#define MIGRATIONS_ALEMBIC_LISTING_H

#include <stdbool.h>

#include "base/strmap.h"
#include "migrations/alembic/pyfile.h"
#include "migrations/migrations.h"
#include "migrations/seen.h"

struct version_file {
	char *path;
	char *unreadable; /* why, or NULL */
	char *stops;      /* what Alembic says of it then, as in struct problem */
	struct pyfile py; /* empty if unreadable */
};

/* In the order in which Alembic loads them. */
struct listing {
	struct version_file *v;
	size_t n, cap;
	size_t bytes;        /* of what was read */
	size_t n_files;      /* of them files: the rest are directories */
	struct strmap *real; /* private: real paths, each once */
	struct err lack; /* of descriptors, when something could not be read for that */
	bool recursive, sourceless;
	struct migrations_files *seen; /* not owned */
};

void listing_init(struct listing *l, struct migrations_files *seen);
void listing_free(struct listing *l);

/* Add the version files of `dir`.  A file or sub-directory that cannot be read is an
 * entry with a reason; false only if `dir` itself cannot be listed (the
 * text of `e` is the bare reason). */
bool listing_add(struct listing *l, const char *dir, struct err *e) MUST_CHECK;
/* An entry for what could not even be listed. */
void listing_add_unreadable(struct listing *l, const char *path, const char *why);

/* True if Alembic would load a file of this name: ends in .py, begins neither with .#
 * nor with __init__. */
bool listing_is_version_name(const char *name);
/* True if a .py file right in `dir` binds `revision`. */
bool listing_has_migrations(const char *dir);

#endif

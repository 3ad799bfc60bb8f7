/* Which directories hold the version files: a directory itself, the script directory
 * above it, or what alembic.ini and pyproject.toml name. */
#ifndef MIGRATIONS_ALEMBIC_LOCATE_H
#define MIGRATIONS_ALEMBIC_LOCATE_H

#include "base/strbuf.h"
#include "migrations/seen.h"

struct location {
	const char *section; /* given: of an alembic.ini; NULL: [alembic] */
	struct strvec dirs;  /* that exist, in the order in which Alembic reads them */
	bool recursive;
	bool sourceless; /* compiled files count, too */
};

/* Resolve `path`, adding to `out`.  What was looked at is noted in `seen`. */
bool locate(const char *path, struct location *out, struct migrations_files *seen,
	struct err *e) MUST_CHECK;
void location_free(struct location *l);

#endif

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
	/* Of the first path that was resolved: its alembic.ini; and the directory that
	 * has env.py, as far as the files say so; or NULL. */
	char *ini, *script;
	char *home; /* the absolute directory of its ini or pyproject.toml; or NULL */
};

/* Resolve `path`, adding to `out`.  What was looked at is noted in `seen`. */
bool locate(const char *path, struct location *out, struct migrations_files *seen,
	struct err *e) MUST_CHECK;
void location_free(struct location *l);
/* `dir` as os.path.abspath() has it: links stay.  The caller frees. */
char *locate_absolute(const char *dir);

#endif

/* An alembic.ini that means the same as another one elsewhere, but for the database. */
#ifndef BUILD_INICOPY_H
#define BUILD_INICOPY_H

#include "base/strbuf.h"

/* Append `text`, with `sqlalchemy.url` of `section` being `url` and `%(here)s` the
 * directory `here`.  All else stays as it is, line by line.  Rules: Python's
 * configparser, which takes a key but once. */
struct inicopy {
	const char *section, *url, *here;
};
void inicopy_write(const char *text, const struct inicopy *c, struct strbuf *out);

/* "asyncpg" of "postgresql+asyncpg://…", or "" for no driver or no such URL; a new
 * string. */
char *inicopy_driver(const char *url);

#endif

/* Whether an env.py lets others choose the database that it changes. */
#ifndef BUILD_ENVPY_H
#define BUILD_ENVPY_H

#include <stdbool.h>

/* True if this Python says that each engine it makes is of the section of the ini which
 * Alembic was started with, or of DATABASE_URL or PGDRIFTD_SCRATCH_… as it stands in
 * the environment, that sqlalchemy.url is set to nothing else, and that there is such
 * an engine; in doubt false.  What is only for run_migrations_offline(), or stands in a
 * comment, says nothing. */
bool envpy_is_told(const char *text);

#endif

/* Whether an env.py lets others choose the database that it changes. */
#ifndef BUILD_ENVPY_H
#define BUILD_ENVPY_H

#include <stdbool.h>

/* True if this Python says that its URL, where it connects, is that of the section of
 * the ini which Alembic was started with, or comes from DATABASE_URL or
 * PGDRIFTD_SCRATCH_…; in doubt false.  What is only for run_migrations_offline(), or
 * stands in a comment, says nothing. */
bool envpy_is_told(const char *text);

#endif

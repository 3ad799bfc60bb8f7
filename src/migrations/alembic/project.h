/* Where Alembic is run, and by what beside the version files its work is decided. */
#ifndef MIGRATIONS_ALEMBIC_PROJECT_H
#define MIGRATIONS_ALEMBIC_PROJECT_H

#include "migrations/alembic/locate.h"
#include "migrations/migrations.h"

/* Fill `out`, which project_free() empties.  What was looked at is noted in `seen`. */
void project_find(const struct location *where, struct migrations_files *seen,
	struct project *out);
void project_free(struct project *p);

#endif

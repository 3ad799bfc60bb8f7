/* What the upgrade() of a version file does, read without running it.  Rules: Alembic's
 * operations (operations/ops.py), SQLAlchemy's execute(). */
#ifndef MIGRATIONS_ALEMBIC_PYOPS_H
#define MIGRATIONS_ALEMBIC_PYOPS_H

#include "migrations/alembic/pytoken.h"
#include "migrations/alembic/pyvalue.h"
#include "migrations/effect.h"

/* Add to `out` the effects of the module's upgrade() and of the functions of the file
 * that it calls, in the order in which they run: of both ways of a condition, of each
 * round of a loop through what is known.  `module` are the names of the module. */
void pyops_read(const struct pytokens *t, const struct pyenv *module,
	struct pynames *names, struct effects *out);

#endif

/* What the upgrade() of a version file does, read without running it.  Rules: Alembic's
 * operations (operations/ops.py), SQLAlchemy's execute(). */
#ifndef MIGRATIONS_ALEMBIC_PYOPS_H
#define MIGRATIONS_ALEMBIC_PYOPS_H

#include "migrations/alembic/pybody.h"
#include "migrations/alembic/pytoken.h"
#include "migrations/alembic/pyvalue.h"
#include "migrations/effect.h"

struct pyops {
	struct effects effects; /* of upgrade() */
	enum pybody upgrade, downgrade;
	bool upgrade_bound, downgrade_bound; /* by an import or an assignment instead */
};

/* What the module's functions do: the effects of upgrade() and of the functions of the
 * file that it calls, in the order in which they run: of both ways of a condition, of
 * each round of a loop through what is known.  `module` are the names of the module.
 * Fills `out`, whose effects the caller frees. */
void pyops_read(const struct pytokens *t, const struct pyenv *module,
	struct pynames *names, struct pyops *out);

#endif

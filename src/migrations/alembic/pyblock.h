/* Compound statements: which way a module goes when it is imported. */
#ifndef MIGRATIONS_ALEMBIC_PYBLOCK_H
#define MIGRATIONS_ALEMBIC_PYBLOCK_H

#include "migrations/alembic/pytoken.h"
#include "migrations/alembic/pyvalue.h"

/* Run all statements of a module on `env`.  Adds to `t` what Python refuses in the
 * layout of blocks. */
void pyblock_run(struct pytokens *t, struct pyenv *env, struct pynames *names);

#endif

/* Compound statements: which way a module goes when it is imported. */
#ifndef HISTORY_PYBLOCK_H
#define HISTORY_PYBLOCK_H

#include "history/pytoken.h"
#include "history/pyvalue.h"

/* Run all statements of a module on `env`.  Adds to `t` what Python refuses in the
 * layout of blocks. */
void pyblock_run(struct pytokens *t, struct pyenv *env, struct pynames *names);

#endif

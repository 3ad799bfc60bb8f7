/* Calls of operations: what each of them does, by its name and its arguments. */
#ifndef MIGRATIONS_ALEMBIC_PYCALL_H
#define MIGRATIONS_ALEMBIC_PYCALL_H

#include "migrations/alembic/pytext.h"
#include "migrations/effect.h"

struct pycall {
	struct pyspan before;       /* of the statement, up to the name */
	const struct pytoken *name; /* of the function or method */
	struct pyspan args;         /* with both brackets */
	struct pyspan after;        /* the rest of the statement */
};

/* Add what the call does.  `word` is the operation's own name. */
void pycall_read(const struct pycall *call, const char *word,
	const struct pyscope *scope, struct effects *out);

/* The table that `table("t", …)`, `Table("t", …)` or `batch_alter_table("t", …)` gives,
 * as a value; NULL for any other expression. */
struct pyvalue *pycall_table(struct pyspan expr, const struct pyscope *scope);

#endif

/* Simple statements: what they bind. */
#ifndef MIGRATIONS_ALEMBIC_PYSTMT_H
#define MIGRATIONS_ALEMBIC_PYSTMT_H

#include "migrations/alembic/pyeval.h"

/* Run one simple statement (no `;`, no newline in it) on `env`. */
void pystmt_run(struct pyspan stmt, struct pyenv *env, struct pynames *names);
/* What may bind or change names inside of any expression: `:=` and the methods that
 * change a list. */
void pystmt_scan(struct pyspan expr, struct pyenv *env, struct pynames *names);
/* Bind every name of a target that is bound to something unknown (`for`, `with … as`,
 * `except … as`, def, class). */
void pystmt_bind_unknown(struct pyspan target, const char *why, struct pyenv *env,
	struct pynames *names);

/* Bind a target (`a`, `a, (b, c)`) to a value. */
void pystmt_assign(struct pyspan target, struct pyvalue *value, struct pyenv *env,
	struct pynames *names);

/* Bind what the body of a function or class may bind of the module's names: `global`,
 * globals()[…]. */
void pystmt_scan_body(struct pyspan body, struct pyenv *env, struct pynames *names);

#endif

/* Values of expressions of which only parts may be known: the SQL and the names that
 * a migration hands to its operations. */
#ifndef MIGRATIONS_ALEMBIC_PYTEXT_H
#define MIGRATIONS_ALEMBIC_PYTEXT_H

#include "migrations/alembic/pyeval.h"

/* Stands in a PYVALUE_TEXT for a part that is not known. */
#define PYTEXT_UNKNOWN "\x01"

/* Where an expression stands.  `left` is how much work may still be done, in tokens
 * looked at: where there is none left, nothing is known. */
struct pyscope {
	const struct pyenv *env;
	const struct pynames *names;
	size_t *left;
};

/* Count work that was done. */
static inline void
pyscope_charge(const struct pyscope *s, size_t work)
{
	*s->left -= work < *s->left ? work : *s->left;
}

/* Beyond pyeval(): f-strings, `+`, `%`, .format(), .join(), .split(), text(…),
 * reversed(…) and the like, also where a name is bound to such.  What is not known
 * within a text is PYTEXT_UNKNOWN in it.  Never NULL. */
struct pyvalue *pytext(struct pyspan expr, const struct pyscope *scope);

/* True for a text without unknown parts. */
bool pytext_is_whole(const struct pyvalue *v);

/* The next `op` outside of brackets and of a lambda's parameters, or s.to. */
const struct pytoken *pytext_find(struct pyspan s, const char *op);

/* ---- Calls ---- */

/* The argument called `name`, else the `position`th (0: the first) without a name; an
 * empty span if there is none.  `open` is the bracket. */
struct pyspan pytext_argument(struct pyspan call, const char *name, int position);

#endif

/* Constant expressions of Python. */
#ifndef MIGRATIONS_ALEMBIC_PYEVAL_H
#define MIGRATIONS_ALEMBIC_PYEVAL_H

#include "migrations/alembic/pytoken.h"
#include "migrations/alembic/pyvalue.h"

/* A run of tokens. */
struct pyspan {
	const struct pytoken *from, *to; /* `to` is behind the last */
};

/* The value of an expression: string literals (also adjacent and added ones), None,
 * tuples, lists and sets of such, and names bound to such.  All else is
 * PYVALUE_UNKNOWN; the result is never NULL. */
struct pyvalue *
pyeval(struct pyspan expr, const struct pyenv *env, const struct pynames *names);

enum pytruth { PYTRUTH_UNKNOWN, PYTRUTH_FALSE, PYTRUTH_TRUE };
/* What is certain of a condition while Alembic imports a module: TYPE_CHECKING and
 * `__name__ == "__main__"` are false, literals are what they are. */
enum pytruth
pyeval_truth(struct pyspan test, const struct pyenv *env, const struct pynames *names);

/* The name that a token is, in the arena. */
const char *pyeval_name(const struct pytoken *t, struct arena *a);
/* From `lambda` to the colon behind its parameters, or to `end`. */
const struct pytoken *
pyeval_lambda_colon(const struct pytoken *lambda, const struct pytoken *end);
/* From the bracket at `open` to behind its partner, or to `end`. */
const struct pytoken *
pyeval_behind_bracket(const struct pytoken *open, const struct pytoken *end);

#endif

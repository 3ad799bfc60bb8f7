/* Compound statements: which way a module goes when it is imported. */
#ifndef MIGRATIONS_ALEMBIC_PYBLOCK_H
#define MIGRATIONS_ALEMBIC_PYBLOCK_H

#include "migrations/alembic/pyeval.h"
#include "migrations/alembic/pytoken.h"
#include "migrations/alembic/pyvalue.h"

/* So much may be copied for branches (names times branches), under a second; behind it
 * nothing is run any more. */
enum { PYBLOCK_MAX_WORK = 50000000 };

/* Run all statements of a module on `env`.  Adds to `t` what Python refuses in the
 * layout of blocks. */
void pyblock_run(struct pytokens *t, struct pyenv *env, struct pynames *names);

/* Who follows the statements of a function's body as they are run. */
struct pyfollower {
	/* A simple statement, in the place of pystmt_run(). */
	void (*statement)(void *arg, struct pyspan s, struct pyenv *env);
	/* The header of a compound statement, keyword included, colon not, with what it
	 * binds already bound in `env`, on which its suite is run next. */
	void (*header)(void *arg, struct pyspan header, struct pyenv *env);
	/* What is certain of a condition. */
	enum pytruth (*truth)(void *arg, struct pyspan test, struct pyenv *env);
	/* The sequence that a `for` goes through, or NULL. */
	const struct pyvalue *(*items)(
		void *arg, struct pyspan iterable, struct pyenv *env);
	/* No more rounds: the work is bounded. */
	bool (*tired)(void *arg);
	void *arg;
};

/* Run the suite behind the colon of a header on `env`. */
void pyblock_run_body(const struct pytoken *colon, struct pyenv *env,
	struct pynames *names, const struct pyfollower *f);

/* The colon that ends the header of a compound statement, or NULL. */
const struct pytoken *pyblock_header_colon(const struct pytoken *from);

#endif

/* What can be told of a file's functions and of the whole without running them. */
#ifndef MIGRATIONS_ALEMBIC_PYBODY_H
#define MIGRATIONS_ALEMBIC_PYBODY_H

#include <stdint.h>

#include "migrations/alembic/pytoken.h"

enum pybody {
	PYBODY_NONE,  /* there is no such function at the top of the file */
	PYBODY_EMPTY, /* it holds nothing but `pass`, `return`, `...` and texts */
	PYBODY_CODE
};

/* The body behind the colon of a `def`. */
enum pybody pybody_of(const struct pytoken *colon);

/* A number that stays as it is where only comments, docstrings, white space, imports,
 * trailing commas, quotes or the four names of Alembic change.  The same in each
 * version of the program: it is kept on disk. */
uint64_t pybody_digest(const struct pytokens *t);
/* Another one, of all that Python sees: it stays as it is only where comments and white
 * space change. */
uint64_t pybody_source(const struct pytokens *t);

#endif

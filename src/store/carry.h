/* What an open database file has, taken along to another one. */
#ifndef STORE_CARRY_H
#define STORE_CARRY_H

#include "store/sql.h"

/* Write into the file `path`, which has the present tables, all that the database of
 * `s` has and that one has not; what both have of an environment is that file's.  False
 * if not all of it could be. */
bool carry_over(struct store *s, const char *path, struct err *e) MUST_CHECK;

#endif

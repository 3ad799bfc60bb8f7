/* What each refusal of a connection means and what helps against it. */
#ifndef PG_REMEDIES_H
#define PG_REMEDIES_H

#include <stdint.h>

#include "base/err.h"

/* The advice for a failure with that SQLSTATE ("": libpq's own words), raised by that
 * function of the server (PQERRORS_VERBOSE; "" where it is not known), with that text.
 * NULL: nothing better is known than by the class of the error. */
const struct advice *
remedy_find(const char *sqlstate, const char *function, const char *text);

/* An error that says that a server sent more than `limit` bytes, and as the answer to
 * what at last. */
void remedy_too_much(struct err *e, int64_t limit, const char *part);

/* For a server that takes a connection and says nothing. */
const struct advice *remedy_unanswered(void);

/* For one that says nothing more once it has been asked. */
const struct advice *remedy_silent(void);

/* For a password file that is not there: it is looked for elsewhere when the service
 * manager has set $CREDENTIALS_DIRECTORY. */
const struct advice *remedy_password_missing(void);
/* For one that is larger than any password; for one that cannot be used for another
 * reason. */
const struct advice *remedy_password_large(void);
const struct advice *remedy_password_file(void);
/* For a command that writes more than any password. */
const struct advice *remedy_password_command(void);
/* For libpq's own file of passwords, where it is too large to be read in the loop. */
const struct advice *remedy_password_list(void);

#endif

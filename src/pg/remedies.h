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
extern const struct advice remedy_unanswered;

/* For one that says nothing more once it has been asked. */
extern const struct advice remedy_silent;

/* For one whose password takes too long to prove. */
extern const struct advice remedy_iterations;

/* For a password file that is not there: it is looked for elsewhere when the service
 * manager has set $CREDENTIALS_DIRECTORY. */
const struct advice *remedy_password_missing(void);
/* For one that is larger than any password; for one that cannot be used for another
 * reason. */
extern const struct advice remedy_password_large;
extern const struct advice remedy_password_file;
/* For a command that writes more than any password. */
extern const struct advice remedy_password_command;
/* For libpq's own file of passwords, where it is too large to be read in the loop. */
extern const struct advice remedy_password_list;

#endif

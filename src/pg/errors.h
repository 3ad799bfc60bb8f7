/* What libpq and the server say, as one of our classes and one line of text. */
#ifndef PG_ERRORS_H
#define PG_ERRORS_H

#include "base/err.h"

/* From PQerrorMessage() of a failed connect with PQERRORS_VERBOSE, which is the only
 * way libpq tells the SQLSTATE of a refusal.  Several attempts give several lines. */
void errors_connect(struct err *e, const char *message);
/* From the fields of a failed result; `sqlstate` NULL: libpq itself says so, which
 * happens when the connection broke. */
void errors_query(struct err *e, const char *sqlstate, const char *message);
/* Put `to` wherever `from` stands in the text. */
void errors_replace(struct err *e, const char *from, const char *to);
/* Blot out `secret` (NULL or short: nothing) wherever it stands in the text, in
 * whatever way of pg/blot.h. */
void errors_scrub(struct err *e, const char *secret);

#endif

/* What the scripted libpq hands out: results and lists of options. */
#ifndef FAKE_DATA_H
#define FAKE_DATA_H

#include <libpq-fe.h>

#include "tests/fake/fake_libpq.h"

/* A result with the members of `step` (NULL: none) and `n` of its rows from `row` on.
 */
PGresult *
fake_result(ExecStatusType status, const struct fake_step *step, size_t row, size_t n);
/* PQcmdStatus() of it; takes over `tag`. */
void fake_tag(PGresult *r, char *tag);
/* Whether its values are lines of COPY as they are. */
bool fake_is_raw(const PGresult *r);
/* How many are not freed yet; forgets them. */
unsigned fake_results(void);

/* PQconninfo() of a connection to `dsn`. */
PQconninfoOption *fake_options(const char *dsn);

#endif

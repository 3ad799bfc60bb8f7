/* What a command has said, made fit to show. */
#ifndef BUILD_SAID_H
#define BUILD_SAID_H

#include "base/err.h"

/* Its last lines, with what cannot be seen made visible, without `password` (or NULL)
 * and whatever else looks like one, and without Python's inner frames; the caller
 * frees.
 */
char *said_last_lines(const char *output, const char *password);
/* The line that says what is wrong, of such: the last that is not blank, nor one that
 * SQLAlchemy puts behind it; the caller frees. */
char *said_reason(const char *lines);
/* The revision that Alembic was at when it stopped, by what it logs in all that it
 * said; NULL: it does not say.  The caller frees. */
char *said_revision(const char *output);
/* By the last error of them: ERR_FORMAT: what was run is to blame.  Else what it was
 * run on: ERR_CONNECT where the server was not to be had, or not any more, ERR_CONFIG
 * where it lacks something. */
enum err_code said_fault(const char *lines);
/* What to do about that, static; or NULL. */
const char *said_advice(const char *lines);

#endif

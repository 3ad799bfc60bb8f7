/* Connection strings without their passwords. */
#ifndef CONF_REDACT_H
#define CONF_REDACT_H

#include "base/strbuf.h"

#define CONF_SECRET "<secret>"

/* Append a libpq connection string (URI or keywords) with every password in it as
 * <secret>; a string that libpq would not understand is <secret> as a whole.  Grammar:
 * PostgreSQL's documentation, "Connection Strings". */
void conf_redact(const char *dsn, struct strbuf *out);
/* Append a message, with what may be a password in it as <secret>: in each word, or
 * part in double quotes, what stands between ":" and "@" or behind "password=". */
void conf_redact_words(const char *text, struct strbuf *out);

/* Append the words of a command, with what may be a secret in them as <secret>: what
 * conf_redact_words() hides, and what conf_secret_of() finds.  A single one is the
 * whole command, of which blanks outside of quotes make words. */
void conf_redact_command(const struct strvec *words, struct strvec *out);
/* What of this word nobody else may know: behind the "=" of a NAME that has PASS,
 * SECRET, TOKEN or KEY in it, or, as *next says that it is one, the whole; or NULL.
 * *next is true afterwards if it is an option (--password, --token) whose secret is the
 * word behind it. */
const char *conf_secret_of(const char *word, bool *next);

#endif

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

#endif

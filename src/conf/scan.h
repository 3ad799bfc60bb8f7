/* The text of a file made ready for libConfuse. */
#ifndef CONF_SCAN_H
#define CONF_SCAN_H

#include "conf/errors.h"

/* Append to `out` the same tokens on the same lines: comments taken out, every word
 * and string in double quotes with nothing left to expand, ${VAR} and ${VAR:-default}
 * replaced from the process's environment (not in single quotes; `\$` stands for a
 * dollar; a default also stands in for an empty variable).  An unset variable, a bad
 * escape, a control character become messages in `errors`.  False, with a message, if
 * a string, comment or block has no end: then `out` is of no use. */
bool conf_scan(const char *text, size_t n, const char *file, struct conf_errors *errors,
	struct strbuf *out) MUST_CHECK;

#endif

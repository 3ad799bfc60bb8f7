/* Messages of a load, in one form. */
#ifndef CONF_ERRORS_H
#define CONF_ERRORS_H

#include "conf/conf.h"

/* Where something was written; line 0: the whole file, or no file (a variable). */
struct conf_place {
	const char *file;
	unsigned line;
};

/* Append "FILE:LINE: …", made valid UTF-8; dropped beyond CONF_MAX_ERRORS. */
void conf_error(struct conf_errors *e, struct conf_place at, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
void conf_warning(struct conf_errors *e, struct conf_place at, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/* "; did you mean "x"?" at the end of `out`; nothing for NULL. */
void conf_suggest(struct strbuf *out, const char *near);

#endif

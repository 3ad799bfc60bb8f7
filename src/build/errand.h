/* One run of a command, as a process is started. */
#ifndef BUILD_ERRAND_H
#define BUILD_ERRAND_H

#include "build/workshop.h"

struct errand {
	/* Behind the last there is a NULL.  Of argv the first is the path of the
	 * program. */
	struct strvec argv, env;
};

/* `revision` NULL: of a file of SQL.  What is the command's own has no password in its
 * words, which everybody on the machine sees; in what it sets in front, it has.  False
 * (ERR_CONFIG) if there is no such program. */
bool errand_make(const struct recipe *r, const struct place *p,
	const struct workshop *w, const char *revision, struct errand *out) MUST_CHECK;
/* … says why. */
void errand_explain(const struct recipe *r, const struct errand *x, struct err *e);
void errand_free(struct errand *x);

#endif

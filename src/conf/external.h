/* The URL under which people reach the daemon, with what stands before its paths there.
 * It is the only word on that: what a request says of proxies is believed by nobody. */
#ifndef CONF_EXTERNAL_H
#define CONF_EXTERNAL_H

#include "base/err.h"
#include "base/strbuf.h"

struct external {
	char *url;    /* without a slash at its end: a path of ours may follow */
	char *origin; /* "https://drift.example.org", as browsers write it */
	char *path;   /* "", "/drift", "/a/b" */
	struct strvec segments; /* of the path */
};

/* Take an absolute URL of http or https apart.  False, with what it should be, for any
 * other, for one with a user, query or fragment, and for a path that holds more than
 * letters, digits and "-._~", or begins as one of the daemon's own.  What was written
 * is not repeated, as it may hold a password.  Nothing is to be freed then. */
bool external_parse(const char *text, struct external *out, struct err *e) MUST_CHECK;
void external_fini(struct external *x);

#endif

/* How many files the process may have open, and what of that clients may use. */
#ifndef DAEMON_DESCRIPTORS_H
#define DAEMON_DESCRIPTORS_H

#include "conf/conf.h"

/* Raise the limit to what is allowed.  Returns how many HTTP connections fit beside the
 * checks: `max_connections`, or less, which is said in the log. */
int descriptors_prepare(const struct conf *conf);

/* The same for a limit: of `limit` descriptors, `checks` checks keep theirs. */
int descriptors_share(long long limit, int checks, int wanted);

#endif

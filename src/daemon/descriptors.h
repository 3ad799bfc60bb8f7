/* How many files the process may have open, and what of that clients may use. */
#ifndef DAEMON_DESCRIPTORS_H
#define DAEMON_DESCRIPTORS_H

#include "conf/conf.h"

/* Raise the limit to what is allowed.  Returns how many HTTP connections fit beside the
 * checks: `max_connections`, or less, which is said in the log. */
int descriptors_prepare(const struct conf *conf);

/* What holds descriptors besides clients. */
struct descriptors_use {
	int checks;       /* at the same time */
	int environments; /* each may have left a connection that hangs */
};

/* The same for a limit of `limit` descriptors. */
int descriptors_share(long long limit, const struct descriptors_use *use, int wanted);

#endif

/* Why a daemon could not be asked, for people.  Pure. */
#ifndef DAEMON_CLIENT_FAULT_H
#define DAEMON_CLIENT_FAULT_H

#include "daemon/client.h"

/* What libcurl says of a transfer that failed. */
struct client_fault {
	int code;         /* a CURLcode */
	const char *said; /* its error buffer; "": nothing */
	long os_errno;    /* of the last connect(); 0: none */
};

/* ERR_AUTH and ERR_CONFIG where it is of no use to try again; else it may be. */
void
client_explain(const struct client *c, const struct client_fault *f, struct err *e);

#endif

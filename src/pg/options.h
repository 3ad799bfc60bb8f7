/* What a connection string comes to with service files, PG* variables and defaults, of
 * what has to be known before libpq connects. */
#ifndef PG_OPTIONS_H
#define PG_OPTIONS_H

#include "base/err.h"
#include "pg/hosts.h"

struct options {
	struct hosts hosts;
	char *password;    /* or NULL */
	bool user_timeout; /* tcp_user_timeout is given */
};

/* Opens no socket.  False: libpq, or files_check_…(), refuses it.  `*o` is the caller's
 * to free either way (hosts_free, password_free); it holds what was found. */
bool options_ask(const char *dsn, struct options *o, struct err *e) MUST_CHECK;

#endif

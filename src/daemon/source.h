/* EXPECTED, ACTUAL and SOURCE of contract 2: a connection, a file, or env:NAME. */
#ifndef DAEMON_SOURCE_H
#define DAEMON_SOURCE_H

#include "catalog/instance.h"
#include "catalog/snapshot.h"
#include "conf/conf.h"
#include "daemon/command.h"
#include "reading/facts.h"

struct source {
	const char *text;                           /* as given */
	const struct conf_environment *environment; /* of env:NAME; else NULL */
	struct snapshot *snapshot;
	struct instance instance; /* that it was read from; of a file not known */
	struct facts *facts;      /* all that was read; NULL: a file */
	struct err error;         /* why there is no snapshot */
};

/* True if `text` is env:NAME, so that a configuration is wanted. */
bool source_wants_conf(const char *text);
/* That of env:NAME, with a time or without; NULL: it is another source, or there is
 * none of that name. */
const struct conf_environment *
source_environment(const char *text, const struct conf *conf);

/* Read `n` sources side by side; false if any has no snapshot.  `conf` may be NULL if
 * none wants it. */
bool source_read(struct source *sources, size_t n, const struct conf *conf);
/* True if both were at one moment what was read of them; a file always is. */
bool source_together(const struct source *a, const struct source *b);
/* Read one of two that are not together again, the one that was read first; false if
 * that cannot be done, and then it has no snapshot. */
bool source_renew(struct source pair[2], const struct conf *conf);
void source_fini(struct source *s);

#endif

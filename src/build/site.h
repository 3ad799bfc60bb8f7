/* One database that is built, read and dropped. */
#ifndef BUILD_SITE_H
#define BUILD_SITE_H

#include "build/builds.h"

struct site;

struct site_calls {
	build_fn *step;          /* as of builds_want() */
	void (*done)(void *arg); /* it is over: site_free() it */
	void *arg;
};

/* `host` and `r` stay until site_free(). */
struct site *site_start(struct loop *l, const struct build_host *host,
	const struct recipe *r, const struct site_calls *calls);
/* Nobody waits for its steps any more: what runs is killed, and the database dropped;
 * then it is done. */
void site_abandon(struct site *s);
/* True if a database of its may be there. */
bool site_has_database(const struct site *s);
/* Where it is not done, the database is left behind. */
void site_free(struct site *s);

#endif

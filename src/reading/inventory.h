/* One question of one server: which databases it has, or which schemas the one that is
 * asked.  All of them or an error. */
#ifndef READING_INVENTORY_H
#define READING_INVENTORY_H

#include "loop/loop.h"
#include "pg/session.h"

struct inventory_options {
	bool schemas; /* of that database, else databases */
	struct pg_target target;
	int64_t timeout_ms; /* for everything, connecting included */
	int64_t statement_timeout_ms, lock_timeout_ms;
	int64_t max_bytes; /* that all answers may take, at least 1 MiB */
};

/* What it has; lives as long as the call that hands it over. */
struct listed {
	const char *system; /* its system identifier */
	bool in_recovery;   /* a standby, which may lack what is new */
	const char *const *names;
	size_t n;
};

struct inventory;

/* Called exactly once, never from inside inventory_start(); either is NULL.  ERR_MOVED:
 * nobody is to blame, try again soon. */
typedef void inventory_fn(void *arg, const struct listed *found, const struct err *e);

struct inventory *inventory_start(
	struct loop *l, const struct inventory_options *o, inventory_fn *fn, void *arg);
/* Give up; nothing is called back.  Also to be called after the callback, to free.
 * NULL is fine. */
void inventory_free(struct inventory *q);

#endif

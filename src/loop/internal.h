/* What the files of loop/ share; nobody else includes this. */
#ifndef LOOP_INTERNAL_H
#define LOOP_INTERNAL_H

#include "loop/loop.h"

struct event_base;

/* In the order in which they are ended. */
enum tenant_rank { TENANT_WORK, TENANT_LOOKUPS, TENANT_CHILDREN };

struct tenant;

/* What a module that has things running in a loop does when the loop is freed: first
 * nobody's things tell anybody any more, then they end, one module after the other.
 * Both may be called with nothing running; `end` may run turns of the loop. */
struct tenant_kind {
	enum tenant_rank rank;
	void (*mute)(struct tenant *t);
	void (*end)(struct tenant *t);
};

/* Such a module in one loop. */
struct tenant {
	const struct tenant_kind *kind;
	struct tenant *next;
	struct loop *loop;
	void *first; /* the module's list of what runs */
};

struct loop {
	struct event_base *base;
	struct deferred *deferred; /* in order of arrival */
	size_t n_deferred, cap_deferred;
	struct tenant *tenants; /* by rank */
	char *resolv_conf;
	bool stopped;
};

/* One pass over what is ready, waiting if nothing is; false: nothing to wait for. */
bool loop_turn(struct loop *l);
/* Everything that was deferred, also by what was deferred. */
void loop_run_deferred(struct loop *l);
/* The tenant of that kind, registered with its first call; the loop's own. */
struct tenant *loop_tenant(struct loop *l, const struct tenant_kind *kind);

#endif

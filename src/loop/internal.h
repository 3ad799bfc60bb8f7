/* What the files of loop/ share; nobody else includes this. */
#ifndef LOOP_INTERNAL_H
#define LOOP_INTERNAL_H

#include "loop/loop.h"

struct event_base;
struct lookup;
struct child;

/* Owned lists, so that loop_free() finds what still runs. */
struct loop {
	struct event_base *base;
	struct deferred *deferred; /* in order of arrival */
	size_t n_deferred, cap_deferred;
	struct lookup *lookups;
	struct child *children;
	char *resolv_conf;
	bool stopped;
};

/* One pass over what is ready, waiting if nothing is; false: nothing to wait for. */
bool loop_turn(struct loop *l);
/* Everything that was deferred, also by what was deferred. */
void loop_run_deferred(struct loop *l);
/* Cancel every lookup and give libevent the turns it needs to let go of them. */
void lookup_end_all(struct loop *l);
/* Nobody is told of a child's end any more. */
void child_mute_all(struct loop *l);
/* Kill and reap every command, wait a moment for forked copies. */
void child_end_all(struct loop *l);

#endif

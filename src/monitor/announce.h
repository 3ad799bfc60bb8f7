/* What of a new verdict is worth a line. */
#ifndef MONITOR_ANNOUNCE_H
#define MONITOR_ANNOUNCE_H

#include "monitor/environment.h"
#include "monitor/monitor.h"

/* Tell what changes when `now` is published in place of env->published (NULL: nothing
 * was yet): events by `o`, a change of state to the history as well, and each ignore
 * rule that has expired or is about to, once.  A problem that
 * stands is told again after `repeat_ms` (0: never).  Sets now->previous. */
void announce(struct environment *env, struct published_environment *now,
	const struct monitor_options *o, int64_t repeat_ms);

#endif

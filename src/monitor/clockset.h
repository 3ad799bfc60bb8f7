/* The clock was set: what memory has of an environment is of the clock as it is now. */
#ifndef MONITOR_CLOCKSET_H
#define MONITOR_CLOCKSET_H

#include "base/clock.h"
#include "monitor/environment.h"

/* Move the times of `env` that were taken on the clock as it was before, and so what is
 * published of it; that of its state in the store is the store's (store_clock_set()).
 * Nothing of how its checks are asked for: the clock of monitor_check_now() is its
 * own. */
void clockset_move(struct environment *env, const struct clock_step *step);

#endif

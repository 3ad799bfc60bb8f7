/* Since when a state and a drift stand, and what of that was not watched. */
#ifndef MONITOR_TIMES_H
#define MONITOR_TIMES_H

#include "monitor/published.h"

struct environment;

/* Of one environment.  Zeroed: nothing is known. */
struct times {
	/* Its last state but `unknown`, and since when; 0: none. */
	enum state lasting;
	int64_t lasting_since_ms;
	int64_t unwatched_from_ms, unwatched_to_ms; /* 0: it was watched */
	/* When it was last known what it is: by a process before, on the wall clock;
	 * and by this one, by clock_boot_ms().  0: never. */
	int64_t looked_ms, looked_boot_ms;
};

/* Take up what the store had of it. */
void times_load(struct environment *env);
/* Set the times of `p`, whose state and axes are set.  `sighting`: a check has been
 * completed, the last that `env` knows of. */
void times_set(struct environment *env, struct published_environment *p, bool sighting,
	int64_t now_ms);

#endif

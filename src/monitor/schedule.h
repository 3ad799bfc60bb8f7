/* When the next check is due: a pure function. */
#ifndef MONITOR_SCHEDULE_H
#define MONITOR_SCHEDULE_H

#include <stdint.h>

struct schedule {
	int64_t interval_ms;
	double jitter; /* fraction of the interval, both ways */
	uint64_t seed; /* differs by environment */
	/* Its place in the interval, as a fraction: regular checks are due there.  And
	 * the time now, since the begin of an interval. */
	double place;
	int64_t now_ms;
};

/* What the last check came to. */
enum outcome {
	OUTCOME_SUCCESS,
	OUTCOME_FAILURE,
	OUTCOME_UNANSWERED, /* a failure: the server takes connections only */
	OUTCOME_MOVED,      /* the catalog moved while it was read */
	OUTCOME_MIGRATING,
	OUTCOME_UNCONFIRMED, /* something wants to be seen again */
};

/* One for each name. */
uint64_t schedule_seed(const char *name);

/* Delay in ms before the next check.  `n` is how many checks were made, `in_a_row`
 * how many ended as this one (1: the first).
 *   success      the interval
 *   failure      the interval, doubled with each further one up to four intervals or
 *                five minutes, whichever is less (an interval over that stays)
 *   unanswered   the same, but up to five minutes
 *   unconfirmed  5 s, doubled with each further one up to the interval: what is new at
 *                each check is never confirmed
 *   others       soon: 250 ms, doubled with each further one up to 5 s, but never
 *                later than the interval
 * What would be due after the interval is due at the last place before that, so that
 * those that were checked together are spread again; never twice for one place.  Jitter
 * is applied to all of them. */
int64_t
schedule_delay(const struct schedule *s, enum outcome o, uint64_t n, unsigned in_a_row);

#endif

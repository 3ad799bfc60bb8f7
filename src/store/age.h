/* How old history is: by a time of the store's own, since a clock can be set to
 * anything. */
#ifndef STORE_AGE_H
#define STORE_AGE_H

#include <stdbool.h>
#include <stdint.h>

/* A clock this far from where it should be was set, or nobody watched for as long. */
#define AGE_JUMP_MS (INT64_C(86400) * 1000)
/* After that, it is believed once it has stood for as long while somebody watched. */
#define AGE_HOLD_MS (INT64_C(7) * 86400 * 1000)

struct age {
	int64_t now_ms;  /* the time by which history is pruned; 0: none yet */
	int64_t held_ms; /* the clock has been elsewhere for this long; 0: it is not */
};

/* The clock says `wall_ms`, `passed_ms` after the step before.  True if it has jumped:
 * nothing more is pruned until it comes back, or is believed. */
bool age_step(struct age *a, int64_t wall_ms, int64_t passed_ms);

#endif

/* When the daemon watched, and when nobody did: rows of the history.  A sign of life is
 * left every LIFE_BEAT_MS, so that the next daemon knows until when this one lived. */
#ifndef MONITOR_LIFE_H
#define MONITOR_LIFE_H

#include "monitor/happening.h"
#include "store/store.h"

enum { LIFE_BEAT_MS = 60 * 1000 };

/* Two clocks at one moment. */
struct life_now {
	int64_t wall_ms, boot_ms;
};

struct life {
	struct store *store; /* NULL: there is no history */
	/* For the log: NULL, or called for a gap, and where the clock was set. */
	void (*gap)(void *arg, const struct happened *h);
	void *arg;
	/* Of this start of the machine, another word than of any other; or "". */
	char boot[40];
	bool begun;                        /* the history knows that it has started */
	int64_t started_ms, start_boot_ms; /* 0: it is not yet */
	struct life_now last;              /* sign of life */
	/* By which history is old; while age.held_ms is not 0, nothing is forgotten. */
	struct age age;
};

/* It has started.  Once the store is up: a row of a daemon before that was killed, if
 * so, and one of the start; call again until `begun`. */
void life_begin(struct life *l, const struct life_now *now);
/* A sign of life.  One that comes far too late tells that the machine, or the daemon,
 * was suspended.  By how much the clock was set since the last one. */
int64_t life_beat(struct life *l, const struct life_now *now);
/* True if the clock was set since the last sign, which is not there yet: how. */
bool life_clock_set(
	const struct life *l, const struct life_now *now, struct clock_step *step);
/* It stops; 0. */
int64_t life_end(struct life *l, const struct life_now *now);

#endif

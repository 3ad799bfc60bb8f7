/* When the daemon watched, and when nobody did: rows of the history.  A sign of life is
 * left every LIFE_BEAT_MS, so that the next daemon knows until when this one lived. */
#ifndef MONITOR_LIFE_H
#define MONITOR_LIFE_H

#include "monitor/happening.h"
#include "store/store.h"

enum { LIFE_BEAT_MS = 60 * 1000 };

struct life {
	struct store *store; /* NULL: there is no history */
	/* For the log: NULL, or called for a gap. */
	void (*gap)(void *arg, const struct happened *h);
	void *arg;
	bool begun; /* the history knows that it has started */
	int64_t started_ms;
	int64_t beat_ms; /* of the last sign of life, by clock_boot_ms() */
};

/* Two clocks at one moment. */
struct life_now {
	int64_t wall_ms, boot_ms;
};

/* It has started.  Once the store is up: a row of a daemon before that was killed, if
 * so, and one of the start; call again until `begun`. */
void life_begin(struct life *l, const struct life_now *now);
/* A sign of life.  One that comes far too late tells that the machine, or the daemon,
 * was suspended. */
void life_beat(struct life *l, const struct life_now *now);
/* It stops. */
void life_end(struct life *l, const struct life_now *now);

#endif

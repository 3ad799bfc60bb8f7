/* Findings that come and go: told once, and again when that has ended.  Counted by
 * completed checks; those that follow within half an interval count as one. */
#ifndef MONITOR_FLAPPING_H
#define MONITOR_FLAPPING_H

#include "verdict/confirm.h"

enum {
	FLAPPING_WINDOW = 16,                        /* checks that are looked back */
	FLAPPING_BITS = (1u << FLAPPING_WINDOW) - 1, /* a bit for each */
	FLAPPING_MOST = 4, /* with so many of them, it is flapping */
	FLAPPING_NAMES = 8,
	FLAPPING_GONE = 32
};

/* One that was new, and may turn out to come and go. */
struct flapping_name {
	uint64_t key;
	char *name; /* "table public.job_1" */
	char *rule; /* that ignores it, or NULL */
	bool flaps;
};

/* Zeroed: nothing was seen yet. */
struct flapping {
	bool on;
	uint64_t turn;    /* of the present check, from 1 */
	int64_t turn_ms;  /* when it began, by the clock that is given */
	uint32_t busy;    /* bit i: something came and went i turns ago */
	uint64_t longest; /* turns that such a thing was there */
	/* What flaps, and the latest of the others. */
	struct flapping_name names[FLAPPING_NAMES];
	size_t n_names;
	struct {
		uint64_t key, turn;
	} gone[FLAPPING_GONE]; /* the latest, in a ring */
	size_t n_gone;
	char *text; /* while `on`: what it is, and what to do */
};

/* What is found now. */
struct flapping_look {
	const struct diff *diff;
	const uint64_t *keys; /* of its findings */
	bool was_drift; /* what was found before was, and not of another revision */
	bool sighting;  /* a check was completed */
	int64_t interval_ms, now_ms;
};

enum flapping_change { FLAPPING_SAME, FLAPPING_BEGAN, FLAPPING_ENDED };

/* Follows confirmation_step(); sets `since` of what is new in `c`. */
enum flapping_change flapping_step(
	struct flapping *f, struct confirmation *c, const struct flapping_look *look);
/* False for what is no older, while things come and go, than one of those became. */
bool flapping_is_steady(const struct flapping *f, const struct thing *t);
/* Zeroes it. */
void flapping_fini(struct flapping *f);

#endif

/* Since when each finding of a comparison has been there.  Beside the diff, which is of
 * two catalogs and shared by all that have them. */
#ifndef MONITOR_SIGHTINGS_H
#define MONITOR_SIGHTINGS_H

#include "base/clock.h"
#include "diff/finding.h"

/* Shared by what is published of one environment, one after the other. */
struct sightings {
	unsigned refs;
	struct diff *diff;  /* whose findings these are, a reference */
	int64_t first_ms[]; /* of each, by its number; 0: not known */
};

/* Of all findings of `d` the same. */
struct sightings *sightings_new(struct diff *d, int64_t at_ms);
/* Of `d`, where `before` (NULL: nothing) was found until now: what was among that, by
 * kind, name, change and property, has been there since; all else since `at_ms`. */
struct sightings *
sightings_follow(const struct sightings *before, struct diff *d, int64_t at_ms);
struct sightings *sightings_ref(struct sightings *s);
void sightings_unref(struct sightings *s); /* NULL is fine */
/* Where that is not known: no later than then. */
void sightings_know(struct sightings *s, int64_t at_ms);
/* The clock was set. */
void sightings_step(struct sightings *s, const struct clock_step *step);

#endif

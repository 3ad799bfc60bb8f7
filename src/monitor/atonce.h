/* What is small is done at once, in the turn of the loop that asks for it, as far as
 * that is not too much in one second: the rest is for a thread. */
#ifndef MONITOR_ATONCE_H
#define MONITOR_ATONCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of objects of catalogs. */
struct atonce_most {
	size_t one;    /* from so many on it is not small */
	size_t second; /* so many within a second */
};

/* Zeroed: nothing was done yet. */
struct atonce {
	int64_t from_ms; /* since then, of clock_mono_ms(), … */
	size_t objects;  /* … so many were gone through */
};

/* True if so many may be gone through now, which counts. */
bool atonce_take(struct atonce *a, const struct atonce_most *most, size_t objects);

#endif

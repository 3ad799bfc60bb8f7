/* How long it may take to make anything of what a server sends.  libpq looks for each
 * setting that a server reports among all that it did: a flood of them takes the loop's
 * time, and more with each, while next to nothing arrives. */
#ifndef PG_EFFORT_H
#define PG_EFFORT_H

#include <stdbool.h>
#include <stdint.h>

/* Of one question; begins as zero. */
struct effort {
	int64_t spent_us;
	int64_t n_answers; /* rows, and ends of results */
};

/* A turn took that much of the processor. */
void effort_add(struct effort *f, int64_t us);
/* `bytes`: what was read meanwhile. */
bool effort_is_too_much(const struct effort *f, int64_t bytes);

#endif

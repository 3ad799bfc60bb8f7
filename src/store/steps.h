/* How often the clock was set since anything could be written: what is stored has times
 * of the clock as it was. */
#ifndef STORE_STEPS_H
#define STORE_STEPS_H

#include "base/clock.h"
#include "base/err.h"

struct store;

/* One that is set each minute while nothing can be stored. */
enum { STEPS_MOST = 60 };

/* Zeroed: none. */
struct steps {
	struct clock_step v[STEPS_MOST]; /* in their order */
	size_t n;
};

/* The oldest makes room for one more than STEPS_MOST. */
void steps_add(struct steps *all, const struct clock_step *step);
/* Within a transaction: move the times of all that is stored. */
bool steps_write(const struct steps *all, struct store *s, struct err *e) MUST_CHECK;
void steps_clear(struct steps *all);

#endif

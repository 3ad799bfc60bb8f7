/* Rows of the history that could not be written yet, in their order. */
#ifndef STORE_PENDING_H
#define STORE_PENDING_H

#include "store/store.h"

/* Some megabytes; weeks of an ordinary house, and hours of a bad one. */
enum { PENDING_MOST = 5000 };

/* Zeroed: none. */
struct pending {
	struct store_change *v; /* with texts of their own */
	size_t n, cap;
	/* The oldest make room for more than PENDING_MOST: how many, and when the first
	 * and the last of them happened. */
	size_t lost;
	int64_t lost_from_ms, lost_to_ms;
};

/* A copy of `c` becomes the last. */
void pending_add(struct pending *p, const struct store_change *c);
/* What is to be told of those that were lost; NULL: nothing.  The caller frees. */
char *pending_loss(const struct pending *p);
/* The first change of state of an environment follows `last`, which was not known when
 * it was added: it is none if that is the same state. */
void pending_follow(
	struct pending *p, const char *environment, const struct store_last *last);
/* True if a change of state of it waits. */
bool pending_has_state(const struct pending *p, const char *environment);
/* The clock was set. */
void pending_step(struct pending *p, const struct clock_step *step);
void pending_clear(struct pending *p);

#endif

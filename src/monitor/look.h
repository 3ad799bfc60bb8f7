/* Looking at files in a thread: once for all who ask, and no oftener than it is worth.
 */
#ifndef MONITOR_LOOK_H
#define MONITOR_LOOK_H

#include "loop/loop.h"

struct look;

/* Who is told of looks. */
struct look_watcher {
	struct loop *loop; /* NULL: each question looks for itself, at once */
	/* One at `what` was taken; in a turn of the loop.  Not called without a loop.
	 */
	void (*looked)(void *arg, const char *what);
	void *arg;
};

struct look_kind {
	/* What the thread works on: copies of what is known now. */
	void *(*begin)(void *arg);
	/* In the thread, see loop/work.h; true if files had to be read. */
	bool (*run)(void *job);
	/* Afterwards, in a turn of the loop: take what was found, and own `job`. */
	void (*take)(void *arg, void *job);
	/* The same, where nobody waits for it any more. */
	void (*drop)(void *job);
};

/* `kind` has to stay.  NULL for `l`: each look is made at once, by who asks for it. */
struct look *look_new(struct loop *l, const struct look_kind *kind, void *arg);
void look_free(struct look *k); /* NULL is fine */

/* Have one made that begins after this call; its number.  It waits as long as the
 * pauses take: 20 times of what the last one took of the processor, or as long as that
 * where it read files; never more than 10 s. */
uint64_t look_ask(struct look *k);
/* True once that look, or one after it, was taken. */
bool look_is_done(const struct look *k, uint64_t number);

#endif

/* A catalog of the store beside one in memory: what differs.  A large one is read and
 * compared in threads (loop/work.h). */
#ifndef MONITOR_PAST_H
#define MONITOR_PAST_H

#include "diff/memo.h"
#include "loop/loop.h"
#include "store/store.h"

struct past;

struct past_wish {
	struct loop *loop; /* NULL: all of it is done at once */
	struct memo *memo;
	const char *name; /* of the one that is stored, for messages */
	struct snapshot *now;
	/* In a turn of its own or, where nothing takes long, before past_start() ends:
	 * `before` as it is kept, and the memo knows what differs by the options of
	 * options(); NULL with the reason. */
	void (*done)(void *arg, struct snapshot *before, const struct err *e);
	struct compare_options (*options)(void *arg);
	void *arg;
};

/* Takes over `packed`.  Until past_end() what was compared is remembered. */
void
past_start(struct past **at, const struct past_wish *w, struct store_packed *packed);
void past_end(struct past **at); /* *at may be NULL, and is */

#endif

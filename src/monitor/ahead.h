/* What takes long of judging a check is done ahead of that, in a thread: where large
 * catalogs will be compared, they are when the verdict is made, and the memo of
 * comparisons knows what comes out.  What is not foreseen is compared as it is needed:
 * later, and never otherwise. */
#ifndef MONITOR_AHEAD_H
#define MONITOR_AHEAD_H

#include "monitor/expectation.h"

struct ahead;
struct monitor;

struct ahead_owner {
	struct loop *loop;
	struct expectation_sources (*sources)(const struct monitor *m);
	/* All that could be foreseen is compared: the facts are handed over. */
	void (*take)(struct environment *env, struct facts *facts, const struct err *e);
};

/* A check of `env` has read `facts`, which are taken over: owner->take() is called, at
 * once where nothing takes long.  Until ahead_end() what was compared is remembered. */
void ahead_start(struct ahead **at, const struct ahead_owner *owner,
	struct environment *env, struct facts *facts);
/* Whatever is under way is dropped; *at may be NULL, and is. */
void ahead_end(struct ahead **at);

#endif

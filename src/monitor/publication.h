/* What is published of all, kept as it is: one that is judged costs no walk over the
 * others. */
#ifndef MONITOR_PUBLICATION_H
#define MONITOR_PUBLICATION_H

#include "monitor/notices.h"
#include "monitor/roster.h"
#include "store/store.h"

/* All zero: nothing. */
struct publication {
	struct published now;
	struct published_environment **list; /* what now.environments is */
	size_t unready;                      /* of them were not checked yet */
	uint64_t versions;                   /* that were given */
	bool notices_stale; /* what the files or environments say of them changed */
};

struct notices_listener {
	notices_fn *tell; /* or NULL */
	void *arg;
};

/* Go over to those of `r`; those that are new are yet to be put. */
void publication_take(struct publication *p, const struct roster *r);
void publication_fini(struct publication *p);
/* `now` in the place of env->published, which is freed. */
void publication_put(struct publication *p, struct environment *env,
	struct published_environment *now);
/* Of those in `due` whose check waits, and has for at least `least_ms`, it says how
 * long. True if there are any. */
bool publication_late(struct publication *p, const struct heap *due, int64_t least_ms);
/* All that was put since is a new generation; `s`: NULL: none. */
void publication_renew(struct publication *p, const struct roster *r,
	struct graphs *graphs, struct store *s, const struct notices_listener *l);

#endif

/* Which environments there are by a configuration: those that a reload leaves are the
 * same objects as before it, whatever it changes of them. */
#ifndef MONITOR_ROSTER_H
#define MONITOR_ROSTER_H

#include "monitor/queue.h"

/* Zeroed: none. */
struct roster {
	struct environment **v;
	size_t n;
};

/* Makes one that was not there before; NULL with the reason if it is configured wrong.
 */
struct roster_maker {
	struct environment *(*make)(
		void *arg, const struct conf_environment *c, struct err *e);
	void *arg;
};

/* Those of `conf` that are enabled: of `before`, made ready for
 * environment_take_conf(), and new ones.  False with the reason if one of them is
 * configured wrong; then nothing is left over.  The caller frees the list. */
bool roster_read(struct roster *now, const struct roster *before,
	const struct conf *conf, const struct roster_maker *m,
	struct err *e) MUST_CHECK;
bool roster_has(const struct roster *r, const struct environment *env);
/* Free those that are not in `now`, whatever is under way of them, and the list. */
void roster_drop_gone(struct roster *before, const struct roster *now, struct queue *q);
/* `env` is wanted, and what it refers to. */
void roster_want(const struct roster *r, struct environment *env);

#endif

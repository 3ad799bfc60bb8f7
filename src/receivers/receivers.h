/* Everybody who is told of changes: what is to be told, when it is sent, and what the
 * store keeps of that. */
#ifndef RECEIVERS_RECEIVERS_H
#define RECEIVERS_RECEIVERS_H

#include "conf/conf.h"
#include "loop/loop.h"
#include "monitor/published.h"
#include "report/receiving.h"
#include "store/store.h"

struct receivers;

/* `s` NULL: what waits and what was told is forgotten with the process.  Nothing is
 * sent before receivers_configure(). */
struct receivers *receivers_new(struct loop *l, struct store *s,
	const struct published *(*published)(void *arg), void *arg);
void receivers_free(struct receivers *all); /* NULL is fine */

/* Go over to those of `conf`, which is borrowed until the next call: of a receiver that
 * is gone what waits is dropped, all others keep what they were told; what is on its
 * way arrives.  The first time, what a process before left in the store is taken up. */
void receivers_configure(struct receivers *all, const struct conf *conf);
/* A state was told in the log, or what was found has changed: tell it who is to know.
 */
void receivers_see(struct receivers *all, const struct published_environment *now);
/* There may be other environments: as soon as it is known which, see all of them, and
 * end what was told of those that are gone. */
void receivers_look(struct receivers *all);
/* The clock was set: nothing expires by that. */
void receivers_clock_set(struct receivers *all, const struct clock_step *step);
/* The store works again, or has another file. */
void receivers_store_changed(struct receivers *all);

/* The daemon ends: nothing more is begun.  What nobody keeps is tried once, at once;
 * what is not delivered by then receivers_free() says in the log. */
void receivers_end(struct receivers *all);
/* True as long as a message is on its way. */
bool receivers_are_busy(const struct receivers *all);

/* One each, in the order of the configuration; valid until the next call. */
const struct receiving *receivers_facts(struct receivers *all, size_t *n);

#endif

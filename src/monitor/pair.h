/* Two readings belong together if both databases were at one moment what was read of
 * them.  Else who was read before the other changed is read again, and nothing is said
 * until then. */
#ifndef MONITOR_PAIR_H
#define MONITOR_PAIR_H

#include "monitor/environment.h"
#include "monitor/queue.h"

/* True if `x` can be judged now: what it holds `env` against belongs together with what
 * was read of `env`, or cannot be made to, and then `x` says so in its place: no
 * catalog with the reason, no head, or `outdated`.  False if something is read again
 * before, which has been asked for at `q`; `once`: nothing that can be read only later
 * is waited for. */
bool
pair_settle(struct environment *env, struct expectation *x, struct queue *q, bool once);
/* A check of it is due: where it and what it is held against changed all the time, that
 * is read with it, and they may stand still now. */
void pair_due(struct environment *env, struct queue *q);
/* Do not wait for it. */
void pair_give_up(struct environment *env, struct expectation *x);

#endif

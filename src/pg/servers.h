/* One connection at a time is in the start of a server, and a few where it is far away
 * and answers them.  Who hangs there (a lock on a system catalog) holds one of its
 * slots, and does not notice that its client has gone; so a connection that is not
 * answered in time stays open, and nobody else is let to that server until it is
 * answered or broken. What is left of one that begins to hang is what was under way
 * then: one, or those few. */
#ifndef PG_SERVERS_H
#define PG_SERVERS_H

#include <libpq-fe.h>

#include "pg/hosts.h"
#include "pg/session.h"

struct visit; /* of one session: it waits for its turn, or is inside */

/* Whoever arrives has a turn after those that wait for one of its servers; `resume` is
 * called, in a later turn, when it may try to enter. */
struct visit *
servers_arrive(struct pg_servers *v, void (*resume)(void *arg), void *arg);
/* Why a server is shut. */
struct shut {
	int64_t since_ms; /* by the wall clock */
	bool in_step;     /* a step of its login is under way here */
};
/* Mark those of `h` that are shut as left out.  Returns how many are left; `*why`,
 * where there are any, is of the one that was found last. */
size_t servers_leave_out(struct pg_servers *v, struct hosts *h, struct shut *why);
/* Go in to all of `h` that are not left out; false: it is not its turn. */
bool servers_enter(struct visit *k, const struct hosts *h);
/* The end of a visit, and whether the server took it in. */
void servers_leave(struct visit *k, bool well);
/* The same, of a connection that is taken over: it was accepted and not answered.  The
 * servers `at` (a subset of those entered) stay occupied, and are shut if that is still
 * so after `left_ms`, or a moment where that is long. */
void
servers_abandon(struct visit *k, PGconn *conn, const struct hosts *at, int64_t left_ms);
/* The same, while nobody may touch the connection: `*k` stays the caller's, and becomes
 * NULL where others make an end of the visit. */
void servers_occupy(struct visit **k, const struct hosts *at, int64_t left_ms);
/* Now the connection can be taken over, and was not answered. */
void servers_take(struct visit *k, PGconn *conn);
/* It has ended. */
void servers_release(struct visit *k);

#endif

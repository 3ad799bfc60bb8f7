/* Clients have to get on.  libmicrohttpd closes a connection that is silent; one that
 * trickles bytes would hold its place for ever, so each request, and the taking of each
 * answer, has a deadline as a whole. */
#ifndef HTTP_DEADLINE_H
#define HTTP_DEADLINE_H

#include "loop/loop.h"

struct deadlines;
struct deadline;

/* A request has `request_ms` to arrive, counted from the connection's begin or from the
 * end of the answer before. */
struct deadlines *deadlines_new(struct loop *l, int64_t request_ms);
void deadlines_free(struct deadlines *d); /* after its last deadline; NULL is fine */

struct deadline *deadline_add(struct deadlines *d, int fd);
void deadline_remove(struct deadline *k);
/* A request is awaited: the time of deadlines_new() runs from now. */
void deadline_request(struct deadline *k);
/* A request is complete: its answer may take longer. */
void deadline_answer(struct deadline *k);

/* From now on each connection ends with its answer, which has to say so, and one that
 * only waits for another request soon: not at once, for that may be on its way. */
void deadlines_drain(struct deadlines *d);

#endif

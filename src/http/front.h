/* What clients come to: the sockets, and a door and a listener for each.  All of them
 * may be exchanged while requests are under way. */
#ifndef HTTP_FRONT_H
#define HTTP_FRONT_H

#include "http/listener.h"
#include "http/sockets.h"

struct front;
struct front_change;

/* Listeners are made by `o`, whose TLS and places are not looked at; `max_connections`
 * are of all of them together, also of those of before that have not ended yet. */
struct front *front_new(const struct listener_options *o, unsigned max_connections);
void front_free(struct front *f); /* NULL is fine */
/* Make all that it takes to serve these sockets, which are taken over whatever happens.
 * NULL on error, and all is as it was.  TLS is not for Unix sockets. */
struct front_change *
front_prepare(struct front *f, struct sockets *s, const struct tls *tls, struct err *e);
/* It is not taken; NULL is fine. */
void front_change_free(const struct front *f, struct front_change *c);
/* Let connect to its sockets whom they name; on error all is as it was. */
bool front_change_allow(struct front_change *c, struct err *e) MUST_CHECK;
/* Serve those, and the ones of before no more; frees it.  Whoever connects meanwhile is
 * refused by neither.  What is served as before keeps its connections; what is under
 * way elsewhere is answered by the listeners of before, which end then. */
void front_take(struct front *f, struct front_change *c);
const struct sockets *front_sockets(const struct front *f);
/* Serve no socket any more: who is under way is answered, nobody else is let in. */
void front_end(struct front *f);
/* Free the listeners of before that nobody is connected to any more. */
void front_sweep(struct front *f);
/* Whether there is none of before left. */
bool front_is_swept(const struct front *f);
/* The port of the i-th socket; 0 if it has none. */
unsigned front_port(const struct front *f, size_t i);

#endif

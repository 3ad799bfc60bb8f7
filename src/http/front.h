/* What clients come to: the sockets, and a listener for each.  Both may be exchanged
 * while requests are under way. */
#ifndef HTTP_FRONT_H
#define HTTP_FRONT_H

#include "http/listener.h"
#include "http/sockets.h"

struct front;

/* Listeners are made by `o`, whose TLS is not looked at; max_connections are of all of
 * them together. */
struct front *front_new(const struct listener_options *o);
void front_free(struct front *f); /* NULL is fine */
/* Serve these sockets, which are taken over if that succeeds, and those of before no
 * more.  Whoever connects meanwhile is refused by neither; what is under way is
 * answered by the listeners of before, which end then.  TLS is not for Unix sockets. */
bool front_serve(struct front *f, struct sockets *s, const struct tls *tls,
	struct err *e) MUST_CHECK;
const struct sockets *front_sockets(const struct front *f);
/* Free the listeners of before that nobody is connected to any more. */
void front_sweep(struct front *f);
/* The port of the i-th socket; 0 if it has none. */
unsigned front_port(const struct front *f, size_t i);

#endif

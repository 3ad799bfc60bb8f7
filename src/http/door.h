/* A socket that is listened on: who comes is let in while there is a place, and has to
 * wait else. */
#ifndef HTTP_DOOR_H
#define HTTP_DOOR_H

#include "http/listener.h"

struct door;

/* By a descriptor of its own of a bound, listening socket; closed as yet.  NULL on
 * error. */
struct door *door_new(struct loop *l, int fd, struct places *p, struct err *e);
void door_free(struct door *d); /* NULL is fine */
/* Let in who comes, to be served by `to`. */
void door_open(struct door *d, struct listener *to);
/* There may be a place now. */
void door_look(struct door *d);
/* Let in those that the kernel has connected already, as long as there is a place, and
 * nobody else: they would be reset once the socket is closed. */
void door_shut(struct door *d);

#endif

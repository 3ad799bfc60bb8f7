/* Addresses to listen on. */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <sys/socket.h>

#include "base/err.h"

/* Of an address as address_parse() takes it: a bound, listening, non-blocking socket;
 * -1 on error. */
int listen_open(const char *text, struct err *e);
/* True for 127.0.0.0/8 and ::1, also where IPv6 carries the former. */
bool listen_is_loopback(const struct sockaddr *at);
/* The port that a socket is bound to; 0 if it has none. */
unsigned listen_port(int fd);

#endif

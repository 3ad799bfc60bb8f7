/* Addresses to listen on. */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <sys/socket.h>

#include "base/err.h"

struct listen_address {
	struct sockaddr_storage at;
	socklen_t len;
	bool any; /* "*": IPv6 and IPv4 alike */
};

/* "127.0.0.1:10432", "[::1]:10432", "localhost:10432", "*:10432" or ":10432".  Pure:
 * no other name is looked up. */
bool
listen_parse(const char *text, struct listen_address *out, struct err *e) MUST_CHECK;
/* A bound, listening, non-blocking socket; -1 on error. */
int listen_open(const char *text, struct err *e);
/* True for 127.0.0.0/8 and ::1, also where IPv6 carries the former. */
bool listen_is_loopback(const struct sockaddr *at);
/* The port that a socket is bound to; 0 if it has none. */
unsigned listen_port(int fd);

#endif

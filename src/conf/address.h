/* Addresses to listen on, as text. */
#ifndef CONF_ADDRESS_H
#define CONF_ADDRESS_H

#include <sys/socket.h>

#include "base/err.h"

struct address {
	struct sockaddr_storage at;
	socklen_t len;
	bool any; /* "*": IPv6 and IPv4 alike */
};

/* "127.0.0.1:10432", "[::1]:10432", "localhost:10432", "*:10432" or ":10432"; or
 * "unix:/PATH".  Pure: no other name is looked up. */
bool address_parse(const char *text, struct address *out, struct err *e) MUST_CHECK;

/* True for "unix:…", whatever follows. */
bool address_is_unix(const char *text);
/* True if whoever is not on this machine can come by it. */
bool address_is_remote(const struct address *a);
/* True for 127.0.0.0/8 and ::1, also where IPv6 carries the former. */
bool address_is_loopback(const struct sockaddr *at);

#endif

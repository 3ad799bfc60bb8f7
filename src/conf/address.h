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

/* "127.0.0.1:10432", "[::1]:10432", "localhost:10432", "*:10432" or ":10432".  Pure:
 * no other name is looked up. */
bool address_parse(const char *text, struct address *out, struct err *e) MUST_CHECK;

#endif

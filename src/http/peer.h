/* Who is at the other end of a connection, for people and for counting. */
#ifndef HTTP_PEER_H
#define HTTP_PEER_H

#include <netinet/in.h>
#include <sys/socket.h>

enum { PEER_LEN = INET6_ADDRSTRLEN };

/* "10.1.2.3", "2001:db8::1", "unix" or, of what is not known, "?".  Returns `out`. */
const char *peer_name(const struct sockaddr *at, char out[static PEER_LEN]);
/* The same of whom counts as one: an IPv6 client has a whole network of addresses. */
const char *peer_network(const struct sockaddr *at, char out[static PEER_LEN]);
/* The same as peer_name(), of a connected socket. */
const char *peer_of_socket(int fd, char out[static PEER_LEN]);

#endif

/* Sockets to listen on, by their addresses. */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include <sys/socket.h>

#include "base/err.h"
#include "http/unix_socket.h"

/* Of an address as address_parse() takes it: a bound, listening, non-blocking socket;
 * -1 on error. */
int listen_open(const char *text, const struct unix_access *a, struct err *e);
/* The same where one of `n` sockets of ours, which are going to be closed, may be in
 * the way ("127.0.0.1:1" of "*:1"): those stay as they are. */
int listen_open_beside(const char *text, const struct unix_access *a, const int *ours,
	size_t n, struct err *e);
/* The port that a socket is bound to; 0 if it has none. */
unsigned listen_port(int fd);
bool listen_is_unix(int fd);
/* The address it is bound to, as address_parse() takes it; the caller frees. */
char *listen_address(int fd);

#endif

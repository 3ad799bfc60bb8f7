/* The sockets that are listened on: opened by their addresses, or handed over. */
#ifndef HTTP_SOCKETS_H
#define HTTP_SOCKETS_H

#include <stddef.h>

#include "base/strbuf.h"
#include "http/unix_socket.h"

struct sockets_wish {
	const struct strvec *listen; /* as address_parse() takes them */
	struct unix_access access;   /* of Unix sockets */
};

struct one_socket {
	char *address; /* as written; NULL: it was handed over */
	int fd;
	bool is_unix;
	struct unix_file file; /* of a Unix socket that was opened here */
};

/* Zero-initialise. */
struct sockets {
	struct one_socket *v;
	size_t n;
	bool handed; /* by the service manager: they stay as they are */
};

/* Open a socket for each address, or none.  Those of `now` that are wished for still
 * are the same ones, by another descriptor; where they were handed over, all of them.
 */
bool sockets_open(const struct sockets_wish *w, const struct sockets *now,
	struct sockets *out, struct err *e) MUST_CHECK;
/* Take over what was handed over. */
void sockets_take(const int *fds, size_t n, struct sockets *out);
/* Close our descriptors; what somebody else has a copy of is listened on by that.  The
 * files of Unix sockets that were opened here go, but for those of `kept` (or NULL). */
void sockets_close(struct sockets *s, const struct sockets *kept);
/* Append the address of each, as written or, where it was handed over, in numbers. */
void sockets_addresses(const struct sockets *s, struct strvec *out);
/* True if both are of the same sockets. */
bool sockets_equal(const struct sockets *a, const struct sockets *b);

#endif

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
	/* Of a Unix socket that was opened here: */
	struct unix_file file;
	struct unix_grant grant, before; /* of sockets_allow() */
};

/* Zero-initialise. */
struct sockets {
	struct one_socket *v;
	size_t n;
	bool handed; /* by the service manager: they stay as they are */
};

/* Open a socket for each address, or none.  Those of `now` that are wished for still
 * are the same ones, by another descriptor; where they were handed over, all of them.
 * Who may connect to those of `now` is as before. */
bool sockets_open(const struct sockets_wish *w, const struct sockets *now,
	struct sockets *out, struct err *e) MUST_CHECK;
/* Take over what was handed over. */
void sockets_take(const int *fds, size_t n, struct sockets *out);
/* Close our descriptors; what somebody else has a copy of is listened on by that.  The
 * files of Unix sockets that were opened here go, but for those of `kept` (or NULL). */
void sockets_close(struct sockets *s, const struct sockets *kept);
/* Let connect whom the wish names, and nobody else; on error all is as it was. */
bool sockets_allow(struct sockets *s, struct err *e) MUST_CHECK;
/* Append the address of each, as written or, where it was handed over, in numbers. */
void sockets_addresses(const struct sockets *s, struct strvec *out);
/* Which of them `one` is, by whatever descriptor; `s->n`: none. */
size_t sockets_find(const struct sockets *s, const struct one_socket *one);

#endif

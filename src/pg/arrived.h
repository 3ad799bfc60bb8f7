/* How much a server has sent over a connection, before libpq has made anything of it:
 * it keeps a message of up to 2 GB, notices and parameters without telling anybody. */
#ifndef PG_ARRIVED_H
#define PG_ARRIVED_H

#include <stdint.h>

struct arrived {
	int64_t bytes;   /* since it began */
	int64_t at;      /* what the kernel had counted then; -1: it does not count */
	int64_t waiting; /* in the socket, before libpq read from it */
};

/* From now on. */
void arrived_begin(struct arrived *a, int fd);
/* All that comes over a socket that was just opened. */
void arrived_open(struct arrived *a, int fd);
/* Around each read.  Of TCP the kernel counts; of other sockets it is what went out of
 * the socket meanwhile, which is never more than what was read. */
void arrived_before(struct arrived *a, int fd);
void arrived_after(struct arrived *a, int fd);
/* What libpq has read of it; -1 where that is not known to the byte. */
int64_t arrived_read(const struct arrived *a, int fd);

#endif

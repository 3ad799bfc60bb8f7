/* See arrived.h.  <netinet/tcp.h> has an older struct, without the count. */
#include "pg/arrived.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* -1: the kernel does not count them. */
static int64_t
counted(int fd)
{
	struct tcp_info info;
	socklen_t size = sizeof info;

	memset(&info, 0, sizeof info);
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
		size < offsetof(struct tcp_info, tcpi_bytes_received) +
				sizeof info.tcpi_bytes_received)
		return -1;
	return (int64_t)info.tcpi_bytes_received;
}

static int64_t
waiting(int fd)
{
	int n = 0;

	return ioctl(fd, FIONREAD, &n) == 0 ? n : 0;
}

void
arrived_begin(struct arrived *a, int fd)
{
	*a = (struct arrived){.at = counted(fd)};
}

void
arrived_open(struct arrived *a, int fd)
{
	arrived_begin(a, fd);
	if (a->at > 0)
		a->at = 0;
}

void
arrived_before(struct arrived *a, int fd)
{
	if (a->at < 0)
		a->waiting = waiting(fd);
}

void
arrived_after(struct arrived *a, int fd)
{
	int64_t left;

	if (a->at >= 0) {
		a->bytes = counted(fd) - a->at;
		return;
	}
	left = waiting(fd);
	if (left < a->waiting)
		a->bytes += a->waiting - left;
}

int64_t
arrived_read(const struct arrived *a, int fd)
{
	int64_t bytes = a->bytes - waiting(fd);

	if (a->at < 0)
		return -1;
	return bytes > 0 ? bytes : 0;
}

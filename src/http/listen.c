/* See listen.h. */
#include "http/listen.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "conf/address.h"

enum { LISTEN_BACKLOG = 511 };

static int
open_socket(const struct address *a)
{
	const struct sockaddr *at = (const struct sockaddr *)&a->at;
	int fd = socket(at->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, v6only = !a->any;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (at->sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only);
	if (bind(fd, at, a->len) == 0 && listen(fd, LISTEN_BACKLOG) == 0)
		return fd;
	on = errno;
	close(fd);
	errno = on;
	return -1;
}

int
listen_open(const char *text, struct err *e)
{
	struct address a;
	int fd;

	if (!address_parse(text, &a, e))
		return -1;
	fd = open_socket(&a);
	if (fd < 0 && a.any && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
		/* A kernel without IPv6. */
		struct sockaddr_in v4 = {.sin_family = AF_INET,
			.sin_port = ((struct sockaddr_in6 *)&a.at)->sin6_port};

		memcpy(&a.at, &v4, sizeof v4);
		a.len = sizeof v4;
		fd = open_socket(&a);
	}
	/* Who holds the address may leave it; all else is for the user to mend. */
	if (fd < 0)
		err_set(e, errno == EADDRINUSE ? ERR_INTERNAL : ERR_CONFIG,
			"cannot listen on %s: %s", text, strerror(errno));
	return fd;
}

unsigned
listen_port(int fd)
{
	struct sockaddr_storage at = {0};
	socklen_t len = sizeof at;

	if (getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return 0;
	if (at.ss_family == AF_INET)
		return ntohs(((struct sockaddr_in *)&at)->sin_port);
	if (at.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
	return 0;
}

bool
listen_is_loopback(const struct sockaddr *at)
{
	const struct in6_addr *v6 =
		&((const struct sockaddr_in6 *)(const void *)at)->sin6_addr;
	const struct in_addr *v4 =
		&((const struct sockaddr_in *)(const void *)at)->sin_addr;

	if (at->sa_family == AF_INET)
		return ntohl(v4->s_addr) >> 24 == IN_LOOPBACKNET;
	if (at->sa_family != AF_INET6)
		return false;
	return IN6_IS_ADDR_LOOPBACK(v6) ||
	       (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == IN_LOOPBACKNET);
}

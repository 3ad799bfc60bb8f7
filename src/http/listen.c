/* See listen.h. */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "conf/address.h"

enum { LISTEN_BACKLOG = 511 };

/* Two sockets of one user share a port where both have SO_REUSEPORT: ours have it only
 * for the moment in which one takes the place of the other, so that nobody else's ever
 * does. */
static void
share(const int *fds, size_t n, bool on)
{
	int value = on;

	for (size_t i = 0; i < n; i++)
		setsockopt(fds[i], SOL_SOCKET, SO_REUSEPORT, &value, sizeof value);
}

/* `beside` others of ours that have the option as well. */
static int
open_socket(const struct address *a, bool beside)
{
	const struct sockaddr *at = (const struct sockaddr *)&a->at;
	int fd = socket(at->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, v6only = !a->any;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	share(&fd, 1, beside);
	if (at->sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only, sizeof v6only);
	if (bind(fd, at, a->len) == 0 && listen(fd, LISTEN_BACKLOG) == 0) {
		share(&fd, 1, false);
		return fd;
	}
	on = errno;
	close(fd);
	errno = on;
	return -1;
}

static int
open_address(
	const char *text, const struct address *address, bool beside, struct err *e)
{
	struct address a = *address;
	int fd = open_socket(&a, beside);

	if (fd < 0 && a.any && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL)) {
		/* A kernel without IPv6. */
		struct sockaddr_in v4 = {.sin_family = AF_INET,
			.sin_port = ((struct sockaddr_in6 *)&a.at)->sin6_port};

		memcpy(&a.at, &v4, sizeof v4);
		a.len = sizeof v4;
		fd = open_socket(&a, beside);
	}
	/* Who holds the address may leave it; all else is for the user to mend. */
	if (fd < 0)
		err_set(e, errno == EADDRINUSE ? ERR_INTERNAL : ERR_CONFIG,
			"cannot listen on %s: %s", text, strerror(errno));
	return fd;
}

int
listen_open_beside(const char *text, const struct unix_access *access, const int *ours,
	size_t n, struct err *e)
{
	struct address a;
	int fd;

	if (!address_parse(text, &a, e))
		return -1;
	if (address_is_unix(text))
		return unix_socket_open((const struct sockaddr_un *)&a.at, access, e);
	fd = open_address(text, &a, false, e);
	if (fd >= 0 || e->code != ERR_INTERNAL || !n)
		return fd;
	share(ours, n, true);
	fd = open_address(text, &a, true, e);
	share(ours, n, false);
	return fd;
}

int
listen_open(const char *text, const struct unix_access *a, struct err *e)
{
	return listen_open_beside(text, a, NULL, 0, e);
}

bool
listen_is_unix(int fd)
{
	struct sockaddr_storage at = {0};
	socklen_t len = sizeof at;

	return getsockname(fd, (struct sockaddr *)&at, &len) == 0 &&
	       at.ss_family == AF_UNIX;
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

char *
listen_address(int fd)
{
	struct sockaddr_storage at = {0};
	socklen_t len = sizeof at;
	char host[INET6_ADDRSTRLEN] = "?";

	getsockname(fd, (struct sockaddr *)&at, &len);
	if (at.ss_family == AF_UNIX)
		return xasprintf("unix:%s", ((struct sockaddr_un *)&at)->sun_path);
	if (at.ss_family == AF_INET) {
		inet_ntop(AF_INET, &((struct sockaddr_in *)&at)->sin_addr, host,
			sizeof host);
		return xasprintf("%s:%u", host, listen_port(fd));
	}
	inet_ntop(
		AF_INET6, &((struct sockaddr_in6 *)&at)->sin6_addr, host, sizeof host);
	return xasprintf("[%s]:%u", host, listen_port(fd));
}

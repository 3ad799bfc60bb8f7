/* See listen.h. */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LISTEN_BACKLOG = 511, HOST_MAX = 64 };

static bool
parse_port(const char *text, in_port_t *port)
{
	unsigned long n;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	n = strtoul(text, &end, 10);
	*port = htons((in_port_t)n);
	return !*end && n <= 65535;
}

static bool
parse_host(const char *host, in_port_t port, struct listen_address *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&out->at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out->at;

	out->any = !*host || !strcmp(host, "*");
	if (!strcmp(host, "localhost"))
		host = "127.0.0.1";
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = port;
		out->len = sizeof *v4;
		return true;
	}
	if (!out->any && inet_pton(AF_INET6, host, &v6->sin6_addr) != 1)
		return false;
	v6->sin6_family = AF_INET6;
	v6->sin6_port = port;
	out->len = sizeof *v6;
	return true;
}

bool
listen_parse(const char *text, struct listen_address *out, struct err *e)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : 0;
	bool bracketed = n >= 2 && *text == '[' && text[n - 1] == ']';
	char host[HOST_MAX];
	in_port_t port;

	*out = (struct listen_address){0};
	if (!colon || n >= sizeof host || !parse_port(colon + 1, &port))
		return err_set(e, ERR_CONFIG,
			"\"%s\" is no address with a port, like 127.0.0.1:10432", text);
	snprintf(host, sizeof host, "%.*s", (int)(bracketed ? n - 2 : n),
		text + bracketed);
	if (strchr(host, ':') && !bracketed)
		return err_set(e, ERR_CONFIG,
			"the IPv6 address of \"%s\" has to stand in brackets, like "
			"[::1]:10432",
			text);
	if (!parse_host(host, port, out))
		return err_set(e, ERR_CONFIG,
			"\"%s\" does not begin with a numeric address, localhost or *",
			text);
	return true;
}

static int
open_socket(const struct listen_address *a)
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
	struct listen_address a;
	int fd;

	if (!listen_parse(text, &a, e))
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

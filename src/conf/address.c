/* See address.h. */
#include "conf/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

enum { HOST_MAX = 64 };

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
parse_host(const char *host, in_port_t port, struct address *out)
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
address_is_unix(const char *text)
{
	return !strncmp(text, "unix:", 5);
}

/* What a kernel takes is 107 bytes; an address of another name space, which begins with
 * "@" elsewhere, has neither mode nor owner. */
static bool
parse_unix(const char *text, struct address *out, struct err *e)
{
	struct sockaddr_un *at = (struct sockaddr_un *)&out->at;
	const char *path = text + 5;
	size_t n = strlen(path);

	if (*path != '/' || path[n - 1] == '/')
		return err_set(e, ERR_CONFIG,
			"\"%s\" does not say where the socket is to be, like "
			"unix:/run/pgdriftd/http.sock",
			text);
	if (n >= sizeof at->sun_path)
		return err_set(e, ERR_CONFIG,
			"\"%s\": the path of a Unix socket is at most %zu bytes long, "
			"this one is %zu",
			text, sizeof at->sun_path - 1, n);
	at->sun_family = AF_UNIX;
	memcpy(at->sun_path, path, n + 1);
	out->len = sizeof *at;
	return true;
}

bool
address_is_loopback(const struct sockaddr *at)
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

bool
address_is_remote(const struct address *a)
{
	const struct sockaddr *at = (const struct sockaddr *)&a->at;

	return at->sa_family != AF_UNIX && !address_is_loopback(at);
}

bool
address_parse(const char *text, struct address *out, struct err *e)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : 0;
	bool bracketed = n >= 2 && *text == '[' && text[n - 1] == ']';
	char host[HOST_MAX];
	in_port_t port;

	*out = (struct address){0};
	if (address_is_unix(text))
		return parse_unix(text, out, e);
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

/* See peer.h. */
#include "http/peer.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *
name(const struct sockaddr *at, char *out, bool network)
{
	struct in6_addr v6;

	snprintf(out, PEER_LEN, "?");
	if (at && at->sa_family == AF_UNIX)
		snprintf(out, PEER_LEN, "unix");
	if (at && at->sa_family == AF_INET)
		inet_ntop(AF_INET,
			&((const struct sockaddr_in *)(const void *)at)->sin_addr, out,
			PEER_LEN);
	if (!at || at->sa_family != AF_INET6)
		return out;
	v6 = ((const struct sockaddr_in6 *)(const void *)at)->sin6_addr;
	if (IN6_IS_ADDR_V4MAPPED(&v6))
		return inet_ntop(AF_INET, &v6.s6_addr[12], out, PEER_LEN);
	if (network)
		memset(&v6.s6_addr[8], 0, 8);
	return inet_ntop(AF_INET6, &v6, out, PEER_LEN);
}

const char *
peer_name(const struct sockaddr *at, char out[static PEER_LEN])
{
	return name(at, out, false);
}

const char *
peer_network(const struct sockaddr *at, char out[static PEER_LEN])
{
	return name(at, out, true);
}

const char *
peer_of_socket(int fd, char out[static PEER_LEN])
{
	struct sockaddr_storage at = {0};
	socklen_t len = sizeof at;

	if (getpeername(fd, (struct sockaddr *)&at, &len) < 0)
		return peer_name(NULL, out);
	return peer_name((const struct sockaddr *)&at, out);
}

/* A browser sends Origin with each POST and lets no page forge it; whoever is no
 * browser is held to a password or to this machine. */
#include "http/guard.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

/* "https://host:1" is of `host` "host:1". */
static bool
is_own_origin(const char *origin, const char *host)
{
	const char *at = strstr(origin, "://");

	return host && at && !strcasecmp(at + 3, host);
}

/* A proxy may send its own name for the daemon as the host; what browsers see of it is
 * then known by what is configured. */
static bool
is_external(const struct guard_request *r)
{
	return r->external && !strcasecmp(r->origin, r->external);
}

static bool
is_own_page(const struct guard_request *r)
{
	if (r->origin && !is_own_origin(r->origin, r->host) && !is_external(r))
		return false;
	return !r->fetch_site || !strcmp(r->fetch_site, "same-origin") ||
	       !strcmp(r->fetch_site, "none");
}

/* True for what no name server can make to point here: an address, or localhost. */
static bool
is_fixed_host(const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];
	char name[64];
	size_t n = host ? strcspn(host, *host == '[' ? "]" : ":") : 0;

	if (!n || n >= sizeof name)
		return false;
	memcpy(name, host + (*host == '['), n - (*host == '['));
	name[n - (*host == '[')] = '\0';
	return !strcasecmp(name, "localhost") ||
	       inet_pton(*host == '[' ? AF_INET6 : AF_INET, name, address) == 1;
}

/* Why somebody may not who has shown nothing of himself. */
enum stranger { THROUGH_PROXY, FROM_ELSEWHERE, OTHER_HOST };

/* Where certificates are asked for, this came over a Unix socket. */
static const char *const refusals[][2] = {
	[THROUGH_PROXY] = {"this came through a proxy: set users_file, and ask as one "
			   "of "
			   "its users",
		"this came through a proxy, over a Unix socket: ask by TLS, with a "
		"certificate that client_ca_file takes"},
	[FROM_ELSEWHERE] = {"without users_file or client_ca_file only this machine "
			    "itself "
			    "may ask for this",
		"only this machine itself may ask for this without a certificate that "
		"client_ca_file takes"},
	[OTHER_HOST] = {"the Host header is neither localhost nor an address: set "
			"users_file, and ask as one of its users",
		"the Host header is neither localhost nor an address: ask by TLS, with "
		"a "
		"certificate that client_ca_file takes"},
};

const char *
guard_refusal(const struct guard_request *r)
{
	if (!is_own_page(r))
		return "a page of another origin may not ask for this";
	if (r->authenticated)
		return NULL;
	if (r->forwarded)
		return refusals[THROUGH_PROXY][r->certificates];
	if (r->peer == PEER_UNIX)
		return NULL;
	if (r->peer != PEER_LOOPBACK)
		return refusals[FROM_ELSEWHERE][r->certificates];
	if (!is_fixed_host(r->host))
		return refusals[OTHER_HOST][r->certificates];
	return NULL;
}

bool
guard_take(struct guard_bucket *b, double per_s, double burst, int64_t now_ms)
{
	double filled = b->at_ms
				? b->tokens + per_s * (double)(now_ms - b->at_ms) / 1000
				: burst;

	b->tokens = filled < burst ? filled : burst;
	b->at_ms = now_ms;
	if (b->tokens < 1)
		return false;
	b->tokens -= 1;
	return true;
}

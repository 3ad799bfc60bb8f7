/* See action.h. */
#include "http/action.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "conf/address.h"
#include "http/guard.h"

/* How often something may be asked for: of one name, and of all. */
static const double name_per_s = 1, name_burst = 10, all_per_s = 20, all_burst = 100;

struct actions {
	struct guard_bucket asked; /* of all that was asked for */
	struct strmap *asked_of;   /* name → struct guard_bucket */
};

struct actions *
actions_new(void)
{
	struct actions *a = xcalloc(1, sizeof *a);

	a->asked_of = strmap_new();
	return a;
}

void
actions_free(struct actions *a)
{
	if (!a)
		return;
	strmap_free_all(a->asked_of, free);
	free(a);
}

static const char *
header(const struct call *call, const char *name)
{
	return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

static enum guard_peer
peer_of(const struct call *call)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		call->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *at = info ? info->client_addr : NULL;

	return !at                        ? PEER_REMOTE
	       : at->sa_family == AF_UNIX ? PEER_UNIX
	       : address_is_loopback(at)  ? PEER_LOOPBACK
					  : PEER_REMOTE;
}

static bool
has_forwarded(const struct call *call)
{
	static const char *const names[] = {"Forwarded", "X-Forwarded-For",
		"X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix",
		"X-Forwarded-Proto", "X-Forwarded-Server", "X-Real-IP", "X-Client-IP",
		"True-Client-IP", "CF-Connecting-IP", "Via"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		if (header(call, names[i]))
			return true;
	return false;
}

/* Names are those of environments, since only what is answered is counted. */
static bool
is_rationed(struct actions *a, const char *name)
{
	int64_t now_ms = clock_mono_ms();
	struct guard_bucket *b = strmap_get(a->asked_of, name);

	if (!b) {
		b = xcalloc(1, sizeof *b);
		strmap_put(a->asked_of, name, b);
	}
	return !guard_take(b, name_per_s, name_burst, now_ms) ||
	       !guard_take(&a->asked, all_per_s, all_burst, now_ms);
}

bool
actions_allow(struct actions *a, const struct call *call, const struct request *r,
	const struct action_asker *who, struct answer *out)
{
	const struct guard_request g = {
		.authenticated = who->authenticated,
		.certificates = who->certificates,
		.peer = peer_of(call),
		.host = header(call, MHD_HTTP_HEADER_HOST),
		.origin = header(call, MHD_HTTP_HEADER_ORIGIN),
		.fetch_site = header(call, "Sec-Fetch-Site"),
		.forwarded = has_forwarded(call),
		.external = r->external->origin,
	};
	const char *why = guard_refusal(&g);

	if (why) {
		answer_problem(out, 403, r->instance, "%s", why);
		return false;
	}
	if (!r->published || !published_find(r->published, r->name) ||
		!is_rationed(a, r->name))
		return true;
	answer_problem(
		out, 429, r->instance, "checks were asked for too often just now");
	answer_header(out, MHD_HTTP_HEADER_RETRY_AFTER, "1");
	return false;
}

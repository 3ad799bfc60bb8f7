/* Host names to addresses by libevent's resolver, because getaddrinfo() blocks.
 * Each lookup has a resolver of its own: resolv.conf and hosts are read anew, as a
 * long-lived process must, and nothing stays open between lookups.  It asks the
 * hosts file and DNS over UDP; other sources of nsswitch.conf are not asked. */
#include <assert.h>
#include <event2/dns.h>
#include <event2/util.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/internal.h"

/* A question to one server may take this share of the lookup's time, and this many
 * milliseconds at most. */
enum { TRIES = 8, TRY_MS = 1000 };

/* Life: libevent owes one callback from the request on, cancelled or not, and the
 * resolver must live until then; then the lookup is freed at the end of the turn. */
struct lookup {
	struct lookup *prev, *next;
	struct tenant *tenant; /* in whose list it is */
	char *host;
	lookup_fn *fn; /* NULL: cancelled or already told */
	void *arg;
	struct timer *deadline;
	struct evdns_base *dns;
	struct evdns_getaddrinfo_request *request; /* NULL: nothing is owed */
	struct strvec addresses;
	struct err err;
};

static void
unlink_lookup(struct lookup *k)
{
	if (k->next)
		k->next->prev = k->prev;
	if (k->prev)
		k->prev->next = k->next;
	else
		k->tenant->first = k->next;
}

static void
lookup_free(void *arg)
{
	struct lookup *k = arg;

	unlink_lookup(k);
	if (k->dns)
		evdns_base_free(k->dns, 0);
	timer_free(k->deadline);
	strvec_free(&k->addresses);
	free(k->host);
	free(k);
}

/* Tell the owner, once. */
static void
tell(struct lookup *k)
{
	lookup_fn *fn = k->fn;

	k->fn = NULL;
	timer_clear(k->deadline);
	if (!fn)
		return;
	if (k->addresses.n)
		fn(k->arg, (const char *const *)k->addresses.v, k->addresses.n, NULL);
	else
		fn(k->arg, NULL, 0, &k->err);
}

static void
tell_and_free(void *arg)
{
	tell(arg);
	lookup_free(arg);
}

static void
finish_later(struct lookup *k)
{
	loop_defer(k->tenant->loop, tell_and_free, k);
}

/* As text, once each: one for each socket type would come otherwise. */
static void
keep_address(struct lookup *k, const struct evutil_addrinfo *a)
{
	char text[NI_MAXHOST];

	if (getnameinfo(a->ai_addr, (socklen_t)a->ai_addrlen, text, sizeof text, NULL,
		    0, NI_NUMERICHOST) == 0 &&
		!strvec_has(&k->addresses, text))
		strvec_add(&k->addresses, text);
}

/* libevent does not say that it could open no socket. */
static bool
lacks_descriptor(struct lookup *k)
{
	int why = file_exhausted();

	if (!why)
		return false;
	err_errno(&k->err, ERR_CONNECT, why);
	err_prefix(&k->err, "could not resolve host name \"%s\"", k->host);
	return true;
}

static void
on_answer(int rc, struct evutil_addrinfo *list, void *arg)
{
	struct lookup *k = arg;

	k->request = NULL;
	if (rc == 0)
		for (const struct evutil_addrinfo *a = list; a; a = a->ai_next)
			keep_address(k, a);
	if (list)
		evutil_freeaddrinfo(list);
	if (!k->addresses.n && !lacks_descriptor(k))
		err_set(&k->err, ERR_CONNECT, "could not resolve host name \"%s\": %s",
			k->host,
			rc == EVUTIL_EAI_NONAME ? "no such name"
						: evutil_gai_strerror(rc));
	finish_later(k);
}

/* The request is cancelled first, so that no late answer can change what is told. */
static void
on_deadline(void *arg)
{
	struct lookup *k = arg;

	if (!lacks_descriptor(k))
		err_set(&k->err, ERR_TIMEOUT,
			"could not resolve host name \"%s\" in time", k->host);
	tell(k);
	if (k->request)
		evdns_getaddrinfo_cancel(k->request);
}

/* A numeric address is its own answer; getaddrinfo() asks nobody for it. */
static bool
is_numeric(const char *host)
{
	struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list;

	if (getaddrinfo(host, NULL, &hints, &list) != 0)
		return false;
	freeaddrinfo(list);
	return true;
}

/* Seconds, as libevent's options take them. */
static void
set_seconds(struct lookup *k, const char *option, int64_t ms)
{
	char seconds[32];

	snprintf(seconds, sizeof seconds, "%.3f", (double)ms / 1000);
	evdns_base_set_option(k->dns, option, seconds);
}

/* A resolv.conf that cannot be read leaves the resolver with 127.0.0.1, as
 * resolv.conf(5) says.  Its time limits are for those who can wait: ours leave time for
 * the next name server, and for the answer of one address family if the other's never
 * comes.  Mixed-case queries are off: servers that do not echo them would look dead. */
static void
ask(struct lookup *k, int64_t timeout_ms)
{
	struct evutil_addrinfo hints = {
		.ai_family = PF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_protocol = IPPROTO_TCP,
	};
	struct loop *l = k->tenant->loop;
	const char *conf = l->resolv_conf;
	int64_t share = timeout_ms / TRIES;
	int64_t try_ms = share < TRY_MS ? share : TRY_MS;

	k->dns = must(evdns_base_new(l->base, 0));
	evdns_base_set_option(k->dns, "randomize-case:", "0");
	evdns_base_resolv_conf_parse(
		k->dns, DNS_OPTIONS_ALL, conf ? conf : "/etc/resolv.conf");
	set_seconds(k, "timeout:", try_ms);
	set_seconds(k, "getaddrinfo-allow-skew:", 3 * try_ms);
	evdns_base_set_option(k->dns, "attempts:", "5");
	k->request = evdns_getaddrinfo(k->dns, k->host, NULL, &hints, on_answer, k);
}

static void mute_all(struct tenant *t);
static void end_all(struct tenant *t);

static const struct tenant_kind lookups = {TENANT_LOOKUPS, mute_all, end_all};

struct lookup *
loop_resolve(
	struct loop *l, const char *host, int64_t timeout_ms, lookup_fn *fn, void *arg)
{
	struct lookup *k = xcalloc(1, sizeof *k);

	k->tenant = loop_tenant(l, &lookups);
	k->host = xstrdup(host);
	k->fn = fn;
	k->arg = arg;
	k->next = k->tenant->first;
	if (k->next)
		k->next->prev = k;
	k->tenant->first = k;
	k->deadline = timer_new(l, on_deadline, k);
	timer_set(k->deadline, timeout_ms);
	if (is_numeric(host)) {
		strvec_add(&k->addresses, host);
		finish_later(k);
	} else {
		ask(k, timeout_ms);
	}
	return k;
}

void
lookup_cancel(struct lookup *k)
{
	assert(k->fn);
	k->fn = NULL;
	timer_clear(k->deadline);
	if (k->request)
		evdns_getaddrinfo_cancel(k->request);
}

static void
mute_all(struct tenant *t)
{
	for (struct lookup *k = t->first; k; k = k->next)
		if (k->fn)
			lookup_cancel(k);
}

/* libevent tells of a cancelled request only in a later turn, and once in a long while
 * (seen under load) never: an end that waited for that would not come. */
static void
end_all(struct tenant *t)
{
	while (t->first && loop_turn(t->loop))
		;
	while (t->first)
		lookup_free(t->first);
}

void
loop_resolv_conf(struct loop *l, const char *path)
{
	free(l->resolv_conf);
	l->resolv_conf = xstrdup(path);
}

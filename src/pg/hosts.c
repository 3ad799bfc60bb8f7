/* libpq resolves names by getaddrinfo(), which blocks; `hostaddr` beside `host` spares
 * it that, while certificates and .pgpass still go by the name. */
#include "pg/hosts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* An empty list has one element, which is empty. */
static size_t
count(const char *list)
{
	size_t n = 1;

	for (; *list; list++)
		n += *list == ',';
	return n;
}

/* Element `i` of a list, "" past its end. */
static char *
element(const char *list, size_t i)
{
	for (; i && *list; list++)
		i -= *list == ',';
	return xstrndup(list, strcspn(list, ","));
}

/* An empty host is the default socket; "/dir" and "@name" are sockets, too. */
static bool
needs_resolving(const struct host *h)
{
	return !*h->address && *h->name && !strchr("/@", *h->name);
}

void
hosts_parse(struct hosts *h, const char *host, const char *hostaddr, const char *port)
{
	const char *names = host ? host : "";
	const char *addresses = hostaddr ? hostaddr : "";
	const char *ports = port ? port : "";
	size_t n_ports = count(ports); /* one is for all hosts */

	h->n = count(*addresses ? addresses : names);
	h->v = xcalloc(h->n, sizeof *h->v);
	for (size_t i = 0; i < h->n; i++) {
		struct host *e = &h->v[i];

		e->name = element(names, i);
		e->address = element(addresses, i);
		e->port = element(ports, n_ports == 1 ? 0 : i);
		e->to_resolve = needs_resolving(e);
	}
}

void
hosts_free(struct hosts *h)
{
	for (size_t i = 0; i < h->n; i++) {
		free(h->v[i].name);
		free(h->v[i].address);
		free(h->v[i].port);
		strvec_free(&h->v[i].found);
	}
	free(h->v);
	*h = (struct hosts){0};
}

bool
hosts_next(const struct hosts *h, size_t *at)
{
	while (*at < h->n && !h->v[*at].to_resolve)
		++*at;
	return *at < h->n;
}

size_t
hosts_names(const struct hosts *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += h->v[i].to_resolve;
	return n;
}

static bool
is_host(const struct host *h, const char *name, const char *port)
{
	return (!strcmp(h->name, name) || !strcmp(h->address, name)) &&
	       (!*h->port || !strcmp(h->port, port));
}

void
hosts_single_out(struct hosts *h, const char *name, const char *port)
{
	size_t at = 0;

	while (at < h->n && (h->v[at].left_out || !is_host(&h->v[at], name, port)))
		at++;
	for (size_t i = 0; at < h->n && i < h->n; i++)
		h->v[i].left_out = i != at;
}

/* All three grow together, so that they always fit. */
struct lists {
	struct strbuf *host, *hostaddr, *port;
	size_t n;
};

static void
add_entry(struct lists *l, const struct host *h, const char *address)
{
	const char *comma = l->n++ ? "," : "";

	strbuf_printf(l->host, "%s%s", comma, h->name);
	strbuf_printf(l->hostaddr, "%s%s", comma, address);
	strbuf_printf(l->port, "%s%s", comma, h->port);
}

size_t
hosts_format(const struct hosts *h, struct strbuf *host, struct strbuf *hostaddr,
	struct strbuf *port)
{
	struct lists l = {host, hostaddr, port, 0};

	for (size_t i = 0; i < h->n; i++) {
		const struct host *e = &h->v[i];

		if (e->left_out)
			continue;
		if (!e->to_resolve)
			add_entry(&l, e, e->address);
		for (size_t j = 0; j < e->found.n; j++)
			add_entry(&l, e, e->found.v[j]);
	}
	return l.n;
}

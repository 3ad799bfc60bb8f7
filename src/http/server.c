/* A request becomes an answer: kept from before, or made by its route's handler. */
#include "http/server.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "http/action.h"
#include "http/auth.h"
#include "http/cache.h"
#include "http/front.h"
#include "http/heartbeat.h"
#include "http/held.h"
#include "http/listener.h"
#include "http/logins.h"
#include "http/negotiate.h"
#include "http/pages.h"
#include "http/peer.h"
#include "http/prefix.h"
#include "http/secrets.h"
#include "http/shared.h"

/* The status of an answer that was not made: a reply is there to be shared; the request
 * is going to be asked again. */
enum { ANSWER_SHARED = 1, ANSWER_PUT_OFF = 2 };

enum { BRIEFLY_MS = 1000 };

struct http_server {
	struct http_source source;
	struct external external;
	struct secrets secrets;
	struct logins *logins;
	struct auth *auth;
	struct front *front;
	struct cache *cache;
	struct shared metrics[2]; /* as text, as OpenMetrics */
	struct kept kept;
	struct metrics_request *counts;
	size_t n_counts, cap_counts;
	struct actions *actions;
	struct held held;
	struct heartbeat *heartbeat;
};

static void
count(struct http_server *s, const char *handler, int code)
{
	for (size_t i = 0; i < s->n_counts; i++)
		if (s->counts[i].code == code &&
			!strcmp(s->counts[i].handler, handler)) {
			s->counts[i].n++;
			return;
		}
	GROW(s->counts, s->n_counts, s->cap_counts);
	s->counts[s->n_counts++] = (struct metrics_request){handler, code, 1};
}

static void
sweep(void *arg)
{
	struct http_server *s = arg;

	front_sweep(s->front);
}

/* ---- One request ---- */

static const char *
header(const struct call *call, const char *name)
{
	return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

static bool
is_read(const char *method)
{
	return !strcmp(method, MHD_HTTP_METHOD_GET) ||
	       !strcmp(method, MHD_HTTP_METHOD_HEAD);
}

/* ---- Who may ask ---- */

/* True if the client may ask; else `out` is the refusal. */
static bool
allow(struct http_server *s, const struct call *call, const struct route *route,
	const char *instance, struct answer *out)
{
	enum auth_answer answer = AUTH_YES;
	int retry_s;
	char wait[16];

	if (s->secrets.users && !(route && route->flags & ROUTE_OPEN))
		answer = auth_ask(s->auth, call, &retry_s);
	if (answer == AUTH_NO) {
		answer_problem(
			out, 401, instance, "a user and a password are asked for");
		answer_header(out, MHD_HTTP_HEADER_WWW_AUTHENTICATE,
			"Basic realm=\"pgdriftd\", charset=\"UTF-8\"");
	} else if (answer == AUTH_LATER) {
		snprintf(wait, sizeof wait, "%d", retry_s);
		answer_problem(
			out, 429, instance, "too many passwords were tried just now");
		answer_header(out, MHD_HTTP_HEADER_RETRY_AFTER, wait);
	} else if (answer == AUTH_WAITS) {
		out->status = ANSWER_PUT_OFF;
	}
	return answer == AUTH_YES;
}

static void
answer_no_route(const struct request *r, struct answer *out)
{
	const char *base = r->external->path ? r->external->path : "";
	size_t n = strlen(base);
	const char *path = r->instance + (strncmp(r->instance, base, n) ? 0 : n);
	const char *near = route_near(path);

	if (near)
		answer_problem(out, 404, r->instance,
			"no such path; did you mean %s%s?", base, near);
	else
		answer_problem(out, 404, r->instance, "no such path");
	answer_near(out, near);
}

static struct shared *
of_type(struct http_server *s, const char *accept)
{
	return &s->metrics[negotiate_openmetrics(accept)];
}

static bool
is_large(const struct route *route)
{
	return route->flags & ROUTE_PUBLISHED && !(route->flags & ROUTE_ACTION);
}

/* The request is well-formed and allowed: let its route answer. */
static void
run_route(struct http_server *s, const struct route *route, struct request *r,
	struct answer *out)
{
	const char *near, *unknown = route_unknown_parameter(route, r->target, &near);
	struct metrics_extra counted = {s->counts, s->n_counts,
		.libpq_version = s->source.libpq_version,
		.external_url = s->external.url,
		.certificate_expiry_ms = s->secrets.tls.expiry_ms,
		.login_failures = logins_count(s->logins)};
	int64_t now_ms = clock_mono_ms();

	if (route->flags & ROUTE_PUBLISHED && !r->published) {
		answer_problem(out, 503, r->instance, "nothing has been checked yet");
	} else if (unknown && near) {
		answer_problem(out, 400, r->instance,
			"no parameter \"%s\"; did you mean \"%s\"?", unknown, near);
	} else if (unknown) {
		answer_problem(out, 400, r->instance, "no parameter \"%s\"", unknown);
	} else if (route->flags & ROUTE_SHARED && !r->is_last &&
		   shared_get(of_type(s, r->accept), now_ms)) {
		out->status = ANSWER_SHARED;
	} else if (is_large(route) && held_is_full(&s->held)) {
		answer_problem(out, 503, r->instance,
			"answers that clients have asked for and do not read take too "
			"much memory");
		answer_header(out, MHD_HTTP_HEADER_RETRY_AFTER, "5");
	} else {
		r->counted = &counted;
		r->kept = &s->kept;
		r->source = &s->source;
		r->now_ms = clock_wall_ms();
		r->stalled = heartbeat_is_late(s->heartbeat);
		route->answer(r, out);
	}
}

/* A path that is none is only read. */
static bool
fits_method(const struct route *route, const char *method)
{
	return route && route->flags & ROUTE_ACTION
		       ? !strcmp(method, MHD_HTTP_METHOD_POST)
		       : is_read(method);
}

static void
refuse_method(const struct route *route, const char *instance, struct answer *out)
{
	bool action = route && route->flags & ROUTE_ACTION;

	answer_problem(out, 405, instance,
		action ? "this is asked for with POST only"
		       : "this is read with GET and HEAD only");
	answer_header(out, MHD_HTTP_HEADER_ALLOW, action ? "POST" : "GET, HEAD");
}

/* Where a target leads. */
struct located {
	struct strvec *path;
	enum prefix_found prefix;
	const struct route *route; /* NULL: none, or none that everybody may know of */
};

static void
redirect_to_first(const struct request *r, const char *raw, struct answer *out)
{
	char *location = prefix_slashed(r->external, raw);

	answer_redirect(out, location);
	free(location);
}

/* Before it is known who asks, nothing shows which names there are. */
static const struct route *
find_route(struct target *t, const char **name)
{
	const struct route *route = route_find(&t->path, name);

	return route ? route : route_find_apart(&t->path, NULL, name);
}

/* True if the client had to show who it is. */
static bool
is_known(const struct http_server *s, const struct call *call)
{
	char *client = listener_client(call);

	if (!client)
		return s->secrets.users != NULL;
	free(client);
	return true;
}

static bool
may_act(struct http_server *s, const struct route *route, const struct call *call,
	const struct request *r, struct answer *out)
{
	const struct action_asker who = {
		is_known(s, call), s->secrets.tls.client_ca != NULL};

	return !(route->flags & ROUTE_ACTION) ||
	       actions_allow(s->actions, call, r, &who, out);
}

/* The target is well-formed, and the client may ask for it. */
static const struct route *
answer_allowed(struct http_server *s, const struct call *call, struct request *r,
	const struct located *at, struct answer *out)
{
	const struct route *route = at->route;
	char *root;

	if (!route)
		route = route_find_apart(at->path, r->published, &r->name);
	root = prefix_root(r->external, r->instance,
		route != at->route ? PREFIX_APART : at->prefix);
	r->root = root;
	if (at->prefix == PREFIX_BARE)
		redirect_to_first(r, call->target, out);
	else if (!route)
		answer_no_route(r, out);
	else if (may_act(s, route, call, r, out))
		run_route(s, route, r, out);
	r->root = NULL;
	free(root);
	return route;
}

/* The route where the path has one. */
static const struct route *
answer_target(struct http_server *s, const struct call *call, struct request *r,
	struct answer *out)
{
	struct target target = {0};
	struct located at = {.path = &target.path};
	struct err e;

	if (call->fault || !target_parse(call->target, &target, &e)) {
		answer_problem(out, 400, r->instance, "%s",
			call->fault ? call->fault : e.text);
		out->closes = call->fault != NULL;
		return NULL;
	}
	r->target = &target;
	at.prefix = prefix_take(&s->external, &target);
	at.route = find_route(&target, &r->name);
	if (!fits_method(at.route, call->method))
		refuse_method(at.route, r->instance, out);
	else if (call->too_large)
		answer_problem(out, 413, r->instance, "a request carries no body here");
	else if (allow(s, call, at.route, r->instance, out))
		at.route = answer_allowed(s, call, r, &at, out);
	r->target = NULL;
	r->name = NULL;
	target_fini(&target);
	return at.route;
}

/* What a program is told, for who reads it in a browser.  Whatever was asked for need
 * not have been a path as people see it. */
static void
show_problem(struct request *r, const struct route *route, struct answer *out)
{
	char *root = prefix_root(r->external, r->instance,
		r->external->path ? PREFIX_APART : PREFIX_ABSENT);

	r->root = root;
	pages_problem(r, route, out);
	r->root = NULL;
	free(root);
}

/* Fill `out`; the route where the path has one. */
static const struct route *
make_answer(struct http_server *s, const struct call *call,
	const struct published *published, struct answer *out)
{
	char *instance = target_raw_path(call->target);
	struct request r = {.published = published,
		.external = &s->external,
		.instance = instance,
		.is_last = call->is_last,
		.accept = header(call, MHD_HTTP_HEADER_ACCEPT)};
	const struct route *route = answer_target(s, call, &r, out);

	if (out->detail && negotiate_html(r.accept))
		show_problem(&r, route, out);
	free(instance);
	return route;
}

static struct cache_key
key_of(const struct call *call)
{
	return (struct cache_key){
		call->target, negotiate_html(header(call, MHD_HTTP_HEADER_ACCEPT))};
}

/* Keep what the next request for the same would get; else free it. */
static void
keep_or_free(struct http_server *s, const struct call *call, const struct cached *made)
{
	struct cached keep = *made;

	if (keep.route->flags & ROUTE_BRIEFLY)
		keep.until_ms = clock_mono_ms() + BRIEFLY_MS;
	if (!cache_put(s->cache, key_of(call), &keep))
		reply_free(keep.reply);
}

static enum MHD_Result
answer_anew(struct http_server *s, const struct call *call, const struct published *p)
{
	struct answer a = {0};
	const struct route *route = make_answer(s, call, p, &a);
	bool fine = a.status == 200 && !call->is_last,
	     shared = route && route->flags & ROUTE_SHARED;
	struct shared *kept = of_type(s, header(call, MHD_HTTP_HEADER_ACCEPT));
	struct cached made = {.route = route, .by_accept = a.by_accept};
	enum MHD_Result result;
	int code;

	if (a.status == ANSWER_PUT_OFF)
		return MHD_YES;
	if (a.status == ANSWER_SHARED) {
		result = reply_queue(kept->reply, call->connection, &code);
		count(s, route->handler, code);
		return result;
	}
	a.closes |= call->is_last;
	made.reply = reply_new(&s->held, &a, route && route->flags & ROUTE_VALIDATED);
	result = reply_queue(made.reply, call->connection, &code);
	count(s, route ? route->handler : "other", code);
	if (fine && route->flags & ROUTE_CACHED)
		keep_or_free(s, call, &made);
	else if (fine && shared)
		shared_put(kept, made.reply, clock_mono_ms());
	else
		reply_free(made.reply);
	return result;
}

static enum MHD_Result
answer_call(void *arg, const struct call *call)
{
	struct http_server *s = arg;
	const struct published *p = s->source.published(s->source.arg);
	const struct cached *k = NULL;
	enum MHD_Result result;
	int code;

	if (p && is_read(call->method) && !call->too_large && !call->fault &&
		!call->is_last)
		k = cache_get(s->cache, p->generation, key_of(call), clock_mono_ms());
	if (!k || (s->secrets.users && !auth_knows(s->auth, call)))
		return answer_anew(s, call, p);
	result = reply_queue(k->reply, call->connection, &code);
	count(s, k->route->handler, code);
	return result;
}

/* A certificate of a client, which is all that it has shown so far. */
static void
refuse_client(void *arg, int fd, const char *why, const char *subject)
{
	struct http_server *s = arg;
	struct login_failure f = {.reason = why, .certificate = subject};
	char client[PEER_LEN];

	f.client = peer_of_socket(fd, client);
	logins_failed(s->logins, &f);
}

/* ---- Start, change and end ---- */

struct http_change {
	struct secrets secrets;
	struct front_change *front;
};

static bool
read_secrets(const struct http_options *o, struct secrets *out, struct err *e)
{
	return secrets_load(&(struct secret_files){o->tls, o->users_file}, out, e);
}

static bool
open_sockets(const struct http_server *s, const struct http_options *o,
	struct sockets *out, struct err *e)
{
	const struct sockets_wish wish = {o->listen, o->access};

	if (!o->n_listen_fds)
		return sockets_open(&wish, front_sockets(s->front), out, e);
	sockets_take(o->listen_fds, o->n_listen_fds, out);
	return true;
}

static struct front_change *
prepare_front(struct http_server *s, const struct http_options *o,
	const struct tls *tls, struct err *e)
{
	struct sockets fresh;

	return open_sockets(s, o, &fresh, e) ? front_prepare(s->front, &fresh, tls, e)
					     : NULL;
}

struct http_change *
http_change_new(struct http_server *s, const struct http_options *o, struct err *e)
{
	struct http_change *c = xcalloc(1, sizeof *c);

	if (read_secrets(o, &c->secrets, e)) {
		c->front = prepare_front(s, o, &c->secrets.tls, e);
		if (c->front)
			return c;
		secrets_fini(&c->secrets);
	}
	free(c);
	return NULL;
}

static void
take(struct http_server *s, struct http_change *c)
{
	front_take(s->front, c->front);
	users_inherit(c->secrets.users, s->secrets.users);
	secrets_fini(&s->secrets);
	s->secrets = c->secrets;
	auth_replace(s->auth, s->secrets.users);
	free(c);
}

struct http_server *
http_server_new(struct loop *l, const struct http_options *o,
	const struct http_source *source, struct err *e)
{
	struct http_server *s = xcalloc(1, sizeof *s);
	struct http_change *c;

	s->source = *source;
	s->front = front_new(&(struct listener_options){.loop = l,
				     .idle_timeout_ms = o->idle_timeout_ms,
				     .answer = answer_call,
				     .refused = refuse_client,
				     .arg = s},
		(unsigned)o->max_connections);
	s->logins = logins_new(l);
	s->auth = auth_new(l, s->logins);
	http_server_set_external(s, o->external_url);
	s->actions = actions_new();
	s->held.max = o->max_held;
	s->kept.scrape = scrape_new(&s->held);
	s->kept.overview = overview_new(&s->held);
	s->heartbeat = heartbeat_new(l, o->loop_stall_ms, sweep, s);
	c = http_change_new(s, o, e);
	if (c) {
		take(s, c);
		return s;
	}
	http_server_free(s);
	return NULL;
}

void
http_server_set_external(struct http_server *s, const char *url)
{
	bool ok;
	struct err e;

	external_fini(&s->external);
	/* What is kept may name the one before. */
	cache_free(s->cache);
	s->cache = cache_new();
	ok = !url || external_parse(url, &s->external, &e);
	assert(ok);
	(void)ok;
}

void
http_change_free(const struct http_server *s, struct http_change *c)
{
	if (!c)
		return;
	front_change_free(s->front, c->front);
	secrets_fini(&c->secrets);
	free(c);
}

bool
http_server_take(struct http_server *s, struct http_change *c, struct err *e)
{
	bool ok = front_change_allow(c->front, e);

	if (ok)
		take(s, c);
	else
		http_change_free(s, c);
	return ok;
}

void
http_server_addresses(const struct http_server *s, struct strvec *out)
{
	sockets_addresses(front_sockets(s->front), out);
}

void
http_server_end(struct http_server *s)
{
	front_end(s->front);
}

bool
http_server_has_ended(struct http_server *s)
{
	front_sweep(s->front);
	return front_is_swept(s->front);
}

void
http_server_free(struct http_server *s)
{
	if (!s)
		return;
	auth_free(s->auth);
	front_free(s->front);
	logins_free(s->logins);
	heartbeat_free(s->heartbeat);
	cache_free(s->cache);
	shared_fini(&s->metrics[0]);
	shared_fini(&s->metrics[1]);
	scrape_free(s->kept.scrape);
	overview_free(s->kept.overview);
	actions_free(s->actions);
	external_fini(&s->external);
	secrets_fini(&s->secrets);
	free(s->counts);
	free(s);
}

unsigned
http_server_port(const struct http_server *s, size_t i)
{
	return front_port(s->front, i);
}

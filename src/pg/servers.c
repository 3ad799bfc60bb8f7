/* A server is known by its name and by each address that this has, with the port: two
 * names of one address are one server.  How long a client may be sure that what it left
 * behind is gone, no protocol says; the open connection does, since the first byte or
 * the end of it comes only when the server has got on.
 *
 * To log in takes four or five round trips, so that one after the other is slow where a
 * server is far away: there a login that was answered says that others will be.  It
 * says so for a moment only, and no longer than nobody is kept waiting.
 *
 * Something between may have lost the connection, though, and then it never ends: after
 * a while another one is tried beside it, and that while doubles. */
#include "pg/servers.h"

#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
	LOGINS = 4,        /* at the same time, to a server that is far and answers */
	FAR_MS = 100,      /* a login that takes so long is of one */
	ANSWERED_MS = 250, /* for so long a login that was answered speaks for others */
	SILENT_MS = 1000,  /* in one that takes longer something may hang */
	ABANDONED_MS = 2000, /* nobody wants it any more, and others wait */
	DOUBT_MS = 10 * 60 * 1000,
	DOUBT_MOST_MS = 120 * 60 * 1000,
	KEEP_IDLE_S = 60, /* a peer that has gone is noticed after two minutes */
	KEEP_INTERVAL_S = 15,
	KEEP_COUNT = 4
};

enum visit_state {
	VISIT_WAITS,
	VISIT_INSIDE,
	VISIT_ANSWERED, /* was let in a moment ago */
	VISIT_SHUT,     /* not answered in time: nobody enters */
	VISIT_DOUBTED   /* … for so long that one more may try */
};

struct visit {
	struct pg_servers *all;
	struct visit *next;
	enum visit_state state;
	struct strvec keys; /* "NAME:PORT" and "ADDRESS:PORT" */
	void (*resume)(void *arg);
	void *arg;
	bool abandoned;       /* its session has gone */
	PGconn *conn;         /* taken over then, or NULL */
	struct visit **owner; /* who has it still, or NULL */
	struct watch *watch;
	struct timer *limit;
	int64_t entered_ms; /* clock_mono_ms() */
	int64_t since_ms, doubt_ms;
};

struct pg_servers {
	struct loop *loop;
	struct visit *first; /* in order of arrival */
	struct timer *wake;
	void (*answered)(void *arg);
	void *arg;
};

/* ---- Keys ---- */

static void
add_key(struct strvec *keys, const char *name, const char *port)
{
	strvec_take(keys, xasprintf("%s:%s", name, *port ? port : "5432"));
}

static void
add_keys(struct strvec *keys, const struct host *h)
{
	if (*h->name || !*h->address)
		add_key(keys, h->name, h->port);
	if (*h->address)
		add_key(keys, h->address, h->port);
	for (size_t i = 0; i < h->found.n; i++)
		add_key(keys, h->found.v[i], h->port);
}

static bool
share(const struct strvec *a, const struct strvec *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (strvec_has(b, a->v[i]))
			return true;
	return false;
}

/* As many names may stand for other servers, so that one of them answered says nothing
 * of the others. */
static bool
are_same(const struct strvec *a, const struct strvec *b)
{
	size_t i = 0;

	while (i < a->n && strvec_has(b, a->v[i]))
		i++;
	return i == a->n && a->n == b->n;
}

static void
take_keys(struct visit *k, const struct hosts *h)
{
	strvec_free(&k->keys);
	for (size_t i = 0; i < h->n; i++)
		if (!h->v[i].left_out)
			add_keys(&k->keys, &h->v[i]);
}

/* ---- Visits ---- */

static void
end_visit(struct visit *k)
{
	struct visit **at = &k->all->first;

	while (*at != k)
		at = &(*at)->next;
	*at = k->next;
	if (k->owner)
		*k->owner = NULL;
	watch_free(k->watch);
	timer_free(k->limit);
	PQfinish(k->conn);
	strvec_free(&k->keys);
	free(k);
}

/* Of one inside. */
static bool
is_silent(const struct visit *k, int64_t now_ms)
{
	return k->abandoned || now_ms - k->entered_ms >= SILENT_MS;
}

/* True if somebody waits and came before, or if as many are inside as may be. */
static bool
must_wait(const struct visit *k)
{
	const struct visit *o = k->all->first;
	int64_t now_ms = clock_mono_ms();
	bool before = true, silent = false, answered = false;
	int inside = 0;

	for (; o; o = o->next) {
		before = before && o != k;
		if (o == k || !share(&o->keys, &k->keys))
			continue;
		if (o->state == VISIT_WAITS && before)
			return true;
		if (o->state == VISIT_ANSWERED)
			answered = answered || are_same(&o->keys, &k->keys);
		if (o->state != VISIT_INSIDE)
			continue;
		silent = silent || is_silent(o, now_ms);
		inside++;
	}
	return inside && (silent || !answered || inside >= LOGINS);
}

/* Whoever is resumed goes in or leaves. */
static void
on_wake(void *arg)
{
	struct pg_servers *v = arg;
	struct visit *k = v->first;

	while (k && (k->state != VISIT_WAITS || must_wait(k)))
		k = k->next;
	if (!k)
		return;
	timer_set(v->wake, 0);
	k->resume(k->arg);
}

struct visit *
servers_arrive(struct pg_servers *v, void (*resume)(void *arg), void *arg)
{
	struct visit *k = xcalloc(1, sizeof *k), **at = &v->first;

	*k = (struct visit){
		.all = v, .resume = resume, .arg = arg, .doubt_ms = DOUBT_MS};
	while (*at)
		at = &(*at)->next;
	*at = k;
	return k;
}

static const struct visit *
shut_by(const struct pg_servers *v, const struct host *h)
{
	const struct visit *k = v->first;
	struct strvec keys = {0};

	add_keys(&keys, h);
	while (k && !(k->state == VISIT_SHUT && share(&k->keys, &keys)))
		k = k->next;
	strvec_free(&keys);
	return k;
}

size_t
servers_leave_out(struct pg_servers *v, struct hosts *h, struct shut *why)
{
	size_t left = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct visit *k = shut_by(v, &h->v[i]);

		h->v[i].left_out = k != NULL;
		left += !k;
		if (k)
			*why = (struct shut){k->since_ms, k->owner != NULL};
	}
	return left;
}

bool
servers_enter(struct visit *k, const struct hosts *h)
{
	assert(k->state == VISIT_WAITS);
	take_keys(k, h);
	if (must_wait(k))
		return false;
	k->state = VISIT_INSIDE;
	k->entered_ms = clock_mono_ms();
	return true;
}

/* Those in that state that are of the same servers. */
static void
end_all(const struct visit *by, enum visit_state state)
{
	struct visit *k = by->all->first, *next;

	for (; k; k = next) {
		next = k->next;
		if (k->state == state && share(&k->keys, &by->keys))
			end_visit(k);
	}
}

static void
on_old(void *arg)
{
	end_visit(arg);
}

void
servers_leave(struct visit *k, bool well)
{
	bool was_inside = k->state == VISIT_INSIDE;

	assert(was_inside || !well);
	timer_set(k->all->wake, 0);
	if (was_inside)
		end_all(k, VISIT_ANSWERED);
	if (well)
		end_all(k, VISIT_DOUBTED);
	if (!well || clock_mono_ms() - k->entered_ms < FAR_MS) {
		end_visit(k);
		return;
	}
	k->state = VISIT_ANSWERED;
	k->limit = timer_new(k->all->loop, on_old, k);
	timer_set(k->limit, ANSWERED_MS);
}

/* ---- Not answered ---- */

/* True if another one keeps the server shut. */
static bool
is_shut_beside(const struct visit *k)
{
	const struct visit *o = k->all->first;

	while (o && (o == k || o->state != VISIT_SHUT || !share(&o->keys, &k->keys)))
		o = o->next;
	return o != NULL;
}

void
servers_release(struct visit *k)
{
	struct pg_servers *v = k->all;
	bool opens = k->state != VISIT_INSIDE && !is_shut_beside(k);

	timer_set(v->wake, 0);
	end_visit(k);
	if (opens && v->answered)
		v->answered(v->arg);
}

/* Whatever has come: the server has got on, and sees that nobody is there. */
static void
on_answer(void *arg, int what)
{
	(void)what;
	servers_release(arg);
}

/* The one that was tried beside it is not answered either. */
static void
replace_doubted(struct visit *k)
{
	for (const struct visit *o = k->all->first; o; o = o->next)
		if (o->state == VISIT_DOUBTED && share(&o->keys, &k->keys)) {
			k->since_ms = o->since_ms;
			k->doubt_ms = 2 * o->doubt_ms;
		}
	if (k->doubt_ms > DOUBT_MOST_MS)
		k->doubt_ms = DOUBT_MOST_MS;
	end_all(k, VISIT_DOUBTED);
}

static void
on_limit(void *arg)
{
	struct visit *k = arg;
	struct pg_servers *v = k->all;

	if (k->state == VISIT_INSIDE) {
		k->state = VISIT_SHUT;
		replace_doubted(k);
		timer_set(k->limit, k->doubt_ms);
		timer_set(v->wake, 0);
	} else {
		k->state = VISIT_DOUBTED;
		if (v->answered && !is_shut_beside(k))
			v->answered(v->arg);
	}
}

/* Fails for a socket of a file, which needs it not. */
static void
watch_peer(int fd)
{
	static const int yes = 1, idle = KEEP_IDLE_S, interval = KEEP_INTERVAL_S,
			 count = KEEP_COUNT;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
}

/* From now on nobody waits for it but those who want to enter. */
static void
abandon(struct visit *k, const struct hosts *at, int64_t left_ms)
{
	end_all(k, VISIT_ANSWERED);
	take_keys(k, at);
	k->abandoned = true;
	k->since_ms = clock_wall_ms();
	k->limit = timer_new(k->all->loop, on_limit, k);
	if (left_ms > 0)
		timer_set(k->limit, left_ms < ABANDONED_MS ? left_ms : ABANDONED_MS);
	else
		on_limit(k);
	timer_set(k->all->wake, 0);
}

void
servers_take(struct visit *k, PGconn *conn)
{
	k->owner = NULL;
	k->conn = conn;
	watch_peer(PQsocket(conn));
	k->watch = watch_new(k->all->loop, on_answer, k);
	watch_set(k->watch, PQsocket(conn), WATCH_READ, -1);
}

void
servers_abandon(struct visit *k, PGconn *conn, const struct hosts *at, int64_t left_ms)
{
	servers_take(k, conn);
	abandon(k, at, left_ms);
}

void
servers_occupy(struct visit **k, const struct hosts *at, int64_t left_ms)
{
	(*k)->owner = k;
	abandon(*k, at, left_ms);
}

/* ---- Life ---- */

struct pg_servers *
pg_servers_new(struct loop *l, void (*answered)(void *arg), void *arg)
{
	struct pg_servers *v = xcalloc(1, sizeof *v);

	v->loop = l;
	v->answered = answered;
	v->arg = arg;
	v->wake = timer_new(l, on_wake, v);
	return v;
}

void
pg_servers_free(struct pg_servers *v)
{
	if (!v)
		return;
	while (v->first) {
		assert(v->first->abandoned || v->first->state == VISIT_ANSWERED);
		end_visit(v->first);
	}
	timer_free(v->wake);
	free(v);
}

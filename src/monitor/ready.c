/* Two heaps, one above the other: the environments of each server, and the servers that
 * may take one, so that each step costs a logarithm however many there are. */
#include "monitor/ready.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"

struct ready_server {
	/* Known by an address only, and that leads to this one; or NULL. */
	struct ready_server *into;
	struct heap ready;
	int running;
	size_t number, members; /* of ready_place() */
	size_t in_open;
};

static bool
is_before(const struct environment *a, const struct environment *b)
{
	return a->urgent != b->urgent ? a->urgent : a->turn < b->turn;
}

static bool
environment_is_before(const void *a, const void *b)
{
	return is_before(a, b);
}

static bool
server_is_before(const void *left, const void *right)
{
	const struct ready_server *a = left, *b = right;
	const struct environment *x = heap_first(&a->ready), *y = heap_first(&b->ready);

	if (x->urgent == y->urgent && a->running != b->running)
		return a->running < b->running;
	return is_before(x, y);
}

static const struct heap_kind environments = {
	environment_is_before, offsetof(struct environment, in_ready)};
static const struct heap_kind servers = {
	server_is_before, offsetof(struct ready_server, in_open)};

/* Its place among the servers after a change of its first, or of who is under way; it
 * is taken out before such a change. */
static void
open_server(struct ready *r, struct ready_server *s)
{
	if (s->ready.n && (!r->most || s->running < r->most))
		heap_put(&r->open, s);
}

static void
close_server(struct ready *r, struct ready_server *s)
{
	heap_remove(&r->open, s);
}

/* ---- Which server ---- */

static struct ready_server *
find(struct ready *r, char sort, const char *name)
{
	char *key = xasprintf("%c%s", sort, name);
	struct ready_server *s = strmap_get(r->servers, key);

	if (!s) {
		s = xcalloc(1, sizeof *s);
		s->ready.kind = &environments;
		strmap_put(r->servers, key, s);
	}
	free(key);
	return s;
}

/* "": not known.  What a changed `dsn` leads to says the next reading. */
static const char *
system_of(const struct environment *env)
{
	if (env->reread)
		return "";
	return env->facts   ? env->facts->instance.system
	       : env->known ? env->known->identity.system
			    : "";
}

static struct ready_server *
by_address(struct ready *r, const struct environment *env)
{
	return find(r, '@', env->address ? env->address : "");
}

static struct ready_server *
server_of(struct environment *env)
{
	while (env->server->into)
		env->server = env->server->into;
	return env->server;
}

/* All that is of `from` is of `to`. */
static void
join(struct ready *r, struct ready_server *from, struct ready_server *to)
{
	struct environment *env;

	close_server(r, from);
	close_server(r, to);
	while ((env = heap_first(&from->ready)) != NULL) {
		heap_remove(&from->ready, env);
		heap_put(&to->ready, env);
	}
	to->running += from->running;
	from->running = 0;
	from->into = to;
	open_server(r, to);
}

static void
go(struct ready *r, struct environment *env, struct ready_server *to)
{
	struct ready_server *from = server_of(env);
	bool is_ready = env->in_ready != 0;
	int running = env->phase == PHASE_READING;

	if (from == to)
		return;
	ready_remove(r, env);
	close_server(r, from);
	from->running -= running;
	open_server(r, from);
	env->server = to;
	close_server(r, to);
	to->running += running;
	open_server(r, to);
	if (is_ready)
		ready_add(r, env);
}

void
ready_known(struct ready *r, struct environment *env)
{
	const char *system = system_of(env);
	struct ready_server *address, *s;

	if (!*system)
		return;
	address = by_address(r, env);
	s = find(r, '=', system);
	if (!address->into)
		join(r, address, s);
	go(r, env, s);
}

/* ---- Who is next ---- */

void
ready_add(struct ready *r, struct environment *env)
{
	struct ready_server *s = server_of(env);

	if (env->in_ready)
		return;
	close_server(r, s);
	heap_put(&s->ready, env);
	open_server(r, s);
}

void
ready_remove(struct ready *r, struct environment *env)
{
	struct ready_server *s;

	if (!env->in_ready)
		return;
	s = server_of(env);
	close_server(r, s);
	heap_remove(&s->ready, env);
	open_server(r, s);
}

void
ready_moved(struct ready *r, struct environment *env)
{
	struct ready_server *s;

	if (!env->in_ready)
		return;
	s = server_of(env);
	close_server(r, s);
	heap_moved(&s->ready, env);
	open_server(r, s);
}

struct environment *
ready_first(const struct ready *r)
{
	const struct ready_server *s = heap_first(&r->open);

	return s ? heap_first(&s->ready) : NULL;
}

static void
count(struct ready *r, struct environment *env, int change)
{
	struct ready_server *s = server_of(env);

	close_server(r, s);
	s->running += change;
	open_server(r, s);
}

void
ready_begin(struct ready *r, struct environment *env)
{
	count(r, env, 1);
}

void
ready_end(struct ready *r, struct environment *env)
{
	count(r, env, -1);
}

static struct ready_server *
server_at(struct ready *r, const char *address)
{
	struct ready_server *s = find(r, '@', address);

	while (s->into)
		s = s->into;
	return s;
}

void
ready_count(struct ready *r, const char *address, int change)
{
	struct ready_server *s = server_at(r, address);

	close_server(r, s);
	s->running += change;
	open_server(r, s);
}

bool
ready_has_room(struct ready *r, const char *address)
{
	return !r->most || server_at(r, address)->running < r->most;
}

/* ---- Spreading ---- */

void
ready_place(struct environment *const *list, size_t n)
{
	size_t n_servers = 0;

	for (size_t i = 0; i < n; i++)
		server_of(list[i])->members = 0;
	for (size_t i = 0; i < n; i++) {
		struct ready_server *s = server_of(list[i]);

		if (!s->members)
			s->number = ++n_servers;
		list[i]->place = (double)s->members++;
	}
	for (size_t i = 0; i < n; i++) {
		const struct ready_server *s = server_of(list[i]);
		double offset = (double)s->number / (double)n_servers;

		list[i]->place = (list[i]->place + offset) / (double)s->members;
	}
}

/* ---- Life ---- */

static void
free_server(void *arg)
{
	struct ready_server *s = arg;

	heap_fini(&s->ready);
	free(s);
}

void
ready_fini(struct ready *r)
{
	strmap_free_all(r->servers, free_server);
	heap_fini(&r->open);
	r->servers = NULL;
}

void
ready_take(struct ready *r, int most, struct environment *const *list, size_t n)
{
	ready_fini(r);
	*r = (struct ready){
		.servers = strmap_new(), .open = {.kind = &servers}, .most = most};
	for (size_t i = 0; i < n; i++) {
		struct environment *env = list[i];

		env->in_ready = 0;
		env->server = by_address(r, env);
		if (env->phase == PHASE_READING)
			ready_begin(r, env);
		if (env->phase == PHASE_DUE)
			ready_add(r, env);
	}
}

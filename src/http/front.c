/* See front.h. */
#include "http/front.h"

#include <stdlib.h>

#include "base/mem.h"
#include "http/door.h"
#include "http/listen.h"

/* What a socket is served by. */
struct gate {
	struct door *door;
	struct listener *listener;
};

struct front {
	struct listener_options options;
	struct places places;
	struct timer *timer; /* set: a place is free again */
	struct sockets sockets;
	struct gate *gates;        /* one a socket */
	struct listener **drained; /* of before: until their answers end */
	size_t n_drained, cap_drained;
};

struct front_change {
	struct sockets sockets;
	struct gate *gates;
	bool *kept; /* as it was served before */
};

static void
look_at_doors(void *arg)
{
	struct front *f = arg;

	for (size_t i = 0; i < f->sockets.n; i++)
		door_look(f->gates[i].door);
}

static void
on_left(void *arg)
{
	struct front *f = arg;

	timer_set(f->timer, 0);
}

struct front *
front_new(const struct listener_options *o, unsigned max_connections)
{
	struct front *f = xcalloc(1, sizeof *f);

	f->options = *o;
	f->options.places = &f->places;
	f->places = (struct places){.max = max_connections, .left = on_left, .arg = f};
	f->timer = timer_new(o->loop, look_at_doors, f);
	return f;
}

static void
free_gate(struct gate *g)
{
	door_free(g->door);
	listener_free(g->listener);
}

void
front_free(struct front *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->sockets.n; i++)
		free_gate(&f->gates[i]);
	free(f->gates);
	for (size_t i = 0; i < f->n_drained; i++)
		listener_free(f->drained[i]);
	free(f->drained);
	sockets_close(&f->sockets, NULL);
	timer_free(f->timer);
	free(f);
}

/* ---- What is going to be ---- */

/* What serves that socket now, and would in the same way; NULL: nothing. */
static const struct gate *
known_gate(const struct front *f, const struct one_socket *s, const struct tls *tls)
{
	size_t i = sockets_find(&f->sockets, s);

	return i < f->sockets.n && listener_has_tls(f->gates[i].listener, tls)
		       ? &f->gates[i]
		       : NULL;
}

static bool
make_gate(struct front *f, const struct one_socket *s, const struct tls *tls,
	struct gate *out, struct err *e)
{
	struct listener_options o = f->options;

	o.tls = tls;
	out->door = door_new(o.loop, s->fd, &f->places, e);
	out->listener = out->door ? listener_new(&o, e) : NULL;
	return out->listener != NULL;
}

struct front_change *
front_prepare(struct front *f, struct sockets *s, const struct tls *tls, struct err *e)
{
	static const struct tls plain;
	struct front_change *c = xcalloc(1, sizeof *c);
	bool ok = true;

	c->sockets = *s;
	*s = (struct sockets){0};
	c->gates = xcalloc(c->sockets.n + 1, sizeof *c->gates);
	c->kept = xcalloc(c->sockets.n + 1, sizeof *c->kept);
	for (size_t i = 0; ok && i < c->sockets.n; i++) {
		const struct one_socket *one = &c->sockets.v[i];
		const struct tls *by = one->is_unix ? &plain : tls;
		const struct gate *known = known_gate(f, one, by);

		c->kept[i] = known;
		if (known)
			c->gates[i] = *known;
		else
			ok = make_gate(f, one, by, &c->gates[i], e);
	}
	if (ok)
		return c;
	front_change_free(f, c);
	return NULL;
}

void
front_change_free(const struct front *f, struct front_change *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->sockets.n; i++)
		if (!c->kept[i])
			free_gate(&c->gates[i]);
	free(c->gates);
	free(c->kept);
	sockets_close(&c->sockets, &f->sockets);
	free(c);
}

bool
front_change_allow(struct front_change *c, struct err *e)
{
	return sockets_allow(&c->sockets, e);
}

/* ---- The exchange ---- */

static bool
keeps(const struct front_change *c, const struct gate *g)
{
	for (size_t i = 0; i < c->sockets.n; i++)
		if (c->gates[i].listener == g->listener)
			return true;
	return false;
}

/* The listeners that are not kept let nobody in any more. */
static void
drain(struct front *f, const struct front_change *c)
{
	for (size_t i = 0; i < f->sockets.n; i++) {
		struct gate *g = &f->gates[i];

		if (keeps(c, g))
			continue;
		/* Before others are let in, so that their answers say so. */
		listener_drain(g->listener);
		if (sockets_find(&c->sockets, &f->sockets.v[i]) == c->sockets.n)
			door_shut(g->door);
		door_free(g->door);
		GROW(f->drained, f->n_drained, f->cap_drained);
		f->drained[f->n_drained++] = g->listener;
	}
	free(f->gates);
}

void
front_take(struct front *f, struct front_change *c)
{
	drain(f, c);
	sockets_close(&f->sockets, &c->sockets);
	f->sockets = c->sockets;
	f->gates = c->gates;
	f->places.doors = (unsigned)f->sockets.n;
	for (size_t i = 0; i < f->sockets.n; i++)
		door_open(f->gates[i].door, f->gates[i].listener);
	free(c->kept);
	free(c);
}

void
front_end(struct front *f)
{
	struct front_change *none = xcalloc(1, sizeof *none);

	none->gates = xcalloc(1, sizeof *none->gates);
	front_take(f, none);
}

bool
front_is_swept(const struct front *f)
{
	return !f->n_drained;
}

const struct sockets *
front_sockets(const struct front *f)
{
	return &f->sockets;
}

void
front_sweep(struct front *f)
{
	for (size_t i = 0; i < f->n_drained;)
		if (listener_is_drained(f->drained[i])) {
			listener_free(f->drained[i]);
			f->drained[i] = f->drained[--f->n_drained];
		} else {
			i++;
		}
}

unsigned
front_port(const struct front *f, size_t i)
{
	return i < f->sockets.n ? listen_port(f->sockets.v[i].fd) : 0;
}

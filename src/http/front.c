/* See front.h. */
#include "http/front.h"

#include <fcntl.h>
#include <stdlib.h>

#include "base/mem.h"

struct front {
	struct listener_options options;
	struct sockets sockets;
	struct listener **listeners; /* one a socket */
	struct listener **drained;   /* of before: until their answers end */
	size_t n_drained, cap_drained;
};

struct front *
front_new(const struct listener_options *o)
{
	struct front *f = xcalloc(1, sizeof *f);

	f->options = *o;
	return f;
}

static void
free_listeners(struct listener **v, size_t n)
{
	for (size_t i = 0; v && i < n; i++)
		listener_free(v[i]);
	free(v);
}

void
front_free(struct front *f)
{
	if (!f)
		return;
	free_listeners(f->listeners, f->sockets.n);
	free_listeners(f->drained, f->n_drained);
	sockets_close(&f->sockets, NULL);
	free(f);
}

static struct listener *
listen_by(const struct listener_options *o, int fd, struct err *e)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (own >= 0)
		return listener_new(o, own, e);
	err_set(e, ERR_INTERNAL, "cannot start the HTTP server: no descriptor is left");
	return NULL;
}

/* A listener for each, or none: NULL. */
static struct listener **
make_listeners(const struct front *f, const struct sockets *s, const struct tls *tls,
	struct err *e)
{
	static const struct tls plain;
	struct listener **v = xcalloc(s->n + 1, sizeof *v);
	struct listener_options o = f->options;

	o.max_connections = s->n && s->n < o.max_connections
				    ? o.max_connections / (unsigned)s->n
				    : 1;
	for (size_t i = 0; i < s->n; i++) {
		o.tls = s->v[i].is_unix ? &plain : tls;
		v[i] = listen_by(&o, s->v[i].fd, e);
		if (v[i])
			continue;
		free_listeners(v, i);
		return NULL;
	}
	return v;
}

static void
drain(struct front *f, const struct sockets *kept)
{
	for (size_t i = 0; i < f->sockets.n; i++) {
		GROW(f->drained, f->n_drained, f->cap_drained);
		f->drained[f->n_drained++] = f->listeners[i];
		listener_drain(f->listeners[i], !sockets_have(kept, &f->sockets.v[i]));
	}
	free(f->listeners);
}

bool
front_serve(struct front *f, struct sockets *s, const struct tls *tls, struct err *e)
{
	struct listener **fresh = make_listeners(f, s, tls, e);

	if (!fresh)
		return false;
	drain(f, s);
	sockets_close(&f->sockets, s);
	f->listeners = fresh;
	f->sockets = *s;
	*s = (struct sockets){0};
	return true;
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
	return i < f->sockets.n ? listener_port(f->listeners[i]) : 0;
}

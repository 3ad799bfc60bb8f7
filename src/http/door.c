/* See door.h. */
#include "http/door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

enum {
	AT_ONCE = 10,       /* then others of the loop have their turn */
	WAITING_MOST = 640, /* more than the kernel keeps for us */
	DEAF_MS = 250,
	SAID_MS = 60 * 1000
};

struct door {
	int fd;
	struct places *places;
	struct listener *listener; /* NULL: it is closed */
	struct watch *watch;
	struct timer *timer; /* set: nobody can be let in for a moment */
	int64_t said_ms;     /* monotonic; 0: never */
	bool watching;
};

static bool
has_place(const struct door *d)
{
	return places_are_free(d->places, listener_connections(d->listener));
}

/* ---- Who comes ---- */

/* Once in a while, however often it comes and goes. */
static void
say_exhausted(struct door *d, int why)
{
	const struct advice *a = err_errno_advice(why);
	int64_t now_ms = clock_mono_ms();

	if (d->said_ms && now_ms - d->said_ms < SAID_MS)
		return;
	d->said_ms = now_ms;
	if (a)
		log_msg(LEVEL_WARN, "clients of HTTP have to wait: %s: %s", a->what,
			a->next);
	else
		log_msg(LEVEL_WARN, "clients of HTTP have to wait: %s", strerror(why));
}

/* Of one who has gone again already; those of its network are ours too (accept(2)). */
static bool
is_of_the_client(int why)
{
	static const int reasons[] = {ECONNABORTED, EINTR, EPROTO, ENETDOWN,
		ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH,
		EPERM};

	for (size_t i = 0; i < COUNT_OF(reasons); i++)
		if (reasons[i] == why)
			return true;
	return false;
}

/* Nobody can be let in, and the socket would be ready all the time. */
static void
turn_deaf(struct door *d, int why)
{
	say_exhausted(d, why);
	watch_clear(d->watch);
	d->watching = false;
	timer_set(d->timer, DEAF_MS);
}

/* False: there is nobody, or nobody can be let in. */
static bool
let_in_one(struct door *d)
{
	struct peer_at from = {.len = sizeof from.at};
	int fd = accept4(d->fd, (struct sockaddr *)&from.at, &from.len,
		SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0)
		listener_serve(d->listener, fd, &from);
	else if (errno == EAGAIN)
		return false;
	else if (!is_of_the_client(errno)) {
		turn_deaf(d, errno);
		return false;
	}
	return true;
}

static void
let_in(struct door *d, unsigned most)
{
	while (most-- && has_place(d) && let_in_one(d))
		;
}

static void
on_event(void *arg, int what)
{
	struct door *d = arg;

	(void)what;
	let_in(d, AT_ONCE);
	door_look(d);
}

static void
on_timer(void *arg)
{
	door_look(arg);
}

/* ---- Life ---- */

struct door *
door_new(struct loop *l, int fd, struct places *p, struct err *e)
{
	struct door *d;
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (own < 0) {
		err_errno(e, ERR_INTERNAL, errno);
		err_prefix(e, "cannot start the HTTP server");
		return NULL;
	}
	fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK);
	d = xcalloc(1, sizeof *d);
	d->fd = own;
	d->places = p;
	d->watch = watch_new(l, on_event, d);
	d->timer = timer_new(l, on_timer, d);
	return d;
}

void
door_free(struct door *d)
{
	if (!d)
		return;
	watch_free(d->watch);
	timer_free(d->timer);
	close(d->fd);
	free(d);
}

void
door_open(struct door *d, struct listener *to)
{
	d->listener = to;
	door_look(d);
}

void
door_look(struct door *d)
{
	bool wanted = has_place(d) && !timer_is_set(d->timer);

	if (wanted && !d->watching)
		watch_keep(d->watch, d->fd, WATCH_READ);
	else if (!wanted && d->watching)
		watch_clear(d->watch);
	d->watching = wanted;
}

void
door_shut(struct door *d)
{
	let_in(d, WAITING_MOST);
	watch_clear(d->watch);
	timer_clear(d->timer);
	d->watching = false;
}

/* libevent behind a narrow door.  The turn is our own (one event_base_loop() pass,
 * then what was deferred), so that "the end of the turn" is a fact and not a
 * property of libevent's queues. */
#include "loop/loop.h"

#include <assert.h>
#include <event2/event.h>
#include <poll.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "loop/internal.h"

struct deferred {
	void (*fn)(void *arg);
	void *arg;
};

/* ---- the loop ---- */

/* libevent warns of name servers that do not answer; whoever asked gets the error. */
static void
on_libevent_message(int severity, const char *text)
{
	log_msg(severity == EVENT_LOG_ERR ? LEVEL_ERROR : LEVEL_DEBUG, "libevent: %s",
		text);
}

struct loop *
loop_new(void)
{
	struct loop *l = xcalloc(1, sizeof *l);

	event_set_log_callback(on_libevent_message);
	l->base = must(event_base_new());
	return l;
}

/* What is deferred meanwhile belongs to the next turn. */
static void
run_deferred(struct loop *l)
{
	struct deferred *list = l->deferred;
	size_t n = l->n_deferred;

	l->deferred = NULL;
	l->n_deferred = l->cap_deferred = 0;
	for (size_t i = 0; i < n; i++)
		list[i].fn(list[i].arg);
	free(list);
}

void
loop_run_deferred(struct loop *l)
{
	while (l->n_deferred)
		run_deferred(l);
}

struct tenant *
loop_tenant(struct loop *l, const struct tenant_kind *kind)
{
	struct tenant **at = &l->tenants, *t;

	while (*at && (*at)->kind->rank < kind->rank)
		at = &(*at)->next;
	if (*at && (*at)->kind == kind)
		return *at;
	t = xcalloc(1, sizeof *t);
	*t = (struct tenant){.kind = kind, .next = *at, .loop = l};
	*at = t;
	return t;
}

/* The end of one may start something of the next. */
static void
end_tenants(struct loop *l)
{
	for (struct tenant *t = l->tenants; t; t = t->next)
		t->kind->mute(t);
	for (struct tenant *t = l->tenants; t; t = t->next)
		t->kind->end(t);
}

static void
free_tenants(struct loop *l)
{
	while (l->tenants) {
		struct tenant *t = l->tenants;

		l->tenants = t->next;
		free(t);
	}
}

void
loop_free(struct loop *l)
{
	if (!l)
		return;
	end_tenants(l);
	loop_run_deferred(l);
	free_tenants(l);
	event_base_free(l->base);
	free(l->resolv_conf);
	free(l);
}

/* False if there is nothing left to wait for. */
bool
loop_turn(struct loop *l)
{
	int flags = EVLOOP_ONCE | (l->n_deferred ? EVLOOP_NONBLOCK : 0);
	int rc = event_base_loop(l->base, flags);

	assert(rc >= 0);
	run_deferred(l);
	return rc == 0 || l->n_deferred ||
	       event_base_get_num_events(
		       l->base, EVENT_BASE_COUNT_ADDED | EVENT_BASE_COUNT_ACTIVE);
}

/* A stop before the run is not lost: it ends the run before it begins. */
void
loop_run(struct loop *l)
{
	while (!l->stopped && loop_turn(l))
		;
	l->stopped = false;
}

void
loop_stop(struct loop *l)
{
	l->stopped = true;
}

void
loop_defer(struct loop *l, void (*fn)(void *arg), void *arg)
{
	GROW(l->deferred, l->n_deferred, l->cap_deferred);
	l->deferred[l->n_deferred++] = (struct deferred){fn, arg};
}

/* What is overdue is due now. */
static struct timeval
to_timeval(int64_t ms)
{
	if (ms < 0)
		ms = 0;
	return (struct timeval){
		.tv_sec = (time_t)(ms / 1000),
		.tv_usec = (suseconds_t)(ms % 1000 * 1000),
	};
}

static void
add_event(struct event *ev, const struct timeval *tv)
{
	if (event_add(ev, tv) < 0)
		mem_fatal();
}

/* ---- timers ---- */

struct timer {
	struct event *ev;
	void (*fn)(void *arg);
	void *arg;
};

/* The callback may free the timer: nothing is touched after it. */
static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct timer *t = arg;

	(void)fd;
	(void)what;
	t->fn(t->arg);
}

struct timer *
timer_new(struct loop *l, void (*fn)(void *arg), void *arg)
{
	struct timer *t = xcalloc(1, sizeof *t);

	t->fn = fn;
	t->arg = arg;
	t->ev = must(event_new(l->base, -1, 0, on_timer, t));
	return t;
}

void
timer_set(struct timer *t, int64_t delay_ms)
{
	struct timeval tv = to_timeval(delay_ms);

	add_event(t->ev, &tv);
}

void
timer_clear(struct timer *t)
{
	event_del(t->ev);
}

bool
timer_is_set(const struct timer *t)
{
	return event_pending(t->ev, EV_TIMEOUT, NULL);
}

void
timer_free(struct timer *t)
{
	if (!t)
		return;
	event_free(t->ev);
	free(t);
}

/* ---- descriptors ---- */

struct watch {
	struct loop *loop;
	struct event *ev;
	void (*fn)(void *arg, int what);
	void *arg;
};

/* libevent forgets what was ready where the time has run out as well, which is so after
 * the process stood still. */
static short
look_first(struct watch *w, evutil_socket_t fd, short what)
{
	short wanted = event_get_events(w->ev);
	struct pollfd p = {.fd = fd,
		.events = (short)((wanted & EV_READ ? POLLIN : 0) |
				  (wanted & EV_WRITE ? POLLOUT : 0))};

	if (!(what & EV_TIMEOUT) || poll(&p, 1, 0) <= 0)
		return what;
	if (p.revents & (POLLERR | POLLHUP))
		return wanted & (EV_READ | EV_WRITE);
	return (short)((p.revents & POLLIN ? EV_READ : 0) |
		       (p.revents & POLLOUT ? EV_WRITE : 0));
}

/* The callback may free the watch. */
static void
on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct watch *w = arg;

	what = look_first(w, fd, what);
	w->fn(w->arg, (what & EV_READ ? WATCH_READ : 0) |
			      (what & EV_WRITE ? WATCH_WRITE : 0) |
			      (what & EV_TIMEOUT ? WATCH_TIMEOUT : 0));
}

struct watch *
watch_new(struct loop *l, void (*fn)(void *arg, int what), void *arg)
{
	struct watch *w = xcalloc(1, sizeof *w);

	w->loop = l;
	w->fn = fn;
	w->arg = arg;
	w->ev = must(event_new(l->base, -1, 0, on_watch, w));
	return w;
}

/* libevent ties an event to its descriptor, so each wait assigns it anew. */
static void
arm(struct watch *w, int fd, int what, short flags, const struct timeval *tv)
{
	short wanted = flags;

	assert(fd >= 0 && (what & (WATCH_READ | WATCH_WRITE)));
	if (what & WATCH_READ)
		wanted |= EV_READ;
	if (what & WATCH_WRITE)
		wanted |= EV_WRITE;
	event_del(w->ev);
	if (event_assign(w->ev, w->loop->base, fd, wanted, on_watch, w) < 0)
		mem_fatal();
	add_event(w->ev, tv);
}

void
watch_set(struct watch *w, int fd, int what, int64_t timeout_ms)
{
	struct timeval tv = to_timeval(timeout_ms);

	arm(w, fd, what, 0, timeout_ms < 0 ? NULL : &tv);
}

void
watch_keep(struct watch *w, int fd, int what)
{
	arm(w, fd, what, EV_PERSIST, NULL);
}

void
watch_clear(struct watch *w)
{
	event_del(w->ev);
}

void
watch_free(struct watch *w)
{
	if (!w)
		return;
	event_free(w->ev);
	free(w);
}

/* ---- signals ---- */

/* libevent calls back once for each time that a signal came; who watches it hears of it
 * once, in the turn after that, so that sockets and timers have theirs between. */
struct signal_watch {
	struct event *ev, *due;
	void (*fn)(void *arg);
	void *arg;
};

static void
on_signal(evutil_socket_t fd, short what, void *arg)
{
	const struct signal_watch *s = arg;
	const struct timeval now = {0};

	(void)fd;
	(void)what;
	add_event(s->due, &now);
}

/* The callback may free the watch. */
static void
on_due(evutil_socket_t fd, short what, void *arg)
{
	const struct signal_watch *s = arg;

	(void)fd;
	(void)what;
	s->fn(s->arg);
}

struct signal_watch *
signal_new(struct loop *l, int signo, void (*fn)(void *arg), void *arg)
{
	struct signal_watch *s = xcalloc(1, sizeof *s);

	s->fn = fn;
	s->arg = arg;
	s->due = must(event_new(l->base, -1, 0, on_due, s));
	s->ev = must(evsignal_new(l->base, signo, on_signal, s));
	add_event(s->ev, NULL);
	return s;
}

void
signal_free(struct signal_watch *s)
{
	if (!s)
		return;
	event_free(s->ev);
	event_free(s->due);
	free(s);
}

/* The event loop: timers, descriptors, signals, name resolution.  The only room
 * that knows libevent.  Callbacks run one at a time, never inside the call that
 * armed them. */
#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

struct loop;

struct loop *loop_new(void);
/* Timers, watches and signals have been freed before, by whoever made them; lookups,
 * children and work that still run are cancelled, what is deferred is called. */
void loop_free(struct loop *l);
/* Run until loop_stop(), or until nothing is left to wait for. */
void loop_run(struct loop *l);
void loop_stop(struct loop *l);
/* Call `fn` at the end of this turn (or the next, from inside one): frees are
 * deferred this way. */
void loop_defer(struct loop *l, void (*fn)(void *arg), void *arg);

/* ---- Timers: allocated once, set again and again ---- */
struct timer;
struct timer *timer_new(struct loop *l, void (*fn)(void *arg), void *arg);
void timer_set(struct timer *t, int64_t delay_ms); /* replaces what was set */
void timer_clear(struct timer *t);
bool timer_is_set(const struct timer *t);
void timer_free(struct timer *t); /* also from its own callback */

/* ---- One descriptor, one pending wait, always with a deadline ---- */
enum { WATCH_READ = 1, WATCH_WRITE = 2, WATCH_TIMEOUT = 4 };
struct watch;
/* `what` of the callback: WATCH_READ, WATCH_WRITE or both, or WATCH_TIMEOUT. */
struct watch *watch_new(struct loop *l, void (*fn)(void *arg, int what), void *arg);
/* Wait once; `timeout_ms` < 0 waits for ever (for servers' sockets only). */
void watch_set(struct watch *w, int fd, int what, int64_t timeout_ms);
/* The same, staying armed after each event. */
void watch_keep(struct watch *w, int fd, int what);
void watch_clear(struct watch *w);
void watch_free(struct watch *w);

/* ---- Signals ---- */
struct signal_watch;
/* However often it comes before that, `fn` is called once, in a turn of its own. */
struct signal_watch *
signal_new(struct loop *l, int signo, void (*fn)(void *arg), void *arg);
void signal_free(struct signal_watch *s);

/* ---- Name resolution that never blocks ---- */
struct lookup;
/* Numeric addresses of `host`, as text ("192.0.2.1", "2001:db8::1"); at least one,
 * or an error.  Called exactly once, never from inside loop_resolve(). */
typedef void
lookup_fn(void *arg, const char *const *addresses, size_t n, const struct err *e);
struct lookup *loop_resolve(
	struct loop *l, const char *host, int64_t timeout_ms, lookup_fn *fn, void *arg);
void lookup_cancel(struct lookup *k); /* before the callback only */
/* Read name servers from `path` instead of /etc/resolv.conf. */
void loop_resolv_conf(struct loop *l, const char *path);

#endif

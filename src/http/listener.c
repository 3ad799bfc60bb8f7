/* libmicrohttpd's epoll descriptor is one event of the loop, its timeouts are a timer:
 * a turn of it never blocks. */
#include "http/listener.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "http/connection.h"
#include "http/deadline.h"
#include "http/framing.h"

enum {
	REQUEST_MEMORY = 32 << 10, /* of a connection: bounds line and headers */
	BODY_IGNORED = 4096,       /* a GET may carry so much, nobody looks at it */
	MAX_OPTIONS = 16
};

struct listener {
	struct MHD_Daemon *daemon;
	struct tls tls;
	struct watch *watch;
	struct timer *timer;
	struct deadlines *deadlines;
	struct places *places;
	unsigned connections;
	bool draining;
	listener_fn *answer;
	void (*refused)(void *arg, int fd, const char *why, const char *subject);
	void *arg;
	struct tls_clients clients;
	char said[256]; /* the last that libmicrohttpd had to say */
};

/* libmicrohttpd's context of a request. */
struct request_state {
	const char *target_at; /* in libmicrohttpd's buffer */
	char *target;
	bool begun;
};

static void
turn(struct listener *l)
{
	MHD_UNSIGNED_LONG_LONG timeout_ms;

	MHD_run(l->daemon);
	if (MHD_get_timeout(l->daemon, &timeout_ms) == MHD_YES)
		timer_set(l->timer, (int64_t)timeout_ms);
	else
		timer_clear(l->timer);
}

static void
on_event(void *arg, int what)
{
	(void)what;
	turn(arg);
}

static void
on_timer(void *arg)
{
	turn(arg);
}

/* ---- What libmicrohttpd calls ---- */

static void PRINTF_LIKE(2, 0) on_message(void *arg, const char *fmt, va_list ap)
{
	struct listener *l = arg;

	vsnprintf(l->said, sizeof l->said, fmt, ap);
	l->said[strcspn(l->said, "\r\n")] = '\0';
	/* Mostly about what clients do wrong. */
	log_msg(LEVEL_DEBUG, "http: %s", l->said);
}

static void *
on_target(void *arg, const char *target, struct MHD_Connection *connection)
{
	struct request_state *s = xcalloc(1, sizeof *s);

	(void)arg;
	(void)connection;
	s->target_at = target;
	/* NULL: a request line without a target. */
	s->target = xstrdup(target ? target : "");
	return s;
}

/* The target is decoded elsewhere. */
static size_t
on_unescape(void *arg, struct MHD_Connection *connection, char *s)
{
	(void)arg;
	(void)connection;
	return strlen(s);
}

static struct deadline *
deadline_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info->socket_context;
}

static void
on_completed(void *arg, struct MHD_Connection *connection, void **context,
	enum MHD_RequestTerminationCode how)
{
	struct request_state *s = *context;

	(void)arg;
	(void)how;
	deadline_request(deadline_of(connection));
	if (!s)
		return;
	free(s->target);
	free(s);
	*context = NULL;
}

static void
on_refused(void *arg, gnutls_session_t session, const char *why, const char *subject)
{
	struct listener *l = arg;

	l->refused(l->arg, gnutls_transport_get_int(session), why, subject);
}

static void
on_connection(void *arg, struct MHD_Connection *connection, void **context,
	enum MHD_ConnectionNotificationCode what)
{
	struct listener *l = arg;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = deadline_add(l->deadlines, connection_socket(connection));
		l->connections++;
		places_take(l->places);
		if (l->tls.client_ca)
			tls_ask_client(connection_session(connection), &l->clients);
	} else {
		deadline_remove(*context);
		*context = NULL;
		l->connections--;
		places_leave(l->places);
	}
}

/* How much of a body a request announces: none, little, or too much. */
static int64_t
announced_body(struct MHD_Connection *connection)
{
	const char *length = MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);

	if (MHD_lookup_connection_value(
		    connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING))
		return INT64_MAX;
	return length ? strtoll(length, NULL, 10) : 0;
}

static bool
takes_body(const char *method)
{
	return !strcmp(method, MHD_HTTP_METHOD_GET) ||
	       !strcmp(method, MHD_HTTP_METHOD_HEAD);
}

/* Called with the headers, with each part of a body, and at the end.  Answering before
 * the end makes libmicrohttpd close the connection, as it has to with a body that is
 * not read. */
static enum MHD_Result
on_request(void *arg, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_n,
	void **context)
{
	struct listener *l = arg;
	struct request_state *s = *context;
	struct call call = {l, connection, method, s->target, false, NULL, l->draining};
	const struct framing line = {method, version, s->target_at, s->target};
	int64_t body;

	(void)url;
	(void)upload;
	if (*upload_n) {
		*upload_n = 0;
		return MHD_YES;
	}
	if (s->begun)
		return l->answer(l->arg, &call);
	s->begun = true;
	deadline_answer(deadline_of(connection));
	call.fault = framing_fault(connection, &line);
	body = announced_body(connection);
	call.too_large = body > BODY_IGNORED;
	if (call.fault || call.too_large || (body && !takes_body(method)))
		return l->answer(l->arg, &call);
	return MHD_YES;
}

/* ---- Start and end ---- */

static size_t
fill_options(struct listener *l, const struct listener_options *o,
	struct MHD_OptionItem *items)
{
	int64_t idle_s = (o->idle_timeout_ms + 999) / 1000;
	const struct MHD_OptionItem all[] = {
		{MHD_OPTION_EXTERNAL_LOGGER, (intptr_t)on_message, l},
		{MHD_OPTION_STRICT_FOR_CLIENT, framing_is_strict(MHD_get_version()),
			NULL},
		/* Who is accepted has a place already. */
		{MHD_OPTION_CONNECTION_LIMIT, INT_MAX, NULL},
		{MHD_OPTION_CONNECTION_MEMORY_LIMIT, REQUEST_MEMORY, NULL},
		{MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)idle_s, NULL},
		{MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)on_target, l},
		{MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)on_unescape, l},
		{MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)on_completed, l},
		{MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)on_connection, l},
		{MHD_OPTION_HTTPS_PRIORITIES, 0,
			(void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1."
					    "2"},
		{MHD_OPTION_HTTPS_MEM_CERT, 0, l->tls.cert},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, l->tls.key},
		{MHD_OPTION_HTTPS_MEM_TRUST, 0, l->tls.client_ca},
	};
	size_t n = COUNT_OF(all) - (l->tls.client_ca ? 0 : l->tls.cert ? 1 : 4);

	memcpy(items, all, n * sizeof *all);
	items[n] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
	return n;
}

static bool
start_daemon(struct listener *l, const struct listener_options *o, struct err *e)
{
	struct MHD_OptionItem items[MAX_OPTIONS];
	unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG |
			 MHD_ALLOW_SUSPEND_RESUME;
	int why;

	if (l->tls.cert)
		flags |= MHD_USE_TLS;
	fill_options(l, o, items);
	errno = 0;
	l->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, l,
		MHD_OPTION_ARRAY, items, MHD_OPTION_END);
	if (l->daemon)
		return true;
	why = errno;
	return err_set(e, ERR_INTERNAL, "cannot start the HTTP server: %s",
		*l->said ? l->said
		: why    ? strerror(why)
			 : "libmicrohttpd gives no reason");
}

struct listener *
listener_new(const struct listener_options *o, struct err *e)
{
	struct listener *l = xcalloc(1, sizeof *l);
	const union MHD_DaemonInfo *info;

	l->answer = o->answer;
	l->refused = o->refused;
	l->arg = o->arg;
	l->places = o->places;
	l->tls = tls_copy(o->tls);
	l->clients = (struct tls_clients){&l->tls, on_refused, l};
	if (!start_daemon(l, o, e)) {
		tls_fini(&l->tls);
		free(l);
		return NULL;
	}
	l->deadlines = deadlines_new(o->loop, o->idle_timeout_ms);
	l->timer = timer_new(o->loop, on_timer, l);
	l->watch = watch_new(o->loop, on_event, l);
	info = MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	watch_keep(l->watch, info->epoll_fd, WATCH_READ);
	return l;
}

void
listener_free(struct listener *l)
{
	if (!l)
		return;
	watch_free(l->watch);
	timer_free(l->timer);
	MHD_stop_daemon(l->daemon);
	deadlines_free(l->deadlines);
	tls_fini(&l->tls);
	free(l);
}

void
listener_serve(struct listener *l, int fd, const struct peer_at *from)
{
	/* It says why not. */
	(void)!MHD_add_connection(
		l->daemon, fd, (const struct sockaddr *)&from->at, from->len);
	/* It may have put it on a list only (1.0), where it has no place yet. */
	turn(l);
}

unsigned
listener_connections(const struct listener *l)
{
	return l->connections;
}

bool
listener_has_tls(const struct listener *l, const struct tls *t)
{
	return tls_equal(&l->tls, t);
}

void
listener_drain(struct listener *l)
{
	l->draining = true;
	deadlines_drain(l->deadlines);
	timer_set(l->timer, 0);
}

bool
listener_is_drained(const struct listener *l)
{
	return !l->connections;
}

void
listener_resume(struct listener *l, struct MHD_Connection *connection)
{
	MHD_resume_connection(connection);
	timer_set(l->timer, 0);
}

char *
listener_client(const struct call *call)
{
	gnutls_session_t session = connection_session(call->connection);

	return session && call->listener->tls.client_ca ? tls_client_subject(session)
							: NULL;
}

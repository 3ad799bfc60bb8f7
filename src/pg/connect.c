/* From a connection string to an open connection without ever blocking: the password
 * is fetched, then host names are resolved by the loop, then libpq connects. */
#include <assert.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/size.h"
#include "pg/errors.h"
#include "pg/hosts.h"
#include "pg/internal.h"
#include "pg/login.h"
#include "pg/options.h"
#include "pg/password.h"
#include "pg/remedies.h"

struct plan {
	char *dsn;
	char *application_name;
	char *password;       /* of the file or command, or NULL */
	char *known_password; /* of the string, service file or environment, or NULL */
	struct hosts hosts;
	size_t at; /* the host whose name is looked up */
	struct err lookup_err;
	bool user_timeout;   /* tcp_user_timeout is the user's */
	bool set_timeout;    /* … or ours, for the time of connecting */
	int polling;         /* WATCH_… that PQconnectPoll() waits for */
	struct login *login; /* while it has the connection */
	struct pg_servers *servers;
	int64_t queued_ms; /* since when it waits for others, clock_mono_ms() */
};

void
plan_free(struct plan *p)
{
	if (!p)
		return;
	password_free(p->password);
	password_free(p->known_password);
	hosts_free(&p->hosts);
	if (p->dsn)
		explicit_bzero(p->dsn, strlen(p->dsn));
	free(p->dsn);
	free(p->application_name);
	free(p);
}

void
plan_scrub(const struct plan *p, struct err *e)
{
	errors_scrub(e, p->password);
	errors_scrub(e, p->known_password);
}

/* ---- CONNECTING ---- */

/* Given both, libpq speaks of the address only; people know their server by name. */
static void
show_names(const struct hosts *h, struct err *e)
{
	for (size_t i = 0; i < h->n; i++)
		for (size_t j = 0; j < h->v[i].found.n; j++) {
			const char *address = h->v[i].found.v[j];
			char *from = xasprintf("at \"%s\",", address);
			char *to = xasprintf("at \"%s\" (%s),", h->v[i].name, address);

			if (strcmp(h->v[i].name, address) != 0)
				errors_replace(e, from, to);
			free(from);
			free(to);
		}
}

static void
leave(struct pg_session *s, bool well)
{
	if (s->visit)
		servers_leave(s->visit, well);
	s->visit = NULL;
}

static void
fail_refused(struct pg_session *s)
{
	struct err e;

	errors_connect(&e, PQerrorMessage(s->conn));
	show_names(&s->plan->hosts, &e);
	if (PQconnectionNeedsPassword(s->conn))
		e.code = ERR_AUTH;
	session_fail(s, &e);
}

/* While connecting, the kernel's limit moves on from an address that is silent; an
 * open connection may be silent for as long as its deadlines allow. */
static void
reset_timeout(const struct pg_session *s)
{
	static const int none = 0;

	if (s->plan->set_timeout)
		setsockopt(PQsocket(s->conn), IPPROTO_TCP, TCP_USER_TIMEOUT, &none,
			sizeof none);
}

void
connect_abandon(struct pg_session *s)
{
	struct plan *p = s->plan;

	if (p->login) {
		login_leave(p->login, s->visit, &p->hosts, session_left(s));
		p->login = NULL;
		s->visit = NULL;
		return;
	}
	PQfinish(s->conn);
	leave(s, false);
}

void
connect_explain(struct pg_session *s, struct err *e)
{
	char text[sizeof e->text];

	if (!s->plan || !s->plan->login)
		return;
	snprintf(text, sizeof text, "%s", e->text);
	if (!s->conn) {
		err_set(e, e->code,
			"%s: what the server asks for in the login takes longer", text);
		e->advice = &remedy_iterations;
	} else if (login_is_unanswered(s->plan->login)) {
		err_set(e, e->code, "%s: %s, port %s has taken it and does not answer",
			text, PQhost(s->conn), PQport(s->conn));
		e->advice = &remedy_unanswered;
	}
	e->unanswered = e->advice != NULL;
}

/* Such a database holds any bytes, and would refuse to give out as UTF-8 those that are
 * none. */
static bool
is_ascii(const PGconn *conn)
{
	const char *encoding = PQparameterStatus(conn, "server_encoding");

	return encoding && strcmp(encoding, "SQL_ASCII") == 0;
}

static void
finish_connect(struct pg_session *s)
{
	s->conn = login_end(s->plan->login);
	s->plan->login = NULL;
	reset_timeout(s);
	if (PQsetnonblocking(s->conn, 1) != 0) {
		fail_refused(s);
		return;
	}
	leave(s, true);
	PQsetErrorVerbosity(s->conn, PQERRORS_DEFAULT);
	s->raw_text = is_ascii(s->conn);
	s->since_ms = clock_boot_ms();
	s->prepared =
		(struct prepared){.how = s->prepares ? PREPARED_ASKS : PREPARED_NEVER};
	session_set_state(s, SESSION_IDLE);
	session_end(s, NULL);
}

/* Certificates, settings, maybe notices.  libpq keeps a message of up to 2 GB, and
 * looks for each setting among all that it has, which takes the time of others. */
enum { LOGIN_BYTES = 128 * 1024 };

static void
fail_too_much(struct pg_session *s)
{
	char most[32];
	struct err e;

	err_set(&e, ERR_CONNECT, "the server sent more than %s in the login",
		size_format(LOGIN_BYTES, most, sizeof most));
	s->conn = login_end(s->plan->login);
	s->plan->login = NULL;
	session_fail(s, &e);
}

static void
on_step(void *arg, PostgresPollingStatusType status)
{
	struct pg_session *s = arg;
	struct plan *p = s->plan;

	session_end_login(s);
	s->conn = login_conn(p->login);
	if (status == PGRES_POLLING_FAILED) {
		fail_refused(s);
	} else if (login_bytes(p->login) > LOGIN_BYTES) {
		fail_too_much(s);
	} else if (status == PGRES_POLLING_OK) {
		finish_connect(s);
	} else {
		p->polling = status == PGRES_POLLING_READING ? WATCH_READ : WATCH_WRITE;
		session_wait_socket(s, p->polling, session_left(s));
	}
}

/* PQconnectPoll() may only be called when what it asked for has happened; an early end
 * of the wait asks again. */
void
connect_parse(struct pg_session *s, int what)
{
	struct plan *p = s->plan;

	if (what & WATCH_TIMEOUT) {
		session_wait_socket(s, p->polling, session_left(s));
		return;
	}
	s->conn = NULL;
	session_wait_login(s);
	login_step(p->login);
}

/* PQconnectStartParams() takes the string as `dbname`, and what stands behind it
 * overrides what the string says.  Empty values override nothing. */
struct params {
	const char *keys[12], *values[12];
	size_t n;
};

static void
add_param(struct params *p, const char *key, const char *value)
{
	assert(p->n + 1 < COUNT_OF(p->keys));
	p->keys[p->n] = key;
	p->values[p->n++] = value ? value : "";
}

static void
start_libpq(struct pg_session *s, struct params *p)
{
	add_param(p, "password", s->plan->password);
	add_param(p, "client_encoding", "UTF8");
	add_param(p, "fallback_application_name", s->plan->application_name);
	s->conn = must(PQconnectStartParams(p->keys, p->values, 1));
	PQsetErrorVerbosity(s->conn, PQERRORS_VERBOSE);
	if (PQstatus(s->conn) == CONNECTION_BAD) {
		fail_refused(s);
		return;
	}
	s->plan->login = login_new(s->loop, s->conn, on_step, s);
	s->plan->polling = WATCH_WRITE;
	session_set_state(s, SESSION_CONNECTING);
	session_wait_socket(s, s->plan->polling, session_left(s));
}

/* libpq tries one address after the other, but only the kernel can end the try of one
 * that never answers: each gets its share of the time. */
static void
share_time(struct pg_session *s, size_t n, struct params *p, struct strbuf *timeout)
{
	if (n < 2 || s->plan->user_timeout)
		return;
	strbuf_printf(timeout, "%lld", (long long)(session_left(s) / (int64_t)n + 1));
	add_param(p, "tcp_user_timeout", timeout->s);
	s->plan->set_timeout = true;
}

static void
start_connecting(struct pg_session *s)
{
	struct strbuf host = {0}, hostaddr = {0}, port = {0}, timeout = {0};
	struct params p = {.n = 0};
	size_t n = hosts_format(&s->plan->hosts, &host, &hostaddr, &port);

	add_param(&p, "dbname", s->plan->dsn);
	if (hosts_names(&s->plan->hosts) > 0 || n < s->plan->hosts.n) {
		add_param(&p, "host", host.s);
		add_param(&p, "hostaddr", hostaddr.s);
		add_param(&p, "port", port.s);
	}
	share_time(s, n, &p, &timeout);
	if (n)
		start_libpq(s, &p);
	else
		session_fail(s, &s->plan->lookup_err);
	strbuf_free(&host);
	strbuf_free(&hostaddr);
	strbuf_free(&port);
	strbuf_free(&timeout);
}

/* ---- QUEUED ---- */

static void
fail_shut(struct pg_session *s, const struct shut *why)
{
	char time[CLOCK_RFC3339_LEN];
	struct err e;

	clock_rfc3339(why->since_ms, time);
	if (why->in_step)
		err_set(&e, ERR_TIMEOUT,
			"not connected: what the server asked for in a login, whose "
			"time ran out at %s, is still being calculated",
			time);
	else
		err_set(&e, ERR_TIMEOUT,
			"not connected: the server has not answered a connection that "
			"it took at %s",
			time);
	e.unanswered = true;
	e.advice = why->in_step ? &remedy_iterations : &remedy_unanswered;
	session_fail(s, &e);
}

/* Also whenever it may be its turn. */
static void
run_queued(struct pg_session *s)
{
	struct plan *p = s->plan;
	int64_t now_ms = clock_mono_ms();
	struct shut why;

	if (!servers_leave_out(p->servers, &p->hosts, &why)) {
		fail_shut(s, &why);
	} else if (servers_enter(s->visit, &p->hosts)) {
		if (p->queued_ms)
			session_put_off(s, now_ms - p->queued_ms);
		start_connecting(s);
	} else {
		if (s->state != SESSION_QUEUED) {
			session_set_state(s, SESSION_QUEUED);
			p->queued_ms = now_ms;
		}
		session_wait_entry(s);
	}
}

static void
on_turn(void *arg)
{
	struct pg_session *s = arg;

	assert(s->wait == WAIT_ENTRY);
	s->wait = WAIT_NONE;
	run_queued(s);
}

static void
run_connecting(struct pg_session *s)
{
	struct plan *p = s->plan;

	if (!p->servers) {
		start_connecting(s);
		return;
	}
	s->visit = servers_arrive(p->servers, on_turn, s);
	run_queued(s);
}

/* ---- RESOLVING ---- */

static void run_resolving(struct pg_session *s);

/* As with libpq, a name that cannot be resolved is an error only if no other host of
 * the list has an address. */
static void
on_lookup(void *arg, const char *const *addresses, size_t n, const struct err *e)
{
	struct pg_session *s = arg;
	struct host *h = &s->plan->hosts.v[s->plan->at++];

	assert(s->wait == WAIT_LOOKUP);
	s->wait = WAIT_NONE;
	if (e) {
		s->plan->lookup_err = *e;
		s->plan->lookup_err.advice = remedy_find("", "", e->text);
	}
	for (size_t i = 0; i < n; i++)
		strvec_add(&h->found, addresses[i]);
	run_resolving(s);
}

static size_t
names_left(const struct plan *p)
{
	size_t n = 0;

	for (size_t at = p->at; hosts_next(&p->hosts, &at); at++)
		n++;
	return n;
}

static void
run_resolving(struct pg_session *s)
{
	struct plan *p = s->plan;

	if (!hosts_next(&p->hosts, &p->at)) {
		run_connecting(s);
		return;
	}
	if (s->state != SESSION_RESOLVING)
		session_set_state(s, SESSION_RESOLVING);
	session_wait_lookup(
		s, loop_resolve(s->loop, p->hosts.v[p->at].name,
			   session_left(s) / (int64_t)names_left(p), on_lookup, s));
}

static void
run_options(struct pg_session *s)
{
	struct plan *p = s->plan;
	struct options o;
	struct err e;
	bool ok = options_ask(p->dsn, &o, &e);

	p->known_password = o.password;
	p->user_timeout = o.user_timeout;
	p->hosts = o.hosts;
	if (ok)
		run_resolving(s);
	else
		session_fail(s, &e);
}

/* ---- PASSWORD ---- */

/* NULL: it could not be had, for the reason in `e`. */
static void
take_password(struct pg_session *s, char *password, const struct err *e)
{
	s->plan->password = password;
	if (password)
		run_options(s);
	else
		session_fail(s, e);
}

static void
on_command(void *arg, const char *output, size_t n, const struct err *e)
{
	struct pg_session *s = arg;
	struct err reason = {.code = ERR_NONE};
	char *password = NULL;

	assert(s->wait == WAIT_COMMAND);
	s->wait = WAIT_NONE;
	if (output) {
		password = password_from(output, n, "password_command", &reason);
	} else {
		reason = *e;
		if (e->code == ERR_IO)
			reason.code = ERR_AUTH;
		err_prefix(&reason, "password_command");
		if (e->code == ERR_FORMAT)
			reason.advice = &remedy_password_command;
	}
	take_password(s, password, &reason);
}

void
connect_run(struct pg_session *s, const struct pg_target *t)
{
	struct plan *p = xcalloc(1, sizeof *p);
	struct err e;

	s->plan = p;
	p->dsn = xstrdup(t->dsn);
	p->application_name = xstrdup_null(t->application_name);
	p->servers = t->servers;
	if (!pg_dsn_check(t->dsn, &e)) {
		session_fail(s, &e);
	} else if (t->password_command) {
		session_set_state(s, SESSION_PASSWORD);
		session_wait_command(s, child_run(s->loop, t->password_command,
						session_left(s), on_command, s));
	} else if (t->password_file) {
		take_password(s, password_read(t->password_file, &e), &e);
	} else {
		run_options(s);
	}
}

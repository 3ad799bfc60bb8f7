/* The frame of a session: its states, its one wait, its one way to fail.  What goes
 * on in the states is in connect.c and exchange.c. */
#include "pg/session.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/standstill.h"
#include "pg/cancel.h"
#include "pg/errors.h"
#include "pg/internal.h"
#include "pg/remedies.h"

void
session_set_state(struct pg_session *s, enum session_state to)
{
	static const char *const names[] = {
		[SESSION_CLOSED] = "closed",
		[SESSION_PASSWORD] = "password",
		[SESSION_RESOLVING] = "resolving",
		[SESSION_QUEUED] = "queued",
		[SESSION_CONNECTING] = "connecting",
		[SESSION_IDLE] = "idle",
		[SESSION_RESTING] = "resting",
		[SESSION_RUNNING] = "running",
		[SESSION_CLEANING] = "cleaning",
	};

	log_msg(LEVEL_DEBUG, "session %p: %s to %s", (void *)s, names[s->state],
		names[to]);
	s->state = to;
}

int64_t
session_left(const struct pg_session *s)
{
	int64_t left = s->deadline - clock_mono_ms();

	return left > 0 ? left : 0;
}

/* A second wait would lose the first one's end. */
static void
start_wait(struct pg_session *s, enum session_wait wait)
{
	assert(s->wait == WAIT_NONE);
	s->wait = wait;
}

void
session_wait_socket(struct pg_session *s, int what, int64_t at_most_ms)
{
	int64_t most = session_left(s);

	if (at_most_ms < most)
		most = at_most_ms;
	if (most > STANDSTILL_SLICE_MS)
		most = STANDSTILL_SLICE_MS;
	start_wait(s, WAIT_SOCKET);
	s->back_ms = clock_mono_ms() + most;
	watch_set(s->watch, PQsocket(s->conn), what, most);
}

void
session_wait_end(struct pg_session *s, int64_t at_most_ms)
{
	start_wait(s, WAIT_SOCKET);
	watch_set(s->watch, PQsocket(s->conn), WATCH_READ, at_most_ms);
}

void
session_wait_lookup(struct pg_session *s, struct lookup *k)
{
	start_wait(s, WAIT_LOOKUP);
	s->lookup = k;
}

void
session_wait_command(struct pg_session *s, struct child *c)
{
	start_wait(s, WAIT_COMMAND);
	s->command = c;
}

void
session_wait_entry(struct pg_session *s)
{
	start_wait(s, WAIT_ENTRY);
}

void
session_wait_login(struct pg_session *s)
{
	int64_t most = session_left(s);

	if (most > STANDSTILL_SLICE_MS)
		most = STANDSTILL_SLICE_MS;
	start_wait(s, WAIT_LOGIN);
	s->back_ms = clock_mono_ms() + most;
	timer_set(s->turn, most);
}

void
session_put_off(struct pg_session *s, int64_t ms)
{
	s->deadline += ms;
	s->put_off_ms += ms;
}

void
session_end_wait(struct pg_session *s)
{
	enum session_wait wait = s->wait;

	s->wait = WAIT_NONE;
	if (wait == WAIT_TURN || wait == WAIT_LOGIN)
		timer_clear(s->turn);
	else if (wait == WAIT_SOCKET)
		watch_clear(s->watch);
	else if (wait == WAIT_LOOKUP)
		lookup_cancel(s->lookup);
	else if (wait == WAIT_COMMAND)
		child_cancel(s->command);
}

/* The server is at work for it. */
static bool
is_busy(const struct pg_session *s)
{
	return s->state == SESSION_RUNNING || s->state == SESSION_CLEANING;
}

static void
drop_question(struct pg_session *s)
{
	script_free(s->script);
	s->script = NULL;
}

/* The watch goes first: libevent must not hold a descriptor that libpq closes. */
static void
drop_connection(struct pg_session *s)
{
	session_end_wait(s);
	drop_question(s);
	if (is_busy(s))
		cancel_and_finish(s->loop, s->conn);
	else if (s->plan)
		connect_abandon(s);
	else
		PQfinish(s->conn);
	plan_free(s->plan);
	s->plan = NULL;
	s->conn = NULL;
	s->impatient = false;
	if (s->state != SESSION_CLOSED)
		session_set_state(s, SESSION_CLOSED);
}

/* Also for calls that fail before they wait for anything: a callback never comes from
 * inside the call that it belongs to. */
void
session_end(struct pg_session *s, const struct err *e)
{
	drop_question(s);
	plan_free(s->plan);
	s->plan = NULL;
	s->err = e ? *e : (struct err){.code = ERR_NONE};
	start_wait(s, WAIT_TURN);
	timer_set(s->turn, 0);
}

/* Scrubbed here, as here alone all passwords are still known. */
void
session_fail(struct pg_session *s, const struct err *e)
{
	struct err reason = *e;

	assert(e->code != ERR_NONE);
	if (s->conn)
		errors_scrub(&reason, PQpass(s->conn));
	if (s->plan)
		plan_scrub(s->plan, &reason);
	drop_connection(s);
	session_end(s, &reason);
}

/* For half of its time at least: it is not that there is so much to send. */
static bool
is_silent(const struct pg_session *s)
{
	return clock_mono_ms() - s->heard_ms >= s->timeout_ms / 2;
}

void
session_fail_late(struct pg_session *s)
{
	char limit[32];
	struct err e;

	duration_format(s->timeout_ms, limit, sizeof limit);
	err_set(&e, ERR_TIMEOUT, "no %s within %s",
		is_busy(s) ? "complete answer" : "connection", limit);
	if (!is_busy(s))
		connect_explain(s, &e);
	else if (is_silent(s))
		e.advice = &remedy_silent;
	session_fail(s, &e);
}

/* The last act of a call.  The caller may do anything to the session from here, free
 * it too, so nothing is touched afterwards. */
static void
tell(struct pg_session *s)
{
	pg_connected_fn *connected = s->connected;
	pg_done_fn *done = s->done;
	struct pg_results *results = s->results;
	struct err reason = s->err;
	const struct err *e = reason.code == ERR_NONE ? NULL : &reason;

	s->wait = WAIT_NONE;
	s->connected = NULL;
	s->done = NULL;
	s->results = NULL;
	if (connected)
		connected(s->arg, e);
	else
		done(s->arg, results, e);
}

/* What nobody could look at is not late: a moment more, for the answers to come. */
static void
allow_for_stop(struct pg_session *s)
{
	int64_t stood_ms = standstill_of(s->back_ms, clock_mono_ms());

	if (!stood_ms)
		return;
	s->stood_still_ms += stood_ms;
	session_put_off(s, stood_ms + STANDSTILL_SLICE_MS);
}

/* What had arrived by the deadline is looked at; whoever goes on sending does not put
 * it off. */
static bool
is_over(const struct pg_session *s, int what)
{
	int64_t left = s->deadline - clock_mono_ms();

	return left <= ((what & WATCH_TIMEOUT) ? 0 : -STANDSTILL_SLICE_MS);
}

/* … for a step of the login. */
static void
on_slice(struct pg_session *s)
{
	s->wait = WAIT_NONE;
	allow_for_stop(s);
	if (is_over(s, WATCH_TIMEOUT))
		session_fail_late(s);
	else
		session_wait_login(s);
}

static void
on_turn(void *arg)
{
	struct pg_session *s = arg;

	if (s->wait == WAIT_LOGIN)
		on_slice(s);
	else
		tell(s);
}

void
session_end_login(struct pg_session *s)
{
	assert(s->wait == WAIT_LOGIN);
	session_end_wait(s);
	allow_for_stop(s);
}

/* A wait that ran out before the deadline only asks to look again. */
static void
on_socket(void *arg, int what)
{
	struct pg_session *s = arg;

	assert(s->wait == WAIT_SOCKET);
	s->wait = WAIT_NONE;
	if (s->state == SESSION_RESTING) {
		drop_connection(s);
		return;
	}
	if (what & WATCH_READ) {
		s->heard_ms = clock_mono_ms();
		session_answered(s);
	}
	allow_for_stop(s);
	if (is_over(s, what))
		session_fail_late(s);
	else if (s->state == SESSION_CONNECTING)
		connect_parse(s, what);
	else
		exchange_parse(s, what);
}

struct pg_session *
pg_session_new(struct loop *l)
{
	struct pg_session *s = xcalloc(1, sizeof *s);

	s->loop = l;
	s->watch = watch_new(l, on_socket, s);
	s->turn = timer_new(l, on_turn, s);
	return s;
}

/* Deferred: the session may be freed from its own callback. */
static void
free_session(void *arg)
{
	struct pg_session *s = arg;

	watch_free(s->watch);
	timer_free(s->turn);
	free(s);
}

void
pg_session_close(struct pg_session *s)
{
	drop_connection(s);
	pg_results_free(s->results);
	s->results = NULL;
	s->connected = NULL;
	s->done = NULL;
}

void
pg_session_free(struct pg_session *s)
{
	if (!s)
		return;
	pg_session_close(s);
	loop_defer(s->loop, free_session, s);
}

static void
start_call(struct pg_session *s, int64_t timeout_ms, void *arg)
{
	assert(!s->connected && !s->done && s->wait == WAIT_NONE);
	s->arg = arg;
	s->timeout_ms = timeout_ms;
	s->deadline = clock_mono_ms() + timeout_ms;
}

void
pg_session_connect(
	struct pg_session *s, const struct pg_target *t, pg_connected_fn *fn, void *arg)
{
	start_call(s, t->connect_timeout_ms, arg);
	drop_connection(s);
	s->connected = fn;
	connect_run(s, t);
}

/* True if something can be asked. */
static bool
start_asking(struct pg_session *s, int64_t timeout_ms, pg_done_fn *fn, void *arg)
{
	struct err e;

	start_call(s, timeout_ms, arg);
	s->heard_ms = clock_mono_ms();
	s->done = fn;
	if (s->state == SESSION_IDLE)
		return true;
	err_set(&e, ERR_CONNECT, "not connected");
	session_fail(s, &e);
	return false;
}

void
pg_session_run(
	struct pg_session *s, const struct pg_script *script, pg_done_fn *fn, void *arg)
{
	if (start_asking(s, script->timeout_ms, fn, arg))
		script_run(s, script);
}

void
pg_session_command(struct pg_session *s, const struct pg_command *command,
	pg_done_fn *fn, void *arg)
{
	if (start_asking(s, command->timeout_ms, fn, arg))
		script_command(s, command);
}

/* Two looks, as the first may find the server's last words and the second its end. */
bool
pg_session_is_open(const struct pg_session *s)
{
	if (is_busy(s))
		return true;
	return s->state == SESSION_IDLE && PQconsumeInput(s->conn) &&
	       PQconsumeInput(s->conn) && PQstatus(s->conn) == CONNECTION_OK;
}

int
pg_session_server_version(const struct pg_session *s)
{
	return s->conn ? PQserverVersion(s->conn) : 0;
}

const char *
pg_session_server(struct pg_session *s)
{
	const char *host = s->conn ? PQhost(s->conn) : NULL;
	const char *port = s->conn ? PQport(s->conn) : NULL;

	snprintf(s->server, sizeof s->server, "%s%s%s", host && *host ? host : "",
		host && *host ? ":" : "", host && *host && port ? port : "");
	return s->server;
}

int64_t
pg_session_put_off_ms(const struct pg_session *s)
{
	return s->put_off_ms;
}

int64_t
pg_session_stood_still_ms(const struct pg_session *s)
{
	return s->stood_still_ms;
}

unsigned
pg_session_round_trips(const struct pg_session *s)
{
	return s->round_trips;
}

void
pg_session_prepare(struct pg_session *s)
{
	s->prepares = true;
}

bool
pg_session_is_unprepared(const struct pg_session *s)
{
	return s->prepared.failed;
}

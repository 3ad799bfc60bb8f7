/* See login.h.  The loop waits for the socket, a thread takes the step.  As sockets do
 * not block and names are resolved before, such a step calculates and reads files, but
 * waits for nobody; yet a server may ask for thousands of millions of iterations, so
 * that whoever goes on without it does not wait for it to come back. */
#include "pg/login.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "loop/work.h"
#include "pg/arrived.h"

struct login {
	struct loop *loop;
	PGconn *conn;
	const char *host, *port; /* that were tried before the step; libpq's */
	int fd;                  /* the socket of the address at hand, or -1 */
	struct arrived arrived;  /* … what has come over it */
	struct strvec notices;
	PostgresPollingStatusType status;
	struct work *work; /* a step, or NULL */
	login_fn *fn;
	void *arg;
	/* Once nobody wants it: whom the step keeps out, or NULL. */
	struct visit *visit;
	struct hosts at;
};

/* A thread may not log. */
static void
on_notice(void *arg, const PGresult *res)
{
	struct login *k = arg;

	strvec_add(&k->notices, PQresultErrorMessage(res));
}

/* Else libpq would print it to standard error. */
static void
on_later_notice(void *arg, const PGresult *res)
{
	(void)arg;
	log_msg(LEVEL_DEBUG, "notice: %s", PQresultErrorMessage(res));
}

static void
log_notices(struct login *k)
{
	for (size_t i = 0; i < k->notices.n; i++)
		log_msg(LEVEL_DEBUG, "notice: %s", k->notices.v[i]);
	strvec_free(&k->notices);
	k->notices = (struct strvec){0};
}

struct login *
login_new(struct loop *l, PGconn *conn, login_fn *fn, void *arg)
{
	struct login *k = xcalloc(1, sizeof *k);

	*k = (struct login){.loop = l,
		.conn = conn,
		.fd = -1,
		.status = PGRES_POLLING_WRITING,
		.fn = fn,
		.arg = arg};
	PQsetNoticeReceiver(conn, on_notice, k);
	return k;
}

static void
free_login(struct login *k)
{
	log_notices(k);
	hosts_free(&k->at);
	free(k);
}

PGconn *
login_end(struct login *k)
{
	PGconn *conn = k->conn;

	assert(!k->work);
	PQsetNoticeReceiver(conn, on_later_notice, NULL);
	free_login(k);
	return conn;
}

PGconn *
login_conn(const struct login *k)
{
	return k->work ? NULL : k->conn;
}

int64_t
login_bytes(const struct login *k)
{
	assert(!k->work);
	return k->arrived.bytes;
}

bool
login_is_unanswered(const struct login *k)
{
	return !k->work && k->status == PGRES_POLLING_READING &&
	       PQstatus(k->conn) != CONNECTION_STARTED &&
	       PQstatus(k->conn) != CONNECTION_BAD;
}

/* ---- A step ---- */

/* Each address has a socket of its own.  One that libpq has closed may be somebody
 * else's by now. */
static void
run(void *arg)
{
	struct login *k = arg;
	int fd = PQsocket(k->conn);

	if (k->fd != fd)
		arrived_open(&k->arrived, fd);
	k->fd = fd;
	arrived_before(&k->arrived, fd);
	k->status = PQconnectPoll(k->conn);
	if (PQsocket(k->conn) == fd)
		arrived_after(&k->arrived, fd);
}

static void
done(void *arg)
{
	struct login *k = arg;

	k->work = NULL;
	log_notices(k);
	k->fn(k->arg, k->status);
}

static bool
are_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Not so where libpq has gone on to the next host. */
static bool
is_where_it_was(const struct login *k)
{
	return are_same(PQhost(k->conn), k->host) && are_same(PQport(k->conn), k->port);
}

/* The server may have the next word still. */
static void
drop(void *arg)
{
	struct login *k = arg;

	k->work = NULL;
	PQsetNoticeReceiver(k->conn, on_later_notice, NULL);
	if (k->visit && login_is_unanswered(k) && is_where_it_was(k)) {
		servers_take(k->visit, k->conn);
	} else {
		PQfinish(k->conn);
		if (k->visit)
			servers_release(k->visit);
	}
	free_login(k);
}

static const struct work_kind step = {WORK_LOGINS, run, done, drop};

void
login_step(struct login *k)
{
	assert(!k->work);
	k->host = PQhost(k->conn);
	k->port = PQport(k->conn);
	k->work = work_start(k->loop, &step, k);
}

/* ---- Nobody wants it ---- */

/* Its step keeps others out as if it was the server that does not answer. */
static void
leave_step(struct login *k, struct visit *visit, struct hosts *at, int64_t left_ms)
{
	k->at = *at;
	*at = (struct hosts){0};
	k->visit = visit;
	if (visit) {
		hosts_single_out(&k->at, k->host, k->port);
		servers_occupy(&k->visit, &k->at, left_ms);
	}
	work_cancel(k->work);
}

void
login_leave(struct login *k, struct visit *visit, struct hosts *at, int64_t left_ms)
{
	PGconn *conn;
	bool unanswered = login_is_unanswered(k);

	if (k->work) {
		leave_step(k, visit, at, left_ms);
		return;
	}
	conn = login_end(k);
	if (visit && unanswered) {
		hosts_single_out(at, PQhost(conn), PQport(conn));
		servers_abandon(visit, conn, at, left_ms);
		return;
	}
	PQfinish(conn);
	if (visit)
		servers_leave(visit, false);
}

/* How a question goes: it is sent, and answers are taken as they arrive,
 * a turn's worth at a time, until all are in, nothing more will come, or more has come
 * than may.  The frame of script.c. */
#include <stdio.h>

#include "base/clock.h"
#include "pg/errors.h"
#include "pg/internal.h"
#include "pg/remedies.h"

/* How long to wait before TLS is asked again.  libpq may leave a part of a TLS record
 * in OpenSSL, where waiting for the socket does not see it. */
enum { LOOK_AGAIN_MS = 20 };

/* Rows and ends of results in one turn: a few ms, so that the loop never stalls. */
enum { ANSWERS_PER_TURN = 2000 };

enum { PART_LEN = 300 };

void
exchange_begin(struct pg_session *s, const struct pg_limit *limit)
{
	s->exchange = (struct exchange){.limit = *limit};
	arrived_begin(&s->exchange.arrived, PQsocket(s->conn));
}

/* ---- errors ---- */

bool
exchange_note(struct pg_session *s, const struct err *e)
{
	if (s->exchange.err.code == ERR_NONE)
		s->exchange.err = *e;
	return false;
}

bool
exchange_refuse(struct pg_session *s, const char *answer)
{
	char part[PART_LEN];
	struct err e;

	err_set(&e, ERR_INTERNAL, "the server answered %s with %s",
		script_part(s, part, sizeof part), answer);
	return exchange_note(s, &e);
}

bool
exchange_refuse_kind(struct pg_session *s, const char *answer)
{
	char text[PART_LEN];

	snprintf(text, sizeof text, "%s, which is no answer to that", answer);
	return exchange_refuse(s, text);
}

static const char *
name_of(const PGresult *res)
{
	PGresult *r = (PGresult *)res; /* PQcmdStatus() lacks const, that is all */

	switch (PQresultStatus(res)) {
	case PGRES_COMMAND_OK:
		return PQcmdStatus(r);
	case PGRES_TUPLES_OK:
	case PGRES_SINGLE_TUPLE:
		return "rows";
	case PGRES_COPY_OUT:
	case PGRES_COPY_IN:
	case PGRES_COPY_BOTH:
		return "COPY";
	default:
		return PQresStatus(PQresultStatus(res));
	}
}

bool
exchange_refuse_result(struct pg_session *s, const PGresult *res)
{
	return exchange_refuse_kind(s, name_of(res));
}

void
exchange_failed(const PGresult *res, struct err *e)
{
	const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

	errors_query(e, PQresultErrorField(res, PG_DIAG_SQLSTATE),
		primary ? primary : PQresultErrorMessage(res));
}

void
exchange_fail(struct pg_session *s)
{
	struct err e = s->exchange.err;

	if (e.code == ERR_NONE)
		errors_query(&e, NULL, PQerrorMessage(s->conn));
	session_fail(s, &e);
}

bool
exchange_has_room(struct pg_session *s, int64_t bytes)
{
	const struct pg_limit *limit = &s->exchange.limit;
	char part[PART_LEN];

	if (limit->used_bytes + bytes <= limit->max_bytes)
		return true;
	remedy_too_much(
		&s->exchange.err, limit->max_bytes, script_part(s, part, sizeof part));
	return false;
}

/* ---- sending ---- */

static bool
flush(struct pg_session *s)
{
	int rc = PQflush(s->conn);

	s->exchange.unsent = rc > 0;
	return rc >= 0;
}

/* While something is unsent, answers are read as well: the server may not read on
 * until it got rid of them. */
static void
wait_for_answer(struct pg_session *s)
{
	const struct exchange *x = &s->exchange;

	session_wait_socket(s, WATCH_READ | (x->unsent ? WATCH_WRITE : 0),
		x->look_again ? LOOK_AGAIN_MS : session_left(s));
}

void
exchange_send(struct pg_session *s, bool given)
{
	s->exchange.answered = false;
	if (given && flush(s))
		wait_for_answer(s);
	else
		exchange_fail(s);
}

/* ---- answers ---- */

PGresult *
exchange_result(struct pg_session *s)
{
	PGresult *res = PQgetResult(s->conn);

	if (res && !s->exchange.answered) {
		s->exchange.answered = true;
		s->round_trips++;
	}
	return res;
}

/* PQconsumeInput() takes one buffer's worth, which also keeps a turn short.  Of TLS,
 * more than one piece of a record may be waiting in OpenSSL. */
static bool
read_input(struct pg_session *s)
{
	struct exchange *x = &s->exchange;
	int times = PQsslInUse(s->conn) ? 3 : 1;
	bool ok = true;

	arrived_before(&x->arrived, PQsocket(s->conn));
	while (ok && times--)
		ok = PQconsumeInput(s->conn);
	arrived_after(&x->arrived, PQsocket(s->conn));
	return ok && (!x->unsent || flush(s));
}

/* What libpq has in hand, a turn's worth of it.  PQgetResult() would wait for an answer
 * that is not there, so PQisBusy() is asked before; of a broken connection it gives
 * what had arrived, then the loss, then NULL for ever. */
static enum next
take_answers(struct pg_session *s)
{
	enum next next = NEXT_TURN;

	for (int n = 0; next == NEXT_TURN; n++) {
		bool lost = PQstatus(s->conn) == CONNECTION_BAD;

		if (!lost && n == ANSWERS_PER_TURN)
			return NEXT_TURN;
		if (!lost && PQisBusy(s->conn))
			return NEXT_INPUT;
		next = script_take(s);
		s->exchange.effort.n_answers++;
		if (lost && next == NEXT_INPUT)
			return NEXT_FAILED;
	}
	return next;
}

/* What a broken connection had sent before is still taken: its last words are the
 * reason.  A failure that leaves it whole (libpq's memory) has none. */
static enum next
take_input(struct pg_session *s)
{
	if (!read_input(s) && PQstatus(s->conn) != CONNECTION_BAD)
		return NEXT_FAILED;
	return take_answers(s);
}

/* What is in hand is counted row by row; what waits in libpq is not.  How long a local
 * server's bytes may take is not known: they are not counted. */
static bool
may_go_on(struct pg_session *s, bool waits)
{
	struct exchange *x = &s->exchange;
	int64_t bytes = arrived_read(&x->arrived, PQsocket(s->conn));

	if (waits && !exchange_has_room(s, x->arrived.bytes))
		return false;
	return bytes < 0 || !effort_is_too_much(&x->effort, bytes) ||
	       exchange_refuse(s, "a flood of settings, or what takes as long");
}

void
exchange_parse(struct pg_session *s, int what)
{
	struct exchange *x = &s->exchange;
	int64_t began_us = clock_thread_us();
	enum next next = take_input(s);

	effort_add(&x->effort, clock_thread_us() - began_us);
	if ((next == NEXT_TURN || next == NEXT_INPUT) &&
		!may_go_on(s, next == NEXT_INPUT))
		next = NEXT_FAILED;
	switch (next) {
	case NEXT_TURN:
		session_wait_socket(s, WATCH_READ, 0);
		break;
	case NEXT_INPUT:
		x->look_again = PQsslInUse(s->conn) && (what & WATCH_READ);
		wait_for_answer(s);
		break;
	case NEXT_END:
		script_finish(s);
		break;
	case NEXT_FAILED:
		exchange_fail(s);
	}
}

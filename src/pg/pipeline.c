/* A script goes out as one pipeline and comes back as a fixed sequence of answers; a
 * list of what is to come, made when the script is sent, is walked as they arrive.
 * The first error of the server is kept, the rest is read to the last sync and thrown
 * away.  What no server answers to this script, and more than was agreed on, ends the
 * session at once: nobody knows what comes behind it, or whether that ends. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/arrived.h"
#include "pg/collect.h"
#include "pg/errors.h"
#include "pg/internal.h"
#include "pg/remedies.h"

enum item_kind {
	ITEM_COMMAND,   /* BEGIN, COMMIT, ROLLBACK, SET */
	ITEM_SETUP,     /* one row, not kept */
	ITEM_STATEMENT, /* rows, kept */
	ITEM_SYNC,
};

struct item {
	enum item_kind kind;
	const char *tag;  /* of COMMAND: what the server confirms */
	size_t number;    /* of STATEMENT: which of the script, from 1 */
	const char *name; /* … what it asks for, or NULL */
	size_t n_cols;    /* … and what it has to give */
	bool one_row;
};

struct pipeline {
	struct item *items;
	size_t n_items, cap_items;
	size_t n_statements;
	size_t at;       /* the answer at hand */
	size_t n_rows;   /* … has given so far */
	bool complete;   /* … has ended well */
	bool unsent;     /* libpq still holds some of the script */
	bool answered;   /* since the last send */
	bool look_again; /* TLS may hold back what the socket no longer has */
	int64_t max_bytes, used_bytes; /* as in struct pg_script */
	struct arrived arrived;
	struct collect *collect;
	struct err err; /* the first error */
};

/* How long to wait before TLS is asked again.  libpq may leave a part of a TLS record
 * in OpenSSL, where waiting for the socket does not see it. */
enum { LOOK_AGAIN_MS = 20 };

/* Rows and ends of results in one turn: a few ms, so that the loop never stalls. */
enum { RESULTS_PER_TURN = 2000 };

enum next {
	NEXT_INPUT,   /* libpq needs more input */
	NEXT_TURN,    /* there is more, but others have to have their turn */
	NEXT_END,     /* every answer is in */
	NEXT_NOTHING, /* nothing more will come, though it should */
	NEXT_REFUSED, /* what came is not to be had: the error says why */
};

void
pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	collect_free(p->collect);
	free(p->items);
	free(p);
}

/* ---- sending ---- */

/* What was sent and what is expected grow together. */
static bool
add_item(struct pipeline *p, struct item item, int sent)
{
	GROW(p->items, p->n_items, p->cap_items);
	p->items[p->n_items++] = item;
	return sent;
}

static bool
send_sql(struct pg_session *s, struct item item, const struct pg_statement *st)
{
	return add_item(s->pipeline, item,
		PQsendQueryParams(s->conn, st->sql, st->n_params, NULL, st->params,
			NULL, NULL, 0));
}

static bool
send_command(struct pg_session *s, const char *sql, const char *tag)
{
	const struct pg_statement st = {.sql = sql};

	return send_sql(s, (struct item){.kind = ITEM_COMMAND, .tag = tag}, &st);
}

static bool
send_setup(struct pg_session *s, const char *sql)
{
	const struct pg_statement st = {.sql = sql};

	return !sql || send_sql(s, (struct item){.kind = ITEM_SETUP}, &st);
}

static bool
send_sync(struct pg_session *s)
{
	return add_item(
		s->pipeline, (struct item){.kind = ITEM_SYNC}, PQpipelineSync(s->conn));
}

static bool
send_statement(struct pg_session *s, const struct pg_statement *st)
{
	const struct item item = {.kind = ITEM_STATEMENT,
		.number = ++s->pipeline->n_statements,
		.name = st->name,
		.n_cols = st->n_cols,
		.one_row = st->one_row};

	return send_sql(s, item, st);
}

/* For the transaction only, as everything else. */
static const char raw_text[] = "SET LOCAL client_encoding = 'SQL_ASCII'";

static bool
send_batch(struct pg_session *s, const struct pg_batch *b)
{
	bool ok = send_command(s, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
			  "BEGIN") &&
		  send_setup(s, b->setup) &&
		  (!s->raw_text || send_command(s, raw_text, "SET"));

	for (size_t i = 0; ok && i < b->n_statements; i++)
		ok = send_statement(s, &b->statements[i]);
	return ok && send_command(s, "COMMIT", "COMMIT") && send_sync(s);
}

/* libpq has lost the connection and says why. */
static void
fail_lost(struct pg_session *s)
{
	struct err e = s->pipeline->err;

	if (e.code == ERR_NONE)
		errors_query(&e, NULL, PQerrorMessage(s->conn));
	session_fail(s, &e);
}

static bool
flush(struct pg_session *s)
{
	int rc = PQflush(s->conn);

	s->pipeline->unsent = rc > 0;
	return rc >= 0;
}

/* While something is unsent, answers are read as well: the server may not read on
 * until it got rid of them. */
static void
wait_for_answer(struct pg_session *s)
{
	struct pipeline *p = s->pipeline;

	session_wait_socket(s, WATCH_READ | (p->unsent ? WATCH_WRITE : 0),
		p->look_again ? LOOK_AGAIN_MS : session_left(s));
}

/* Each result has to be asked for row by row when its turn comes, that of a command
 * too, lest libpq gathers rows that are none of its.  A refusal does no harm, the
 * result then comes in one piece. */
static void
begin_item(struct pg_session *s)
{
	struct pipeline *p = s->pipeline;

	p->complete = false;
	p->n_rows = 0;
	if (p->at < p->n_items && p->items[p->at].kind != ITEM_SYNC)
		PQsetSingleRowMode(s->conn);
}

static void
begin_answers(struct pg_session *s, bool sent)
{
	s->pipeline->answered = false;
	if (!sent || !flush(s)) {
		fail_lost(s);
		return;
	}
	begin_item(s);
	wait_for_answer(s);
}

void
pipeline_run(struct pg_session *s, const struct pg_script *script)
{
	size_t n_statements = 0;
	bool ok = true;

	for (size_t i = 0; i < script->n_batches; i++)
		n_statements += script->batches[i].n_statements;
	s->pipeline = xcalloc(1, sizeof *s->pipeline);
	s->pipeline->max_bytes = script->max_bytes;
	s->pipeline->used_bytes = script->used_bytes;
	s->pipeline->collect = collect_new(n_statements, s->raw_text);
	arrived_begin(&s->pipeline->arrived, PQsocket(s->conn));
	session_set_state(s, SESSION_RUNNING);
	for (size_t i = 0; ok && i < script->n_batches; i++)
		ok = send_batch(s, &script->batches[i]);
	begin_answers(s, ok);
}

/* ---- the end ---- */

/* The failed transaction is still open, and the next script has to find a clean
 * session.  Outside a transaction ROLLBACK is a mere warning. */
static void
run_cleaning(struct pg_session *s)
{
	bool sent;

	s->pipeline->at = s->pipeline->n_items;
	session_set_state(s, SESSION_CLEANING);
	sent = send_command(s, "ROLLBACK", "ROLLBACK") && send_sync(s);
	begin_answers(s, sent);
}

static void
finish_script(struct pg_session *s)
{
	struct pipeline *p = s->pipeline;
	struct err e = p->err;

	if (s->state == SESSION_RUNNING && e.code != ERR_NONE) {
		run_cleaning(s);
		return;
	}
	if (e.code == ERR_NONE) {
		s->results = collect_finish(p->collect);
		p->collect = NULL;
	}
	session_set_state(s, SESSION_IDLE);
	session_end(s, &e);
}

/* ---- answers ---- */

static void
note_error(struct pipeline *p, const struct err *e)
{
	if (p->err.code == ERR_NONE)
		p->err = *e;
}

/* The part of the script at hand, for messages. */
static const char *
part_name(const struct pipeline *p, char *buf, size_t size)
{
	const struct item *item = &p->items[p->at];

	if (item->kind == ITEM_COMMAND)
		return item->tag;
	if (item->kind == ITEM_SETUP)
		return "the settings of a transaction";
	if (item->kind == ITEM_SYNC)
		return "the end of a transaction";
	if (item->name)
		snprintf(buf, size, "statement %zu (%s)", item->number, item->name);
	else
		snprintf(buf, size, "statement %zu", item->number);
	return buf;
}

/* An error that nothing in the database explains is ours, and whoever looks for it
 * wants to know in which statement. */
static void
note_failed(struct pipeline *p, const PGresult *res)
{
	struct err e;
	char part[80];
	const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

	errors_query(&e, PQresultErrorField(res, PG_DIAG_SQLSTATE),
		primary ? primary : PQresultErrorMessage(res));
	if ((e.code == ERR_QUERY || !strcmp(e.sqlstate, "57014")) &&
		p->items[p->at].number)
		err_prefix(&e, "%s", part_name(p, part, sizeof part));
	note_error(p, &e);
}

/* Returns false. */
static bool
refuse(struct pipeline *p, const char *answer)
{
	char part[80];
	struct err e;

	err_set(&e, ERR_INTERNAL,
		"the server answered %s with %s, which is no answer to that",
		part_name(p, part, sizeof part), answer);
	note_error(p, &e);
	return false;
}

static bool
is_too_much(const struct pipeline *p, int64_t bytes)
{
	return p->used_bytes + bytes > p->max_bytes;
}

static bool
refuse_more(struct pipeline *p)
{
	char part[80];
	struct err e;

	remedy_too_much(&e, p->max_bytes, part_name(p, part, sizeof part));
	p->err = e;
	return false;
}

/* COMMIT of a failed transaction is answered with success and "ROLLBACK". */
static bool
is_confirmed(const struct item *item, const PGresult *res)
{
	PGresult *r = (PGresult *)res; /* PQcmdStatus() lacks const, that is all */

	return PQresultStatus(res) == PGRES_COMMAND_OK &&
	       strcmp(PQcmdStatus(r), item->tag) == 0;
}

static bool
take_command(struct pipeline *p, const PGresult *res)
{
	PGresult *r = (PGresult *)res;

	if (!is_confirmed(&p->items[p->at], res) || p->complete)
		return refuse(p, PQresultStatus(res) == PGRES_COMMAND_OK
					 ? PQcmdStatus(r)
					 : "rows");
	p->complete = true;
	return true;
}

/* The server says how many rows there were ("SELECT n", "Message Formats" in its
 * documentation): one that was lost on the way, or came twice, looks like a change. */
static bool
is_counted(struct pipeline *p, const PGresult *res)
{
	char tag[32], part[80];
	struct err e;

	snprintf(tag, sizeof tag, "SELECT %zu", p->n_rows);
	if (strcmp(PQcmdStatus((PGresult *)res), tag) == 0)
		return true;
	err_set(&e, ERR_INTERNAL, "%s gave %zu rows, and its end says %s",
		part_name(p, part, sizeof part), p->n_rows,
		PQcmdStatus((PGresult *)res));
	note_error(p, &e);
	return false;
}

/* Rows, or the end of them; a command that is confirmed has no columns. */
static bool
take_rows(struct pipeline *p, const PGresult *res)
{
	const struct item *item = &p->items[p->at];
	bool setup = item->kind == ITEM_SETUP;
	struct err e;

	if (p->complete || PQresultStatus(res) == PGRES_COMMAND_OK)
		return refuse(p, p->complete ? "a second result" : "no rows");
	p->n_rows += (size_t)PQntuples(res);
	p->complete = PQresultStatus(res) == PGRES_TUPLES_OK;
	if (p->complete && !is_counted(p, res))
		return false;
	if (setup && (p->n_rows > 1 || (p->complete && !p->n_rows)))
		return refuse(p, p->n_rows ? "more than one row" : "no row");
	if (setup || p->err.code != ERR_NONE)
		return true;
	if (!collect_add(p->collect, res, &e)) {
		note_error(p, &e);
		return false;
	}
	return !is_too_much(p, (int64_t)collect_size(p->collect)) || refuse_more(p);
}

/* A result that is no error, of the item at hand. */
static bool
take_good(struct pipeline *p, const PGresult *res)
{
	switch (p->items[p->at].kind) {
	case ITEM_COMMAND:
		return take_command(p, res);
	case ITEM_SETUP:
	case ITEM_STATEMENT:
		return take_rows(p, res);
	case ITEM_SYNC:
		break;
	}
	return refuse(p, "a result");
}

/* The NULL of PQgetResult() that ends each answer.  It comes after an answer that was
 * cut off as well, so it proves nothing: only a last result makes an answer complete.
 */
static bool
end_item(struct pg_session *s)
{
	struct pipeline *p = s->pipeline;
	const struct item *item = &p->items[p->at];
	struct err e;

	if (!p->complete && p->err.code == ERR_NONE)
		return refuse(p, "something that has no end");
	if (item->kind == ITEM_STATEMENT && p->err.code == ERR_NONE &&
		!collect_next(p->collect, item->n_cols, item->one_row, &e)) {
		note_error(p, &e);
		return false;
	}
	p->at++;
	begin_item(s);
	return true;
}

static bool
take_sync(struct pg_session *s)
{
	struct pipeline *p = s->pipeline;

	p->complete = true;
	return p->items[p->at].kind == ITEM_SYNC
		       ? end_item(s)
		       : refuse(p, "the end of a transaction");
}

/* False: the session has to end.  An aborted part is the consequence of an error, which
 * came before it. */
static bool
take_result(struct pg_session *s, const PGresult *res)
{
	struct pipeline *p = s->pipeline;

	switch (PQresultStatus(res)) {
	case PGRES_TUPLES_OK:
	case PGRES_SINGLE_TUPLE:
	case PGRES_COMMAND_OK:
		return take_good(p, res);
	case PGRES_PIPELINE_SYNC:
		return take_sync(s);
	case PGRES_FATAL_ERROR:
		note_failed(p, res);
		return true;
	case PGRES_PIPELINE_ABORTED:
		return p->err.code != ERR_NONE || refuse(p, "nothing at all");
	case PGRES_COPY_OUT:
	case PGRES_COPY_IN:
	case PGRES_COPY_BOTH:
		return refuse(p, "COPY");
	default:
		return refuse(p, PQresStatus(PQresultStatus(res)));
	}
}

/* PQconsumeInput() takes one buffer's worth, which also keeps a turn short.  Of TLS,
 * more than one piece of a record may be waiting in OpenSSL. */
static bool
read_input(struct pg_session *s)
{
	int times = PQsslInUse(s->conn) ? 3 : 1;
	bool ok = true;

	arrived_before(&s->pipeline->arrived, PQsocket(s->conn));
	while (ok && times--)
		ok = PQconsumeInput(s->conn);
	arrived_after(&s->pipeline->arrived, PQsocket(s->conn));
	return ok && (!s->pipeline->unsent || flush(s));
}

static void
count_round_trip(struct pg_session *s)
{
	if (!s->pipeline->answered)
		s->round_trips++;
	s->pipeline->answered = true;
}

/* What libpq has in hand, a turn's worth of it.  Returns what is next.  PQgetResult()
 * would wait for an answer that is not there, so PQisBusy() is asked before; of a
 * broken connection it gives what had arrived, then the loss, then NULL for ever. */
static enum next
take_results(struct pg_session *s)
{
	struct pipeline *p = s->pipeline;

	for (int n = 0; p->at < p->n_items; n++) {
		bool lost = PQstatus(s->conn) == CONNECTION_BAD;
		PGresult *res;
		bool ok = true;

		if (!lost && n == RESULTS_PER_TURN)
			return NEXT_TURN;
		if (!lost && PQisBusy(s->conn))
			return NEXT_INPUT;
		res = PQgetResult(s->conn);
		if (res) {
			count_round_trip(s);
			ok = take_result(s, res);
			PQclear(res);
		} else if (p->items[p->at].kind == ITEM_SYNC) {
			return NEXT_NOTHING;
		} else {
			ok = end_item(s);
		}
		if (!ok)
			return NEXT_REFUSED;
	}
	return NEXT_END;
}

/* What a broken connection had sent before is still taken: its last words are the
 * reason.  A failure that leaves it whole (libpq's memory) has none. */
void
pipeline_parse(struct pg_session *s, int what)
{
	enum next next;

	if (!read_input(s) && PQstatus(s->conn) != CONNECTION_BAD) {
		fail_lost(s);
		return;
	}
	next = take_results(s);
	/* What is in hand is counted row by row; what waits in libpq is not. */
	if (next == NEXT_INPUT &&
		is_too_much(s->pipeline, s->pipeline->arrived.bytes)) {
		refuse_more(s->pipeline);
		next = NEXT_REFUSED;
	}
	switch (next) {
	case NEXT_TURN:
		session_wait_socket(s, WATCH_READ, 0);
		break;
	case NEXT_INPUT:
		s->pipeline->look_again = PQsslInUse(s->conn) && (what & WATCH_READ);
		wait_for_answer(s);
		break;
	case NEXT_END:
		finish_script(s);
		break;
	case NEXT_NOTHING:
		fail_lost(s);
		break;
	case NEXT_REFUSED:
		session_fail(s, &s->pipeline->err);
	}
}

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
#include "pg/collect.h"
#include "pg/internal.h"

enum item_kind {
	ITEM_COMMAND,   /* BEGIN, COMMIT, ROLLBACK, SET */
	ITEM_SETUP,     /* one row, not kept */
	ITEM_STATEMENT, /* rows, kept */
	ITEM_SYNC,
};

struct item {
	enum item_kind kind;
	const char *tag;              /* of COMMAND: what the server confirms */
	size_t number;                /* of STATEMENT: which of the script, from 1 */
	const char *name;             /* … what it asks for, or NULL */
	const struct declared *gives; /* … what it can give, or NULL */
};

struct pipeline {
	struct item *items;
	size_t n_items, cap_items;
	size_t n_statements;
	size_t at;     /* the answer at hand */
	size_t n_rows; /* … has given so far */
	bool complete; /* … has ended well */
	pg_part_fn *part;
	size_t part_bytes;
	struct collect *collect;
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
		.gives = st->gives};

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
	begin_item(s);
	exchange_send(s, sent);
}

static void
finish_script(struct pg_session *s)
{
	struct pipeline *p = s->pipeline;
	struct err e = s->exchange.err;

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

/* The part of the script at hand. */
static const char *
part_name(const struct pg_session *s, char *buf, size_t size)
{
	const struct item *item = &s->pipeline->items[s->pipeline->at];

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

static bool
has_failed(const struct pg_session *s)
{
	return s->exchange.err.code != ERR_NONE;
}

/* An error that nothing in the database explains is ours, and whoever looks for it
 * wants to know in which statement. */
static void
note_failed(struct pg_session *s, const PGresult *res)
{
	const struct pipeline *p = s->pipeline;
	struct err e;
	char part[80];

	exchange_failed(res, &e);
	if ((e.code == ERR_QUERY || !strcmp(e.sqlstate, "57014")) &&
		p->items[p->at].number)
		err_prefix(&e, "%s", part_name(s, part, sizeof part));
	exchange_note(s, &e);
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
take_command(struct pg_session *s, const PGresult *res)
{
	struct pipeline *p = s->pipeline;

	if (!is_confirmed(&p->items[p->at], res) || p->complete)
		return exchange_refuse_result(s, res);
	p->complete = true;
	return true;
}

/* The server says how many rows there were ("SELECT n", "Message Formats" in its
 * documentation): one that was lost on the way, or came twice, looks like a change. */
static bool
is_counted(struct pg_session *s, const PGresult *res)
{
	const struct pipeline *p = s->pipeline;
	char tag[32], part[80];
	struct err e;

	snprintf(tag, sizeof tag, "SELECT %zu", p->n_rows);
	if (strcmp(PQcmdStatus((PGresult *)res), tag) == 0)
		return true;
	err_set(&e, ERR_INTERNAL, "%s gave %zu rows, and its end says %s",
		part_name(s, part, sizeof part), p->n_rows,
		PQcmdStatus((PGresult *)res));
	return exchange_note(s, &e);
}

/* What there is of the rows of the statement at hand. */
static void
hand_over(struct pg_session *s)
{
	const struct pipeline *p = s->pipeline;

	p->part(s->arg, p->items[p->at].number - 1, collect_part(p->collect));
}

/* Rows, or the end of them; a command that is confirmed has no columns. */
static bool
take_rows(struct pg_session *s, const PGresult *res)
{
	struct pipeline *p = s->pipeline;
	const struct item *item = &p->items[p->at];
	bool setup = item->kind == ITEM_SETUP;
	struct err e;

	if (p->complete || PQresultStatus(res) == PGRES_COMMAND_OK)
		return exchange_refuse_kind(
			s, p->complete ? "a second result" : "no rows");
	p->n_rows += (size_t)PQntuples(res);
	p->complete = PQresultStatus(res) == PGRES_TUPLES_OK;
	if (p->complete && !is_counted(s, res))
		return false;
	if (setup && (p->n_rows > 1 || (p->complete && !p->n_rows)))
		return exchange_refuse_kind(
			s, p->n_rows ? "more than one row" : "no row");
	if (setup || has_failed(s))
		return true;
	if (!collect_add(p->collect, res, &e))
		return exchange_refuse(s, e.text);
	if (p->part_bytes && !p->complete &&
		collect_part_size(p->collect) > p->part_bytes)
		hand_over(s);
	return exchange_has_room(s, (int64_t)collect_size(p->collect));
}

/* A result that is no error, of the item at hand. */
static bool
take_good(struct pg_session *s, const PGresult *res)
{
	switch (s->pipeline->items[s->pipeline->at].kind) {
	case ITEM_COMMAND:
		return take_command(s, res);
	case ITEM_SETUP:
	case ITEM_STATEMENT:
		return take_rows(s, res);
	case ITEM_SYNC:
		break;
	}
	return exchange_refuse_result(s, res);
}

/* The rows of the statement at hand are all there. */
static bool
take_answer(struct pg_session *s)
{
	struct pipeline *p = s->pipeline;
	const struct declared *gives = p->items[p->at].gives;
	char part[80];
	struct err e;
	const struct rows *rows;

	if (p->part)
		hand_over(s);
	rows = collect_next(p->collect);
	return !gives || p->part ||
	       declared_check(rows, gives, part_name(s, part, sizeof part), &e) ||
	       exchange_note(s, &e);
}

/* The NULL of PQgetResult() that ends each answer.  It comes after an answer that was
 * cut off as well, so it proves nothing: only a last result makes an answer complete.
 */
static bool
end_item(struct pg_session *s)
{
	struct pipeline *p = s->pipeline;

	if (!p->complete && !has_failed(s))
		return exchange_refuse_kind(s, "something that has no end");
	if (p->items[p->at].kind == ITEM_STATEMENT && !has_failed(s) && !take_answer(s))
		return false;
	p->at++;
	begin_item(s);
	return true;
}

static bool
take_sync(struct pg_session *s, const PGresult *res)
{
	struct pipeline *p = s->pipeline;

	p->complete = true;
	return p->items[p->at].kind == ITEM_SYNC ? end_item(s)
						 : exchange_refuse_result(s, res);
}

/* False: the session has to end.  An aborted part is the consequence of an error, which
 * came before it. */
static bool
take_result(struct pg_session *s, const PGresult *res)
{
	switch (PQresultStatus(res)) {
	case PGRES_TUPLES_OK:
	case PGRES_SINGLE_TUPLE:
	case PGRES_COMMAND_OK:
		return take_good(s, res);
	case PGRES_PIPELINE_SYNC:
		return take_sync(s, res);
	case PGRES_FATAL_ERROR:
		note_failed(s, res);
		return true;
	case PGRES_PIPELINE_ABORTED:
		return has_failed(s) || exchange_refuse_result(s, res);
	default:
		return exchange_refuse_result(s, res);
	}
}

static enum next
take_one(struct pg_session *s)
{
	struct pipeline *p = s->pipeline;
	PGresult *res = exchange_result(s);
	bool ok;

	if (!res && p->items[p->at].kind == ITEM_SYNC)
		return NEXT_FAILED; /* nothing more will come */
	ok = res ? take_result(s, res) : end_item(s);
	PQclear(res);
	if (!ok)
		return NEXT_FAILED;
	return p->at < p->n_items ? NEXT_TURN : NEXT_END;
}

static const struct question as_pipeline = {take_one, finish_script, part_name};

void
pipeline_run(struct pg_session *s, const struct pg_script *script)
{
	size_t n_statements = 0;
	bool ok = true;

	for (size_t i = 0; i < script->n_batches; i++)
		n_statements += script->batches[i].n_statements;
	s->pipeline = xcalloc(1, sizeof *s->pipeline);
	s->pipeline->collect = collect_new(n_statements, s->raw_text);
	s->pipeline->part = script->part;
	s->pipeline->part_bytes = script->part_bytes;
	if (script->part)
		collect_apart(s->pipeline->collect);
	exchange_begin(s, &as_pipeline, &script->limit);
	session_set_state(s, SESSION_RUNNING);
	for (size_t i = 0; ok && i < script->n_batches; i++)
		ok = send_batch(s, &script->batches[i]);
	begin_item(s);
	exchange_send(s, ok);
}

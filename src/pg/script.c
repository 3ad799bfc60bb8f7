/* A script goes out as one query of many statements (the simple protocol, as COPY has
 * no other in libpq) and comes back as a fixed sequence of answers; a list of what is
 * to come, made when the script is sent, is walked as they arrive.  The server stops at
 * the first error, which is kept.  What no server answers to this script, and more than
 * was agreed on, ends the session at once: nobody knows what comes behind it, or
 * whether that ends. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/collect.h"
#include "pg/copy.h"
#include "pg/internal.h"
#include "pg/query.h"

enum item_kind {
	ITEM_COMMAND,   /* BEGIN, COMMIT, ROLLBACK, SET */
	ITEM_SETUP,     /* one row, not kept */
	ITEM_BACKEND,   /* one row: prepared_question */
	ITEM_STATEMENT, /* rows, kept */
	ITEM_COPY,      /* … that are copied */
};

struct item {
	enum item_kind kind;
	const char *tag;              /* of COMMAND: what the server confirms */
	size_t number;                /* of STATEMENT: which of the script, from 1 */
	const char *name;             /* … what it asks for, or NULL */
	const struct declared *gives; /* … what it can give, or NULL */
	struct pg_copy copy;
};

struct script {
	struct item *items;
	size_t n_items, cap_items;
	size_t n_statements;
	size_t at;     /* the answer at hand */
	size_t n_rows; /* … has given so far */
	struct copy copy;
	bool copying, copied; /* its rows come in; have */
	bool asked;           /* prepared_question */
	struct strbuf query;
	pg_part_fn *part;
	size_t part_bytes;
	struct collect *collect;
	struct arena *arena; /* names of tables */
};

void
script_free(struct script *p)
{
	if (!p)
		return;
	collect_free(p->collect);
	arena_free(p->arena);
	strbuf_free(&p->query);
	free(p->items);
	free(p);
}

/* ---- sending ---- */

/* What is sent and what is expected grow together. */
static void
add_item(struct script *p, struct item item)
{
	if (p->query.len)
		strbuf_add(&p->query, "; ");
	GROW(p->items, p->n_items, p->cap_items);
	p->items[p->n_items++] = item;
}

static void
add_command(struct script *p, const char *sql, const char *tag)
{
	add_item(p, (struct item){.kind = ITEM_COMMAND, .tag = tag});
	strbuf_add(&p->query, sql);
}

static void
add_setup(struct script *p, const char *sql)
{
	add_item(p, (struct item){.kind = ITEM_SETUP});
	query_add(&p->query, &(struct pg_statement){.sql = sql});
}

static void
add_copy(struct script *p, const struct pg_copy *copy)
{
	struct item item = {.kind = ITEM_COPY, .copy = *copy};

	item.copy.table = arena_strdup(p->arena, copy->table);
	add_item(p, item);
	query_add_copy(&p->query, copy);
}

/* Its name where it is prepared, else 0. */
static uint64_t
add_prepared(struct pg_session *s, const char *sql)
{
	bool news;
	uint64_t name = prepared_name(&s->prepared, sql, &news);

	if (news) {
		add_item(s->script,
			(struct item){.kind = ITEM_COMMAND, .tag = "PREPARE"});
		strbuf_printf(&s->script->query, "PREPARE " PREPARED_NAME " AS %s",
			name, sql);
	}
	return name;
}

static void
add_statement(struct pg_session *s, const struct pg_statement *st)
{
	struct script *p = s->script;
	struct strbuf text = {0};
	uint64_t name;

	if (st->copy) {
		add_copy(p, st->copy);
		return;
	}
	query_add(&text, st);
	name = st->prepare ? add_prepared(s, text.s) : 0;
	add_item(p, (struct item){.kind = ITEM_STATEMENT,
			    .number = ++p->n_statements,
			    .name = st->name,
			    .gives = st->gives});
	if (name)
		strbuf_printf(&p->query, "EXECUTE " PREPARED_NAME, name);
	else
		strbuf_add(&p->query, text.s);
	strbuf_free(&text);
}

static void
add_question(struct pg_session *s)
{
	s->script->asked = true;
	add_item(s->script, (struct item){.kind = ITEM_BACKEND});
	strbuf_add(&s->script->query, prepared_question);
}

/* Before 13 the time that a statement may take goes on with the next one, until a
 * command that controls the transaction. */
static void
begin_timeout(struct pg_session *s)
{
	if (PQserverVersion(s->conn) < 130000)
		add_command(s->script, "SAVEPOINT next", "SAVEPOINT");
}

static void
add_batch(struct pg_session *s, const struct pg_batch *b)
{
	struct script *p = s->script;

	add_command(p, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN");
	if (b->setup)
		add_setup(p, b->setup);
	/* For the transaction only, as everything else. */
	if (s->raw_text)
		add_command(p, "SET LOCAL client_encoding = 'SQL_ASCII'", "SET");
	if (s->prepared.how == PREPARED_ASKS && !p->asked)
		add_question(s);
	for (size_t i = 0; i < b->n_statements; i++) {
		begin_timeout(s);
		add_statement(s, &b->statements[i]);
	}
	add_command(p, "COMMIT", "COMMIT");
}

/* Rows are asked for one by one.  A refusal does no harm, they then come in one piece.
 */
static void
send_query(struct pg_session *s)
{
	bool sent = PQsendQuery(s->conn, s->script->query.s);

	strbuf_free(&s->script->query);
	if (sent)
		PQsetSingleRowMode(s->conn);
	exchange_send(s, sent);
}

/* ---- the end ---- */

/* The failed transaction is still open, and the next script has to find a clean
 * session.  Outside a transaction ROLLBACK is a mere warning. */
static void
run_cleaning(struct pg_session *s)
{
	struct script *p = s->script;

	p->at = p->n_items;
	p->copying = p->copied = false;
	session_set_state(s, SESSION_CLEANING);
	add_command(p, "ROLLBACK", "ROLLBACK");
	send_query(s);
}

void
script_finish(struct pg_session *s)
{
	struct script *p = s->script;
	struct err e = s->exchange.err;

	if (s->state == SESSION_RUNNING && e.code != ERR_NONE) {
		prepared_fail(&s->prepared, &e);
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

const char *
script_part(const struct pg_session *s, char *buf, size_t size)
{
	const struct script *p = s->script;
	const struct item *item = &p->items[p->at];

	if (p->at == p->n_items)
		return "the end of a script";
	if (item->kind == ITEM_COMMAND)
		return item->tag;
	if (item->kind == ITEM_SETUP)
		return "the settings of a transaction";
	if (item->kind == ITEM_BACKEND)
		return "the number of the backend";
	if (item->kind == ITEM_COPY)
		return item->copy.table;
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

/* While it is cleaned up the error is known, and what is answered is expected. */
static bool
is_wanted(const struct pg_session *s)
{
	return s->script->at < s->script->n_items &&
	       (s->state == SESSION_CLEANING || !has_failed(s));
}

/* An error that nothing in the database explains is ours, and whoever looks for it
 * wants to know in which statement. */
static void
note_failed(struct pg_session *s, const PGresult *res)
{
	const struct script *p = s->script;
	struct err e;
	char part[80];

	exchange_failed(res, &e);
	if ((e.code == ERR_QUERY || !strcmp(e.sqlstate, "57014")) &&
		p->at < p->n_items && p->items[p->at].number)
		err_prefix(&e, "%s", script_part(s, part, sizeof part));
	exchange_note(s, &e);
}

static void
next_item(struct script *p)
{
	p->at++;
	p->n_rows = 0;
	p->copy = (struct copy){0};
	p->copying = p->copied = false;
}

/* What there is of the rows of the statement at hand. */
static void
hand_over(struct pg_session *s)
{
	const struct script *p = s->script;

	p->part(s->arg, p->items[p->at].number - 1, collect_part(p->collect));
}

/* The rows of the answer at hand are all there. */
static bool
end_rows(struct pg_session *s)
{
	struct script *p = s->script;
	const struct declared *gives = p->part ? NULL : p->items[p->at].gives;
	const struct rows *rows;
	char part[80];
	struct err e;

	if (p->part)
		hand_over(s);
	rows = collect_next(p->collect);
	if (gives &&
		!declared_check(rows, gives, script_part(s, part, sizeof part), &e))
		return exchange_note(s, &e);
	next_item(p);
	return true;
}

/* COMMIT of a failed transaction is answered with success and "ROLLBACK". */
static bool
take_command(struct pg_session *s, const PGresult *res)
{
	struct script *p = s->script;
	PGresult *r = (PGresult *)res; /* PQcmdStatus() lacks const, that is all */

	if (PQresultStatus(res) != PGRES_COMMAND_OK ||
		strcmp(PQcmdStatus(r), p->items[p->at].tag) != 0)
		return exchange_refuse_result(s, res);
	next_item(p);
	return true;
}

/* The server says how many rows there were ("SELECT n", "Message Formats" in its
 * documentation): one that was lost on the way, or came twice, looks like a change. */
static bool
is_counted(struct pg_session *s, const PGresult *res)
{
	const struct script *p = s->script;
	char tag[32], part[80];
	struct err e;

	snprintf(tag, sizeof tag, "SELECT %zu", p->n_rows);
	if (strcmp(PQcmdStatus((PGresult *)res), tag) == 0)
		return true;
	err_set(&e, ERR_INTERNAL, "%s gave %zu rows, and its end says %s",
		script_part(s, part, sizeof part), p->n_rows,
		PQcmdStatus((PGresult *)res));
	return exchange_note(s, &e);
}

/* One row, which is not kept. */
static bool
take_setup(struct pg_session *s, const PGresult *res, bool complete)
{
	struct script *p = s->script;

	if (p->items[p->at].kind == ITEM_BACKEND && PQntuples(res))
		prepared_answer(
			&s->prepared, PQgetvalue(res, 0, 0), PQbackendPID(s->conn));
	if (p->n_rows > 1 || (complete && !p->n_rows))
		return exchange_refuse_kind(
			s, p->n_rows ? "more than one row" : "no row");
	if (complete)
		next_item(p);
	return true;
}

/* Rows, or the end of them; a command that is confirmed has no columns. */
static bool
take_rows(struct pg_session *s, const PGresult *res)
{
	struct script *p = s->script;
	bool complete = PQresultStatus(res) == PGRES_TUPLES_OK;
	struct err e;

	if (PQresultStatus(res) == PGRES_COMMAND_OK)
		return exchange_refuse_kind(s, "no rows");
	if (PQresultStatus(res) == PGRES_COPY_OUT)
		return exchange_refuse_result(s, res);
	p->n_rows += (size_t)PQntuples(res);
	if (complete && !is_counted(s, res))
		return false;
	if (p->items[p->at].kind != ITEM_STATEMENT)
		return take_setup(s, res, complete);
	if (!collect_add(p->collect, res, &e))
		return exchange_refuse(s, e.text);
	if (p->part_bytes && !complete && collect_part_size(p->collect) > p->part_bytes)
		hand_over(s);
	return exchange_has_room(s, (int64_t)collect_size(p->collect)) &&
	       (!complete || end_rows(s));
}

/* "COPY 3": it says how many rows there were. */
static bool
end_copy(struct pg_session *s, PGresult *res)
{
	const struct copy *c = &s->script->copy;
	struct err e;

	if (strtoull(PQcmdTuples(res), NULL, 10) == c->n_rows)
		return end_rows(s);
	err_set(&e, ERR_INTERNAL, "%zu rows of %s came, of which the server says %s",
		c->n_rows, c->what->table, PQcmdTuples(res));
	return exchange_note(s, &e);
}

/* Its beginning, or its end. */
static bool
take_copy(struct pg_session *s, PGresult *res)
{
	struct script *p = s->script;
	ExecStatusType status = PQresultStatus(res);

	if (p->copied && status == PGRES_COMMAND_OK)
		return end_copy(s, res);
	p->copying = !p->copied && status == PGRES_COPY_OUT && PQnfields(res) == 1;
	p->copy.what = &p->items[p->at].copy;
	return p->copying || exchange_refuse_result(s, res);
}

/* One row, or their end. */
static enum next
take_copied(struct pg_session *s)
{
	struct script *p = s->script;
	struct err e;
	char *line;
	int n = PQgetCopyData(s->conn, &line, 1);
	bool ok;

	if (n == 0)
		return NEXT_INPUT;
	if (n < -1)
		return NEXT_FAILED;
	if (n < 0) {
		p->copying = false;
		p->copied = true;
		return NEXT_TURN;
	}
	ok = copy_add(&p->copy, p->collect, line, (size_t)n, &e);
	PQfreemem(line);
	if (ok)
		return NEXT_TURN;
	if (e.code == ERR_INTERNAL)
		exchange_refuse(s, e.text);
	else
		exchange_note(s, &e);
	return NEXT_FAILED;
}

/* A result that is no error, of the item at hand. */
static bool
take_good(struct pg_session *s, PGresult *res)
{
	if (!is_wanted(s))
		return exchange_refuse_result(s, res);
	switch (s->script->items[s->script->at].kind) {
	case ITEM_COMMAND:
		return take_command(s, res);
	case ITEM_SETUP:
	case ITEM_BACKEND:
	case ITEM_STATEMENT:
		break;
	case ITEM_COPY:
		return take_copy(s, res);
	}
	return take_rows(s, res);
}

/* False: the session has to end. */
static bool
take_result(struct pg_session *s, PGresult *res)
{
	switch (PQresultStatus(res)) {
	case PGRES_TUPLES_OK:
	case PGRES_SINGLE_TUPLE:
	case PGRES_COMMAND_OK:
	case PGRES_COPY_OUT:
		return take_good(s, res);
	case PGRES_FATAL_ERROR:
		note_failed(s, res);
		return true;
	default:
		return exchange_refuse_result(s, res);
	}
}

/* The NULL of PQgetResult() that ends all answers.  It comes after what was cut off as
 * well, so it proves nothing: only a last result makes an answer complete. */
static enum next
take_end(struct pg_session *s)
{
	if (PQstatus(s->conn) == CONNECTION_BAD)
		return NEXT_FAILED;
	if (is_wanted(s)) {
		exchange_refuse_kind(s, "something that has no end");
		return NEXT_FAILED;
	}
	return NEXT_END;
}

enum next
script_take(struct pg_session *s)
{
	PGresult *res;
	bool ok;

	if (s->script->copying)
		return take_copied(s);
	res = exchange_result(s);
	if (!res)
		return take_end(s);
	ok = take_result(s, res);
	PQclear(res);
	return ok ? NEXT_TURN : NEXT_FAILED;
}

static void
begin(struct pg_session *s, size_t n_statements, const struct pg_limit *limit)
{
	s->script = xcalloc(1, sizeof *s->script);
	s->script->arena = arena_new();
	s->script->collect = collect_new(n_statements, s->raw_text);
	exchange_begin(s, limit);
	prepared_begin(&s->prepared);
	session_set_state(s, SESSION_RUNNING);
}

/* What answers to a command may take: notices, mostly. */
enum { COMMAND_MAX_BYTES = 1 << 20 };

void
script_command(struct pg_session *s, const struct pg_command *command)
{
	static const struct pg_limit limit = {.max_bytes = COMMAND_MAX_BYTES};

	begin(s, 0, &limit);
	add_command(s->script, command->sql, command->tag);
	send_query(s);
}

void
script_run(struct pg_session *s, const struct pg_script *script)
{
	size_t n_statements = 0;

	for (size_t i = 0; i < script->n_batches; i++)
		n_statements += script->batches[i].n_statements;
	begin(s, n_statements, &script->limit);
	s->script->part = script->part;
	s->script->part_bytes = script->part_bytes;
	if (script->part)
		collect_apart(s->script->collect);
	for (size_t i = 0; i < script->n_batches; i++)
		add_batch(s, &script->batches[i]);
	send_query(s);
}

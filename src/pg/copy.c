/* To plan a mere SELECT, the server evaluates constant expressions of the table's
 * indexes and statistics, with functions of whoever owns it, as the role that asks; and
 * a view that has taken the table's place would be run.  COPY of a table has no plan:
 * it reads an ordinary table's own rows, calls the output function of the column's type
 * and nothing else, and refuses everything that is no such table.  libpq takes it only
 * outside of a pipeline. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "pg/errors.h"
#include "pg/internal.h"

/* As pipeline.c has them. */
enum { LOOK_AGAIN_MS = 20, ROWS_PER_TURN = 2000 };

struct copy {
	struct strvec tables;
	size_t max_rows;
	size_t max_bytes;
	size_t n_before; /* results that come before the first table's */
	size_t at;       /* the table at hand */
	bool copying;    /* its rows come in */
	bool copied;     /* … they have, and the server is yet to confirm it */
	size_t bytes;    /* of all values so far */
	struct pg_results *results;
	const char **cells; /* of the table at hand */
	size_t n_cells, cap_cells;
	bool raw;
	bool unsent;     /* libpq still holds some of the query */
	bool answered;   /* since it was sent */
	bool look_again; /* TLS may hold back what the socket no longer has */
	struct err err;  /* the first error */
};

enum next {
	NEXT_INPUT,  /* libpq needs more input */
	NEXT_TURN,   /* there is more, but others have to have their turn */
	NEXT_END,    /* every answer is in */
	NEXT_LOST,   /* the connection is */
	NEXT_BROKEN, /* nothing more is to be read, for the reason in `err` */
};

void
copy_free(struct copy *c)
{
	if (!c)
		return;
	pg_results_free(c->results);
	strvec_free(&c->tables);
	free(c->cells);
	free(c);
}

/* ---- sending ---- */

/* Statements of one query are one transaction, which ends with it, well or badly. */
static char *
query_of(const struct pg_session *s, const struct pg_copy *what)
{
	struct strbuf sql = {0};

	strbuf_printf(&sql, "SET TRANSACTION READ ONLY; %s", what->setup);
	if (s->raw_text)
		strbuf_add(&sql, "; SET LOCAL client_encoding = 'SQL_ASCII'");
	for (size_t i = 0; i < what->n_tables; i++)
		strbuf_printf(&sql, "; COPY %s (%s) TO STDOUT", what->tables[i],
			what->column);
	return strbuf_take(&sql);
}

static void
fail_lost(struct pg_session *s)
{
	struct err e = s->copy->err;

	if (e.code == ERR_NONE)
		errors_query(&e, NULL, PQerrorMessage(s->conn));
	session_fail(s, &e);
}

static bool
flush(struct pg_session *s)
{
	int rc = PQflush(s->conn);

	s->copy->unsent = rc > 0;
	return rc >= 0;
}

static void
wait_for_answer(struct pg_session *s)
{
	struct copy *c = s->copy;

	session_wait_socket(s, WATCH_READ | (c->unsent ? WATCH_WRITE : 0),
		c->look_again ? LOOK_AGAIN_MS : session_left(s));
}

static void
take_script(struct pg_session *s, const struct pg_copy *what)
{
	struct copy *c = xcalloc(1, sizeof *c);

	for (size_t i = 0; i < what->n_tables; i++)
		strvec_add(&c->tables, what->tables[i]);
	c->max_rows = what->max_rows;
	c->max_bytes = what->max_bytes;
	c->n_before = s->raw_text ? 3 : 2;
	c->raw = s->raw_text;
	c->results = xcalloc(1, sizeof *c->results);
	c->results->arena = arena_new();
	c->results->n_rows = what->n_tables;
	c->results->rows = arena_alloc(
		c->results->arena, what->n_tables * sizeof *c->results->rows);
	s->copy = c;
}

void
copy_run(struct pg_session *s, const struct pg_copy *what)
{
	char *sql = query_of(s, what);
	bool sent;

	take_script(s, what);
	session_set_state(s, SESSION_COPYING);
	sent = PQexitPipelineMode(s->conn) && PQsendQuery(s->conn, sql) && flush(s);
	free(sql);
	if (sent)
		wait_for_answer(s);
	else
		fail_lost(s);
}

/* ---- rows ---- */

/* What COPY's text format has for a byte that it does not write as such. */
static char
unescaped(char c)
{
	static const char from[] = "bfnrtv", to[] = "\b\f\n\r\t\v";
	const char *at = c ? strchr(from, c) : NULL;

	return at ? to[at - from] : c;
}

/* A line of text format with one value, as long as it says; NULL for SQL NULL. */
static const char *
value_of(struct copy *c, const char *line, size_t n)
{
	char *value = arena_alloc(c->results->arena, n + 1), *out = value;
	char *clean;

	if (n && line[n - 1] == '\n')
		n--;
	if (n == 2 && !memcmp(line, "\\N", 2))
		return NULL;
	for (size_t i = 0; i < n; i++)
		*out++ = line[i] == '\\' && i + 1 < n ? unescaped(line[++i]) : line[i];
	if (!c->raw || text_is_utf8(value, (size_t)(out - value)))
		return value;
	clean = text_cleaned(value, 0);
	value = arena_strdup(c->results->arena, clean);
	free(clean);
	return value;
}

static bool
break_off(struct copy *c, const char *limit, size_t n)
{
	return err_set(&c->err, ERR_QUERY, "%s has more than %zu %s",
		c->tables.v[c->at], n, limit);
}

static bool
add_row(struct copy *c, const char *line, size_t n)
{
	if (c->n_cells == c->max_rows)
		return break_off(c, "rows", c->max_rows);
	c->bytes += n;
	if (c->bytes > c->max_bytes)
		return break_off(c, "bytes in its rows", c->max_bytes);
	GROW(c->cells, c->n_cells, c->cap_cells);
	c->cells[c->n_cells++] = value_of(c, line, n);
	return true;
}

/* One row, or their end. */
static enum next
take_data(struct pg_session *s)
{
	struct copy *c = s->copy;
	char *line;
	int n = PQgetCopyData(s->conn, &line, 1);
	bool ok = true;

	if (n > 0) {
		ok = add_row(c, line, (size_t)n);
		PQfreemem(line);
	} else if (n == 0) {
		return NEXT_INPUT;
	} else if (n == -1) {
		c->copying = false;
		c->copied = true;
	} else {
		return NEXT_LOST;
	}
	return ok ? NEXT_TURN : NEXT_BROKEN;
}

/* ---- answers ---- */

/* "COPY 3": it says how many rows there were. */
static bool
end_table(struct copy *c, PGresult *res)
{
	static const char *const name[] = {"value"};
	struct rows *rows = &c->results->rows[c->at];
	size_t bytes = c->n_cells * sizeof *c->cells;
	const char **cells = arena_alloc(c->results->arena, bytes);

	if (strtoull(PQcmdTuples(res), NULL, 10) != c->n_cells)
		return err_set(&c->err, ERR_INTERNAL,
			"%zu rows of %s came, of which the server says %s", c->n_cells,
			c->tables.v[c->at], PQcmdTuples(res));
	if (bytes)
		memcpy(cells, c->cells, bytes);
	c->results->bytes = arena_used(c->results->arena);
	*rows = (struct rows){c->n_cells, 1, name, cells};
	c->n_cells = 0;
	c->copied = false;
	c->at++;
	return true;
}

static bool
note_unexpected(struct copy *c, const PGresult *res)
{
	return err_set(&c->err, ERR_INTERNAL, "unexpected answer %s to COPY",
		PQresStatus(PQresultStatus(res)));
}

/* False if what comes behind it is not to be read. */
static bool
take_result(struct copy *c, PGresult *res)
{
	ExecStatusType status = PQresultStatus(res);
	const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
	bool is_done = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	if (status == PGRES_FATAL_ERROR && c->err.code == ERR_NONE)
		errors_query(&c->err, PQresultErrorField(res, PG_DIAG_SQLSTATE),
			primary ? primary : PQresultErrorMessage(res));
	if (status == PGRES_FATAL_ERROR)
		return true;
	if (c->n_before && is_done) {
		c->n_before--;
		return true;
	}
	if (c->copied && status == PGRES_COMMAND_OK)
		return end_table(c, res);
	c->copying = status == PGRES_COPY_OUT && !c->n_before && !c->copied &&
		     c->at < c->tables.n;
	return c->copying || note_unexpected(c, res);
}

static enum next
take_one(struct pg_session *s)
{
	struct copy *c = s->copy;
	PGresult *res;
	bool ok;

	if (c->copying)
		return take_data(s);
	res = PQgetResult(s->conn);
	if (!res)
		return NEXT_END;
	if (!c->answered)
		s->round_trips++;
	c->answered = true;
	ok = take_result(c, res);
	PQclear(res);
	return ok ? NEXT_TURN : NEXT_BROKEN;
}

/* Of a broken connection what had arrived is taken, then why it broke. */
static enum next
take_all(struct pg_session *s)
{
	enum next next = NEXT_TURN;

	for (int n = 0; next == NEXT_TURN; n++) {
		bool lost = PQstatus(s->conn) == CONNECTION_BAD;

		if (!lost && n == ROWS_PER_TURN)
			return NEXT_TURN;
		if (!lost && PQisBusy(s->conn))
			return NEXT_INPUT;
		next = take_one(s);
		if (lost && (next == NEXT_INPUT || next == NEXT_END))
			return NEXT_LOST;
	}
	return next;
}

static void
finish(struct pg_session *s)
{
	struct copy *c = s->copy;
	struct err e = c->err;

	if (e.code == ERR_NONE && c->at < c->tables.n)
		err_set(&e, ERR_INTERNAL, "no end of the answer to COPY");
	if (!PQenterPipelineMode(s->conn)) {
		fail_lost(s);
		return;
	}
	if (e.code == ERR_NONE) {
		s->results = c->results;
		c->results = NULL;
	}
	session_set_state(s, SESSION_IDLE);
	session_end(s, &e);
}

/* PQconsumeInput() takes one buffer's worth; of TLS more may be waiting. */
static bool
read_input(struct pg_session *s)
{
	int times = PQsslInUse(s->conn) ? 3 : 1;
	bool ok = true;

	while (ok && times--)
		ok = PQconsumeInput(s->conn);
	return ok && (!s->copy->unsent || flush(s));
}

void
copy_parse(struct pg_session *s, int what)
{
	if (!read_input(s) && PQstatus(s->conn) != CONNECTION_BAD) {
		fail_lost(s);
		return;
	}
	switch (take_all(s)) {
	case NEXT_TURN:
		session_wait_socket(s, WATCH_READ, 0);
		break;
	case NEXT_INPUT:
		s->copy->look_again = PQsslInUse(s->conn) && (what & WATCH_READ);
		wait_for_answer(s);
		break;
	case NEXT_END:
		finish(s);
		break;
	case NEXT_BROKEN:
	case NEXT_LOST:
		fail_lost(s);
	}
}

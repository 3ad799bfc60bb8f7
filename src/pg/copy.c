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
#include "pg/collect.h"
#include "pg/internal.h"

struct copy {
	struct strvec tables;
	size_t max_rows;
	size_t max_bytes;
	size_t n_before; /* results that come before the first table's */
	size_t n_begun;  /* … that have come */
	size_t at;       /* the table at hand */
	size_t n_rows;   /* … has given so far */
	bool copying;    /* … they come in */
	bool copied;     /* … they have, and the server is yet to confirm it */
	size_t bytes;    /* of all values so far */
	struct collect *collect;
};

void
copy_free(struct copy *c)
{
	if (!c)
		return;
	collect_free(c->collect);
	strvec_free(&c->tables);
	free(c);
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

/* One value, then the end of the line: all else that ends one is written otherwise. */
static bool
is_one_value(const char *line, size_t n)
{
	return n && line[n - 1] == '\n' && !memchr(line, '\n', n - 1) &&
	       !memchr(line, '\t', n) && !memchr(line, '\r', n);
}

/* The value of such a line, in its place; NULL for SQL NULL. */
static const char *
value_of(char *line, size_t *n)
{
	size_t len = *n - 1, to = 0;

	if (len == 2 && !memcmp(line, "\\N", 2))
		return NULL;
	for (size_t i = 0; i < len; i++)
		line[to++] =
			line[i] == '\\' && i + 1 < len ? unescaped(line[++i]) : line[i];
	line[to] = 0;
	*n = to;
	return line;
}

static bool
break_off(struct pg_session *s, const char *limit, size_t n)
{
	struct err e;

	err_set(&e, ERR_QUERY, "%s has more than %zu %s",
		s->copy->tables.v[s->copy->at], n, limit);
	return exchange_note(s, &e);
}

static bool
add_row(struct pg_session *s, char *line, size_t n)
{
	struct copy *c = s->copy;
	const char *value;
	struct err e;

	if (c->n_rows == c->max_rows)
		return break_off(s, "rows", c->max_rows);
	c->bytes += n;
	if (c->bytes > c->max_bytes)
		return break_off(s, "bytes in its rows", c->max_bytes);
	if (!is_one_value(line, n))
		return exchange_refuse(s, "a row that is not one value");
	c->n_rows++;
	value = value_of(line, &n);
	return collect_add_text(c->collect, "value", value, n, &e) ||
	       exchange_refuse(s, e.text);
}

/* One row, or their end. */
static enum next
take_data(struct pg_session *s)
{
	char *line;
	int n = PQgetCopyData(s->conn, &line, 1);
	bool ok;

	if (n == 0)
		return NEXT_INPUT;
	if (n < -1)
		return NEXT_FAILED;
	if (n < 0) {
		s->copy->copying = false;
		s->copy->copied = true;
		return NEXT_TURN;
	}
	ok = add_row(s, line, (size_t)n);
	PQfreemem(line);
	return ok ? NEXT_TURN : NEXT_FAILED;
}

/* ---- answers ---- */

static const char *
part_name(const struct pg_session *s, char *buf, size_t size)
{
	const struct copy *c = s->copy;

	(void)buf;
	(void)size;
	if (c->n_begun < c->n_before)
		return "the settings of a transaction";
	return c->at < c->tables.n ? c->tables.v[c->at] : "the end of a transaction";
}

/* "COPY 3": it says how many rows there were. */
static bool
end_table(struct pg_session *s, PGresult *res)
{
	struct copy *c = s->copy;
	struct err e;

	if (strtoull(PQcmdTuples(res), NULL, 10) != c->n_rows) {
		err_set(&e, ERR_INTERNAL,
			"%zu rows of %s came, of which the server says %s", c->n_rows,
			c->tables.v[c->at], PQcmdTuples(res));
		return exchange_note(s, &e);
	}
	collect_next(c->collect);
	c->n_rows = 0;
	c->copied = false;
	c->at++;
	return true;
}

/* SET, the row of the settings, SET. */
static bool
take_begin(struct pg_session *s, PGresult *res)
{
	bool settings = s->copy->n_begun == 1;
	bool right =
		settings ? PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1
			 : PQresultStatus(res) == PGRES_COMMAND_OK &&
				   !strcmp(PQcmdStatus(res), "SET");

	if (!right)
		return exchange_refuse_result(s, res);
	s->copy->n_begun++;
	return true;
}

/* False if what comes behind it is not to be read. */
static bool
take_result(struct pg_session *s, PGresult *res)
{
	struct copy *c = s->copy;
	ExecStatusType status = PQresultStatus(res);
	struct err e;

	if (status == PGRES_FATAL_ERROR) {
		exchange_failed(res, &e);
		exchange_note(s, &e);
		return true;
	}
	if (c->n_begun < c->n_before)
		return take_begin(s, res);
	if (c->copied && status == PGRES_COMMAND_OK)
		return end_table(s, res);
	c->copying = status == PGRES_COPY_OUT && PQnfields(res) == 1 && !c->copied &&
		     c->at < c->tables.n;
	return c->copying || exchange_refuse_result(s, res);
}

static enum next
take_one(struct pg_session *s)
{
	PGresult *res;
	bool ok;

	if (s->copy->copying)
		return take_data(s);
	res = exchange_result(s);
	if (!res) /* also of a lost connection */
		return PQstatus(s->conn) == CONNECTION_BAD ? NEXT_FAILED : NEXT_END;
	ok = take_result(s, res);
	PQclear(res);
	return ok ? NEXT_TURN : NEXT_FAILED;
}

static void
finish(struct pg_session *s)
{
	struct copy *c = s->copy;
	struct err e = s->exchange.err;

	if (e.code == ERR_NONE && c->at < c->tables.n)
		err_set(&e, ERR_INTERNAL, "no end of the answer to COPY");
	if (!PQenterPipelineMode(s->conn)) {
		exchange_fail(s);
		return;
	}
	if (e.code == ERR_NONE) {
		s->results = collect_finish(c->collect);
		c->collect = NULL;
	}
	session_set_state(s, SESSION_IDLE);
	session_end(s, &e);
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

static struct copy *
copy_new(const struct pg_copy *what, bool raw)
{
	struct copy *c = xcalloc(1, sizeof *c);

	for (size_t i = 0; i < what->n_tables; i++)
		strvec_add(&c->tables, what->tables[i]);
	c->max_rows = what->max_rows;
	c->max_bytes = what->max_bytes;
	c->n_before = raw ? 3 : 2;
	c->collect = collect_new(what->n_tables, raw);
	return c;
}

static const struct question as_copy = {take_one, finish, part_name};

void
copy_run(struct pg_session *s, const struct pg_copy *what)
{
	char *sql = query_of(s, what);

	s->copy = copy_new(what, s->raw_text);
	exchange_begin(s, &as_copy, &what->limit);
	session_set_state(s, SESSION_COPYING);
	exchange_send(s, PQexitPipelineMode(s->conn) && PQsendQuery(s->conn, sql));
	free(sql);
}

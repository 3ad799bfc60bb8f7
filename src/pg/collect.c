/* A catalog answer is hundreds of thousands of short texts.  So the texts of a row
 * share one piece of the arena, and texts of no or one character are not stored at
 * all: they point into a table. */
#include "pg/collect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

struct collect {
	struct pg_results *results;
	size_t at; /* the statement at hand */
	/* Its cells, in a block that can grow: how many rows come is known at the end.
	 */
	const char **cells;
	size_t n_cells, cap_cells;
	bool raw;
	char *singles; /* "\0" and all texts of one byte, two bytes each */
};

struct collect *
collect_new(size_t n_statements, bool raw)
{
	struct collect *c = xcalloc(1, sizeof *c);
	struct pg_results *r = xcalloc(1, sizeof *r);

	r->arena = arena_new();
	r->n_rows = n_statements;
	r->rows = arena_alloc(r->arena, n_statements * sizeof *r->rows);
	c->results = r;
	c->raw = raw;
	c->singles = arena_alloc(r->arena, 2 * 256);
	for (size_t i = 0; i < 256; i++)
		c->singles[2 * i] = (char)i;
	return c;
}

void
collect_free(struct collect *c)
{
	if (!c)
		return;
	pg_results_free(c->results);
	free(c->cells);
	free(c);
}

static void
set_columns(struct collect *c, const PGresult *res)
{
	struct rows *rows = &c->results->rows[c->at];
	int n = PQnfields(res);
	const char **names = arena_alloc(c->results->arena, (size_t)n * sizeof *names);

	for (int i = 0; i < n; i++)
		names[i] = arena_strdup(c->results->arena, PQfname(res, i));
	rows->names = names;
	rows->n_cols = (size_t)n;
}

/* A value that needs room of its own; not so SQL NULL, whose length is 0. */
static bool
is_long(const PGresult *res, int row, int col)
{
	return PQgetlength(res, row, col) > 1;
}

/* Outside the row's piece: it grows, and is rare. */
static const char *
keep_cleaned(struct collect *c, const char *value)
{
	char *clean = text_cleaned(value, 0);
	const char *kept = arena_strdup(c->results->arena, clean);

	free(clean);
	return kept;
}

static const char *
keep_value(struct collect *c, const PGresult *res, int row, int col, char **room)
{
	const char *value = PQgetvalue(res, row, col);
	size_t size = (size_t)PQgetlength(res, row, col) + 1;
	char *copy = *room;

	if (PQgetisnull(res, row, col))
		return NULL;
	if (c->raw && !text_is_utf8(value, size - 1))
		return keep_cleaned(c, value);
	if (!is_long(res, row, col))
		return &c->singles[2 * (unsigned char)*value];
	memcpy(copy, value, size);
	*room += size;
	return copy;
}

static void
add_row(struct collect *c, const PGresult *res, int row, int n_cols)
{
	size_t bytes = 0;
	char *room = NULL;

	for (int i = 0; i < n_cols; i++)
		if (is_long(res, row, i))
			bytes += (size_t)PQgetlength(res, row, i) + 1;
	if (bytes)
		room = arena_alloc(c->results->arena, bytes);
	for (int i = 0; i < n_cols; i++) {
		GROW(c->cells, c->n_cells, c->cap_cells);
		c->cells[c->n_cells++] = keep_value(c, res, row, i, &room);
	}
}

/* Texts of a server have no zero byte, and but for SQL_ASCII are what was asked for. */
static bool
check_row(const struct collect *c, const PGresult *res, int row, struct err *e)
{
	for (int i = 0; i < PQnfields(res); i++) {
		size_t n = (size_t)PQgetlength(res, row, i);
		const char *value = PQgetvalue(res, row, i);

		if (memchr(value, 0, n))
			return err_set(e, ERR_INTERNAL,
				"the server answered statement %zu with a zero byte in "
				"%s, which no text has",
				c->at + 1, PQfname(res, i));
		if (!c->raw && !text_is_utf8(value, n))
			return err_set(e, ERR_INTERNAL,
				"the server answered statement %zu with bytes in %s "
				"that are no UTF-8, which was agreed on",
				c->at + 1, PQfname(res, i));
	}
	return true;
}

bool
collect_add(struct collect *c, const PGresult *res, struct err *e)
{
	struct rows *rows = &c->results->rows[c->at];
	int n = PQntuples(res);

	assert(c->at < c->results->n_rows);
	if (!rows->names)
		set_columns(c, res);
	if (rows->n_cols != (size_t)PQnfields(res))
		return err_set(e, ERR_INTERNAL,
			"the server answered statement %zu with %d columns behind %zu",
			c->at + 1, PQnfields(res), rows->n_cols);
	for (int i = 0; i < n; i++) {
		if (!check_row(c, res, i, e))
			return false;
		add_row(c, res, i, (int)rows->n_cols);
	}
	rows->n_rows += (size_t)n;
	return true;
}

size_t
collect_size(const struct collect *c)
{
	return arena_used(c->results->arena) + c->cap_cells * sizeof *c->cells;
}

static bool
check_shape(const struct collect *c, size_t n_cols, bool one_row, struct err *e)
{
	const struct rows *rows = &c->results->rows[c->at];

	if (n_cols && rows->n_cols != n_cols)
		return err_set(e, ERR_INTERNAL,
			"statement %zu gave %zu columns instead of %zu", c->at + 1,
			rows->n_cols, n_cols);
	if (one_row && rows->n_rows != 1)
		return err_set(e, ERR_INTERNAL,
			"statement %zu gave %zu rows instead of one", c->at + 1,
			rows->n_rows);
	return true;
}

bool
collect_next(struct collect *c, size_t n_cols, bool one_row, struct err *e)
{
	struct rows *rows = &c->results->rows[c->at];
	size_t bytes = c->n_cells * sizeof *c->cells;
	const char **cells = arena_alloc(c->results->arena, bytes);

	if (!check_shape(c, n_cols, one_row, e))
		return false;
	if (bytes)
		memcpy(cells, c->cells, bytes);
	rows->cells = cells;
	c->n_cells = 0;
	c->at++;
	return true;
}

struct pg_results *
collect_finish(struct collect *c)
{
	struct pg_results *r = c->results;

	assert(c->at == r->n_rows);
	r->bytes = arena_used(r->arena);
	c->results = NULL;
	collect_free(c);
	return r;
}

void
pg_results_free(struct pg_results *r)
{
	if (!r)
		return;
	arena_free(r->arena);
	free(r);
}

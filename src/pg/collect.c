/* A catalog answer is hundreds of thousands of short texts.  So the texts of a row
 * share one piece of the arena, and texts of no or one character are not stored at
 * all: they point into a table.  What is handed over statement by statement has an
 * arena of its own each, so that it can be freed before the rest is there. */
#include "pg/collect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define ONE(n) (char)(n), 0
#define FOUR(n) ONE(n), ONE((n) + 1), ONE((n) + 2), ONE((n) + 3)
#define SIXTEEN(n) FOUR(n), FOUR((n) + 4), FOUR((n) + 8), FOUR((n) + 12)
#define SIXTY_FOUR(n) \
	SIXTEEN(n), SIXTEEN((n) + 16), SIXTEEN((n) + 32), SIXTEEN((n) + 48)

/* "\0" and all texts of one byte, two bytes each. */
static const char singles[] = {
	SIXTY_FOUR(0), SIXTY_FOUR(64), SIXTY_FOUR(128), SIXTY_FOUR(192)};

struct collect {
	struct pg_results *results;
	struct arena *arena; /* of the statement at hand: theirs, or its own */
	size_t given;        /* bytes of what was handed over */
	size_t at;           /* the statement at hand */
	/* Its cells, in a block that can grow: how many rows come is known at the end.
	 */
	const char **cells;
	size_t n_cells, cap_cells;
	bool raw;
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
	c->arena = r->arena;
	c->raw = raw;
	return c;
}

void
collect_free(struct collect *c)
{
	if (!c)
		return;
	if (c->results && c->arena != c->results->arena)
		arena_free(c->arena);
	pg_results_free(c->results);
	free(c->cells);
	free(c);
}

void
collect_apart(struct collect *c)
{
	assert(c->arena == c->results->arena && !c->at);
	c->arena = arena_new();
}

static void
set_column(struct collect *c, const char *name)
{
	struct rows *rows = &c->results->rows[c->at];
	const char **names = arena_alloc(c->arena, sizeof *names);

	names[0] = arena_strdup(c->arena, name);
	rows->names = names;
	rows->n_cols = 1;
}

static void
set_columns(struct collect *c, const PGresult *res)
{
	struct rows *rows = &c->results->rows[c->at];
	int n = PQnfields(res);
	const char **names = arena_alloc(c->arena, (size_t)n * sizeof *names);

	for (int i = 0; i < n; i++)
		names[i] = arena_strdup(c->arena, PQfname(res, i));
	rows->names = names;
	rows->n_cols = (size_t)n;
}

/* Outside the row's piece: it grows, and is rare. */
static const char *
keep_cleaned(struct collect *c, const char *text)
{
	char *clean = text_cleaned(text, 0);
	const char *kept = arena_strdup(c->arena, clean);

	free(clean);
	return kept;
}

/* What a text of that length takes of the row's piece. */
static size_t
room_for(size_t n)
{
	return n > 1 ? n + 1 : 0;
}

static void
keep(struct collect *c, const char *text, size_t n, char **room)
{
	const char *kept = text;

	GROW(c->cells, c->n_cells, c->cap_cells);
	if (text && c->raw && !text_is_utf8(text, n)) {
		kept = keep_cleaned(c, text);
	} else if (text && n <= 1) {
		kept = &singles[2 * (unsigned char)*text];
	} else if (text) {
		kept = memcpy(*room, text, n + 1);
		*room += n + 1;
	}
	c->cells[c->n_cells++] = kept;
}

/* The length of SQL NULL is 0. */
static void
add_row(struct collect *c, const PGresult *res, int row, int n_cols)
{
	size_t bytes = 0;
	char *room = NULL;

	for (int i = 0; i < n_cols; i++)
		bytes += room_for((size_t)PQgetlength(res, row, i));
	if (bytes)
		room = arena_alloc(c->arena, bytes);
	for (int i = 0; i < n_cols; i++)
		keep(c, PQgetisnull(res, row, i) ? NULL : PQgetvalue(res, row, i),
			(size_t)PQgetlength(res, row, i), &room);
}

/* Texts of a server have no zero byte, and but for SQL_ASCII are what was asked for. */
static bool
check_text(const struct collect *c, const char *name, const char *text, size_t n,
	struct err *e)
{
	if (memchr(text, 0, n))
		return err_set(
			e, ERR_INTERNAL, "a zero byte in %s, which no text has", name);
	if (!c->raw && !text_is_utf8(text, n))
		return err_set(e, ERR_INTERNAL,
			"bytes in %s that are no UTF-8, which was agreed on", name);
	return true;
}

static bool
check_row(const struct collect *c, const PGresult *res, int row, struct err *e)
{
	for (int i = 0; i < PQnfields(res); i++)
		if (!check_text(c, PQfname(res, i), PQgetvalue(res, row, i),
			    (size_t)PQgetlength(res, row, i), e))
			return false;
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
		return err_set(e, ERR_INTERNAL, "%d columns behind %zu", PQnfields(res),
			rows->n_cols);
	for (int i = 0; i < n; i++) {
		if (!check_row(c, res, i, e))
			return false;
		add_row(c, res, i, (int)rows->n_cols);
	}
	rows->n_rows += (size_t)n;
	return true;
}

bool
collect_add_text(
	struct collect *c, const char *name, const char *text, size_t n, struct err *e)
{
	struct rows *rows = &c->results->rows[c->at];
	char *room = NULL;

	assert(c->at < c->results->n_rows);
	if (!rows->names)
		set_column(c, name);
	if (text && !check_text(c, name, text, n, e))
		return false;
	if (text && room_for(n))
		room = arena_alloc(c->arena, room_for(n));
	keep(c, text, n, &room);
	rows->n_rows++;
	return true;
}

size_t
collect_size(const struct collect *c)
{
	return c->given + arena_used(c->arena) + c->cap_cells * sizeof *c->cells;
}

const struct rows *
collect_next(struct collect *c)
{
	struct rows *rows = &c->results->rows[c->at];
	size_t bytes = c->n_cells * sizeof *c->cells;
	const char **cells = arena_alloc(c->arena, bytes);

	if (bytes)
		memcpy(cells, c->cells, bytes);
	rows->cells = cells;
	c->n_cells = 0;
	c->at++;
	return rows;
}

size_t
collect_part_size(const struct collect *c)
{
	return arena_used(c->arena) + c->n_cells * sizeof *c->cells;
}

/* The cells go with it as they are: of a large catalog they are many. */
struct pg_results *
collect_part(struct collect *c)
{
	struct pg_results *part = xcalloc(1, sizeof *part);
	struct rows *rows = &c->results->rows[c->at];

	part->arena = c->arena;
	part->rows = arena_alloc(c->arena, sizeof *rows);
	part->n_rows = 1;
	part->cells = xrealloc(c->cells, c->n_cells + 1, sizeof *c->cells);
	part->bytes = collect_part_size(c);
	rows->cells = part->cells;
	part->rows[0] = *rows;
	*rows = (struct rows){0};
	c->given += part->bytes;
	c->arena = arena_new();
	c->cells = NULL;
	c->n_cells = c->cap_cells = 0;
	return part;
}

struct pg_results *
collect_finish(struct collect *c)
{
	struct pg_results *r = c->results;

	assert(c->at == r->n_rows);
	r->bytes = c->given + arena_used(r->arena);
	if (c->arena != r->arena)
		arena_free(c->arena);
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
	free(r->cells);
	free(r);
}

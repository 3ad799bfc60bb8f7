/* See mosaic.h.  What stays is copied within its piece, and a piece that says what it
 * said before stays the same piece, so that its compressed form does. */
#include "http/mosaic.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A piece and where what it says of each environment ends. */
struct tile {
	struct piece *piece; /* NULL: empty */
	uint32_t *ends;
};

/* Some environments, one after the other. */
struct block {
	uint64_t *versions;
	size_t n;
	struct tile *tiles; /* of each column */
};

struct mosaic {
	struct mosaic_options o;
	struct block *blocks;
	size_t n;
	uint64_t generation;
};

struct mosaic *
mosaic_new(const struct mosaic_options *o)
{
	struct mosaic *m = xcalloc(1, sizeof *m);

	m->o = *o;
	return m;
}

static void
block_init(const struct mosaic *m, struct block *b)
{
	b->n = 0;
	b->versions = xcalloc(m->o.together, sizeof *b->versions);
	b->tiles = xcalloc(m->o.columns, sizeof *b->tiles);
	for (size_t c = 0; c < m->o.columns; c++)
		b->tiles[c].ends = xcalloc(m->o.together, sizeof *b->tiles[c].ends);
}

static void
block_fini(const struct mosaic *m, struct block *b)
{
	for (size_t c = 0; c < m->o.columns; c++) {
		piece_leave(b->tiles[c].piece, m->o.held);
		free(b->tiles[c].ends);
	}
	free(b->tiles);
	free(b->versions);
}

void
mosaic_free(struct mosaic *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++)
		block_fini(m, &m->blocks[i]);
	free(m->blocks);
	free(m);
}

static size_t
begin_of(const struct tile *t, size_t i)
{
	return i ? t->ends[i - 1] : 0;
}

/* True if what is kept of the `i`-th of a block is of that version. */
static bool
is_same(const struct block *b, size_t i, const struct published_environment *e)
{
	return i < b->n && e->version && b->versions[i] == e->version;
}

/* The environments of one block, as they are now. */
struct few {
	const struct published_environment *const *v;
	size_t n, first; /* place of the first of them */
};

static void
lay_tile(const struct mosaic *m, const struct block *b, size_t column,
	const struct few *now, struct strbuf *text)
{
	struct tile *t = &b->tiles[column];
	size_t before = 0;

	for (size_t i = 0; i < now->n; i++) {
		size_t from = before, to = i < b->n ? t->ends[i] : before;

		before = to;
		if (!is_same(b, i, now->v[i]))
			m->o.render(column, now->first + i, now->v[i], text);
		else if (to > from)
			strbuf_addn(text, piece_text(t->piece) + from, to - from);
		t->ends[i] = (uint32_t)text->len;
	}
}

static void
set_tile(const struct mosaic *m, struct tile *t, const struct strbuf *text)
{
	if (t->piece && piece_size(t->piece) == text->len && text->len &&
		!memcmp(piece_text(t->piece), text->s, text->len))
		return;
	piece_leave(t->piece, m->o.held);
	t->piece = text->len ? piece_new(NULL, text->s, text->len) : NULL;
}

static void
update_block(const struct mosaic *m, struct block *b, const struct few *now)
{
	bool same = b->n == now->n;
	struct strbuf text = {0};

	for (size_t i = 0; same && i < now->n; i++)
		same = is_same(b, i, now->v[i]);
	if (same)
		return;
	for (size_t c = 0; c < m->o.columns; c++) {
		strbuf_clear(&text);
		lay_tile(m, b, c, now, &text);
		set_tile(m, &b->tiles[c], &text);
	}
	strbuf_free(&text);
	b->n = now->n;
	for (size_t i = 0; i < now->n; i++)
		b->versions[i] = now->v[i]->version;
}

static void
set_number(struct mosaic *m, size_t n)
{
	while (m->n > n)
		block_fini(m, &m->blocks[--m->n]);
	m->blocks = xrealloc(m->blocks, n + 1, sizeof *m->blocks);
	while (m->n < n)
		block_init(m, &m->blocks[m->n++]);
}

void
mosaic_update(struct mosaic *m, const struct published *p)
{
	size_t together = m->o.together;

	if (m->generation && m->generation == p->generation)
		return;
	set_number(m, (p->n_environments + together - 1) / together);
	for (size_t i = 0; i < m->n; i++) {
		struct few now = {.first = i * together};

		now.v = (const struct published_environment *const *)p->environments +
			now.first;
		now.n = p->n_environments - now.first;
		now.n = now.n < together ? now.n : together;
		update_block(m, &m->blocks[i], &now);
	}
	m->generation = p->generation;
}

bool
mosaic_has(const struct mosaic *m, size_t column)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->blocks[i].tiles[column].piece)
			return true;
	return false;
}

void
mosaic_column(const struct mosaic *m, size_t column, struct rope *out)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->blocks[i].tiles[column].piece)
			rope_share(out, m->blocks[i].tiles[column].piece);
}

const char *
mosaic_text(const struct mosaic *m, size_t column, size_t place, size_t *n)
{
	const struct block *b = &m->blocks[place / m->o.together];
	const struct tile *t = &b->tiles[column];
	size_t i = place % m->o.together;

	*n = t->ends[i] - begin_of(t, i);
	return *n ? piece_text(t->piece) + begin_of(t, i) : "";
}

/* Longest common subsequence by table, after the common beginning and end are cut
 * off: definitions are short, and nearly equal. */
#include "diff/lines.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Cells of the table; beyond it all lines between count as different. */
enum { MAX_CELLS = 4 * 1024 * 1024 };

struct text {
	struct line *v;
	size_t n, cap;
};

static void
split(const char *s, enum line_side side, struct text *out)
{
	while (*s) {
		const char *end = s + strcspn(s, "\n");

		GROW(out->v, out->n, out->cap);
		out->v[out->n] = (struct line){side, out->n + 1, s, (size_t)(end - s)};
		out->n++;
		s = *end ? end + 1 : end;
	}
}

static bool
same(const struct line *a, const struct line *b)
{
	return a->length == b->length && !memcmp(a->text, b->text, a->length);
}

static void
emit(struct lines *out, const struct line *l)
{
	GROW(out->v, out->n, out->cap);
	out->v[out->n++] = *l;
}

static void
emit_all(struct lines *out, const struct text *t)
{
	for (size_t i = 0; i < t->n; i++)
		emit(out, &t->v[i]);
}

/* cells[i][j]: length of the longest common subsequence of a[i…] and b[j…]. */
static uint32_t *
fill_table(const struct text *a, const struct text *b)
{
	size_t width = b->n + 1;
	uint32_t *cells = xcalloc((a->n + 1) * width, sizeof *cells);

	for (size_t i = a->n; i-- > 0;) {
		uint32_t *row = cells + i * width, *below = row + width;

		for (size_t j = b->n; j-- > 0;) {
			if (same(&a->v[i], &b->v[j]))
				row[j] = below[j + 1] + 1;
			else
				row[j] = below[j] > row[j + 1] ? below[j] : row[j + 1];
		}
	}
	return cells;
}

static void
walk_table(const struct text *a, const struct text *b, struct lines *out)
{
	uint32_t *cells = fill_table(a, b);
	size_t width = b->n + 1, i = 0, j = 0;

	while (i < a->n || j < b->n) {
		const uint32_t *cell = cells + i * width + j;

		if (i < a->n && j < b->n && same(&a->v[i], &b->v[j])) {
			i++;
			j++;
		} else if (i < a->n && (j == b->n || cell[width] >= cell[1])) {
			emit(out, &a->v[i++]);
		} else {
			emit(out, &b->v[j++]);
		}
	}
	free(cells);
}

void
lines_compare(const char *expected, const char *found, struct lines *out)
{
	struct text whole_a = {0}, whole_b = {0}, a, b;

	split(expected, LINE_EXPECTED, &whole_a);
	split(found, LINE_FOUND, &whole_b);
	a = whole_a;
	b = whole_b;
	while (a.n && b.n && same(a.v, b.v)) {
		a.v++;
		b.v++;
		a.n--;
		b.n--;
	}
	while (a.n && b.n && same(&a.v[a.n - 1], &b.v[b.n - 1])) {
		a.n--;
		b.n--;
	}
	if (a.n < MAX_CELLS / (b.n + 1)) {
		walk_table(&a, &b, out);
	} else {
		emit_all(out, &a);
		emit_all(out, &b);
	}
	free(whole_a.v);
	free(whole_b.v);
}

void
lines_free(struct lines *l)
{
	free(l->v);
	*l = (struct lines){0};
}

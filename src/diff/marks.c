/* Lines first; then, of lines that stand in one another's place, words; and of words
 * that are nearly the same, characters. */
#include "diff/marks.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/script.h"

/* Lines of a hunk, times those that they may stand beside, of which the best way to put
 * them side by side is looked for. */
enum { MAX_PAIRS = 4096 };
/* Of a hundred: what two lines need of one another to be put side by side. */
enum { ALIKE = 30 };
/* Steps that two lines cost, however short they are. */
enum { PAIR_EFFORT = 100 };

struct stretch {
	const char *text;
	size_t length;
};

/* A text, or a line of it, in parts. */
struct parts {
	struct stretch *v;
	size_t n, cap;
	struct script_side side;
};

struct maker {
	struct marks *out;
	size_t *effort;
	struct parts lines[2];
};

static void
add_part(struct parts *p, const char *text, size_t length)
{
	GROW(p->v, p->n, p->cap);
	p->v[p->n++] = (struct stretch){text, length};
}

static void
parts_fini(struct parts *p)
{
	free(p->v);
	free((void *)p->side.v);
	free(p->side.alone);
	*p = (struct parts){0};
}

static void
number(struct parts *p, struct script_numbers *numbers)
{
	uint32_t *v = xcalloc(p->n + 1, sizeof *v);

	for (size_t i = 0; i < p->n; i++)
		v[i] = script_number(numbers, p->v[i].text, p->v[i].length);
	p->side = (struct script_side){v, p->n, xcalloc(p->n + 1, sizeof(bool))};
}

static void
compare(struct parts *a, struct parts *b, size_t *effort)
{
	struct script_numbers *numbers = script_numbers_new();

	number(a, numbers);
	number(b, numbers);
	script_numbers_free(numbers);
	script_make(&a->side, &b->side, effort);
}

/* How many from `i` on are left over. */
static size_t
run_alone(const struct parts *p, size_t i)
{
	size_t n = 0;

	while (i + n < p->n && p->side.alone[i + n])
		n++;
	return n;
}

/* How many from `i` and `j` on are the same. */
static size_t
run_same(const struct parts *a, size_t i, const struct parts *b, size_t j)
{
	size_t n = 0;

	while (i + n < a->n && j + n < b->n && !a->side.alone[i + n] &&
		!b->side.alone[j + n])
		n++;
	return n;
}

/* ---- Rows ---- */

static void
charge(struct maker *m, size_t steps)
{
	*m->effort -= steps < *m->effort ? steps : *m->effort;
}

static void
add_piece(struct maker *m, enum mark mark, const char *text, size_t length)
{
	struct marks *out = m->out;

	if (!length)
		return;
	GROW(out->pieces, out->n_pieces, out->cap_pieces);
	out->pieces[out->n_pieces++] = (struct marks_piece){mark, text, length};
}

/* `i`, `j`: lines by their place in both texts; SIZE_MAX: none. */
static void
begin_row(struct maker *m, size_t i, size_t j)
{
	struct marks *out = m->out;

	GROW(out->rows, out->n_rows, out->cap_rows);
	out->rows[out->n_rows++] = (struct marks_row){MARKS_OTHER,
		{i == SIZE_MAX ? 0 : i + 1, j == SIZE_MAX ? 0 : j + 1}, out->n_pieces,
		0};
}

static void
end_row(struct maker *m, enum marks_row_type type)
{
	struct marks_row *row = &m->out->rows[m->out->n_rows - 1];

	row->type = type;
	row->n = m->out->n_pieces - row->first;
}

static void
put_same(struct maker *m, size_t i, size_t j)
{
	const struct stretch *line = &m->lines[0].v[i];

	begin_row(m, i, j);
	add_piece(m, MARK_SAME, line->text, line->length);
	end_row(m, MARKS_SAME);
}

static void
put_alone(struct maker *m, size_t i, size_t j)
{
	begin_row(m, i, j);
	if (i != SIZE_MAX)
		add_piece(m, MARK_EXPECTED, m->lines[0].v[i].text,
			m->lines[0].v[i].length);
	if (j != SIZE_MAX)
		add_piece(
			m, MARK_FOUND, m->lines[1].v[j].text, m->lines[1].v[j].length);
	end_row(m, MARKS_OTHER);
}

/* ---- Within a line ---- */

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static size_t
word_length(const char *s, size_t n)
{
	bool (*is_part)(char) = is_word(*s) ? is_word : is_space(*s) ? is_space : NULL;
	size_t i = 1;

	while (is_part && i < n && is_part(s[i]))
		i++;
	return i;
}

static void
split_words(const struct stretch *line, struct parts *out)
{
	for (size_t at = 0; at < line->length;) {
		size_t n = word_length(line->text + at, line->length - at);

		add_part(out, line->text + at, n);
		at += n;
	}
}

static bool
is_inside(const char *s)
{
	return ((unsigned char)*s & 0xc0) == 0x80;
}

/* Whole characters that both begin with. */
static size_t
same_begin(const struct stretch *a, const struct stretch *b)
{
	size_t n = 0;

	while (n < a->length && n < b->length && a->text[n] == b->text[n])
		n++;
	while (n && ((n < a->length && is_inside(a->text + n)) ||
			    (n < b->length && is_inside(b->text + n))))
		n--;
	return n;
}

/* Those that both end with, behind the first `from` bytes. */
static size_t
same_end(const struct stretch *a, const struct stretch *b, size_t from)
{
	size_t n = 0;

	while (n + from < a->length && n + from < b->length &&
		a->text[a->length - n - 1] == b->text[b->length - n - 1])
		n++;
	while (n && is_inside(a->text + a->length - n))
		n--;
	return n;
}

/* Words of one in place of those of the other. */
static void
put_instead(struct maker *m, const struct stretch *a, const struct stretch *b)
{
	size_t begin = same_begin(a, b), end = same_end(a, b, begin);
	size_t longer = a->length > b->length ? a->length : b->length;

	if (2 * (begin + end) < longer)
		begin = end = 0;
	add_piece(m, MARK_SAME, a->text, begin);
	add_piece(m, MARK_EXPECTED, a->text + begin, a->length - begin - end);
	add_piece(m, MARK_FOUND, b->text + begin, b->length - begin - end);
	add_piece(m, MARK_SAME, a->text + a->length - end, end);
}

/* `n` parts from `i` on, which follow one another in their text. */
static struct stretch
joined(const struct parts *p, size_t i, size_t n)
{
	const struct stretch *last;

	if (!n)
		return (struct stretch){"", 0};
	last = &p->v[i + n - 1];
	return (struct stretch){
		p->v[i].text, (size_t)(last->text + last->length - p->v[i].text)};
}

static void
put_words(struct maker *m, const struct parts *a, const struct parts *b)
{
	size_t i = 0, j = 0;

	while (i < a->n || j < b->n) {
		size_t same = run_same(a, i, b, j), gone, come;
		struct stretch s = joined(a, i, same), was, is;

		add_piece(m, MARK_SAME, s.text, s.length);
		i += same;
		j += same;
		gone = run_alone(a, i);
		come = run_alone(b, j);
		was = joined(a, i, gone);
		is = joined(b, j, come);
		put_instead(m, &was, &is);
		i += gone;
		j += come;
	}
}

static size_t
weight(const char *text, size_t length)
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++)
		n += !is_space(text[i]);
	return n;
}

/* True if a quarter of the longer line is in the other one as well. */
static bool
has_something(const struct maker *m, size_t first, size_t longer)
{
	size_t same = 0;

	for (size_t i = first; i < m->out->n_pieces; i++)
		if (m->out->pieces[i].mark == MARK_SAME)
			same += weight(
				m->out->pieces[i].text, m->out->pieces[i].length);
	return same * 4 >= longer;
}

static void
put_changed(struct maker *m, size_t i, size_t j)
{
	const struct stretch *a = &m->lines[0].v[i], *b = &m->lines[1].v[j];
	size_t weight_a, weight_b, first = m->out->n_pieces;
	struct parts words[2] = {{0}, {0}};

	if (!*m->effort) {
		put_alone(m, i, j);
		return;
	}
	charge(m, PAIR_EFFORT);
	weight_a = weight(a->text, a->length);
	weight_b = weight(b->text, b->length);
	begin_row(m, i, j);
	split_words(a, &words[0]);
	split_words(b, &words[1]);
	compare(&words[0], &words[1], m->effort);
	put_words(m, &words[0], &words[1]);
	parts_fini(&words[0]);
	parts_fini(&words[1]);
	if (has_something(m, first, weight_a > weight_b ? weight_a : weight_b)) {
		end_row(m, MARKS_CHANGED);
		return;
	}
	m->out->n_pieces = first;
	m->out->n_rows--;
	put_alone(m, i, j);
}

/* ---- Lines in place of others ---- */

struct hunk {
	size_t i, n; /* of the expected text */
	size_t j, m; /* of the one found */
};

static struct stretch
without_indent(const struct stretch *line)
{
	size_t n = 0;

	while (n < line->length && is_space(line->text[n]))
		n++;
	return (struct stretch){line->text + n, line->length - n};
}

/* Of a hundred. */
static unsigned
alike(struct maker *m, size_t i, size_t j)
{
	struct stretch a = without_indent(&m->lines[0].v[i]);
	struct stretch b = without_indent(&m->lines[1].v[j]);
	size_t longer = a.length > b.length ? a.length : b.length;
	size_t begin, same;

	if (!*m->effort)
		return 0;
	begin = same_begin(&a, &b);
	same = begin + same_end(&a, &b, begin);
	charge(m, same + 1);
	return longer ? (unsigned)(same * 100 / longer) : 100;
}

/* best[i][j]: how alike the lines from there on are at best, put side by side. */
static unsigned *
fill_best(struct maker *m, const struct hunk *h, unsigned char *how)
{
	size_t width = h->m + 1;
	unsigned *best = xcalloc((h->n + 1) * width, sizeof *best);

	for (size_t i = h->n; i-- > 0;)
		for (size_t j = h->m; j-- > 0;) {
			unsigned *at = best + i * width + j;
			unsigned here = alike(m, h->i + i, h->j + j);

			how[i * width + j] = (unsigned char)here;
			*at = at[width] > at[1] ? at[width] : at[1];
			if (here >= ALIKE && at[width + 1] + here > *at)
				*at = at[width + 1] + here;
		}
	return best;
}

/* Nothing says which of them belongs to which. */
static void
put_in_order(struct maker *m, const struct hunk *h)
{
	size_t both = h->n < h->m ? h->n : h->m;

	for (size_t k = 0; k < both; k++)
		put_changed(m, h->i + k, h->j + k);
	for (size_t k = both; k < h->n; k++)
		put_alone(m, h->i + k, SIZE_MAX);
	for (size_t k = both; k < h->m; k++)
		put_alone(m, SIZE_MAX, h->j + k);
}

/* What is alike stands side by side, and what is between that in its order. */
static void
put_best(struct maker *m, const struct hunk *h)
{
	size_t width = h->m + 1, i = 0, j = 0;
	unsigned char *how = xcalloc((h->n + 1) * width, 1);
	unsigned *best = fill_best(m, h, how);
	struct hunk left = {h->i, 0, h->j, 0};

	while (i < h->n && j < h->m) {
		const unsigned *at = best + i * width + j;
		unsigned here = how[i * width + j];

		if (here >= ALIKE && *at == at[width + 1] + here) {
			left.n = h->i + i - left.i;
			left.m = h->j + j - left.j;
			put_in_order(m, &left);
			put_changed(m, h->i + i++, h->j + j++);
			left = (struct hunk){h->i + i, 0, h->j + j, 0};
		} else if (*at == at[width]) {
			i++;
		} else {
			j++;
		}
	}
	left.n = h->i + h->n - left.i;
	left.m = h->j + h->m - left.j;
	put_in_order(m, &left);
	free(best);
	free(how);
}

static void
put_hunk(struct maker *m, const struct hunk *h)
{
	bool choice = h->n && h->m && h->n + h->m > 2;

	if (choice && h->n <= MAX_PAIRS / h->m && *m->effort)
		put_best(m, h);
	else
		put_in_order(m, h);
}

/* ---- The whole ---- */

static void
split_lines(const char *s, struct parts *out)
{
	while (*s) {
		size_t n = strcspn(s, "\n");

		n += s[n] == '\n';
		add_part(out, s, n);
		s += n;
	}
}

void
marks_compare(
	const char *expected, const char *found, size_t *effort, struct marks *out)
{
	struct maker m = {.out = out, .effort = effort};
	struct parts *a = &m.lines[0], *b = &m.lines[1];
	struct hunk h = {0};

	split_lines(expected, a);
	split_lines(found, b);
	compare(a, b, effort);
	while (h.i < a->n || h.j < b->n) {
		for (h.n = run_same(a, h.i, b, h.j); h.n; h.n--)
			put_same(&m, h.i++, h.j++);
		h.n = run_alone(a, h.i);
		h.m = run_alone(b, h.j);
		put_hunk(&m, &h);
		h.i += h.n;
		h.j += h.m;
	}
	parts_fini(a);
	parts_fini(b);
}

void
marks_free(struct marks *m)
{
	free(m->rows);
	free(m->pieces);
	*m = (struct marks){0};
}

/* Two texts side by side: what is the same far from any difference is left out, between
 * lines and within long ones. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "diff/items.h"
#include "diff/marks.h"
#include "page/environment_parts.h"
#include "page/parts.h"

enum {
	CONTEXT = 3,           /* lines around a difference */
	ROWS_MAX = 60,         /* of one finding */
	LINE_CONTEXT = 60,     /* bytes of a line around a difference */
	LINE_MAX = 400,        /* of a line that is the same, or alone */
	PIECE_MAX = 2 * 1024,  /* of what differs within a line */
	ALONE_MAX = 4 * 1024,  /* of a text without another one */
	CELL_BYTES = 8 * 1024, /* of the page, behind which a line is cut, … */
	BOTH_BYTES = 48 * 1024 /* … and a finding */
};

struct sides {
	const struct marks *marks;
	struct strbuf *out;
	size_t shown;
	size_t from; /* where it begins in `out` */
};

static const struct {
	const char *open, *close;
} tags[] = {[MARK_SAME] = {"", ""},
	[MARK_EXPECTED] = {"<del>", "</del>"},
	[MARK_FOUND] = {"<ins>", "</ins>"}};

/* At most so many bytes of whole characters from the beginning. */
static size_t
head_of(const char *s, size_t n, size_t most)
{
	if (n <= most)
		return n;
	while (most && ((unsigned char)s[most] & 0xc0) == 0x80)
		most--;
	return most;
}

/* Where its last `most` bytes begin. */
static size_t
tail_of(const char *s, size_t n, size_t most)
{
	size_t at = n > most ? n - most : 0;

	while (at && at < n && ((unsigned char)s[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static void
add_text(struct strbuf *out, const char *s, size_t n, const char *keep)
{
	char *copy = xstrndup(s, n);
	struct strbuf seen = {0};

	text_visible(&seen, copy, 0, keep);
	text_html(out, seen.s);
	strbuf_free(&seen);
	free(copy);
}

static size_t
count_characters(const char *s, size_t n)
{
	size_t characters = 0;

	for (size_t i = 0; i < n; i++)
		characters += ((unsigned char)s[i] & 0xc0) != 0x80;
	return characters;
}

static void
add_fold(struct strbuf *out, size_t characters)
{
	strbuf_printf(
		out, "<span class=\"fold\">… %zu characters …</span>", characters);
}

/* The end of a line is seen only where it is what differs. */
static void
add_marked(struct strbuf *out, const struct marks_piece *p, bool whole_line)
{
	size_t n = p->length;
	bool same = p->mark == MARK_SAME;
	size_t shown;

	if (n && p->text[n - 1] == '\n' && (same || whole_line))
		n--;
	shown = head_of(p->text, n, same || whole_line ? LINE_MAX : PIECE_MAX);
	strbuf_add(out, tags[p->mark].open);
	add_text(out, p->text, shown, "\t");
	if (shown < n)
		add_fold(out, count_characters(p->text + shown, n - shown));
	strbuf_add(out, tags[p->mark].close);
}

/* What is the same within a line that is not: near to its differences. */
static void
add_between(struct strbuf *out, const struct marks_piece *p, bool first, bool last)
{
	size_t n = p->length, head, tail;

	if (n && p->text[n - 1] == '\n')
		n--;
	head = first ? 0 : head_of(p->text, n, LINE_CONTEXT);
	tail = last ? n : tail_of(p->text, n, LINE_CONTEXT);
	if (n <= 2 * LINE_CONTEXT + 20 || head >= tail) {
		add_text(out, p->text, n, "\t");
		return;
	}
	add_text(out, p->text, head, "\t");
	add_fold(out, count_characters(p->text + head, tail - head));
	add_text(out, p->text + tail, n - tail, "\t");
}

/* The pieces of that side from the `i`th on. */
static void
cut(const struct sides *s, const struct marks_row *r, size_t i, enum mark other)
{
	size_t characters = 0;

	for (; i < r->n; i++) {
		const struct marks_piece *p = &s->marks->pieces[r->first + i];

		if (p->mark != other)
			characters += count_characters(p->text, p->length);
	}
	if (characters)
		add_fold(s->out, characters);
}

static void
cell(const struct sides *s, const struct marks_row *r, int side)
{
	static const char *const labels[] = {"expected", "found"};
	enum mark other = side ? MARK_EXPECTED : MARK_FOUND;
	struct strbuf *out = s->out;
	size_t begin = out->len, i;

	if (!r->number[side]) {
		strbuf_printf(out, "<td class=\"%s none\"></td>", labels[side]);
		return;
	}
	strbuf_printf(out, "<td class=\"%s\" data-line=\"%zu\"><code>", labels[side],
		r->number[side]);
	for (i = 0; i < r->n && out->len - begin < CELL_BYTES; i++) {
		const struct marks_piece *p = &s->marks->pieces[r->first + i];

		if (p->mark == other)
			continue;
		if (r->type == MARKS_CHANGED && p->mark == MARK_SAME)
			add_between(out, p, !i, i + 1 == r->n);
		else
			add_marked(out, p, r->type != MARKS_CHANGED);
	}
	cut(s, r, i, other);
	strbuf_add(out, "</code></td>");
}

static void
row(struct sides *s, const struct marks_row *r)
{
	static const char *const classes[] = {[MARKS_SAME] = "same",
		[MARKS_CHANGED] = "differs",
		[MARKS_OTHER] = "differs"};

	strbuf_printf(s->out, "<tr class=\"%s\">", classes[r->type]);
	cell(s, r, 0);
	cell(s, r, 1);
	strbuf_add(s->out, "</tr>\n");
	s->shown++;
}

static void
folded_rows(struct strbuf *out, size_t n, const char *what)
{
	if (n)
		strbuf_printf(out,
			"<tr class=\"fold\"><td colspan=\"2\">… %zu %sline%s "
			"…</td></tr>\n",
			n, what, n == 1 ? "" : "s");
}

/* How many rows from `i` on are the same. */
static size_t
run_same(const struct marks *m, size_t i)
{
	size_t n = 0;

	while (i + n < m->n_rows && m->rows[i + n].type == MARKS_SAME)
		n++;
	return n;
}

static void
same_rows(struct sides *s, size_t i, size_t n)
{
	size_t head = i ? CONTEXT : 0, tail = i + n < s->marks->n_rows ? CONTEXT : 0;

	if (n <= head + tail + 1)
		head = n, tail = 0;
	for (size_t k = 0; k < head; k++)
		row(s, &s->marks->rows[i + k]);
	folded_rows(s->out, n - head - tail, "unchanged ");
	for (size_t k = n - tail; k < n; k++)
		row(s, &s->marks->rows[i + k]);
}

static bool
has_room(const struct sides *s)
{
	return s->shown < ROWS_MAX && s->out->len - s->from < BOTH_BYTES;
}

static void
both(const struct finding *f, size_t *effort, struct strbuf *out)
{
	struct marks m = {0};
	struct sides s = {&m, out, 0, out->len};
	size_t i = 0;

	marks_compare(f->expected, f->found, effort, &m);
	strbuf_add(out, "<table class=\"sides\"><thead><tr><th scope=\"col\">Expected"
			"</th><th scope=\"col\">Found</th></tr></thead><tbody>\n");
	while (i < m.n_rows && has_room(&s)) {
		size_t same = run_same(&m, i);

		same_rows(&s, i, same);
		i += same;
		if (!same)
			row(&s, &m.rows[i++]);
	}
	folded_rows(out, m.n_rows - i, "more ");
	strbuf_add(out, "</tbody></table>\n");
	marks_free(&m);
}

static void
one(const char *label, const char *text, struct strbuf *out)
{
	strbuf_printf(
		out, "<div class=\"value\"><span class=\"soft\">%s</span> ", label);
	if (text)
		page_value(out, text, ALONE_MAX);
	else
		strbuf_add(out, "<span class=\"soft\">not set</span>");
	strbuf_add(out, "</div>\n");
}

static void
items(const char *label, const struct strvec *v, struct strbuf *out)
{
	struct strbuf b = {0};

	if (!v->n)
		return;
	strvec_join(v, ", ", &b);
	one(label, b.s, out);
	strbuf_free(&b);
}

/* Which of two lists lacks what. */
static void
lists(const struct finding *f, struct strbuf *out)
{
	struct items_difference d;

	items_compare(f->expected, f->found, &d);
	items("missing", &d.missing, out);
	items("unexpected", &d.unexpected, out);
	if (d.reordered)
		strbuf_add(out, "<div class=\"soft\">in another order</div>\n");
	items_free(&d);
}

void
environment_sides(const struct finding *f, size_t *effort, struct strbuf *out)
{
	if (f->change == CHANGE_CHANGED && f->expected && f->found) {
		both(f, effort, out);
		if (items_is_list(f->property))
			lists(f, out);
	} else if (f->change == CHANGE_CHANGED) {
		one("expected", f->expected, out);
		one("found", f->found, out);
	} else if (f->change == CHANGE_MISSING && f->expected && *f->expected) {
		one("expected", f->expected, out);
	} else if (f->change == CHANGE_UNEXPECTED && f->found && *f->found) {
		one("found", f->found, out);
	}
	if (f->missing)
		one("missing", f->missing, out);
	if (f->unexpected)
		one("unexpected", f->unexpected, out);
}

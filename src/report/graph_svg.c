/* Rows from the top, lanes from the left, text to the right of the lanes that are in
 * use beside it.  How wide a text is, only the reader's fonts know: a box has its text
 * fitted (textLength), everything else flows. */
#include "report/graph_svg.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "report/appearance.h"
#include "report/graph_style.h"
#include "report/graph_text.h"

enum {
	MARGIN = 16,
	LANE = 18, /* from one to the next */
	ROW = 30,
	BOX_ROW = 24, /* one of environments */
	BOX_HEIGHT = 18,
	BOXES_WIDTH = 640,
	RADIUS = 5,
	/* Text begins in the same place where so few lanes are in use. */
	FEW_LANES = 6,
	LETTER = GRAPH_LETTER,
	ID_MAX = 40,
	MESSAGE_MAX = 90,
	LABEL_MAX = 30,
	NAME_MAX_SHOWN = 40,
	LOOSE_SHOWN = 5,
	/* So many environments at a revision are a box each; of more each state is. */
	CROWD = 8,
	NAMES_SHOWN = 20
};

/* ---- Where things are ---- */

struct svg {
	const struct picture *p;
	const struct drawing *d;
	const struct graph_svg_options *o;
	struct picture_places places;
	size_t *pending;
	size_t from, to; /* the rows that are drawn */
	long *y;         /* of each row */
	size_t width, height;
	struct strbuf *out;
};

static size_t
lane_x(size_t lane)
{
	return MARGIN + lane * LANE;
}

/* Where the text of a row begins. */
static size_t
text_x(const struct svg *s, size_t row)
{
	size_t few = s->d->width < FEW_LANES ? s->d->width : FEW_LANES;
	size_t lanes = s->d->nodes[row].extent + 1;

	return lane_x(lanes > few ? lanes : few);
}

static void
widen(struct svg *s, size_t x)
{
	if (s->width < x + MARGIN)
		s->width = x + MARGIN;
}

/* ---- Environments ---- */

/* An environment, or all of a crowd that are in one state. */
struct box {
	const struct appearance *look;
	const struct graph_link *link;
	const char *name; /* that it leads to */
	char *words, *title;
};

static struct box
single_box(const struct svg *s, const struct picture_marker *m)
{
	struct box b = {.look = appearance_of(m->state),
		.link = &s->o->environment,
		.name = m->environment,
		.words = xstrdup(m->environment),
		.title = xasprintf("%s: %s", m->environment, state_word(m->state))};

	text_replace(b.title + strlen(m->environment), '_', ' ');
	return b;
}

/* Of those at the row in that state; `n` of them. */
static struct box
crowd_box(const struct svg *s, size_t row, enum state state, size_t n)
{
	struct box b = {.look = appearance_of(state),
		.link = s->o->crowd.before ? &s->o->crowd : &s->o->revision,
		.name = s->d->nodes[row].id,
		.words = xasprintf("%zu environment%s", n, n == 1 ? "" : "s")};
	struct strbuf title = {0};
	size_t shown = 0;

	strbuf_printf(&title, "%s: ", state_word(state));
	text_replace(title.s, '_', ' ');
	for (size_t k = s->places.at[row]; k < s->places.at[row + 1]; k++) {
		const struct picture_marker *m = s->places.markers[k];

		if (m->state == state && shown++ < NAMES_SHOWN)
			strbuf_printf(
				&title, "%s%s", shown > 1 ? ", " : "", m->environment);
	}
	if (shown > NAMES_SHOWN)
		strbuf_printf(&title, " and %zu more", shown - NAMES_SHOWN);
	b.title = strbuf_take(&title);
	return b;
}

/* Those at the row, CROWD at most. */
static size_t
make_boxes(const struct svg *s, size_t row, struct box *out)
{
	const struct picture_marker **m = s->places.markers + s->places.at[row];
	size_t n = s->places.at[row + 1] - s->places.at[row], made = 0;
	size_t of[STATE_COUNT] = {0};

	_Static_assert((int)STATE_COUNT <= (int)CROWD, "a box each");
	for (size_t i = 0; i < n; i++)
		of[m[i]->state]++;
	for (size_t i = 0; i < n && n <= CROWD; i++)
		out[made++] = single_box(s, m[i]);
	for (int state = 0; state < STATE_COUNT && n > CROWD; state++)
		if (of[state])
			out[made++] = crowd_box(s, row, (enum state)state, of[state]);
	return made;
}

static void
free_boxes(struct box *boxes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(boxes[i].words);
		free(boxes[i].title);
	}
}

static size_t
box_width(const struct box *b)
{
	return graph_text_width(b->words, NAME_MAX_SHOWN) + 4 * LETTER;
}

/* Go on behind a box at *x, perhaps in another line: `lines` have begun. */
static void
next_box(size_t begin, size_t width, size_t *x, size_t *lines)
{
	if (!*lines || *x + width > begin + BOXES_WIDTH) {
		*x = begin;
		++*lines;
	}
}

static size_t
box_lines(struct svg *s, size_t row)
{
	size_t begin = text_x(s, row), x = begin, lines = 0;
	struct box boxes[CROWD];
	size_t n = make_boxes(s, row, boxes);

	for (size_t i = 0; i < n; i++) {
		size_t width = box_width(&boxes[i]);

		next_box(begin, width, &x, &lines);
		x += width + LETTER;
		widen(s, x);
	}
	free_boxes(boxes, n);
	return lines;
}

static void
add_box(const struct svg *s, const struct box *b, size_t x, size_t y)
{
	size_t width = box_width(b);

	strbuf_printf(s->out, "<g class=\"box %s\">", b->look->style);
	graph_begin_link(s->out, b->link, b->name);
	strbuf_add(s->out, "<title>");
	graph_add_text(s->out, b->title, 0);
	strbuf_printf(s->out,
		"</title><rect x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"%d\" "
		"rx=\"%d\"/><text x=\"%zu\" y=\"%zu\" textLength=\"%zu\" "
		"lengthAdjust=\"spacingAndGlyphs\">%s ",
		x, y, width, BOX_HEIGHT, BOX_HEIGHT / 2, x + LETTER, y + BOX_HEIGHT - 5,
		width - 2 * LETTER, b->look->sign);
	graph_add_text(s->out, b->words, NAME_MAX_SHOWN);
	strbuf_add(s->out, "</text>");
	graph_end_link(s->out, b->link);
	strbuf_add(s->out, "</g>\n");
}

static void
add_boxes(const struct svg *s, size_t row)
{
	size_t begin = text_x(s, row), x = begin, lines = 0;
	struct box boxes[CROWD];
	size_t n = make_boxes(s, row, boxes);

	for (size_t i = 0; i < n; i++) {
		next_box(begin, box_width(&boxes[i]), &x, &lines);
		add_box(s, &boxes[i], x,
			(size_t)s->y[row] + ROW / 2 + BOX_ROW * (lines - 1));
		x += box_width(&boxes[i]) + LETTER;
	}
	free_boxes(boxes, n);
}

/* Rows before and behind those that are drawn are just as far that no line to them ends
 * where it is seen. */
static void
measure(struct svg *s)
{
	size_t n = s->d->n_nodes;
	long y = MARGIN;

	s->y = xcalloc(n + 1, sizeof *s->y);
	s->width = 320;
	for (size_t row = 0; row < n; row++) {
		s->y[row] = row < s->from ? -2 * ROW : y;
		if (row >= s->from && row < s->to)
			y += (long)(ROW + BOX_ROW * box_lines(s, row));
		else if (row >= s->to)
			s->y[row] += 2 * ROW;
	}
	s->height = (size_t)y;
}

/* ---- Edges ---- */

static void
add_curve(struct strbuf *out, long x0, long y0, long x1, long y1)
{
	long middle = (y0 + y1) / 2;

	if (x0 == x1 && y0 != y1)
		strbuf_printf(out, "V%ld", y1);
	else if (x0 != x1)
		strbuf_printf(out, "C%ld %ld %ld %ld %ld %ld", x0, middle, x1, middle,
			x1, y1);
}

static void
add_path(const struct svg *s, const struct drawing_edge *e)
{
	long x0 = (long)lane_x(s->d->nodes[e->from].lane), y0 = s->y[e->from];
	long x1 = (long)lane_x(s->d->nodes[e->to].lane), y1 = s->y[e->to];
	long x = (long)lane_x(e->lane);

	strbuf_printf(s->out, "M%ld %ld", x0, y0);
	if (e->climbs) {
		strbuf_printf(s->out,
			"C%ld %ld %ld %ld %ld %ldV%ldC%ld %ld %ld %ld %ld %ld", x, y0,
			x, y0, x, y0 - ROW / 2, y1 + ROW / 2, x, y1, x, y1, x1, y1);
	} else if (e->to == e->from + 1) {
		add_curve(s->out, x0, y0, x0, y1 - ROW);
		add_curve(s->out, x0, y1 - ROW, x1, y1);
	} else {
		add_curve(s->out, x0, y0, x, y0 + ROW);
		if (e->joins)
			return;
		add_curve(s->out, x, y0 + ROW, x, y1 - ROW);
		add_curve(s->out, x, y1 - ROW, x1, y1);
	}
}

/* Both ends are above what is drawn, or below. */
static bool
is_out_of_sight(const struct svg *s, const struct drawing_edge *e)
{
	return (e->from < s->from && e->to < s->from) ||
	       (e->from >= s->to && e->to >= s->to);
}

static void
add_edges(const struct svg *s)
{
	strbuf_add(s->out, "<g class=\"edges\">\n");
	for (size_t i = 0; i < s->d->n_edges; i++) {
		const struct drawing_edge *e = &s->d->edges[i];

		if (is_out_of_sight(s, e))
			continue;
		strbuf_printf(s->out, "<path class=\"%s%s\" d=\"",
			e->dependency ? "depends" : "down", e->climbs ? " climbs" : "");
		add_path(s, e);
		strbuf_add(s->out, "\"/>\n");
	}
	strbuf_add(s->out, "</g>\n");
}

/* ---- Nodes ---- */

static bool
is_selected(const struct svg *s, const struct drawing_node *node)
{
	return s->o->selected && !strcmp(s->o->selected, node->id);
}

static void
add_classes(const struct svg *s, size_t row)
{
	const struct drawing_node *node = &s->d->nodes[row];
	const struct {
		bool holds;
		const char *name;
	} classes[] = {
		{node->what == DRAWN_STRETCH, "stretch"},
		{node->what == DRAWN_UNKNOWN, "nofile"},
		{node->is_head && !node->archived, "head"},
		{node->is_base, "base"},
		{node->branches, "branches"},
		{node->merges, "merges"},
		{node->archived, "archived"},
		{node->in_cycle || node->n_problems > node->n_notices, "problem"},
		{s->pending[row] > 0, "pending"},
		{is_selected(s, node), "selected"},
	};

	strbuf_add(s->out, "<g class=\"node");
	for (size_t i = 0; i < COUNT_OF(classes); i++)
		if (classes[i].holds)
			strbuf_printf(s->out, " %s", classes[i].name);
	strbuf_add(s->out, "\">\n");
}

static void
add_shape(const struct svg *s, size_t row)
{
	const struct drawing_node *node = &s->d->nodes[row];
	size_t x = lane_x(node->lane), y = (size_t)s->y[row];

	if (node->what == DRAWN_STRETCH)
		strbuf_printf(s->out,
			"<rect class=\"fold\" x=\"%zu\" y=\"%zu\" width=\"%d\" "
			"height=\"%d\" rx=\"%d\"/>",
			x - RADIUS, y - 2 * RADIUS, 2 * RADIUS, 4 * RADIUS, RADIUS);
	else
		strbuf_printf(s->out, "<circle cx=\"%zu\" cy=\"%zu\" r=\"%d\"/>", x, y,
			node->merges ? RADIUS - 1 : RADIUS);
}

static size_t
add_warnings(struct strbuf *out, const struct drawing_node *node)
{
	size_t destructive = picture_destructive(node), width = 0;
	size_t problems = node->n_problems - node->n_notices;
	char *words;

	if (destructive) {
		words = node->what == DRAWN_STRETCH
				? xasprintf("%zu destructive", destructive)
				: xstrdup("destructive");
		width += graph_add_span(out, "destructive", words, 0);
		free(words);
	}
	if (node->in_cycle)
		width += graph_add_span(out, "warning", "⚠ cycle", 0);
	for (size_t i = 0; i < problems; i++) {
		words = xasprintf("⚠ %s", problem_word(node->problems[i]->code));
		text_replace(words, '_', ' ');
		if (node->problems[i]->code != PROBLEM_CYCLE &&
			(!i || node->problems[i]->code != node->problems[i - 1]->code))
			width += graph_add_span(out, "warning", words, 0);
		free(words);
	}
	return width;
}

static size_t
add_stretch(struct strbuf *out, const struct drawing_node *node)
{
	const struct revision *oldest = node->revisions[node->n_revisions - 1];
	char *words = xasprintf("%zu revisions", node->n_revisions);
	size_t width = graph_add_span(out, "count", words, 0);

	width += graph_add_span(out, "id", node->id, ID_MAX);
	width += graph_add_span(out, "note", "…", 0);
	width += graph_add_span(out, "id", oldest->id, ID_MAX);
	free(words);
	return width;
}

/* Of a moment the day is enough. */
static size_t
add_day(struct strbuf *out, const char *created)
{
	char day[sizeof "2024-05-01"];

	if (!created || strspn(created, "0123456789-") != sizeof day - 1)
		return graph_add_span(out, "date", created, 2 * sizeof day);
	memcpy(day, created, sizeof day - 1);
	day[sizeof day - 1] = '\0';
	return graph_add_span(out, "date", day, 0);
}

static size_t
add_revision(struct strbuf *out, const struct drawing_node *node)
{
	const struct revision *r = node->n_revisions ? node->revisions[0] : NULL;
	size_t width = graph_add_span(out, "id", *node->id ? node->id : "''", ID_MAX);

	if (!r)
		return width + graph_add_span(out, "note", "no file has it", 0);
	if (node->is_head && !node->archived)
		width += graph_add_span(out, "role", "head", 0);
	for (size_t i = 0; i < r->labels.n; i++)
		width += graph_add_span(out, "label", r->labels.v[i], LABEL_MAX);
	width += graph_add_span(out, "message", r->message, MESSAGE_MAX);
	width += add_day(out, r->created);
	if (node->archived)
		width += graph_add_span(out, "note", "archived", 0);
	return width;
}

static size_t
add_pending(struct strbuf *out, size_t n)
{
	char *words;
	size_t width;

	if (!n)
		return 0;
	words = xasprintf("pending in %zu", n);
	width = graph_add_span(out, "waits", words, 0);
	free(words);
	return width;
}

static void
add_row(struct svg *s, size_t row)
{
	static const struct graph_link none = {NULL, NULL};
	const struct drawing_node *node = &s->d->nodes[row];
	const struct graph_link *link = !node->n_revisions            ? &none
					: node->what == DRAWN_STRETCH ? &s->o->stretch
								      : &s->o->revision;
	size_t x = text_x(s, row);
	struct strbuf facts = {0};

	graph_begin_link(s->out, link, node->id);
	picture_facts(&facts, node);
	strbuf_add(s->out, "<title>");
	text_html(s->out, facts.s);
	strbuf_add(s->out, "</title>");
	strbuf_free(&facts);
	add_shape(s, row);
	strbuf_printf(s->out, "<text x=\"%zu\" y=\"%ld\">", x - LETTER, s->y[row] + 4);
	x += node->what == DRAWN_STRETCH ? add_stretch(s->out, node)
					 : add_revision(s->out, node);
	x += add_pending(s->out, s->pending[row]);
	x += add_warnings(s->out, node);
	strbuf_add(s->out, "</text>");
	graph_end_link(s->out, link);
	widen(s, x);
}

/* ---- The whole ---- */

static void
add_loose(struct svg *s)
{
	size_t n = s->d->n_loose, shown = n < LOOSE_SHOWN ? n : LOOSE_SHOWN;
	size_t y = s->height;

	for (size_t i = 0; i < shown; i++, y += ROW) {
		const struct problem *p = s->d->loose[i];
		char *words = xasprintf("⚠ %s: %s", p->file, p->detail);

		strbuf_printf(s->out, "<text class=\"loose\" x=\"%d\" y=\"%zu\">",
			MARGIN, y + 4);
		graph_add_text(s->out, words, 2 * MESSAGE_MAX);
		strbuf_add(s->out, "</text>\n");
		widen(s, MARGIN + graph_text_width(words, 2 * MESSAGE_MAX));
		free(words);
	}
	if (n > shown) {
		strbuf_printf(s->out,
			"<text class=\"loose\" x=\"%d\" y=\"%zu\">⚠ and %zu more"
			"</text>\n",
			MARGIN, y + 4, n - shown);
		y += ROW;
	}
	s->height = y;
}

static void
add_body(struct svg *s)
{
	measure(s);
	add_edges(s);
	for (size_t row = s->from; row < s->to; row++) {
		add_classes(s, row);
		add_row(s, row);
		add_boxes(s, row);
		strbuf_add(s->out, "</g>\n");
	}
	add_loose(s);
}

static void
add_frame(const struct svg *s, struct strbuf *out)
{
	size_t height = s->height + MARGIN;
	bool links = s->o->revision.before || s->o->environment.before;
	struct strbuf sentence = {0};

	/* What is inside an image is no part of the page for who reads it aloud; links
	 * have to be. */
	strbuf_printf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" role=\"%s\" "
		"aria-labelledby=\"graph-title graph-desc\" width=\"%zu\" "
		"height=\"%zu\" viewBox=\"0 0 %zu %zu\">\n"
		"<title id=\"graph-title\">Migrations ",
		links ? "group" : "img", s->width, height, s->width, height);
	graph_add_text(out, s->p->name, 0);
	strbuf_add(out, "</title>\n<desc id=\"graph-desc\">");
	picture_sentence(&sentence, s->p);
	text_html(out, sentence.s);
	strbuf_add(out, "</desc>\n");
	strbuf_free(&sentence);
	if (!s->o->alone)
		return;
	strbuf_add(out, "<style>");
	graph_style(out);
	strbuf_printf(out,
		"</style>\n<rect class=\"ground\" width=\"%zu\" height=\"%zu\" "
		"rx=\"8\"/>\n",
		s->width, height);
}

void
graph_svg(
	const struct picture *p, const struct graph_svg_options *o, struct strbuf *out)
{
	struct strbuf body = {0};
	struct svg s = {.p = p, .d = p->drawing, .o = o, .out = &body};

	s.from = o->from < s.d->n_nodes ? o->from : s.d->n_nodes;
	s.to = s.d->n_nodes;
	if (o->rows && o->rows < s.to - s.from)
		s.to = s.from + o->rows;
	picture_places(p, &s.places);
	s.pending = picture_pending(p);
	add_body(&s);
	if (o->alone)
		strbuf_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	add_frame(&s, out);
	strbuf_addn(out, body.s, body.len);
	strbuf_add(out, "</svg>\n");
	strbuf_free(&body);
	picture_places_free(&s.places);
	free(s.pending);
	free(s.y);
}

/* Rows from the top, lanes from the left, text to the right of the lanes that are in
 * use beside it.  How wide a text is, only the reader's fonts know: a box has its text
 * fitted (textLength), everything else flows. */
#include "report/graph_svg.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "report/appearance.h"

enum {
	MARGIN = 16,
	LANE = 18, /* from one to the next */
	ROW = 28,
	BOX_ROW = 24, /* one of environments */
	BOX_HEIGHT = 18,
	BOXES_WIDTH = 640,
	RADIUS = 5,
	/* Text begins in the same place where so few lanes are in use. */
	FEW_LANES = 6,
	LETTER = 8,
	ID_MAX = 40,
	MESSAGE_MAX = 90,
	LABEL_MAX = 30,
	NAME_MAX_SHOWN = 40,
	LOOSE_SHOWN = 5
};

/* ---- Style ---- */

struct ink {
	const char *light, *dark;
};

static const struct ink ground = {"ffffff", "1a2029"}, text = {"1c2330", "e3e7ee"},
			soft = {"5b6474", "98a2b3"}, link = {"1a56b0", "82b1ff"},
			bad = {"c02634", "ff7b86"}, warn = {"9a5b00", "e8b44a"};

/* What holds whatever the colours. */
static const char plain_style[] =
	".graph{font:13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}"
	".graph path{fill:none;stroke-width:1.6}"
	".graph .depends{stroke-dasharray:1 5;stroke-width:2.2;stroke-linecap:round}"
	".graph circle,.graph .fold{stroke-width:2}"
	".graph .nofile circle{stroke-dasharray:2 2}"
	".graph .id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"
	"'DejaVu Sans Mono',monospace}"
	".graph .head .id,.graph .label,.graph .warning,.graph .box text"
	"{font-weight:600}"
	".graph .box text{font-size:12px}"
	".graph a:hover text,.graph a:focus text{text-decoration:underline}";

/* Later ones win over those before. */
static const struct {
	const char *selector, *property;
	const struct ink *ink;
} inks[] = {
	{".ground", "fill", &ground},
	{"text", "fill", &text},
	{"path", "stroke", &soft},
	{".climbs", "stroke", &bad},
	{"circle,.graph .fold", "stroke", &link},
	{"circle,.graph .fold,.graph .box rect", "fill", &ground},
	{".head circle", "fill", &link},
	{".id", "fill", &link},
	{".label", "fill", &text},
	{".date,.graph .note", "fill", &soft},
	{".archived text,.graph .archived tspan,.graph .nofile tspan", "fill", &soft},
	{".archived circle,.graph .archived .fold,.graph .nofile circle", "stroke",
		&soft},
	{".archived circle", "fill", &ground},
	{".problem circle", "stroke", &bad},
	{".problem.head circle", "fill", &bad},
	{".problem .id,.graph .warning,.graph .loose", "fill", &bad},
	{".destructive", "fill", &warn},
};

static void
add_inks(struct strbuf *out, bool dark)
{
	for (size_t i = 0; i < COUNT_OF(inks); i++)
		strbuf_printf(out, ".graph %s{%s:#%s}", inks[i].selector,
			inks[i].property,
			dark ? inks[i].ink->dark : inks[i].ink->light);
	for (int s = 0; s < STATE_COUNT; s++) {
		const struct appearance *a = appearance_of((enum state)s);
		const char *colour = dark ? a->dark : a->colour;

		strbuf_printf(out,
			".graph .%s rect{stroke:#%s}.graph .%s text{fill:#%s}",
			a->style, colour, a->style, colour);
	}
}

void
graph_svg_style(struct strbuf *out)
{
	strbuf_add(out, plain_style);
	add_inks(out, false);
	strbuf_add(out, "@media(prefers-color-scheme:dark){");
	add_inks(out, true);
	strbuf_addc(out, '}');
}

/* ---- Text ---- */

/* Text of any origin, at most `max` bytes (0: all), on one line. */
static void
add_text(struct strbuf *out, const char *s, size_t max)
{
	struct strbuf clean = {0};

	text_visible(&clean, s, max, "");
	text_html(out, clean.s);
	strbuf_free(&clean);
}

/* How wide that is at most, in pixels, as it is shown. */
static size_t
shown_width(const char *clean)
{
	size_t n = 0;

	/* A character of three bytes may be a wide one. */
	for (const char *c = clean; *c; c++)
		n += ((*c & 0xc0) != 0x80) + ((*c & 0xf0) == 0xe0);
	return n * LETTER;
}

static size_t
text_width(const char *s, size_t max)
{
	struct strbuf clean = {0};
	size_t width;

	text_visible(&clean, s, max, "");
	width = shown_width(clean.s);
	strbuf_free(&clean);
	return width;
}

static void
begin_link(struct strbuf *out, const char *prefix, const char *name)
{
	if (!prefix)
		return;
	strbuf_add(out, "<a href=\"");
	text_html(out, prefix);
	text_url(out, name);
	strbuf_add(out, "\">");
}

static void
end_link(struct strbuf *out, const char *prefix)
{
	strbuf_add(out, prefix ? "</a>\n" : "\n");
}

/* ---- Where things are ---- */

struct svg {
	const struct picture *p;
	const struct drawing *d;
	const struct graph_svg_options *o;
	struct picture_places places;
	size_t *y; /* of each row, and behind the last */
	size_t width;
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

static size_t
box_width(const struct picture_marker *m)
{
	return text_width(m->environment, NAME_MAX_SHOWN) + 4 * LETTER;
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

static void
widen(struct svg *s, size_t x)
{
	if (s->width < x + MARGIN)
		s->width = x + MARGIN;
}

static size_t
box_lines(struct svg *s, size_t row)
{
	size_t begin = text_x(s, row), x = begin, lines = 0;

	for (size_t k = s->places.at[row]; k < s->places.at[row + 1]; k++) {
		size_t width = box_width(s->places.markers[k]);

		next_box(begin, width, &x, &lines);
		x += width + LETTER;
		widen(s, x);
	}
	return lines;
}

static void
measure(struct svg *s)
{
	size_t y = MARGIN;

	s->y = xcalloc(s->d->n_nodes + 1, sizeof *s->y);
	s->width = 320;
	for (size_t row = 0; row < s->d->n_nodes; row++) {
		s->y[row] = y;
		y += ROW + BOX_ROW * box_lines(s, row);
	}
	s->y[s->d->n_nodes] = y;
}

/* ---- Edges ---- */

static void
add_curve(struct strbuf *out, size_t x0, size_t y0, size_t x1, size_t y1)
{
	size_t middle = (y0 + y1) / 2;

	if (x0 == x1 && y0 != y1)
		strbuf_printf(out, "V%zu", y1);
	else if (x0 != x1)
		strbuf_printf(out, "C%zu %zu %zu %zu %zu %zu", x0, middle, x1, middle,
			x1, y1);
}

static void
add_path(const struct svg *s, const struct drawing_edge *e)
{
	size_t x0 = lane_x(s->d->nodes[e->from].lane), y0 = s->y[e->from];
	size_t x1 = lane_x(s->d->nodes[e->to].lane), y1 = s->y[e->to];
	size_t x = lane_x(e->lane);

	strbuf_printf(s->out, "M%zu %zu", x0, y0);
	if (e->climbs) {
		strbuf_printf(s->out,
			"C%zu %zu %zu %zu %zu %zuV%zuC%zu %zu %zu %zu %zu %zu", x, y0,
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

static void
add_edges(const struct svg *s)
{
	strbuf_add(s->out, "<g class=\"edges\">\n");
	for (size_t i = 0; i < s->d->n_edges; i++) {
		const struct drawing_edge *e = &s->d->edges[i];

		strbuf_printf(s->out, "<path class=\"%s%s\" d=\"",
			e->dependency ? "depends" : "down", e->climbs ? " climbs" : "");
		add_path(s, e);
		strbuf_add(s->out, "\"/>\n");
	}
	strbuf_add(s->out, "</g>\n");
}

/* ---- Nodes ---- */

static void
add_classes(struct strbuf *out, const struct drawing_node *node)
{
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
	};

	strbuf_add(out, "<g class=\"node");
	for (size_t i = 0; i < COUNT_OF(classes); i++)
		if (classes[i].holds)
			strbuf_printf(out, " %s", classes[i].name);
	strbuf_add(out, "\">\n");
}

static void
add_shape(const struct svg *s, size_t row)
{
	const struct drawing_node *node = &s->d->nodes[row];
	size_t x = lane_x(node->lane), y = s->y[row];

	if (node->what == DRAWN_STRETCH)
		strbuf_printf(s->out,
			"<rect class=\"fold\" x=\"%zu\" y=\"%zu\" width=\"%d\" "
			"height=\"%d\" rx=\"%d\"/>",
			x - RADIUS, y - 2 * RADIUS, 2 * RADIUS, 4 * RADIUS, RADIUS);
	else
		strbuf_printf(s->out, "<circle cx=\"%zu\" cy=\"%zu\" r=\"%d\"/>", x, y,
			node->merges ? RADIUS - 1 : RADIUS);
}

/* A piece of a node's text; returns how wide it is. */
static size_t
add_span(struct strbuf *out, const char *class, const char *s, size_t max)
{
	struct strbuf clean = {0};
	size_t width;

	if (!s || !*s)
		return 0;
	text_visible(&clean, s, max, "");
	width = shown_width(clean.s) + 2 * LETTER;
	strbuf_printf(out, "<tspan class=\"%s\" dx=\"%d\">", class, LETTER);
	text_html(out, clean.s);
	strbuf_add(out, "</tspan> ");
	strbuf_free(&clean);
	return width;
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
		width += add_span(out, "destructive", words, 0);
		free(words);
	}
	if (node->in_cycle)
		width += add_span(out, "warning", "⚠ cycle", 0);
	for (size_t i = 0; i < problems; i++) {
		char *c;

		words = xasprintf("⚠ %s", problem_word(node->problems[i]->code));
		for (c = words; *c; c++)
			*c = *c == '_' ? ' ' : *c;
		if (node->problems[i]->code != PROBLEM_CYCLE &&
			(!i || node->problems[i]->code != node->problems[i - 1]->code))
			width += add_span(out, "warning", words, 0);
		free(words);
	}
	return width;
}

static size_t
add_stretch(struct strbuf *out, const struct drawing_node *node)
{
	const struct revision *oldest = node->revisions[node->n_revisions - 1];
	char *words = xasprintf("%zu revisions", node->n_revisions);
	size_t width = add_span(out, "count", words, 0);

	width += add_span(out, "id", node->id, ID_MAX);
	width += add_span(out, "note", "…", 0);
	width += add_span(out, "id", oldest->id, ID_MAX);
	free(words);
	return width;
}

static size_t
add_revision(struct strbuf *out, const struct drawing_node *node)
{
	const struct revision *r = node->n_revisions ? node->revisions[0] : NULL;
	size_t width = add_span(out, "id", *node->id ? node->id : "''", ID_MAX);

	if (!r)
		return width + add_span(out, "note", "no file has it", 0);
	for (size_t i = 0; i < r->labels.n; i++)
		width += add_span(out, "label", r->labels.v[i], LABEL_MAX);
	width += add_span(out, "message", r->message, MESSAGE_MAX);
	/* The day is enough. */
	if (r->created)
		width += add_span(out, "date", r->created, 10);
	if (node->archived)
		width += add_span(out, "note", "archived", 0);
	return width;
}

static void
add_row(struct svg *s, size_t row)
{
	const struct drawing_node *node = &s->d->nodes[row];
	const char *href = node->n_revisions ? s->o->revision_href : NULL;
	size_t x = text_x(s, row);
	struct strbuf facts = {0};

	begin_link(s->out, href, node->id);
	picture_facts(&facts, node);
	strbuf_add(s->out, "<title>");
	text_html(s->out, facts.s);
	strbuf_add(s->out, "</title>");
	strbuf_free(&facts);
	add_shape(s, row);
	strbuf_printf(s->out, "<text x=\"%zu\" y=\"%zu\">", x - LETTER, s->y[row] + 4);
	x += node->what == DRAWN_STRETCH ? add_stretch(s->out, node)
					 : add_revision(s->out, node);
	x += add_warnings(s->out, node);
	strbuf_add(s->out, "</text>");
	end_link(s->out, href);
	widen(s, x);
}

/* ---- Environments ---- */

static void
add_box(const struct svg *s, const struct picture_marker *m, size_t x, size_t y)
{
	const struct appearance *look = appearance_of(m->state);
	size_t width = box_width(m);
	char *words = xasprintf("%s: %s", m->environment, state_word(m->state));

	text_replace(words + strlen(m->environment), '_', ' ');
	strbuf_printf(s->out, "<g class=\"box %s\">", look->style);
	begin_link(s->out, s->o->environment_href, m->environment);
	strbuf_add(s->out, "<title>");
	add_text(s->out, words, 0);
	strbuf_printf(s->out,
		"</title><rect x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"%d\" "
		"rx=\"%d\"/><text x=\"%zu\" y=\"%zu\" textLength=\"%zu\" "
		"lengthAdjust=\"spacingAndGlyphs\">%s ",
		x, y, width, BOX_HEIGHT, BOX_HEIGHT / 2, x + LETTER, y + BOX_HEIGHT - 5,
		width - 2 * LETTER, look->sign);
	add_text(s->out, m->environment, NAME_MAX_SHOWN);
	strbuf_add(s->out, "</text>");
	end_link(s->out, s->o->environment_href);
	strbuf_add(s->out, "</g>\n");
	free(words);
}

static void
add_boxes(const struct svg *s, size_t row)
{
	size_t begin = text_x(s, row), x = begin, lines = 0;

	for (size_t k = s->places.at[row]; k < s->places.at[row + 1]; k++) {
		const struct picture_marker *m = s->places.markers[k];

		next_box(begin, box_width(m), &x, &lines);
		add_box(s, m, x, s->y[row] + ROW / 2 + BOX_ROW * (lines - 1));
		x += box_width(m) + LETTER;
	}
}

/* ---- The whole ---- */

static void
add_loose(struct svg *s)
{
	size_t n = s->d->n_loose, shown = n < LOOSE_SHOWN ? n : LOOSE_SHOWN;
	size_t y = s->y[s->d->n_nodes];

	for (size_t i = 0; i < shown; i++, y += ROW) {
		const struct problem *p = s->d->loose[i];
		char *words = xasprintf("⚠ %s: %s", p->file, p->detail);

		strbuf_printf(s->out, "<text class=\"loose\" x=\"%d\" y=\"%zu\">",
			MARGIN, y + 4);
		add_text(s->out, words, 2 * MESSAGE_MAX);
		strbuf_add(s->out, "</text>\n");
		widen(s, MARGIN + text_width(words, 2 * MESSAGE_MAX));
		free(words);
	}
	if (n > shown) {
		strbuf_printf(s->out,
			"<text class=\"loose\" x=\"%d\" y=\"%zu\">⚠ and %zu more"
			"</text>\n",
			MARGIN, y + 4, n - shown);
		y += ROW;
	}
	s->y[s->d->n_nodes] = y;
}

static void
add_body(struct svg *s)
{
	measure(s);
	add_edges(s);
	for (size_t row = 0; row < s->d->n_nodes; row++) {
		add_classes(s->out, &s->d->nodes[row]);
		add_row(s, row);
		add_boxes(s, row);
		strbuf_add(s->out, "</g>\n");
	}
	add_loose(s);
}

static void
add_frame(const struct svg *s, struct strbuf *out)
{
	size_t height = s->y[s->d->n_nodes] + MARGIN;
	bool links = s->o->revision_href || s->o->environment_href;
	struct strbuf sentence = {0};

	/* What is inside an image is no part of the page for who reads it aloud; links
	 * have to be. */
	strbuf_printf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" role=\"%s\" "
		"aria-labelledby=\"graph-title graph-desc\" width=\"%zu\" "
		"height=\"%zu\" viewBox=\"0 0 %zu %zu\">\n"
		"<title id=\"graph-title\">Migrations ",
		links ? "group" : "img", s->width, height, s->width, height);
	add_text(out, s->p->name, 0);
	strbuf_add(out, "</title>\n<desc id=\"graph-desc\">");
	picture_sentence(&sentence, s->p);
	text_html(out, sentence.s);
	strbuf_add(out, "</desc>\n");
	strbuf_free(&sentence);
	if (!s->o->alone)
		return;
	strbuf_add(out, "<style>");
	graph_svg_style(out);
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

	picture_places(p, &s.places);
	add_body(&s);
	if (o->alone)
		strbuf_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	add_frame(&s, out);
	strbuf_addn(out, body.s, body.len);
	strbuf_add(out, "</svg>\n");
	strbuf_free(&body);
	picture_places_free(&s.places);
	free(s.y);
}

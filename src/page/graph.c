/* The page of one graph.  A link to it says what is open in it, so that it is whole
 * without a script; how much is shown at once is bounded, as is what it costs. */
#include "page/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "page/audit.h"
#include "page/frame.h"
#include "page/graph_view.h"
#include "page/parts.h"
#include "report/graph_svg.h"

enum {
	ROWS_SHOWN = 200,
	FEW = 5, /* environments that are named at once */
	NAMES_SHOWN = 200,
	ID_MAX = 80,
	OPEN_KEPT = 32, /* stretches that are open behind each link */
	TEXT_MAX = 600
};

/* ---- Links ---- */

void
graph_revision_link(const struct graph_view *v, const char *id, struct strbuf *out)
{
	bool there = drawing_find(v->placed.drawing, id) < v->placed.drawing->n_nodes;

	if (there) {
		strbuf_add(out, "<a href=\"");
		text_html(out, v->query);
		strbuf_add(out, "revision=");
		text_url(out, id);
		strbuf_add(out, "#revision\">");
	}
	page_code(out, id, ID_MAX);
	strbuf_add(out, there ? "</a>" : "");
}

static void
problem_link(const void *arg, const char *id, struct strbuf *out)
{
	graph_revision_link(arg, id, out);
}

static void
environment(
	const struct graph_view *v, const struct picture_marker *m, struct strbuf *out)
{
	page_name_link(v->page, PAGE_ENVIRONMENTS, m->environment, out);
	strbuf_add(out, " ");
	page_badge(out, m->state);
}

/* "25 in sync, 2 drifted" */
static void
count_states(const struct picture_marker *const *markers, size_t n, struct strbuf *out)
{
	size_t of[STATE_COUNT] = {0}, said = 0;

	for (size_t i = 0; i < n; i++)
		of[markers[i]->state]++;
	for (int s = 0; s < STATE_COUNT; s++) {
		if (!of[s])
			continue;
		strbuf_printf(out, "%s%zu ", said++ ? ", " : "", of[s]);
		page_words(out, state_word((enum state)s));
	}
}

void
graph_environments(const struct graph_view *v,
	const struct picture_marker *const *markers, size_t n, const char *id,
	struct strbuf *out)
{
	size_t shown = n < NAMES_SHOWN ? n : NAMES_SHOWN;

	for (size_t i = 0; i < n && n <= FEW; i++) {
		strbuf_add(out, i ? "<br>" : "");
		environment(v, markers[i], out);
	}
	if (n <= FEW)
		return;
	strbuf_printf(out, "<details id=\"%s\"><summary>%zu environments: ", id, n);
	count_states(markers, n, out);
	strbuf_add(out, "</summary>\n<ul class=\"items\">\n");
	for (size_t i = 0; i < shown; i++) {
		strbuf_add(out, "<li>");
		environment(v, markers[i], out);
		strbuf_add(out, "</li>\n");
	}
	if (n > shown) {
		strbuf_printf(out, "<li><a href=\"%s?migrations=", v->page->root);
		text_url(out, v->m->name);
		strbuf_printf(out, "\">and %zu more</a></li>\n", n - shown);
	}
	strbuf_add(out, "</ul></details>");
}

/* ---- The picture ---- */

/* A link to this page that asks for `what` besides, to where its picture is. */
static void
picture_link(const struct graph_view *v, const char *what, const char *words,
	struct strbuf *out)
{
	strbuf_add(out, "<a href=\"");
	text_html(out, v->query);
	strbuf_printf(out, "%s#graph\">%s</a>\n", what, words);
}

static void
part_link(
	const struct graph_view *v, size_t part, const char *words, struct strbuf *out)
{
	char *what = xasprintf("page=%zu", part);

	picture_link(v, what, words, out);
	free(what);
}

static void
parts(const struct graph_view *v, const char *label, struct strbuf *out)
{
	if (v->n_parts < 2)
		return;
	strbuf_printf(out,
		"<nav class=\"parts\" aria-label=\"Parts of the graph, %s\"><span>Rows "
		"%zu to %zu of %zu, newest first</span>\n",
		label, v->from + 1, v->to, v->placed.drawing->n_nodes);
	if (v->part > 1)
		part_link(v, v->part - 1, "Newer", out);
	if (v->part < v->n_parts)
		part_link(v, v->part + 1, "Older", out);
	strbuf_add(out, "</nav>\n");
}

static bool
has_stretch(const struct drawing *d)
{
	for (size_t i = 0; i < d->n_nodes; i++)
		if (d->nodes[i].what == DRAWN_STRETCH)
			return true;
	return false;
}

/* The same in other forms, and how much of it is unfolded. */
static void
forms(const struct graph_view *v, struct strbuf *out)
{
	const struct page_graph_wish *w = v->wish;

	strbuf_add(out, "<p class=\"forms\">");
	if (has_stretch(v->placed.drawing))
		strbuf_add(out, "<a href=\"?fold=0#graph\">Show every revision</a>\n");
	if (w->whole || (w->open && w->open->n))
		strbuf_add(out, "<a href=\"?#graph\">Fold straight stretches</a>\n");
	strbuf_add(out, "<a href=\"#table\">The same as a table</a>\n");
	picture_link(v, "format=svg", "SVG", out);
	picture_link(v, "format=dot", "Graphviz", out);
	strbuf_add(out, "<a href=\"?format=json\">JSON</a></p>\n");
}

static void
picture(const struct graph_view *v, struct strbuf *out)
{
	char *revision = xasprintf("%srevision=", v->query);
	char *open = xasprintf("%sopen=", v->query);
	char *place = xasprintf("%s" PAGE_ENVIRONMENTS "/", v->page->root);
	const struct graph_svg_options o = {.revision = {revision, "#revision"},
		.stretch = {open, "#graph"},
		.environment = {place, NULL},
		.crowd = {"#at-", NULL},
		.from = v->from,
		.rows = ROWS_SHOWN,
		.selected = v->wish->revision};

	strbuf_add(out, "<section id=\"graph\">\n<h2>Graph</h2>\n");
	forms(v, out);
	parts(v, "above the picture", out);
	strbuf_add(out,
		"<div class=\"scroll picture\" id=\"graph-scroll\" role=\"region\" "
		"aria-label=\"Picture of the graph\" tabindex=\"0\">\n");
	graph_svg(&v->placed.picture, &o, out);
	strbuf_add(out, "</div>\n");
	parts(v, "below the picture", out);
	strbuf_add(out, "</section>\n");
	free(revision);
	free(open);
	free(place);
}

/* ---- The whole ---- */

static void
problems(const struct graph_view *v, struct strbuf *out)
{
	const struct page_problem_link link = {problem_link, v};
	size_t n = page_problem_count(v->m), notices = page_notice_count(v->m);

	if (n) {
		strbuf_add(out, "<section id=\"problems\">\n<h2>");
		page_count(out, n, "problem", "problems");
		strbuf_add(out, "</h2>\n");
		page_problem_list(v->m, &link, out);
		strbuf_add(out, "</section>\n");
	}
	if (notices) {
		strbuf_add(out, "<details id=\"notices\"><summary>");
		page_count(out, notices, "notice", "notices");
		strbuf_add(out, " of what its upgrades do</summary>\n");
		page_notice_list(v->m, &link, out);
		strbuf_add(out, "</details>\n");
	}
}

/* Where its files are, and what there is of it. */
static void
summary(const struct graph_view *v, struct strbuf *out)
{
	struct strbuf sentence = {0};

	strbuf_add(out, "<p>");
	picture_sentence(&sentence, &v->placed.picture);
	text_html(out, sentence.s);
	strbuf_free(&sentence);
	strbuf_add(out, "<br><span class=\"soft\">");
	page_name(out, v->m->graph->tool, TEXT_MAX);
	strbuf_add(out, ", read of</span> ");
	page_code(out, v->m->graph->path, TEXT_MAX);
	strbuf_add(out, "</p>\n");
}

/* Who records none of its revisions is in no place of the picture. */
static void
unplaced(const struct graph_view *v, struct strbuf *out)
{
	const struct picture *p = &v->placed.picture;
	const struct picture_marker **list = xcalloc(p->n_markers + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < p->n_markers; i++)
		if (!p->markers[i].revisions->n)
			list[n++] = &p->markers[i];
	if (n) {
		strbuf_add(out, "<div id=\"unplaced\">No revision recorded: ");
		graph_environments(v, list, n, "nowhere", out);
		strbuf_add(out, "</div>\n");
	}
	free(list);
}

static void
begin(const struct published_migrations *m, struct strbuf *out)
{
	strbuf_add(out, "<div class=\"top\"><h1>Migrations ");
	page_name(out, m->name, 0);
	strbuf_add(out, "</h1></div>\n");
	if (!m->error)
		return;
	strbuf_add(out, "<p class=\"bad\">They cannot be read: ");
	page_prose(out, m->error, TEXT_MAX);
	strbuf_printf(out,
		".</p>\n<p>%s Put right where the path of this block leads, or the "
		"path itself, and reload.</p>\n",
		m->graph ? "What was read last is shown."
			 : "So there is no graph to show.");
}

static void
body(const struct page *page, const void *arg, struct strbuf *out)
{
	const struct graph_view *v = arg;

	(void)page;
	begin(v->m, out);
	if (!v->m->graph) {
		if (!v->m->error)
			strbuf_add(out, "<p>They were not looked at yet.</p>\n");
		return;
	}
	summary(v, out);
	unplaced(v, out);
	problems(v, out);
	if (v->wish->revision)
		graph_facts(v, out);
	picture(v, out);
	graph_table(v, out);
}

/* Those of the drawing, each once. */
static void
opened(const struct graph_view *v, struct strvec *out)
{
	const struct strvec *open = v->wish->open;
	const struct drawing *d = v->placed.drawing;

	for (size_t i = 0; d && open && i < open->n; i++)
		if (drawing_find(d, open->v[i]) < d->n_nodes &&
			!strvec_has(out, open->v[i]))
			strvec_add(out, open->v[i]);
}

/* What links keep: which stretches are open, of many those that were opened last. */
static char *
query_of(const struct graph_view *v)
{
	struct strbuf b = {0};
	struct strvec open = {0};

	if (!v->wish->whole)
		opened(v, &open);
	strbuf_add(&b, v->wish->whole ? "?fold=0&" : "?");
	for (size_t i = open.n > OPEN_KEPT ? open.n - OPEN_KEPT : 0; i < open.n; i++) {
		strbuf_add(&b, "open=");
		text_url(&b, open.v[i]);
		strbuf_addc(&b, '&');
	}
	strvec_free(&open);
	return strbuf_take(&b);
}

/* The row that is to be among those shown: of the revision, else of what was opened
 * last. */
static size_t
wanted_row(const struct graph_view *v)
{
	const struct page_graph_wish *w = v->wish;
	const char *id = w->revision             ? w->revision
			 : w->open && w->open->n ? w->open->v[w->open->n - 1]
						 : NULL;
	size_t row = id ? drawing_find(v->placed.drawing, id) : 0;

	return row < v->placed.drawing->n_nodes ? row : 0;
}

static void
choose_rows(struct graph_view *v)
{
	size_t n = v->placed.drawing->n_nodes;

	v->n_parts = n ? (n + ROWS_SHOWN - 1) / ROWS_SHOWN : 1;
	v->part = v->wish->part ? v->wish->part : wanted_row(v) / ROWS_SHOWN + 1;
	if (v->part > v->n_parts)
		v->part = v->n_parts;
	v->from = (v->part - 1) * ROWS_SHOWN;
	v->to = v->from + ROWS_SHOWN < n ? v->from + ROWS_SHOWN : n;
}

/* Draw it; the revision whose facts are shown is seen by itself. */
static void
draw(struct graph_view *v)
{
	struct strvec open = {0};
	const struct placed_wish wish = {v->wish->whole, &open};

	if (v->wish->open)
		strvec_copy(&open, v->wish->open);
	if (v->wish->revision)
		strvec_add(&open, v->wish->revision);
	placed_make(v->page->published, v->m, &wish, &v->placed);
	picture_places(&v->placed.picture, &v->places);
	v->pending = picture_pending(&v->placed.picture);
	choose_rows(v);
	strvec_free(&open);
}

static enum state
state_of(const struct graph_view *v)
{
	enum state s = page_problem_state(v->m);

	return s == STATE_IN_SYNC && v->placed.picture.n_markers
		       ? v->placed.markers[0].state
		       : s;
}

void
page_graph(const struct page *page, const struct published_migrations *m,
	const struct page_graph_wish *wish, struct strbuf *out)
{
	struct graph_view v = {.page = page, .m = m, .wish = wish};
	struct page_middle middle = {.body = body, .arg = &v};
	char *title = xasprintf("Migrations %s", m->name);

	if (m->graph)
		draw(&v);
	v.query = query_of(&v);
	middle.title = title;
	middle.state = state_of(&v);
	page_frame(page, &middle, out);
	if (m->graph) {
		picture_places_free(&v.places);
		placed_free(&v.placed);
	}
	free(v.pending);
	free(v.query);
	free(title);
}

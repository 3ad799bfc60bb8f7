/* What the picture shows, in words: a row for each of its nodes, in the same order. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "page/graph_view.h"
#include "page/parts.h"

enum { PARENTS_SHOWN = 5, ID_MAX = 80, TEXT_MAX = 200 };

static const char table_start[] =
	"<section id=\"table\">\n<h2>Revisions in order</h2>\n"
	"<div class=\"scroll\" id=\"table-scroll\" role=\"region\" "
	"aria-label=\"Revisions in order\" tabindex=\"0\">"
	"<table class=\"revisions\">\n"
	"<thead><tr><th scope=\"col\">Revision</th><th scope=\"col\">Says</th>"
	"<th scope=\"col\">Comes after</th><th scope=\"col\">Is</th>"
	"<th scope=\"col\">Environments</th></tr></thead>\n<tbody>\n";

static void
id_cell(const struct graph_view *v, const struct drawing_node *node, struct strbuf *out)
{
	strbuf_add(out, "<tr id=\"r-");
	text_url(out, node->id);
	strbuf_add(out, "\"><th scope=\"row\">");
	if (node->what != DRAWN_STRETCH) {
		graph_revision_link(v, node->id, out);
	} else {
		strbuf_add(out, "<a href=\"");
		text_html(out, v->query);
		strbuf_add(out, "open=");
		text_url(out, node->id);
		strbuf_printf(out, "#r-");
		text_url(out, node->id);
		strbuf_printf(out, "\">%zu revisions</a><br>", node->n_revisions);
		page_code(out, node->id, ID_MAX);
		strbuf_add(out, " … ");
		page_code(out, node->revisions[node->n_revisions - 1]->id, ID_MAX);
	}
	strbuf_add(out, "</th>");
}

/* Nobody looks for fractions of a second here. */
static void
created(struct strbuf *out, const char *when)
{
	char *whole = xstrndup(when, strcspn(when, "."));

	page_name(out, whole, TEXT_MAX);
	free(whole);
}

static void
message_cell(const struct drawing_node *node, struct strbuf *out)
{
	const struct revision *r = node->n_revisions ? node->revisions[0] : NULL;

	strbuf_add(out, "<td data-label=\"Says\">");
	if (node->what == DRAWN_STRETCH) {
		strbuf_add(out, "each after the one before");
	} else if (r) {
		page_prose(out, r->message ? r->message : "", TEXT_MAX);
		if (r->created) {
			strbuf_add(out, "<br><span class=\"soft\">");
			created(out, r->created);
			strbuf_add(out, "</span>");
		}
	}
	strbuf_add(out, "</td>");
}

static void
references(const struct graph_view *v, const struct strvec *ids, struct strbuf *out)
{
	for (size_t i = 0; i < ids->n && i < PARENTS_SHOWN; i++) {
		strbuf_add(out, i ? " " : "");
		graph_revision_link(v, ids->v[i], out);
	}
	if (ids->n > PARENTS_SHOWN)
		strbuf_printf(out, " and %zu more", ids->n - PARENTS_SHOWN);
}

static void
parents_cell(
	const struct graph_view *v, const struct drawing_node *node, struct strbuf *out)
{
	const struct revision *r =
		node->n_revisions ? node->revisions[node->n_revisions - 1] : NULL;

	strbuf_add(out, "<td class=\"ids\" data-label=\"Comes after\">");
	if (r)
		references(v, &r->down, out);
	if (r && r->down_unknown)
		strbuf_add(out, "<span class=\"bad\">cannot be read</span>");
	if (r && r->depends_on.n) {
		strbuf_add(out, "<br><span class=\"soft\">depends on</span> ");
		references(v, &r->depends_on, out);
	}
	strbuf_add(out, "</td>");
}

/* Another word of the cell. */
static void
add_word(struct strbuf *out, size_t *n, bool holds, const char *words)
{
	if (!holds)
		return;
	strbuf_printf(out, "%s%s", (*n)++ ? ", " : "", words);
}

/* Each problem once. */
static void
problem_words(const struct drawing_node *node, size_t *n, struct strbuf *out)
{
	size_t problems = node->n_problems - node->n_notices;

	for (size_t i = 0; i < problems; i++) {
		enum problem_code code = node->problems[i]->code;

		if (i && code == node->problems[i - 1]->code)
			continue;
		strbuf_printf(out, "%s<span class=\"bad\">⚠ ", (*n)++ ? ", " : "");
		page_words(out, problem_word(code));
		strbuf_add(out, "</span>");
	}
}

static void
is_cell(const struct drawing_node *node, struct strbuf *out)
{
	size_t n = 0, destructive = picture_destructive(node);
	const struct revision *r =
		node->what == DRAWN_REVISION ? node->revisions[0] : NULL;

	strbuf_add(out, "<td data-label=\"Is\">");
	add_word(out, &n, node->what == DRAWN_UNKNOWN, "no file has it");
	add_word(out, &n, node->is_head && !node->archived, "head");
	add_word(out, &n, node->is_base, "base");
	add_word(out, &n, node->branches, "branch point");
	add_word(out, &n, node->merges, "merge");
	add_word(out, &n, node->archived, "archived");
	for (size_t i = 0; r && i < r->labels.n; i++) {
		strbuf_add(out, n++ ? ", label " : "label ");
		page_code(out, r->labels.v[i], ID_MAX);
	}
	if (destructive && node->what == DRAWN_STRETCH)
		strbuf_printf(out, "%s<span class=\"warn\">%zu destructive</span>",
			n++ ? ", " : "", destructive);
	else
		add_word(out, &n, destructive,
			"<span class=\"warn\">destructive</span>");
	problem_words(node, &n, out);
	strbuf_add(out, "</td>");
}

static void
environments_cell(const struct graph_view *v, size_t row, struct strbuf *out)
{
	size_t at = v->places.at[row], n = v->places.at[row + 1] - at;
	struct strbuf id = {0};

	strbuf_add(&id, "at-");
	text_url(&id, v->placed.drawing->nodes[row].id);
	strbuf_add(out, "<td data-label=\"Environments\">");
	graph_environments(v, v->places.markers + at, n, id.s, out);
	if (v->pending[row])
		strbuf_printf(out, "%s<span class=\"warn\">pending in %zu</span>",
			n ? "<br>" : "", v->pending[row]);
	strbuf_add(out, "</td></tr>\n");
	strbuf_free(&id);
}

void
graph_table(const struct graph_view *v, struct strbuf *out)
{
	strbuf_add(out, table_start);
	for (size_t row = v->from; row < v->to; row++) {
		const struct drawing_node *node = &v->placed.drawing->nodes[row];

		id_cell(v, node, out);
		message_cell(node, out);
		parents_cell(v, node, out);
		is_cell(node, out);
		environments_cell(v, row, out);
	}
	strbuf_add(out, "</tbody>\n</table></div>\n</section>\n");
}

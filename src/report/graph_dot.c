/* Graphviz reads three things in a quoted string: a backslash, a quote, and entities
 * where it is shown. */
#include "report/graph_dot.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/appearance.h"

/* In a larger graph they are most of it, and nobody waits for it to be laid out. */
enum { ID_MAX = 80, TEXT_MAX = 80, TOOLTIPS_MOST = 1000 };

static const char soft[] = "5b6474", bad[] = "c02634";

/* ---- Strings ---- */

/* What stands between the quotes; `shown` is where entities mean something. */
static void
add_escaped(struct strbuf *out, const char *s, size_t max, bool shown)
{
	struct strbuf clean = {0};

	text_visible(&clean, s, max, "");
	for (const char *c = clean.s; *c; c++) {
		size_t plain = strcspn(c, "\"\\&");

		strbuf_addn(out, c, plain);
		c += plain;
		if (!*c)
			break;
		if (*c != '&')
			strbuf_addc(out, '\\');
		strbuf_addc(out, *c);
		if (*c == '&' && shown)
			strbuf_add(out, "amp;");
	}
	strbuf_free(&clean);
}

static void
add_node_name(struct strbuf *out, char kind, const char *name)
{
	strbuf_printf(out, "\"%c:", kind);
	add_escaped(out, name, 0, false);
	strbuf_addc(out, '"');
}

/* One more line of a label. */
static void
add_line(struct strbuf *out, const char *s, size_t max)
{
	if (!s || !*s)
		return;
	strbuf_add(out, "\\n");
	add_escaped(out, s, max, true);
}

/* Facts, one a line. */
static void
add_tooltip(struct strbuf *out, const struct drawing_node *node)
{
	struct strbuf facts = {0};
	struct strvec lines = {0};

	picture_facts(&facts, node);
	strvec_split(&lines, facts.s, '\n');
	strbuf_add(out, ", tooltip=\"");
	for (size_t i = 0; i < lines.n; i++) {
		strbuf_add(out, i ? "\\n" : "");
		add_escaped(out, lines.v[i], 0, true);
	}
	strbuf_addc(out, '"');
	strvec_free(&lines);
	strbuf_free(&facts);
}

/* ---- Nodes ---- */

static void
label_stretch(struct strbuf *out, const struct drawing_node *node)
{
	strbuf_printf(out, "%zu revisions", node->n_revisions);
	add_line(out, node->id, ID_MAX);
	strbuf_add(out, "\\n…");
	add_line(out, node->revisions[node->n_revisions - 1]->id, ID_MAX);
}

static void
label_revision(struct strbuf *out, const struct drawing_node *node)
{
	const struct revision *r = node->n_revisions ? node->revisions[0] : NULL;

	add_escaped(out, *node->id ? node->id : "''", ID_MAX, true);
	if (!r) {
		strbuf_add(out, "\\nno file has it");
		return;
	}
	for (size_t i = 0; i < r->labels.n; i++)
		add_line(out, r->labels.v[i], ID_MAX);
	add_line(out, r->message, TEXT_MAX);
	add_line(out, r->created, TEXT_MAX);
}

static void
add_node(struct strbuf *out, const struct drawing_node *node, size_t pending,
	bool tooltips)
{
	size_t destructive = picture_destructive(node);
	bool pale = node->archived || node->what == DRAWN_UNKNOWN;
	bool wrong = node->n_problems > node->n_notices || node->in_cycle;

	strbuf_addc(out, '\t');
	add_node_name(out, 'r', node->id);
	strbuf_add(out, " [label=\"");
	if (node->what == DRAWN_STRETCH)
		label_stretch(out, node);
	else
		label_revision(out, node);
	if (destructive && node->what == DRAWN_STRETCH)
		strbuf_printf(out, "\\n%zu destructive", destructive);
	else if (destructive)
		strbuf_add(out, "\\ndestructive");
	if (pending)
		strbuf_printf(out, "\\npending in %zu", pending);
	strbuf_addc(out, '"');
	if (tooltips)
		add_tooltip(out, node);
	if (node->what != DRAWN_REVISION)
		strbuf_add(out, ", style=\"rounded,dashed\"");
	if (node->is_head && !node->archived)
		strbuf_add(out, ", penwidth=2.5");
	if (wrong || pale)
		strbuf_printf(out, ", color=\"#%s\", fontcolor=\"#%s\"",
			wrong ? bad : soft, wrong ? bad : soft);
	strbuf_add(out, "];\n");
}

static void
add_edge(struct strbuf *out, const struct drawing *d, const struct drawing_edge *e)
{
	strbuf_addc(out, '\t');
	add_node_name(out, 'r', d->nodes[e->from].id);
	strbuf_add(out, " -> ");
	add_node_name(out, 'r', d->nodes[e->to].id);
	if (e->dependency)
		strbuf_add(out, " [style=dotted]");
	else if (e->climbs)
		strbuf_printf(out, " [color=\"#%s\"]", bad);
	strbuf_add(out, ";\n");
}

/* ---- Environments ---- */

static void
add_note(struct strbuf *out, const struct picture_marker *m)
{
	strbuf_addc(out, '\t');
	add_node_name(out, 'e', m->environment);
	strbuf_add(out, " [shape=note, label=\"");
	add_escaped(out, m->environment, TEXT_MAX, true);
	strbuf_add(out, "\\n");
	appearance_words(out, state_word(m->state));
	strbuf_printf(out, "\", color=\"#%s\", fontcolor=\"#%s\"];\n",
		appearance_of(m->state)->colour, appearance_of(m->state)->colour);
}

static void
add_places(struct strbuf *out, const struct picture *p)
{
	struct picture_places places;

	picture_places(p, &places);
	for (size_t i = 0; i < p->drawing->n_nodes; i++)
		for (size_t k = places.at[i]; k < places.at[i + 1]; k++) {
			const struct picture_marker *m = places.markers[k];

			strbuf_addc(out, '\t');
			add_node_name(out, 'e', m->environment);
			strbuf_add(out, " -> ");
			add_node_name(out, 'r', p->drawing->nodes[i].id);
			strbuf_printf(out,
				" [style=dashed, arrowhead=none, color=\"#%s\"];\n",
				appearance_of(m->state)->colour);
		}
	picture_places_free(&places);
}

void
graph_dot(const struct picture *p, struct strbuf *out)
{
	const struct drawing *d = p->drawing;
	size_t *pending = picture_pending(p);
	struct strbuf sentence = {0};

	strbuf_add(out, "digraph \"");
	add_escaped(out, p->name, 0, false);
	strbuf_add(out, "\" {\n\tgraph [charset=\"UTF-8\", tooltip=\"");
	picture_sentence(&sentence, p);
	add_escaped(out, sentence.s, 0, true);
	strbuf_free(&sentence);
	strbuf_add(out,
		"\"];\n"
		"\tnode [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
	for (size_t i = 0; i < d->n_nodes; i++)
		add_node(out, &d->nodes[i], pending[i], d->n_nodes <= TOOLTIPS_MOST);
	free(pending);
	for (size_t i = 0; i < d->n_edges; i++)
		add_edge(out, d, &d->edges[i]);
	for (size_t i = 0; i < p->n_markers; i++)
		add_note(out, &p->markers[i]);
	add_places(out, p);
	strbuf_add(out, "}\n");
}

/* All that is known of one revision. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "page/graph_view.h"
#include "page/parts.h"

enum { TEXT_MAX = 600 };

static void
begin_fact(struct strbuf *out, const char *key)
{
	strbuf_printf(out, "<dt>%s</dt><dd>", key);
}

static void
end_fact(struct strbuf *out)
{
	strbuf_add(out, "</dd>\n");
}

/* A value as code; nothing where there is none. */
static void
code_fact(struct strbuf *out, const char *key, const char *value, unsigned line)
{
	if (!value)
		return;
	begin_fact(out, key);
	page_code(out, value, TEXT_MAX);
	if (line)
		strbuf_printf(out, ", line %u", line);
	end_fact(out);
}

static void
link_list(const struct graph_view *v, const char *key, const struct strvec *ids,
	struct strbuf *out)
{
	if (!ids->n)
		return;
	begin_fact(out, key);
	for (size_t i = 0; i < ids->n; i++) {
		strbuf_add(out, i ? " " : "");
		graph_revision_link(v, ids->v[i], out);
	}
	end_fact(out);
}

/* The revisions from which edges of that kind lead to the row. */
static void
next_list(const struct graph_view *v, const char *key, size_t row, bool dependency,
	struct strbuf *out)
{
	const struct drawing *d = v->placed.drawing;
	struct strvec ids = {0};

	for (size_t i = 0; i < d->n_edges; i++) {
		const struct drawing_node *from = &d->nodes[d->edges[i].from];

		if (d->edges[i].to == row && d->edges[i].dependency == dependency)
			strvec_add(&ids,
				from->n_revisions
					? from->revisions[from->n_revisions - 1]->id
					: from->id);
	}
	strvec_sort(&ids);
	link_list(v, key, &ids, out);
	strvec_free(&ids);
}

/* ---- What it is ---- */

static void
is_fact(const struct graph_view *v, size_t row, struct strbuf *out)
{
	const struct drawing_node *node = &v->placed.drawing->nodes[row];
	const struct {
		bool holds;
		const char *words;
	} kinds[] = {
		{node->what == DRAWN_UNKNOWN, "an id that no file has"},
		{node->is_head && !node->archived, "a head: no file comes after it"},
		{node->is_base, "a base: it comes after none"},
		{node->branches, "a branch point: several come after it"},
		{node->merges, "a merge: it comes after several"},
		{node->in_cycle, "on a cycle: it comes after itself"},
		{node->archived,
			"archived: only a directory of former migrations has it"},
	};
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (!kinds[i].holds)
			continue;
		if (!n++)
			begin_fact(out, "Is");
		strbuf_printf(out, "%s%s", n > 1 ? "<br>" : "", kinds[i].words);
	}
	if (n)
		end_fact(out);
}

static void
operations_fact(const struct revision *r, struct strbuf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->effects.n; i++) {
		const struct effect *e = &r->effects.v[i];
		struct strbuf name = {0};

		if (e->creates)
			continue;
		if (!n++) {
			begin_fact(out, "Operations");
			strbuf_add(out, "<ol class=\"items\">\n");
		}
		strbuf_add(out, "<li>");
		page_words(out, effect_info(e->kind)->word);
		strbuf_addc(out, ' ');
		effect_name(&name, e);
		if (e->computed)
			strbuf_add(out, "of a name that is computed");
		else
			page_code(out, name.s ? name.s : "", TEXT_MAX);
		strbuf_free(&name);
		strbuf_printf(out, ", line %u", e->line);
		if (effects_destroys(&r->effects, i))
			strbuf_add(out, " <b class=\"bad\">destructive</b>");
		strbuf_add(out, "</li>\n");
	}
	if (!n)
		return;
	strbuf_add(out, "</ol>");
	end_fact(out);
}

static void
revision_facts(const struct graph_view *v, const struct revision *r, struct strbuf *out)
{
	if (r->message) {
		begin_fact(out, "Says");
		page_prose(out, r->message, TEXT_MAX);
		end_fact(out);
	}
	code_fact(out, "Created", r->created, 0);
	code_fact(out, "File", r->file, r->line);
	for (size_t i = 0; i < r->labels.n; i++)
		code_fact(out, "Branch label", r->labels.v[i], r->labels_line);
	link_list(v, "Comes after", &r->down, out);
	link_list(v, "Depends on", &r->depends_on, out);
}

/* ---- Where it is ---- */

static void
standing_fact(const struct graph_view *v, size_t row, struct strbuf *out)
{
	size_t at = v->places.at[row], n = v->places.at[row + 1] - at;

	begin_fact(out, "Recorded by");
	if (!n)
		strbuf_add(out, "<span class=\"soft\">no environment</span>");
	else
		graph_environments(v, v->places.markers + at, n, "recorded-by", out);
	end_fact(out);
}

static void
pending_fact(const struct graph_view *v, const char *id, struct strbuf *out)
{
	const struct picture *p = &v->placed.picture;
	const struct picture_marker **list = xcalloc(p->n_markers + 1, sizeof(*list));
	size_t n = 0;

	for (size_t i = 0; i < p->n_markers; i++)
		if (strvec_has(p->markers[i].pending, id))
			list[n++] = &p->markers[i];
	begin_fact(out, "Pending in");
	if (!n)
		strbuf_add(out, "<span class=\"soft\">no environment</span>");
	else
		graph_environments(v, list, n, "pending-in", out);
	end_fact(out);
	free(list);
}

void
graph_facts(const struct graph_view *v, struct strbuf *out)
{
	const struct drawing *d = v->placed.drawing;
	const char *id = v->wish->revision;
	size_t row = drawing_find(d, id);
	const struct drawing_node *node = &d->nodes[row];

	strbuf_add(out, "<section id=\"revision\">\n<h2>Revision ");
	page_code(out, id, TEXT_MAX);
	strbuf_add(out, "</h2>\n");
	if (row == d->n_nodes) {
		strbuf_add(out,
			"<p>No file has it, and no environment records it.</p>\n"
			"</section>\n");
		return;
	}
	strbuf_add(out, "<dl class=\"facts\">\n");
	is_fact(v, row, out);
	if (node->n_revisions)
		revision_facts(v, node->revisions[0], out);
	next_list(v, "Before", row, false, out);
	next_list(v, "Needed by", row, true, out);
	if (node->n_revisions)
		operations_fact(node->revisions[0], out);
	standing_fact(v, row, out);
	pending_fact(v, id, out);
	strbuf_add(out, "</dl>\n</section>\n");
}

/* All blocks of migrations, a row each. */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "page/audit.h"
#include "page/frame.h"
#include "page/graph.h"
#include "page/parts.h"
#include "report/appearance.h"
#include "report/placed.h"

enum { IDS_SHOWN = 3, ID_MAX = 40, TEXT_MAX = 400 };

static const char table_start[] =
	"<div class=\"scroll\" id=\"blocks\" role=\"region\" aria-label=\"Migrations\" "
	"tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Name</th>"
	"<th scope=\"col\">Revisions</th><th scope=\"col\">Heads</th>"
	"<th scope=\"col\">Bases</th><th scope=\"col\">Problems</th>"
	"<th scope=\"col\">Environments</th></tr></thead>\n";

static void
ids_cell(const char *label, const struct strvec *ids, struct strbuf *out)
{
	strbuf_printf(out, "<td class=\"ids\" data-label=\"%s\">", label);
	if (ids)
		page_ids(out, ids, IDS_SHOWN, ID_MAX);
	strbuf_add(out, "</td>");
}

static void
problems_cell(const struct page *page, const struct published_migrations *m,
	struct strbuf *out)
{
	size_t n = page_problem_count(m), notices = page_notice_count(m);

	strbuf_add(out, "<td data-label=\"Problems\">");
	if (m->error) {
		strbuf_add(out, "<span class=\"bad\">cannot be read: ");
		page_prose(out, m->error, TEXT_MAX);
		strbuf_add(out, "</span>");
	} else if (n) {
		strbuf_add(out, "<a");
		page_href(page, "migrations", m->name, "#problems", out);
		strbuf_add(out, ">");
		page_count(out, n, "problem", "problems");
		strbuf_add(out, "</a>");
	} else {
		strbuf_add(out, m->graph ? "none" : "not looked at yet");
	}
	if (notices) {
		strbuf_add(out, "<br><span class=\"soft\">");
		page_count(out, notices, "notice", "notices");
		strbuf_add(out, "</span>");
	}
	strbuf_add(out, "</td>");
}

/* How many use it, in which states. */
static void
environments_cell(const struct page *page, const struct published_migrations *m,
	struct strbuf *out)
{
	const struct published *p = page->published;
	struct status_count c = {0};

	for (size_t i = 0; i < p->n_environments; i++)
		if (placed_uses(p->environments[i], m))
			status_count(&c, p->environments[i]);
	strbuf_add(out, "<td data-label=\"Environments\">");
	if (!c.n)
		strbuf_add(out, "<span class=\"soft\">none</span>");
	for (int s = 0, said = 0; s < STATE_COUNT; s++) {
		if (!c.of[s])
			continue;
		strbuf_printf(out, "%s%zu ", said++ ? "<br>" : "", c.of[s]);
		page_badge(out, (enum state)s);
	}
	strbuf_add(out, "</td>");
}

static void
row(const struct page *page, const struct published_migrations *m, struct strbuf *out)
{
	const struct migrations *h = m->graph;

	strbuf_printf(out, "<tbody class=\"%s\"><tr><td class=\"name\">",
		appearance_of(page_problem_state(m))->style);
	page_name_link(page, "migrations", m->name, out);
	strbuf_add(out, "</td><td data-label=\"Revisions\">");
	if (h)
		strbuf_printf(out, "%zu", h->n_revisions);
	strbuf_add(out, "</td>");
	ids_cell("Heads", h ? &h->effective_heads : NULL, out);
	ids_cell("Bases", h ? &h->bases : NULL, out);
	problems_cell(page, m, out);
	environments_cell(page, m, out);
	strbuf_add(out, "</tr></tbody>\n");
}

static void
body(const struct page *page, const void *arg, struct strbuf *out)
{
	const struct published *p = page->published;

	(void)arg;
	strbuf_add(out, "<div class=\"top\"><h1>Migrations</h1></div>\n");
	if (!p->n_migrations) {
		strbuf_add(out,
			"<p>No block <code>migrations</code> is configured: with "
			"one, each database is also held against the revision "
			"that it should record.</p>\n");
		return;
	}
	strbuf_add(out, table_start);
	for (size_t i = 0; i < p->n_migrations; i++)
		row(page, &p->migrations[i], out);
	strbuf_add(out,
		"</table></div>\n<p class=\"forms\"><a href=\"?format=json\">JSON</a>"
		"</p>\n");
}

void
page_migrations(const struct page *page, struct strbuf *out)
{
	const struct published *p = page->published;
	struct page_middle middle = {
		.title = "Migrations", .state = STATE_IN_SYNC, .body = body};

	for (size_t i = 0; i < p->n_migrations; i++) {
		enum state s = page_problem_state(&p->migrations[i]);

		if (middle.state != STATE_REVISION_MISMATCH && s != STATE_IN_SYNC)
			middle.state = s;
	}
	page_frame(page, &middle, out);
}

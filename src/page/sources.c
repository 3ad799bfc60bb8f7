/* See sources.h. */
#include "page/sources.h"

#include "base/text.h"
#include "page/audit.h"
#include "page/parts.h"
#include "page/rows.h"
#include "report/appearance.h"

enum { HEADS_SHOWN = 2 };

static const char migrations_start[] =
	"<h2>Migrations</h2>\n<div class=\"scroll\"><table "
	"class=\"dense\">\n<thead><tr>"
	"<th scope=\"col\">Name</th><th scope=\"col\">Revisions</th>"
	"<th scope=\"col\">Heads</th><th scope=\"col\">Problems</th></tr></thead>\n"
	"<tbody>\n";

static void
discovery(const struct published_discovery *d, struct strbuf *out)
{
	strbuf_printf(out, "<p class=\"%s\">", d->ok ? "soft" : "bad");
	page_name(out, d->name, 0);
	strbuf_add(out, ": ");
	page_count(out, d->n, "environment", "environments");
	strbuf_add(out, " discovered");
	if (!d->tried)
		strbuf_add(out, ", not asked for yet");
	if (d->error) {
		strbuf_add(out, ". Which there are cannot be told now: ");
		page_prose(out, d->error, 400);
	}
	strbuf_add(out, "</p>\n");
}

void
sources_discoveries(const struct published *p, bool known, struct strbuf *out)
{
	for (size_t i = 0; i < p->n_discoveries; i++)
		if (p->discoveries[i].ok == known)
			discovery(&p->discoveries[i], out);
}

static void
problem_list(struct strbuf *out, const struct published_migrations *m)
{
	strbuf_add(out, "<details id=\"problems-");
	text_url(out, m->name);
	strbuf_add(out, "\"><summary>");
	page_count(out, page_problem_count(m), "problem", "problems");
	strbuf_add(out, "</summary>\n");
	page_problem_list(m, NULL, out);
	strbuf_add(out, "</details>");
}

static void
problems_cell(const struct published_migrations *m, struct strbuf *out)
{
	strbuf_add(out, "</td><td class=\"what\">");
	if (m->error) {
		strbuf_add(out, "<span class=\"bad\">");
		page_prose(out, m->error, 400);
		strbuf_add(out, "</span>");
	}
	if (page_problem_count(m))
		problem_list(out, m);
	else if (!m->error)
		strbuf_add(out, m->graph ? "no problems" : "not looked at yet");
	strbuf_add(out, "</td></tr>\n");
}

static void
migrations_row(const struct page *page, const struct published_migrations *m,
	struct strbuf *out)
{
	const struct migrations *h = m->graph;

	strbuf_printf(out, "<tr class=\"%s\"><th scope=\"row\">",
		appearance_of(page_problem_state(m))->style);
	page_name_link(page, "migrations", m->name, out);
	strbuf_add(out, "</th><td data-label=\"revisions\">");
	if (h)
		strbuf_printf(out, "%zu", h->n_revisions);
	strbuf_add(out, "</td><td class=\"ids\" data-label=\"heads\">");
	if (h)
		page_ids(out, &h->effective_heads, HEADS_SHOWN, 40);
	problems_cell(m, out);
}

void
sources_migrations(const struct page *page, struct strbuf *out)
{
	const struct published *p = page->published;

	if (!p->n_migrations)
		return;
	strbuf_add(out, migrations_start);
	for (size_t i = 0; i < p->n_migrations; i++)
		migrations_row(page, &p->migrations[i], out);
	rows_end(out);
}

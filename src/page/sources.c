/* See sources.h. */
#include "page/sources.h"

#include "base/text.h"
#include "page/parts.h"
#include "page/rows.h"

enum { PROBLEMS_SHOWN = 10 };

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
problem_list(struct strbuf *out, const char *name, const struct migrations *h)
{
	strbuf_add(out, "<details id=\"problems-");
	text_url(out, name);
	strbuf_add(out, "\"><summary>");
	page_count(out, h->n_problems, "problem", "problems");
	strbuf_add(out, "</summary>\n<ul class=\"items\">\n");
	for (size_t i = 0; i < h->n_problems && i < PROBLEMS_SHOWN; i++) {
		const struct problem *q = &h->problems[i];

		strbuf_add(out, "<li><b>");
		page_words(out, problem_word(q->code));
		strbuf_add(out, "</b> ");
		page_prose(out, q->detail ? q->detail : "", 400);
		strbuf_add(out, "<div class=\"soft\">");
		page_name(out, q->file ? q->file : "", 400);
		if (q->line)
			strbuf_printf(out, ", line %u", q->line);
		strbuf_add(out, "</div></li>\n");
	}
	if (h->n_problems > PROBLEMS_SHOWN)
		strbuf_printf(
			out, "<li>and %zu more</li>\n", h->n_problems - PROBLEMS_SHOWN);
	strbuf_add(out, "</ul></details>");
}

static void
migrations_row(const struct page *page, const struct published_migrations *m,
	struct strbuf *out)
{
	const struct migrations *h = m->graph;
	bool sound = h && !h->n_problems && !m->error;

	strbuf_printf(out, "<tr class=\"%s\"><th scope=\"row\">",
		sound ? "insync" : "mismatch");
	page_name_link(page, "migrations", m->name, out);
	strbuf_add(out, "</th><td data-label=\"revisions\">");
	if (h)
		strbuf_printf(out, "%zu", h->n_revisions);
	strbuf_add(out, "</td><td class=\"ids\" data-label=\"heads\">");
	if (h)
		rows_revisions(out, &h->effective_heads, 40);
	strbuf_add(out, "</td><td class=\"what\">");
	if (sound)
		strbuf_add(out, "no problems");
	if (m->error) {
		strbuf_add(out, "<span class=\"bad\">");
		page_prose(out, m->error, 400);
		strbuf_add(out, "</span>");
	}
	if (h && h->n_problems)
		problem_list(out, m->name, h);
	strbuf_add(out, "</td></tr>\n");
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

/* The first page by catalogs: of many databases of one schema, the few variants that
 * they are. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "page/overview.h"
#include "page/parts.h"
#include "report/appearance.h"

enum { FINGERPRINT_SHOWN = 12, REVISIONS_SHOWN = 3 };

static void
table_start(struct strbuf *out, const struct groups *g)
{
	strbuf_add(out, "<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">");
	page_name(out, g->label ? g->label : "Catalog", 0);
	strbuf_add(out,
		"</th><th scope=\"col\">Environments</th><th scope=\"col\">State"
		"</th><th scope=\"col\">Revision</th>");
	strbuf_add(out, g->label ? "" : "<th scope=\"col\">Objects</th>");
	strbuf_add(out, "</tr></thead>\n");
}

/* All of few, else a list that is opened. */
static void
names_cell(const struct page *page, const struct group *g, struct strbuf *out)
{
	char *names = group_names(g);
	bool some = g->n > 3;

	page_count(out, g->n, "environment", "environments");
	strbuf_add(out, some ? "<details><summary>" : "<br><span class=\"soft\">");
	page_name(out, names, 0);
	strbuf_add(out, some ? "</summary>\n<ul class=\"items\">\n" : "</span>");
	for (size_t i = 0; some && i < g->n; i++) {
		strbuf_add(out, "<li>");
		page_name_link(page, "status", g->members[i]->name, out);
		strbuf_add(out, "</li>\n");
	}
	strbuf_add(out, some ? "</ul></details>" : "");
	free(names);
}

static void
state_cell(struct strbuf *out, const struct group *g)
{
	for (int s = 0, n = 0; s < STATE_COUNT; s++) {
		if (!g->count.of[s])
			continue;
		strbuf_printf(out, "%s%zu ", n++ ? "<br>" : "", g->count.of[s]);
		page_badge(out, (enum state)s);
	}
}

static void
revision_cell(struct strbuf *out, const struct group *g)
{
	struct strvec revisions = {0};

	group_revisions(g, &revisions);
	if (!revisions.n)
		strbuf_add(out, "<span class=\"soft\">none</span>");
	for (size_t i = 0; i < revisions.n && i < REVISIONS_SHOWN; i++) {
		strbuf_add(out, i ? " " : "");
		page_code(out, revisions.v[i], 60);
	}
	if (revisions.n > REVISIONS_SHOWN)
		strbuf_printf(out, " and %zu more", revisions.n - REVISIONS_SHOWN);
	strvec_free(&revisions);
}

static void
differences(struct strbuf *out, const struct diff *d)
{
	strbuf_add(out, "<details><summary>");
	page_count(out, d->n_findings, "difference", "differences");
	strbuf_printf(out,
		" from the largest: %zu missing, %zu unexpected, %zu changed",
		d->n_change[CHANGE_MISSING], d->n_change[CHANGE_UNEXPECTED],
		d->n_change[CHANGE_CHANGED]);
	strbuf_add(out, "</summary>\n<ul class=\"items\">\n");
	for (size_t i = 0; i < d->n_findings && i < GROUPS_FINDINGS; i++)
		page_finding(
			out, &d->findings[i], (struct page_marks){.confirmed = true});
	if (d->n_findings > GROUPS_FINDINGS)
		strbuf_printf(out, "<li>and %zu more</li>\n",
			d->n_findings - GROUPS_FINDINGS);
	strbuf_add(out, "</ul></details>");
}

static void
apart_row(struct strbuf *out, const struct group *g)
{
	strbuf_add(out, "<tr class=\"more\"><td colspan=\"5\">");
	if (g->differs && g->differs->n_findings)
		differences(out, g->differs);
	else if (g->differs)
		strbuf_add(out, "<span class=\"soft\">Nothing that is compared by "
				"default sets it apart from the largest.</span>");
	else if (g->pending)
		strbuf_add(out, "<span class=\"soft\">It is being compared with the "
				"largest.</span>");
	else
		strbuf_add(out, "<span class=\"soft\">Not compared with the "
				"largest.</span>");
	strbuf_add(out, "</td></tr>\n");
}

static void
key_cell(struct strbuf *out, const struct groups *all, const struct group *g)
{
	strbuf_printf(out, "<td class=\"name%s\">", all->label ? "" : " ids");
	if (!g->key)
		strbuf_printf(out, "<span class=\"soft\">%s</span>",
			all->label ? "without" : "not read");
	else if (all->label)
		page_name(out, g->key, 0);
	else
		page_code(out, g->key, FINGERPRINT_SHOWN);
	strbuf_add(out, "</td>");
}

static void
group_rows(const struct page *page, const struct groups *all, const struct group *g,
	struct strbuf *out)
{
	strbuf_printf(out, "<tbody class=\"%s\">\n<tr>",
		appearance_of(group_state(g))->style);
	key_cell(out, all, g);
	strbuf_add(out, "<td data-label=\"Environments\">");
	names_cell(page, g, out);
	strbuf_add(out, "</td><td>");
	state_cell(out, g);
	strbuf_add(out, "</td><td class=\"ids\" data-label=\"Revision\">");
	revision_cell(out, g);
	strbuf_add(out, "</td>");
	if (!all->label)
		strbuf_add(out, "<td data-label=\"Objects\">");
	if (!all->label && g->key)
		strbuf_printf(out, "%zu", g->members[0]->n_objects);
	strbuf_add(out, all->label ? "</tr>\n" : "</td></tr>\n");
	if (!all->label && g != all->v && g->key)
		apart_row(out, g);
	strbuf_add(out, "</tbody>\n");
}

void
page_groups(const struct page *page, const struct groups *groups, struct strbuf *out)
{
	if (!groups->n) {
		page_none(out, page->published);
		return;
	}
	table_start(out, groups);
	for (size_t i = 0; i < groups->n; i++)
		group_rows(page, groups, &groups->v[i], out);
	strbuf_add(out, "</table></div>\n");
}

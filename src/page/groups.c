/* The first page by catalogs: of many databases of one schema, the few variants that
 * they are; or by the values of a label. */
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "page/overview.h"
#include "page/parts.h"
#include "report/appearance.h"

enum {
	FINGERPRINT_SHOWN = 12,
	REVISIONS_SHOWN = 3,
	MEMBERS_SHOWN = 100,      /* of one group */
	WHOLE_UNTIL = 200 * 1024, /* bytes of the page: groups behind that are brief */
};

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

/* An id of what is opened of a group. */
static void
id_of(const char *what, const struct group *g, struct strbuf *out)
{
	strbuf_printf(out, " id=\"%s-", what);
	text_url(out, g->key ? g->key : "");
	strbuf_addc(out, '"');
}

static void
members(const struct page *page, const struct group *g, struct strbuf *out)
{
	strbuf_add(out, "<ul class=\"members\">\n");
	for (size_t i = 0; i < g->n && i < MEMBERS_SHOWN; i++) {
		strbuf_add(out, "<li>");
		page_name_link(page, PAGE_ENVIRONMENTS, g->members[i]->name, out);
		strbuf_add(out, "</li>\n");
	}
	if (g->n > MEMBERS_SHOWN) {
		strbuf_add(out, "<li>and ");
		page_number(out, g->n - MEMBERS_SHOWN);
		strbuf_add(out, " more</li>\n");
	}
	strbuf_add(out, "</ul>");
}

/* All of few, else a list that is opened. */
static void
names_cell(const struct page *page, const struct group *g, struct strbuf *out)
{
	char *names = group_names(g);
	bool some = g->n > 3 && out->len < WHOLE_UNTIL;

	page_number(out, g->n);
	strbuf_add(out, g->n == 1 ? " environment" : " environments");
	if (some) {
		strbuf_add(out, "<details");
		id_of("members", g, out);
		strbuf_add(out, "><summary>");
		page_name(out, names, 0);
		strbuf_add(out, "</summary>\n");
		members(page, g, out);
		strbuf_add(out, "</details>");
	} else {
		strbuf_add(out, "<br><span class=\"soft\">");
		page_name(out, names, 0);
		strbuf_add(out, "</span>");
	}
	free(names);
}

static void
state_cell(struct strbuf *out, const struct group *g)
{
	for (int s = 0, n = 0; s < STATE_COUNT; s++) {
		if (!g->count.of[s])
			continue;
		strbuf_add(out, n++ ? "<br>" : "");
		page_number(out, g->count.of[s]);
		strbuf_addc(out, ' ');
		page_badge(out, (enum state)s);
	}
}

static void
revision_cell(struct strbuf *out, const struct group *g)
{
	struct strvec revisions = {0};

	group_revisions(g, &revisions);
	page_ids(out, &revisions, REVISIONS_SHOWN, 60);
	strvec_free(&revisions);
}

static void
differences(struct strbuf *out, const struct group *g)
{
	const struct diff *d = g->differs;

	strbuf_add(out, "<details");
	id_of("apart", g, out);
	strbuf_add(out, "><summary>");
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
		differences(out, g);
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

/* Whoever has the value is a click away; who has none, too.  What would find others as
 * well leads nowhere. */
static void
value_link(const struct page *page, const struct choice *c, const struct group *g,
	struct strbuf *out)
{
	char *label = xasprintf("%s=%s", c->groups->label, g->key ? g->key : "");
	const struct choice_change change = {"label", NULL, label, true};

	if (g->key && text_is_glob(g->key)) {
		page_name(out, g->key, 80);
		free(label);
		return;
	}
	strbuf_add(out, "<a");
	choice_href(page, c, &change, out);
	strbuf_addc(out, '>');
	page_name(out, g->key ? g->key : "without", 80);
	strbuf_add(out, "</a>");
	free(label);
}

static void
key_cell(const struct page *page, const struct choice *c, const struct group *g,
	struct strbuf *out)
{
	bool by_label = c->groups->label;

	strbuf_printf(
		out, "<th scope=\"row\" class=\"name%s\">", by_label ? "" : " ids");
	if (by_label)
		value_link(page, c, g, out);
	else if (g->key)
		page_code(out, g->key, FINGERPRINT_SHOWN);
	else
		strbuf_add(out, "<span class=\"soft\">not read</span>");
	strbuf_add(out, "</th>");
}

static void
group_rows(const struct page *page, const struct choice *c, const struct group *g,
	struct strbuf *out)
{
	bool by_label = c->groups->label;

	strbuf_printf(out, "<tbody class=\"%s\">\n<tr>",
		appearance_of(group_state(g))->style);
	key_cell(page, c, g, out);
	strbuf_add(out, "<td data-label=\"Environments\">");
	names_cell(page, g, out);
	strbuf_add(out, "</td><td>");
	state_cell(out, g);
	strbuf_add(out, "</td><td class=\"ids\" data-label=\"Revision\">");
	revision_cell(out, g);
	strbuf_add(out, "</td>");
	if (!by_label)
		strbuf_add(out, "<td data-label=\"Objects\">");
	if (!by_label && g->key)
		strbuf_printf(out, "%zu", g->members[0]->n_objects);
	strbuf_add(out, by_label ? "</tr>\n" : "</td></tr>\n");
	if (!by_label && g != c->groups->v && g->key)
		apart_row(out, g);
	strbuf_add(out, "</tbody>\n");
}

void
page_groups(const struct page *page, const struct choice *c, size_t from, size_t to,
	struct strbuf *out)
{
	table_start(out, c->groups);
	for (size_t i = from; i < to; i++)
		group_rows(page, c, &c->groups->v[i], out);
	strbuf_add(out, "</table></div>\n");
}

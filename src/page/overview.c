/* See overview.h. */
#include "page/overview.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "page/frame.h"
#include "page/parts.h"
#include "report/appearance.h"

enum {
	FINDINGS_SHOWN = 10,
	PROBLEMS_SHOWN = 10,
	OPEN_AT_MOST = 3, /* so many lists of findings stand open at first */
	REVISIONS_SHOWN = 3
};

static const char table_start[] =
	"<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Environment</th>"
	"<th scope=\"col\">State</th><th scope=\"col\">Revision</th>"
	"<th scope=\"col\">Schema</th><th scope=\"col\">For</th>"
	"<th scope=\"col\">Last check</th></tr></thead>\n";

static const char migrations_start[] =
	"<h2>Migrations</h2>\n<div class=\"scroll\"><table>\n<thead><tr>"
	"<th scope=\"col\">Name</th><th scope=\"col\">Revisions</th>"
	"<th scope=\"col\">Heads</th><th scope=\"col\">Problems</th></tr></thead>\n";

/* ---- One environment ---- */

static void
revision_list(struct strbuf *out, const struct strvec *ids)
{
	if (!ids->n)
		strbuf_add(out, "<span class=\"soft\">none</span>");
	for (size_t i = 0; i < ids->n && i < REVISIONS_SHOWN; i++) {
		if (i)
			strbuf_addc(out, ' ');
		page_code(out, ids->v[i], 40);
	}
	if (ids->n > REVISIONS_SHOWN)
		strbuf_printf(out, " and %zu more", ids->n - REVISIONS_SHOWN);
}

static void
revision_cell(struct strbuf *out, const struct published_environment *e)
{
	const struct judgement *j = &e->revision;

	if (!e->tool || j->status == REVISION_NOT_CHECKED) {
		strbuf_add(out, "<span class=\"soft\">not checked</span>");
		return;
	}
	revision_list(out, &j->recorded);
	if (j->status != REVISION_AT_HEAD) {
		strbuf_add(out, " → ");
		revision_list(out, &j->expected);
	}
	strbuf_add(out, "<br><span class=\"soft\">");
	page_words(out, revision_status_word(j->status));
	if (e->behind_known && j->pending.n && j->status != REVISION_AHEAD)
		strbuf_printf(out, ", %zu to run", j->pending.n);
	strbuf_add(out, "</span>");
}

static void
schema_cell(const struct page *page, const struct published_environment *e,
	struct strbuf *out)
{
	if (!e->diff || e->diff->status == DIFF_NOT_COMPARABLE) {
		strbuf_add(out, "<span class=\"soft\">");
		page_words(out, schema_status_word(e->schema));
		strbuf_add(out, "</span>");
	} else {
		strbuf_add(out, "<a");
		page_href(page, "status", e->name, "/diff?format=text", out);
		strbuf_addc(out, '>');
		if (e->diff->n_findings)
			page_count(
				out, e->diff->n_findings, "difference", "differences");
		else
			page_words(out, schema_status_word(e->schema));
		strbuf_add(out, "</a>");
	}
	strbuf_add(out, "<br><span class=\"soft\">");
	if (e->reference) {
		if (e->schema == SCHEMA_OTHER_REVISION)
			strbuf_add(out, "other revision, ");
		strbuf_add(out, "against ");
		page_name(out, e->reference, 80);
	} else if (e->n_objects) {
		page_count(out, e->n_objects, "object", "objects");
	}
	strbuf_add(out, "</span>");
}

static void
check_cell(const struct page *page, const struct published_environment *e,
	struct strbuf *out)
{
	bool failed = e->check != CHECK_OK && e->check != CHECK_NOT_CHECKED;

	page_ago(out, e->last_at_ms, page->now_ms);
	if (e->last_at_ms)
		strbuf_add(out, " ago");
	strbuf_printf(out, "<br><span class=\"%s\">", failed ? "bad" : "soft");
	if (failed)
		page_words(out, check_status_word(e->check));
	else if (e->last_at_ms)
		strbuf_printf(out, "took %lld ms", (long long)e->duration_ms);
	strbuf_add(out, "</span>");
	if (!failed || !e->last_success_ms)
		return;
	strbuf_add(out, "<br><span class=\"soft\">shown as of ");
	page_ago(out, e->last_success_ms, page->now_ms);
	strbuf_add(out, " ago</span>");
}

static void
findings(const struct page *page, const struct published_environment *e, bool open,
	struct strbuf *out)
{
	const struct diff *d = e->diff;
	size_t shown = d->n_findings < FINDINGS_SHOWN ? d->n_findings : FINDINGS_SHOWN;

	/* What a pending migration explains is no drift. */
	open = open && e->schema == SCHEMA_DRIFTED;
	strbuf_printf(out, "<details%s><summary>", open ? " open" : "");
	page_count(out, d->n_findings, "difference", "differences");
	strbuf_printf(out, ": %zu missing, %zu unexpected, %zu changed",
		d->n_change[CHANGE_MISSING], d->n_change[CHANGE_UNEXPECTED],
		d->n_change[CHANGE_CHANGED]);
	strbuf_add(out, "</summary>\n<ul class=\"items\">\n");
	for (size_t i = 0; i < shown; i++)
		page_finding(out, &d->findings[i],
			(struct page_marks){published_confirmed(e, i),
				published_first_seen(e, i), page->now_ms});
	if (d->n_findings > shown) {
		strbuf_add(out, "<li><a");
		page_href(page, "status", e->name, "/diff?format=text", out);
		strbuf_printf(out, ">and %zu more</a></li>\n", d->n_findings - shown);
	}
	strbuf_add(out, "</ul></details>");
}

static bool
has_findings(const struct published_environment *e)
{
	return e->diff && e->diff->n_findings;
}

static bool
says_more(const struct published_environment *e)
{
	return has_findings(e) || e->error || (e->hint && *e->hint);
}

static void
more_row(const struct page *page, const struct published_environment *e, bool open,
	struct strbuf *out)
{
	strbuf_add(out, "<tr class=\"more\"><td colspan=\"6\">");
	if (e->hint)
		page_prose(out, e->hint, 0);
	/* Most hints quote it. */
	if (e->error && !(e->hint && strstr(e->hint, e->error))) {
		strbuf_add(out, "<div class=\"bad\">");
		page_prose(out, e->error, 400);
		strbuf_add(out, "</div>");
	}
	if (has_findings(e))
		findings(page, e, open, out);
	strbuf_add(out, "</td></tr>\n");
}

static void
server_line(struct strbuf *out, const struct published_environment *e)
{
	if (!e->server_version)
		return;
	strbuf_add(out, "<br><span class=\"soft\">PostgreSQL ");
	page_name(out, e->server_version, 40);
	if (e->in_recovery)
		strbuf_add(out, ", standby");
	strbuf_add(out, "</span>");
}

/* Each leads to all that have it. */
static void
labels_line(const struct page *page, const struct published_environment *e,
	struct strbuf *out)
{
	for (size_t i = 0; i < e->labels.n; i++) {
		strbuf_add(out, i ? " " : "<br><span class=\"soft\">");
		strbuf_printf(out, "<a href=\"%s?label=", page->root);
		text_url(out, e->labels.v[i]);
		strbuf_add(out, "\">");
		page_name(out, e->labels.v[i], 80);
		strbuf_add(out, "</a>");
	}
	strbuf_add(out, e->labels.n ? "</span>" : "");
}

/* What of the time that it is so nobody has seen. */
static void
gap_line(struct strbuf *out, const struct published_environment *e)
{
	char from[CLOCK_RFC3339_LEN], to[CLOCK_RFC3339_LEN];

	if (!published_has_gap(e))
		return;
	strbuf_printf(out,
		"<br><span class=\"soft\" title=\"from %s to %s\">not watched for ",
		clock_rfc3339(e->unwatched_from_ms, from),
		clock_rfc3339(e->unwatched_to_ms, to));
	page_span(out, e->unwatched_from_ms, e->unwatched_to_ms);
	strbuf_add(out, "</span>");
}

static void
environment_rows(const struct page *page, const struct published_environment *e,
	bool open, struct strbuf *out)
{
	strbuf_printf(
		out, "<tbody class=\"%s\" id=\"env-", appearance_of(e->state)->style);
	text_url(out, e->name);
	strbuf_addc(out, '"');
	page_watched(out, e->name, e->state);
	strbuf_add(out, ">\n<tr><td class=\"name\">");
	page_name_link(page, "status", e->name, out);
	server_line(out, e);
	labels_line(page, e, out);
	strbuf_add(out, "</td><td>");
	page_badge(out, e->state);
	strbuf_add(out, "</td><td class=\"ids\" data-label=\"Revision\">");
	revision_cell(out, e);
	strbuf_add(out, "</td><td data-label=\"Schema\">");
	schema_cell(page, e, out);
	strbuf_add(out, "</td><td data-label=\"For\">");
	page_ago(out, published_standing_since(e), page->now_ms);
	gap_line(out, e);
	strbuf_add(out, "</td><td data-label=\"Last check\">");
	check_cell(page, e, out);
	strbuf_add(out, "</td></tr>\n");
	if (says_more(e))
		more_row(page, e, open, out);
	strbuf_add(out, "</tbody>\n");
}

/* ---- The whole ---- */

void
page_none(struct strbuf *out, const struct published *p)
{
	strbuf_printf(out, "<p>No environment is %s.</p>\n",
		p->n_environments ? "what is asked for" : "configured");
}

static void
count_wanted(const struct published *p, const struct status_filter *f,
	struct status_count *c)
{
	*c = (struct status_count){.some = status_is_filter(f)};
	for (size_t i = 0; i < p->n_environments; i++)
		if (status_wants(f, p->environments[i]))
			status_count(c, p->environments[i]);
}

static void
environments(
	const struct page *page, const struct status_filter *filter, struct strbuf *out)
{
	const struct published *p = page->published;
	const struct published_environment **list =
		xcalloc(p->n_environments + 1, sizeof *list);
	size_t n = 0, with_findings = 0;

	/* The worst state first, else as configured. */
	for (int s = 0; s < STATE_COUNT; s++)
		for (size_t i = 0; i < p->n_environments; i++)
			if ((int)p->environments[i]->state == s &&
				status_wants(filter, p->environments[i]))
				list[n++] = p->environments[i];
	for (size_t i = 0; i < n; i++)
		with_findings += has_findings(list[i]);
	if (!n)
		page_none(out, p);
	else
		strbuf_add(out, table_start);
	for (size_t i = 0; i < n; i++)
		environment_rows(page, list[i], with_findings <= OPEN_AT_MOST, out);
	if (n)
		strbuf_add(out, "</table></div>\n");
	free(list);
}

static void
discoveries(struct strbuf *out, const struct published *p)
{
	for (size_t i = 0; i < p->n_discoveries; i++) {
		const struct published_discovery *d = &p->discoveries[i];

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
}

static void
problem_list(struct strbuf *out, const struct migrations *h)
{
	strbuf_add(out, "<ul class=\"items\">\n");
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
	strbuf_add(out, "</ul>");
}

static void
migrations_row(const struct page *page, const struct published_migrations *m,
	struct strbuf *out)
{
	const struct migrations *h = m->graph;
	bool sound = h && !h->n_problems && !m->error;

	strbuf_printf(out, "<tbody class=\"%s\">\n<tr><td class=\"name\">",
		sound ? "insync" : "mismatch");
	page_name_link(page, "migrations", m->name, out);
	strbuf_add(out, "</td><td data-label=\"Revisions\">");
	if (h)
		strbuf_printf(out, "%zu", h->n_revisions);
	strbuf_add(out, "</td><td class=\"ids\" data-label=\"Heads\">");
	if (h)
		revision_list(out, &h->effective_heads);
	strbuf_add(out, "</td><td data-label=\"Problems\">");
	if (sound)
		strbuf_add(out, "none");
	if (m->error) {
		strbuf_add(out, "<span class=\"bad\">");
		page_prose(out, m->error, 400);
		strbuf_add(out, "</span>");
	}
	if (h && h->n_problems)
		problem_list(out, h);
	strbuf_add(out, "</td></tr>\n</tbody>\n");
}

static void
summary(const struct page *page, const struct status_count *c, struct strbuf *out)
{
	strbuf_add(out, "<div class=\"top\"><h1>Environments</h1>");
	page_badge(out, status_worst(page->published, c));
	strbuf_add(out, "<ul class=\"sum\"><li>");
	page_count(out, c->n, "environment", "environments");
	if (c->some)
		strbuf_printf(out, " of <a href=\"%s\">all %zu</a>", page->root,
			page->published->n_environments);
	strbuf_add(out, "</li>");
	for (int s = 0; s < STATE_COUNT; s++) {
		if (!c->of[s])
			continue;
		strbuf_printf(out, "<li>%zu ", c->of[s]);
		page_words(out, state_word((enum state)s));
		strbuf_add(out, "</li>");
	}
	strbuf_add(out, "</ul></div>\n");
}

/* The numbers, and what belongs under them. */
struct overview {
	const struct status_filter *filter;
	struct status_count count;
	const struct groups *groups; /* NULL: one by one */
};

static void
overview(const struct page *page, const void *arg, struct strbuf *out)
{
	const struct overview *o = arg;
	const struct published *p = page->published;

	summary(page, &o->count, out);
	if (o->groups) {
		page_groups(page, o->groups, out);
		return;
	}
	discoveries(out, p);
	environments(page, o->filter, out);
	if (!p->n_migrations)
		return;
	strbuf_add(out, migrations_start);
	for (size_t i = 0; i < p->n_migrations; i++)
		migrations_row(page, &p->migrations[i], out);
	strbuf_add(out, "</table></div>\n");
}

void
page_overview(const struct page *page, const struct status_filter *filter,
	const struct groups *groups, struct strbuf *out)
{
	struct overview o = {.filter = filter, .groups = groups};
	struct page_middle m = {.body = overview, .arg = &o};
	struct strbuf title = {0};

	count_wanted(page->published, filter, &o.count);
	m.state = status_worst(page->published, &o.count);
	page_words(&title, state_word(m.state));
	m.title = title.s;
	page_frame(page, &m, out);
	strbuf_free(&title);
}

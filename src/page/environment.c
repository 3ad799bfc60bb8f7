/* See environment.h.  What has to be done comes first, then why, then what was. */
#include "page/environment.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "diff/marks.h"
#include "page/environment_parts.h"
#include "page/frame.h"
#include "page/parts.h"
#include "report/appearance.h"

enum {
	ID_MAX = 80,
	KIN_SHOWN = 30,
	KIN_FINDINGS = 10,
	REVISIONS_SHOWN = 8,
	PENDING_SHOWN = 20
};

/* ---- What to do ---- */

static void
next_step(const struct published_environment *e, struct strbuf *out)
{
	if (e->hint && *e->hint) {
		strbuf_add(out, "<p id=\"hint\" class=\"hint\">");
		page_prose(out, e->hint, 0);
		strbuf_add(out, "</p>\n");
	}
	if (e->error && !(e->hint && strstr(e->hint, e->error))) {
		strbuf_add(out, "<p class=\"bad\">");
		page_prose(out, e->error, 1000);
		strbuf_add(out, "</p>\n");
	}
	if (e->role_notice) {
		strbuf_add(out, "<p class=\"soft\">");
		page_prose(out, e->role_notice, 1000);
		strbuf_add(out, "</p>\n");
	}
}

static void
top(const struct page *page, const struct published_environment *e, struct strbuf *out)
{
	char when[CLOCK_RFC3339_LEN];

	strbuf_add(out, "<div class=\"top\" id=\"environment\"");
	page_watched(out, e->name, e->state);
	strbuf_add(out, "><h1>");
	page_name(out, e->name, 0);
	strbuf_add(out, "</h1>");
	page_badge(out, e->state);
	strbuf_add(out, "<span class=\"soft\">for ");
	page_ago(out, published_standing_since(e), page->now_ms);
	if (published_standing_since(e))
		strbuf_printf(out, ", since %.10s %.8s UTC",
			clock_rfc3339(published_standing_since(e), when), when + 11);
	if (published_has_gap(e)) {
		strbuf_add(out, ", not watched for ");
		page_span(out, e->unwatched_from_ms, e->unwatched_to_ms);
		strbuf_add(out, " of that");
	}
	if (!e->confirmed)
		strbuf_add(out, ", not confirmed yet");
	strbuf_add(out, "</span>");
	strbuf_add(out, e->labels.n ? " " : "");
	page_labels(page, &e->labels, e->labels.n, out);
	strbuf_add(out, "</div>\n");
	next_step(e, out);
}

/* ---- The axes ---- */

static void
confirmed_cell(const struct page *page, int64_t ms, struct strbuf *out)
{
	strbuf_add(out, "</td><td data-label=\"Last confirmed\">");
	page_ago(out, ms, page->now_ms);
	strbuf_add(out, ms ? " ago</td></tr>\n" : "</td></tr>\n");
}

static void
axis(const char *name, const char *word, bool fine, struct strbuf *out)
{
	strbuf_printf(
		out, "<tr><th scope=\"row\">%s</th><td data-label=\"State\">", name);
	strbuf_add(out, fine ? "" : "<b class=\"bad\">");
	page_words(out, word);
	strbuf_add(out, fine ? "" : "</b>");
	strbuf_add(out, "</td><td data-label=\"Found\">");
}

static void
check_row(const struct page *page, const struct published_environment *e,
	struct strbuf *out)
{
	char every[32];

	axis("Check", check_status_word(e->check),
		e->check == CHECK_OK || e->check == CHECK_NOT_CHECKED, out);
	if (e->server_version) {
		strbuf_add(out, "PostgreSQL ");
		page_name(out, e->server_version, 40);
		strbuf_add(out, e->in_recovery ? ", standby" : "");
	}
	if (e->address) {
		strbuf_add(out, e->server_version ? " at " : "");
		page_code(out, e->address, 200);
	}
	if (e->last_at_ms) {
		strbuf_add(out, "<br><span class=\"soft\">");
		page_ago(out, e->last_at_ms, page->now_ms);
		strbuf_printf(out, " ago, took %lld ms", (long long)e->duration_ms);
		if (e->consecutive_failures)
			strbuf_printf(out, "; failed %u times in a row",
				e->consecutive_failures);
		strbuf_add(out, "</span>");
	}
	strbuf_printf(out, "</td><td data-label=\"Expected\">every %s",
		duration_format(e->interval_ms, every, sizeof every));
	confirmed_cell(page, e->last_success_ms, out);
}

static void
revision_row(const struct page *page, const struct published_environment *e,
	struct strbuf *out)
{
	const struct judgement *j = &e->revision;

	axis("Revision", revision_status_word(j->status),
		j->status == REVISION_AT_HEAD || j->status == REVISION_NOT_CHECKED,
		out);
	page_ids(out, &j->recorded, REVISIONS_SHOWN, ID_MAX);
	if (e->version_table) {
		strbuf_add(out, " <span class=\"soft\">in</span> ");
		page_code(out, e->version_table, 200);
	}
	strbuf_add(out, "</td><td data-label=\"Expected\">");
	page_ids(out, &j->expected, REVISIONS_SHOWN, ID_MAX);
	if (e->migrations) {
		strbuf_add(out, " <span class=\"soft\">of</span> ");
		page_name_link(page, "migrations", e->migrations, out);
	}
	if (j->pending.n) {
		strbuf_printf(out, "<br><span class=\"soft\">%zu to run:</span> ",
			j->pending.n);
		page_ids(out, &j->pending, PENDING_SHOWN, ID_MAX);
	}
	confirmed_cell(page, e->tool ? e->last_success_ms : 0, out);
}

static void
schema_row(const struct page *page, const struct published_environment *e,
	struct strbuf *out)
{
	static const char other[] = "environment:";

	axis("Schema", schema_status_word(e->schema), e->schema != SCHEMA_DRIFTED, out);
	if (e->fingerprint) {
		page_count(out, e->n_objects, "object", "objects");
		strbuf_add(out, ", fingerprint ");
		page_code(out, e->fingerprint, 16);
	}
	if (e->schema_reason) {
		strbuf_add(out, " <span class=\"soft\">");
		page_prose(out, e->schema_reason, 1000);
		strbuf_add(out, "</span>");
	}
	strbuf_add(out, "</td><td data-label=\"Expected\">");
	if (e->reference && !strncmp(e->reference, other, sizeof other - 1)) {
		strbuf_add(out, other);
		page_name_link(
			page, PAGE_ENVIRONMENTS, e->reference + sizeof other - 1, out);
	} else if (e->reference) {
		page_code(out, e->reference, 200);
	} else {
		strbuf_add(out, "<span class=\"soft\">nothing</span>");
	}
	if (e->reference_note) {
		strbuf_add(out, " <span class=\"soft\">");
		page_prose(out, e->reference_note, 1000);
		strbuf_add(out, "</span>");
	}
	if (e->accepted_ms) {
		strbuf_add(out, "<br>accepted ");
		page_ago(out, e->accepted_ms, page->now_ms);
		strbuf_add(out, " ago");
		if (e->accepted_by) {
			strbuf_add(out, " by ");
			page_name(out, e->accepted_by, 200);
		}
		if (e->accepted_reason) {
			strbuf_add(out, ": ");
			page_prose(out, e->accepted_reason, 1000);
		}
	}
	confirmed_cell(page, e->diff ? e->seen_ms : 0, out);
}

void
environment_axes(
	const struct page *page, const struct page_environment *v, struct strbuf *out)
{
	strbuf_printf(out,
		"<section id=\"axes\"><h2>What was seen</h2>\n<div class=\"scroll\">"
		"<table class=\"axes\"><thead><tr><th scope=\"col\">Axis</th>"
		"<th scope=\"col\">State</th><th scope=\"col\">Found</th>"
		"<th scope=\"col\">Expected</th><th scope=\"col\">Last confirmed</th>"
		"</tr></thead>\n<tbody class=\"%s\">\n",
		appearance_of(v->e->state)->style);
	check_row(page, v->e, out);
	revision_row(page, v->e, out);
	schema_row(page, v->e, out);
	strbuf_add(out, "</tbody></table></div></section>\n");
}

/* ---- Who else has it ---- */

static const struct group *
group_of(const struct page_environment *v)
{
	const struct groups *g = v->groups;

	for (size_t i = 0; g && i < g->n; i++)
		for (size_t k = 0; g->v[i].key && k < g->v[i].n; k++)
			if (g->v[i].members[k] == v->e)
				return &g->v[i];
	return NULL;
}

static void
apart(const struct page *page, const struct page_environment *v, struct strbuf *out)
{
	const struct group *largest = &v->groups->v[0];
	size_t effort = MARKS_EFFORT, begin = out->len, i = 0;
	const struct finding_view view = {
		.page = page, .prefix = "k", .confirmed = true, .effort = &effort};

	strbuf_printf(out, "<p>Most others, %zu, have another one, as ", largest->n);
	page_name_link(page, PAGE_ENVIRONMENTS, largest->members[0]->name, out);
	if (v->differs_pending) {
		strbuf_add(out, "; it is being compared with that.</p>\n");
	} else if (!v->differs) {
		strbuf_add(out, ".</p>\n");
	} else {
		strbuf_add(out, ".</p>\n<details id=\"apart\"><summary>");
		page_count(out, v->differs->n_findings, "difference", "differences");
		strbuf_add(out, " from that</summary>\n");
		environment_not_decided(v->differs, out);
		strbuf_add(out, "<ul class=\"items\">\n");
		for (; i < v->differs->n_findings && i < KIN_FINDINGS &&
			out->len - begin < ENVIRONMENT_BYTES / 2;
			i++)
			environment_finding(&v->differs->findings[i], &view, out);
		if (i < v->differs->n_findings)
			strbuf_printf(out, "<li>and %zu more</li>\n",
				v->differs->n_findings - i);
		strbuf_add(out, "</ul></details>\n");
	}
}

void
environment_kin(
	const struct page *page, const struct page_environment *v, struct strbuf *out)
{
	const struct group *g = group_of(v);
	size_t shown = 0;

	if (!g || v->groups->count.n < 2)
		return;
	strbuf_add(out, "<section id=\"kin\"><h2>Who else has this schema</h2>\n<p>");
	if (g->n == 1)
		strbuf_add(out, "Nobody");
	for (size_t i = 0; i < g->n && shown < KIN_SHOWN; i++) {
		if (g->members[i] == v->e)
			continue;
		strbuf_add(out, shown++ ? ", " : "");
		page_name_link(page, PAGE_ENVIRONMENTS, g->members[i]->name, out);
	}
	if (g->n - 1 > shown)
		strbuf_printf(out, " and %zu more", g->n - 1 - shown);
	strbuf_add(out, " · <a");
	page_href(page, "", NULL, "?group=fingerprint", out);
	strbuf_add(out, ">all variants</a></p>\n");
	if (g != v->groups->v)
		apart(page, v, out);
	strbuf_add(out, "</section>\n");
}

/* ---- The whole ---- */

static void
documents(const struct page *page, const struct published_environment *e,
	struct strbuf *out)
{
	static const struct {
		const char *rest, *text;
	} ways[] = {{"", "This environment (JSON)"},
		{"/diff?format=text", "Findings (text)"},
		{"/changes?format=text", "Changes (text)"}};

	strbuf_add(out, "<nav aria-label=\"Documents\" class=\"soft\">");
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		/* Of what nothing was compared there are none. */
		if (i == 1 && !e->diff)
			continue;
		strbuf_add(out, "<a");
		page_href(page, "status", e->name, ways[i].rest, out);
		strbuf_printf(out, ">%s</a>", ways[i].text);
	}
	strbuf_add(out, "</nav>\n");
}

/* To what one looks for, on a page that may be long. */
static void
ways(const struct published_environment *e, struct strbuf *out)
{
	strbuf_add(out, "<nav class=\"turn\" aria-label=\"On this page\">");
	if (e->diff && e->diff->n_findings) {
		strbuf_add(out, "<a href=\"#findings\">");
		page_count(out, e->diff->n_findings, "finding", "findings");
		strbuf_add(out, "</a>");
	}
	strbuf_add(out, "<a href=\"#story\">Time line</a></nav>\n");
}

static void
body(const struct page *page, const void *arg, struct strbuf *out)
{
	const struct page_environment *v = arg;

	top(page, v->e, out);
	ways(v->e, out);
	environment_axes(page, v, out);
	environment_points(page, v, out);
	environment_findings(page, v, out);
	environment_ignored(page, v, out);
	environment_story(page, v, out);
	environment_kin(page, v, out);
	documents(page, v->e, out);
}

void
page_environment(
	const struct page *page, const struct page_environment *v, struct strbuf *out)
{
	page_frame(page, &(struct page_middle){v->e->name, v->e->state, body, v}, out);
}

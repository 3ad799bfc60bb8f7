/* See rows.h.  A line takes as little room as its text, so that hundreds are seen at
 * once. */
#include "page/rows.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "page/parts.h"
#include "report/appearance.h"

enum {
	FINDINGS_SHOWN = 3,
	REVISIONS_SHOWN = 2,
	REVISION_SHORT = 14,
	LABELS_SHOWN = 12,
	WHY_MAX = 120
};

static const char table_start[] =
	"<div class=\"scroll\"><table class=\"dense\" id=\"environments\">\n<thead><tr>"
	"<th scope=\"col\">Environment</th><th scope=\"col\">State</th>"
	"<th scope=\"col\">Revision</th><th scope=\"col\">For</th>"
	"<th scope=\"col\">Checked</th><th scope=\"col\">Schema</th></tr></thead>\n"
	"<tbody>\n";

void
rows_begin(struct strbuf *out)
{
	strbuf_add(out, table_start);
}

void
rows_end(struct strbuf *out)
{
	strbuf_add(out, "</tbody></table></div>\n");
}

static bool
has_findings(const struct published_environment *e)
{
	return e->diff && e->diff->n_findings;
}

static bool
has_failed(const struct published_environment *e)
{
	return e->check != CHECK_OK && e->check != CHECK_NOT_CHECKED;
}

static bool
says_more(const struct published_environment *e)
{
	return has_findings(e) || e->error || (e->hint && *e->hint) || e->labels.n;
}

/* ---- The line ---- */

static void
revision_cell(struct strbuf *out, const struct published_environment *e)
{
	const struct judgement *j = &e->revision;

	if (!e->tool || j->status == REVISION_NOT_CHECKED) {
		strbuf_add(out, "<span class=\"soft\">not checked</span>");
		return;
	}
	if (j->recorded.n || j->status == REVISION_AT_HEAD)
		page_ids(out, &j->recorded, REVISIONS_SHOWN, REVISION_SHORT);
	if (j->status == REVISION_AT_HEAD)
		return;
	strbuf_printf(out, "%s<span class=\"soft\">", j->recorded.n ? " " : "");
	if (j->status == REVISION_BEHIND && e->behind_known && j->pending.n)
		strbuf_printf(out, "%zu behind", j->pending.n);
	else
		page_words(out, revision_status_word(j->status));
	strbuf_add(out, "</span>");
}

static size_t
count_breaking(const struct diff *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n_findings; i++)
		n += d->findings[i].severity == SEVERITY_BREAKING;
	return n;
}

static void
schema_words(struct strbuf *out, const struct published_environment *e)
{
	if (has_failed(e)) {
		strbuf_add(out, "<span class=\"bad\">");
		page_words(out, check_status_word(e->check));
		strbuf_add(out, "</span>, ");
	}
	if (has_findings(e)) {
		page_count(out, e->diff->n_findings, "difference", "differences");
		if (e->schema == SCHEMA_OTHER_REVISION)
			strbuf_add(out, ", other revision");
		else if (count_breaking(e->diff))
			strbuf_printf(out, "<span class=\"bad\">, %zu breaking</span>",
				count_breaking(e->diff));
	} else {
		page_words(out, schema_status_word(e->schema));
	}
}

/* What of the time that it is so nobody has seen. */
static void
gap(struct strbuf *out, const struct published_environment *e)
{
	char from[CLOCK_RFC3339_LEN], to[CLOCK_RFC3339_LEN];

	if (!published_has_gap(e))
		return;
	strbuf_add(out, "<span class=\"soft\" title=\"not watched for ");
	page_span(out, e->unwatched_from_ms, e->unwatched_to_ms);
	strbuf_printf(out, ": from %s to %s\">*</span>",
		clock_rfc3339(e->unwatched_from_ms, from),
		clock_rfc3339(e->unwatched_to_ms, to));
}

/* ---- What is behind it ---- */

static void
differences(const struct page *page, const struct published_environment *e, bool brief,
	struct strbuf *out)
{
	const struct diff *d = e->diff;
	size_t most = brief ? 0 : FINDINGS_SHOWN;
	size_t shown = d->n_findings < most ? d->n_findings : most;

	strbuf_printf(out, "<p>%zu missing, %zu unexpected, %zu changed",
		d->n_change[CHANGE_MISSING], d->n_change[CHANGE_UNEXPECTED],
		d->n_change[CHANGE_CHANGED]);
	if (d->n_findings > shown) {
		strbuf_add(out, ": <a");
		page_href(page, PAGE_ENVIRONMENTS, e->name, "#findings", out);
		strbuf_printf(out, ">all %zu</a>", d->n_findings);
	}
	strbuf_add(out, "</p>\n");
	if (!shown)
		return;
	strbuf_add(out, "<ul class=\"items\">\n");
	for (size_t i = 0; i < shown; i++)
		page_finding(out, &d->findings[i],
			(struct page_marks){published_confirmed(e, i),
				published_first_seen(e, i), page->now_ms});
	strbuf_add(out, "</ul>\n");
}

static void
hint(struct strbuf *out, const struct published_environment *e)
{
	if (e->hint && *e->hint) {
		strbuf_add(out, "<p>");
		page_prose(out, e->hint, 0);
		strbuf_add(out, "</p>\n");
	}
	/* Most hints quote it. */
	if (e->error && !(e->hint && strstr(e->hint, e->error))) {
		strbuf_add(out, "<p class=\"bad\">");
		page_prose(out, e->error, 400);
		strbuf_add(out, "</p>\n");
	}
}

/* How it is known, in a few words. */
static void
facts(const struct page *page, const struct published_environment *e,
	struct strbuf *out)
{
	strbuf_add(out, "<p class=\"soft\">");
	if (e->reference) {
		strbuf_add(out, "Against ");
		page_name(out, e->reference, 80);
		strbuf_add(out, ". ");
	}
	if (e->tool && e->revision.status != REVISION_NOT_CHECKED) {
		strbuf_add(out, "Recorded ");
		page_ids(out, &e->revision.recorded, REVISIONS_SHOWN, 40);
		strbuf_add(out, ", expected ");
		page_ids(out, &e->revision.expected, REVISIONS_SHOWN, 40);
		strbuf_add(out, ". ");
	}
	if (e->server_version) {
		strbuf_add(out, "PostgreSQL ");
		page_name(out, e->server_version, 40);
		strbuf_add(out, e->in_recovery ? ", standby. " : ". ");
	}
	if (!has_failed(e) && e->last_at_ms)
		strbuf_printf(
			out, "The check took %lld ms.", (long long)e->duration_ms);
	if (has_failed(e) && e->last_success_ms) {
		strbuf_add(out, "Shown as of ");
		page_ago(out, e->last_success_ms, page->now_ms);
		strbuf_add(out, " ago.");
	}
	if (published_has_gap(e)) {
		strbuf_add(out, " * not watched for ");
		page_span(out, e->unwatched_from_ms, e->unwatched_to_ms);
		strbuf_add(out, " of that time.");
	}
	strbuf_add(out, "</p>");
}

/* Why it is so, as far as a line has room: of what has drifted the first findings, else
 * the begin of the hint. */
static void
why(struct strbuf *out, const struct published_environment *e)
{
	struct strbuf b = {0};

	for (size_t i = 0; e->state == STATE_DRIFTED && has_findings(e) &&
			   i < e->diff->n_findings && i < FINDINGS_SHOWN;
		i++) {
		const struct finding *f = &e->diff->findings[i];

		strbuf_printf(&b, "%s%s %s %s", i ? ", " : "", change_word(f->change),
			kind_info(f->kind)->word, f->name);
	}
	if (!b.len)
		strbuf_add(&b, e->hint ? e->hint : "");
	if (b.len) {
		strbuf_add(out, " <span class=\"why\">");
		page_plain(out, b.s, WHY_MAX);
		strbuf_add(out, "</span>");
	}
	strbuf_free(&b);
}

static void
more(const struct page *page, const struct published_environment *e,
	struct rows_manner how, struct strbuf *out)
{
	bool open = how.open && e->schema == SCHEMA_DRIFTED && has_findings(e);

	strbuf_add(out, "<details id=\"more-");
	text_url(out, e->name);
	/* What a pending migration explains is no drift. */
	strbuf_printf(out, "\"%s><summary>", open ? " open" : "");
	schema_words(out, e);
	if (e->state != STATE_IN_SYNC && !how.brief)
		why(out, e);
	strbuf_add(out, "</summary>\n");
	hint(out, e);
	if (has_findings(e))
		differences(page, e, how.brief, out);
	if (!how.brief && e->labels.n) {
		strbuf_add(out, "<p>");
		page_labels(page, &e->labels, LABELS_SHOWN, out);
		strbuf_add(out, "</p>\n");
	}
	facts(page, e, out);
	strbuf_add(out, "</details>");
}

void
rows_environment(const struct page *page, const struct published_environment *e,
	struct rows_manner how, struct strbuf *out)
{
	strbuf_printf(
		out, "<tr class=\"%s\" id=\"env-", appearance_of(e->state)->style);
	text_url(out, e->name);
	strbuf_addc(out, '"');
	page_watched(out, e->name, e->state);
	strbuf_add(out, "><th scope=\"row\">");
	page_name_link(page, PAGE_ENVIRONMENTS, e->name, out);
	strbuf_add(out, "</th><td>");
	page_badge(out, e->state);
	strbuf_add(out, "</td><td class=\"ids\">");
	revision_cell(out, e);
	strbuf_add(out, "</td><td data-label=\"for\">");
	page_ago(out, published_standing_since(e), page->now_ms);
	gap(out, e);
	strbuf_add(out, "</td><td data-label=\"checked\">");
	page_ago(out, e->last_at_ms, page->now_ms);
	strbuf_printf(out, "%s</td><td class=\"what\">", e->last_at_ms ? " ago" : "");
	if (says_more(e))
		more(page, e, how, out);
	else
		schema_words(out, e);
	strbuf_add(out, "</td></tr>\n");
}

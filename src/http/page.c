/* The dashboard is made on the server, as plain HTML that any browser, and a reader of
 * screens, understands.  Its only moving part is that it loads itself again. */
#include "http/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "http/page_parts.h"
#include "report/appearance.h"

enum {
	FINDINGS_SHOWN = 10,
	PROBLEMS_SHOWN = 10,
	OPEN_AT_MOST = 3, /* so many lists of findings stand open at first */
	REVISIONS_SHOWN = 3
};

static const char style[] =
	":root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--line:#e2e5ea;"
	"--text:#1c2330;--soft:#5b6474;--link:#1a56b0;--code:#eef0f4;"
	"--unknown:#6b7280;--unstamped:#c02634;--drifted:#c2410c;--mismatch:#a16207;"
	"--unconfirmed:#7c5cbf;--migrating:#1d6fb8;--insync:#15803d}"
	"@media(prefers-color-scheme:dark){:root{--bg:#12161d;--card:#1a2029;"
	"--line:#2c3440;--text:#e3e7ee;--soft:#98a2b3;--link:#82b1ff;--code:#262e3a;"
	"--unknown:#9aa4b2;--unstamped:#ff7b86;--drifted:#ff9760;--mismatch:#e8b44a;"
	"--unconfirmed:#b9a1f2;--migrating:#6db6f5;--insync:#5ccb86}}"
	"*{box-sizing:border-box}"
	"body{margin:0;background:var(--bg);color:var(--text);"
	"font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}"
	"main,header,footer{max-width:84rem;margin:0 auto;padding:0 1.25rem}"
	"header{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem 1rem;"
	"padding-top:1.4rem;padding-bottom:.9rem}"
	"h1{font-size:1.35rem;margin:0;letter-spacing:-.01em}"
	"h2{font-size:1.05rem;margin:1.6rem 0 .6rem}"
	"a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}"
	"code{font:.88em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"
	"'DejaVu Sans Mono',monospace;background:var(--code);border-radius:.25rem;"
	"padding:.08em .32em;unicode-bidi:isolate;overflow-wrap:anywhere}"
	".soft{color:var(--soft)}.right{margin-left:auto}"
	".sum{display:flex;flex-wrap:wrap;gap:.3rem 1rem;padding:0;margin:0;"
	"list-style:none}"
	".badge{display:inline-block;white-space:nowrap;font-weight:600;"
	"color:var(--c);border:1px solid var(--c);border-radius:1rem;"
	"padding:.02rem .65rem .02rem .5rem}"
	".badge i{font-style:normal;margin-right:.35rem}"
	".unknown{--c:var(--unknown)}.unstamped{--c:var(--unstamped)}"
	".drifted{--c:var(--drifted)}.mismatch{--c:var(--mismatch)}"
	".unconfirmed{--c:var(--unconfirmed)}.migrating{--c:var(--migrating)}"
	".insync{--c:var(--insync)}"
	".scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);"
	"border-radius:.6rem}"
	"table{border-collapse:collapse;width:100%}"
	"th{font-size:.78rem;font-weight:600;text-align:left;color:var(--soft);"
	"padding:.55rem .8rem;white-space:nowrap}th:first-child{padding-left:.95rem}"
	"td{padding:.6rem .8rem .25rem;vertical-align:top}"
	"tbody{border-top:1px solid var(--line)}"
	"tbody tr:first-child td:first-child{border-left:.25rem solid var(--c)}"
	"tbody tr:last-child td{padding-bottom:.7rem}"
	".more td{padding-top:.1rem;border-left:.25rem solid var(--c)}"
	".name a{font-weight:600;overflow-wrap:anywhere}.ids code{white-space:nowrap}"
	".bad{color:var(--unstamped)}"
	"details{margin-top:.35rem}summary{cursor:pointer;color:var(--link)}"
	".items{margin:.4rem 0 0;padding:0;list-style:none}"
	".items li{padding:.25rem 0 .25rem .7rem;border-left:2px solid var(--line)}"
	".change{display:inline-block;min-width:7rem;font-weight:600}"
	".missing{color:var(--unstamped)}.unexpected{color:var(--migrating)}"
	".changed{color:var(--mismatch)}"
	".values{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .6rem;"
	"margin:.15rem 0 .1rem 7rem}"
	"footer{padding-top:1rem;padding-bottom:2rem;font-size:.88rem;"
	"color:var(--soft)}footer a{margin-right:.9rem}"
	"@media(max-width:46rem){.values,.right{margin-left:0}thead{display:none}"
	"table,tbody,tr,td{display:block}tbody{border-left:.25rem solid var(--c)}"
	"tbody tr:first-child td:first-child,.more td{border-left:0}"
	"td,tbody tr:last-child td{padding:.15rem .8rem}tbody{padding-bottom:.5rem}"
	"tr:first-child td:first-child{padding-top:.6rem}"
	"td[data-label]:before{content:attr(data-label) \" \";color:var(--soft)}"
	"td[data-label] br{display:none}td[data-label] span{margin-left:.4rem}}";

static const char head_start[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	"<meta http-equiv=\"refresh\" content=\"15\">\n";

static const char table_start[] =
	"<div class=\"scroll\"><table>\n<thead><tr><th scope=\"col\">Environment</th>"
	"<th scope=\"col\">State</th><th scope=\"col\">Revision</th>"
	"<th scope=\"col\">Schema</th><th scope=\"col\">For</th>"
	"<th scope=\"col\">Last check</th></tr></thead>\n";

static const char migrations_start[] =
	"<h2>Migrations</h2>\n<div class=\"scroll\"><table>\n<thead><tr>"
	"<th scope=\"col\">Name</th><th scope=\"col\">Revisions</th>"
	"<th scope=\"col\">Heads</th><th scope=\"col\">Problems</th></tr></thead>\n";

static const char foot[] =
	"<footer><a href=\"/\">Environments</a><a href=\"/?group=fingerprint\">"
	"Variants</a><a href=\"/status\">Status (JSON)</a><a href=\"/migrations\">"
	"Migrations (JSON)</a><a href=\"/history\">History (JSON)</a>"
	"<a href=\"/metrics\">Metrics</a><a href=\"/version\">Version</a>"
	"<span>This page loads itself again every 15 seconds.</span></footer>\n"
	"</body>\n</html>\n";

char *
page_content_security_policy(void)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	char hex[HASH_HEX_LEN], base64[45];
	unsigned bits = 0, n_bits = 0;
	size_t n = 0;

	hash_of(style, strlen(style), hex);
	for (const char *h = hex; *h; h++) {
		bits = bits << 4 | (unsigned)(*h <= '9' ? *h - '0' : *h - 'a' + 10);
		for (n_bits += 4; n_bits >= 6; n_bits -= 6)
			base64[n++] = digits[bits >> (n_bits - 6) & 63];
	}
	/* 256 bits leave four over. */
	base64[n++] = digits[bits << 2 & 63];
	base64[n++] = '=';
	base64[n] = '\0';
	return xasprintf("default-src 'none'; style-src 'sha256-%s'; img-src data:; "
			 "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		base64);
}

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
schema_cell(struct strbuf *out, const struct published_environment *e)
{
	if (!e->diff || e->diff->status == DIFF_NOT_COMPARABLE) {
		strbuf_add(out, "<span class=\"soft\">");
		page_words(out, schema_status_word(e->schema));
		strbuf_add(out, "</span>");
	} else {
		strbuf_add(out, "<a href=\"/status/");
		text_url(out, e->name);
		strbuf_add(out, "/diff?format=text\">");
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
check_cell(struct strbuf *out, const struct published_environment *e, int64_t now_ms)
{
	bool failed = e->check != CHECK_OK && e->check != CHECK_NOT_CHECKED;

	page_ago(out, e->last_at_ms, now_ms);
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
	page_ago(out, e->last_success_ms, now_ms);
	strbuf_add(out, " ago</span>");
}

static void
findings(struct strbuf *out, const struct published_environment *e, int64_t now_ms,
	bool open)
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
				published_first_seen(e, i), now_ms});
	if (d->n_findings > shown) {
		strbuf_add(out, "<li><a href=\"/status/");
		text_url(out, e->name);
		strbuf_printf(out, "/diff?format=text\">and %zu more</a></li>\n",
			d->n_findings - shown);
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
more_row(struct strbuf *out, const struct published_environment *e, int64_t now_ms,
	bool open)
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
		findings(out, e, now_ms, open);
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
labels_line(struct strbuf *out, const struct published_environment *e)
{
	for (size_t i = 0; i < e->labels.n; i++) {
		strbuf_add(out, i ? " " : "<br><span class=\"soft\">");
		strbuf_add(out, "<a href=\"/?label=");
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
environment_rows(struct strbuf *out, const struct published_environment *e,
	int64_t now_ms, bool open)
{
	strbuf_printf(out,
		"<tbody class=\"%s\">\n<tr><td class=\"name\">"
		"<a href=\"/status/",
		appearance_of(e->state)->style);
	text_url(out, e->name);
	strbuf_add(out, "\">");
	page_name(out, e->name, 0);
	strbuf_add(out, "</a>");
	server_line(out, e);
	labels_line(out, e);
	strbuf_add(out, "</td><td>");
	page_badge(out, e->state);
	strbuf_add(out, "</td><td class=\"ids\" data-label=\"Revision\">");
	revision_cell(out, e);
	strbuf_add(out, "</td><td data-label=\"Schema\">");
	schema_cell(out, e);
	strbuf_add(out, "</td><td data-label=\"For\">");
	page_ago(out, published_standing_since(e), now_ms);
	gap_line(out, e);
	strbuf_add(out, "</td><td data-label=\"Last check\">");
	check_cell(out, e, now_ms);
	strbuf_add(out, "</td></tr>\n");
	if (says_more(e))
		more_row(out, e, now_ms, open);
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
	struct strbuf *out, const struct published *p, const struct page_wish *wish)
{
	const struct published_environment **list =
		xcalloc(p->n_environments + 1, sizeof *list);
	size_t n = 0, with_findings = 0;

	/* The worst state first, else as configured. */
	for (int s = 0; s < STATE_COUNT; s++)
		for (size_t i = 0; i < p->n_environments; i++)
			if ((int)p->environments[i]->state == s &&
				status_wants(wish->filter, p->environments[i]))
				list[n++] = p->environments[i];
	for (size_t i = 0; i < n; i++)
		with_findings += has_findings(list[i]);
	if (!n)
		page_none(out, p);
	else
		strbuf_add(out, table_start);
	for (size_t i = 0; i < n; i++)
		environment_rows(
			out, list[i], wish->now_ms, with_findings <= OPEN_AT_MOST);
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
migrations_row(struct strbuf *out, const struct published_migrations *m)
{
	const struct migrations *h = m->graph;
	bool sound = h && !h->n_problems && !m->error;

	strbuf_printf(out,
		"<tbody class=\"%s\">\n<tr><td class=\"name\">"
		"<a href=\"/migrations/",
		sound ? "insync" : "mismatch");
	text_url(out, m->name);
	strbuf_add(out, "\">");
	page_name(out, m->name, 0);
	strbuf_add(out, "</a></td><td data-label=\"Revisions\">");
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
head(struct strbuf *out, enum state worst)
{
	strbuf_add(out, head_start);
	strbuf_add(out, "<title>");
	page_words(out, state_word(worst));
	strbuf_printf(out,
		" · pgdriftd</title>\n<link rel=\"icon\" href=\"data:image/svg+xml,"
		"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
		"<circle cx='8' cy='8' r='7' fill='%%23%s'/></svg>\">\n",
		appearance_of(worst)->colour);
	strbuf_printf(out, "<style>%s</style>\n</head>\n<body>\n", style);
}

static void
summary(struct strbuf *out, const struct published *p, const struct status_count *c)
{
	char when[CLOCK_RFC3339_LEN];

	strbuf_add(out, "<header><h1>pgdriftd</h1>");
	page_badge(out, status_worst(p, c));
	strbuf_add(out, "<ul class=\"sum\"><li>");
	page_count(out, c->n, "environment", "environments");
	if (c->some)
		strbuf_printf(out, " of <a href=\"/\">all %zu</a>", p->n_environments);
	strbuf_add(out, "</li>");
	for (int s = 0; s < STATE_COUNT; s++) {
		if (!c->of[s])
			continue;
		strbuf_printf(out, "<li>%zu ", c->of[s]);
		page_words(out, state_word((enum state)s));
		strbuf_add(out, "</li>");
	}
	strbuf_printf(out, "</ul><span class=\"soft right\">as of %s</span></header>\n",
		clock_rfc3339(p->at_ms, when));
}

void
page_frame(const struct published *p, const struct page_middle *m, struct strbuf *out)
{
	struct status_count count;

	count_wanted(p, m->filter, &count);
	head(out, status_worst(p, &count));
	summary(out, p, &count);
	strbuf_add(out, "<main>\n");
	if (!p->reload_ok)
		strbuf_add(out, "<p class=\"bad\">The last reload was refused: the "
				"configuration before it is in force.</p>\n");
	m->body(m->arg, p, out);
	strbuf_add(out, "</main>\n");
	strbuf_add(out, foot);
}

static void
overview(const void *arg, const struct published *p, struct strbuf *out)
{
	discoveries(out, p);
	environments(out, p, arg);
	if (!p->n_migrations)
		return;
	strbuf_add(out, migrations_start);
	for (size_t i = 0; i < p->n_migrations; i++)
		migrations_row(out, &p->migrations[i]);
	strbuf_add(out, "</table></div>\n");
}

void
page_write(const struct published *p, const struct page_wish *wish, struct strbuf *out)
{
	page_frame(p, &(struct page_middle){wish->filter, overview, wish}, out);
}

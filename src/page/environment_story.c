/* The time line, from which any two points are chosen to be compared, and what differs
 * between those. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "diff/marks.h"
#include "page/environment_parts.h"
#include "page/parts.h"

enum { FINDINGS_SHOWN = 40, TEXT_MAX = 240, TIME_CHARS = 20 };

static const cJSON *
member(const cJSON *o, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(o, key);
}

/* ---- Two points ---- */

static void
add_time(struct strbuf *out, int64_t ms)
{
	char when[CLOCK_RFC3339_LEN];

	strbuf_printf(out, "<time datetime=\"%s\">%.10s %.8s</time>",
		clock_rfc3339(ms, when), when, when + 11);
}

/* Not that nothing is, where not all of it could be told. */
static void
nothing(const struct page_points *p, struct strbuf *out)
{
	strbuf_add(out, "<p>Nothing that is compared is another");
	strbuf_add(out, p->masked || p->diff->reason ? ", as far as can be told.</p>\n"
						     : ".</p>\n");
}

static void
differences(const struct page *page, const struct page_points *p, struct strbuf *out)
{
	const struct diff *d = p->diff;
	size_t effort = MARKS_EFFORT, begin = out->len, i = 0;
	const struct finding_view view = {
		.page = page, .prefix = "p", .confirmed = true, .effort = &effort};

	environment_not_decided(d, out);
	if (p->masked)
		strbuf_add(out,
			"<p class=\"soft\">Values that are secrets are not stored: "
			"whether they are others cannot be told.</p>\n");
	if (!d->n_findings) {
		nothing(p, out);
		return;
	}
	strbuf_add(out, "<p>");
	page_count(out, d->n_findings, "difference", "differences");
	strbuf_printf(out, ": %zu gone, %zu added, %zu changed.</p>\n",
		d->n_change[CHANGE_MISSING], d->n_change[CHANGE_UNEXPECTED],
		d->n_change[CHANGE_CHANGED]);
	strbuf_add(out, "<ul class=\"items\">\n");
	for (; i < d->n_findings && i < FINDINGS_SHOWN &&
		out->len - begin < ENVIRONMENT_BYTES / 2;
		i++)
		environment_finding(&d->findings[i], &view, out);
	if (i < d->n_findings)
		strbuf_printf(out, "<li>and %zu more</li>\n", d->n_findings - i);
	strbuf_add(out, "</ul>\n");
}

void
environment_points(
	const struct page *page, const struct page_environment *v, struct strbuf *out)
{
	const struct page_points *p = &v->points;

	if (!p->given)
		return;
	strbuf_add(out, "<section id=\"points\"><h2>From ");
	add_time(out, p->from_ms);
	strbuf_add(out, " to ");
	add_time(out, p->to_ms);
	strbuf_add(out, "</h2>\n");
	if (p->error) {
		strbuf_add(out, "<p class=\"bad\">");
		page_prose(out, p->error, 1000);
		strbuf_add(out, "</p>\n");
	} else if (p->pending) {
		strbuf_add(out, "<p>Both are being compared: load this page again in a "
				"moment.</p>\n");
	} else if (p->diff && p->diff->status == DIFF_NOT_COMPARABLE) {
		strbuf_add(out, "<p class=\"bad\">");
		page_prose(out, p->diff->reason ? p->diff->reason : "", 1000);
		strbuf_add(out, "</p>\n");
	} else if (p->diff) {
		strbuf_add(out, "<p class=\"soft\">What it had first is what is "
				"expected here.</p>\n");
		differences(page, p, out);
	}
	strbuf_add(out, "</section>\n");
}

/* ---- The time line ---- */

struct line {
	const struct page *page;
	const struct page_environment *v;
	struct strbuf *out;
	bool choosing;
	char from[CLOCK_RFC3339_LEN], to[CLOCK_RFC3339_LEN]; /* chosen, or "" */
	const char *last; /* the time of the entry before; or NULL */
	size_t n;         /* of its second so far */
};

/* One column of radio buttons.  Which are chosen is what is compared now: so that stays
 * chosen whatever comes on top. */
static void
radio(const struct line *l, const char *name, const char *when)
{
	bool from = *name == 'f';
	const char *chosen = from ? l->from : l->to;

	strbuf_add(l->out, "<td class=\"choose\"");
	if (when)
		strbuf_printf(l->out,
			" data-label=\"%s\"><input type=\"radio\" name=\"%s\" "
			"value=\"%.20s\" aria-label=\"%s %.20s\" required%s",
			from ? "From" : "To", name, when, name, when,
			strcmp(chosen, when) ? "" : " checked");
	strbuf_add(l->out, "></td>");
}

/* "2026-11-03 between 12:01:05 and 12:02:05", both RFC 3339. */
static void
between(const char *from, const char *to, struct strbuf *out)
{
	strbuf_printf(out, "<time datetime=\"%.20s\">%.10s</time> between %.8s and ",
		to, from, from + 11);
	if (strncmp(from, to, 10) != 0)
		strbuf_printf(out, "%.10s ", to);
	strbuf_printf(out, "%.8s", to + 11);
}

static void
moment(const char *at, struct strbuf *out)
{
	strbuf_printf(
		out, "<time datetime=\"%.20s\">%.10s</time> %.8s", at, at, at + 11);
}

static void
ids(const cJSON *list, struct strbuf *out)
{
	const cJSON *v;
	bool any = false;

	cJSON_ArrayForEach(v, list)
	{
		strbuf_add(out, any ? " " : "");
		page_code(out, cJSON_GetStringValue(v), 80);
		any = true;
	}
	if (!any)
		strbuf_add(out, "<span class=\"soft\">none</span>");
}

/* What happened, for people. */
static const char *
event_words(const char *event)
{
	static const struct {
		const char *event, *words;
	} all[] = {{"gap", "nobody watched"}, {"started", "watched again"},
		{"clock", "the clock was set"}, {"database", "another database"},
		{"accepted", "accepted as it was"}};

	for (size_t i = 0; event && i < COUNT_OF(all); i++)
		if (!strcmp(event, all[i].event))
			return all[i].words;
	return event ? event : "";
}

static void
state_text(const cJSON *s, struct strbuf *out)
{
	const char *event = json_str(s, "event"), *state = json_str(s, "state");
	const char *previous = json_str(s, "previous_state");
	enum state known;

	if (state && state_parse(state, &known) && event && !strcmp(event, "state")) {
		page_badge(out, known);
		if (previous) {
			strbuf_add(out, " <span class=\"soft\">was ");
			page_words(out, state_parse(previous, &known)
						? state_word(known)
						: "unknown");
			strbuf_add(out, "</span>");
		}
	} else {
		strbuf_add(out, "<b>");
		page_name(out, event_words(event), 40);
		strbuf_add(out, "</b>");
	}
	if (json_str(s, "detail")) {
		/* What it said then is no command for now. */
		strbuf_add(out, "<div class=\"soft\">");
		page_plain(out, json_str(s, "detail"), TEXT_MAX);
		strbuf_add(out, "</div>");
	}
}

static void
counts(const cJSON *summary, struct strbuf *out)
{
	static const struct {
		const char *key, *word;
	} parts[] = {
		{"unexpected", "added"}, {"missing", "gone"}, {"changed", "changed"}};
	bool any = false;

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		int64_t n;

		if (!json_whole(summary, parts[i].key, &n) || !n)
			continue;
		strbuf_printf(
			out, "%s%lld %s", any ? ", " : "", (long long)n, parts[i].word);
		any = true;
	}
	if (!any)
		strbuf_add(out, "changed");
}

/* What became of it, of what was before and is after. */
static void
change_mark(const char *change, struct strbuf *out)
{
	static const struct {
		const char *change, *word;
	} all[] = {
		{"unexpected", "added"}, {"missing", "gone"}, {"changed", "changed"}};

	for (size_t i = 0; change && i < COUNT_OF(all); i++)
		if (!strcmp(change, all[i].change))
			strbuf_printf(out, "<span class=\"change %s\">%s</span>",
				change, all[i].word);
}

static void
first_findings(const cJSON *list, struct strbuf *out)
{
	const cJSON *f;

	if (!cJSON_GetArraySize(list))
		return;
	strbuf_add(out, "<ul class=\"items\">");
	cJSON_ArrayForEach(f, list)
	{
		strbuf_add(out, "<li>");
		change_mark(json_str(f, "change"), out);
		page_name(out, json_str(f, "kind") ? json_str(f, "kind") : "", 40);
		strbuf_addc(out, ' ');
		page_code(out, json_str(f, "name"), TEXT_MAX);
		if (json_str(f, "property")) {
			strbuf_addc(out, ' ');
			page_name(out, json_str(f, "property"), 80);
		}
		strbuf_add(out, "</li>");
	}
	strbuf_add(out, "</ul>");
}

static void
change_text(const cJSON *c, struct strbuf *out)
{
	const cJSON *was = member(c, "revision_before"),
		    *is = member(c, "revision_after");

	if (cJSON_IsTrue(member(c, "database_changed")))
		strbuf_add(out, "<div>It is another database.</div>");
	if (!cJSON_Compare(was, is, true)) {
		strbuf_add(out, "<div>Revision ");
		ids(was, out);
		strbuf_add(out, " → ");
		ids(is, out);
		strbuf_add(out, "</div>");
	}
	if (!cJSON_IsTrue(member(c, "catalog_changed")))
		return;
	strbuf_add(out, "<div>Catalog: ");
	counts(member(c, "summary"), out);
	if (cJSON_IsTrue(member(c, "outside_migrations")))
		strbuf_add(out, ", outside migrations");
	strbuf_add(out, "</div>");
	first_findings(member(c, "findings"), out);
}

/* Its id tells it from all others, whatever comes on top of it. */
static void
begin_row(struct line *l, const char *at)
{
	l->n = l->last && !strcmp(l->last, at) ? l->n + 1 : 0;
	l->last = at;
	strbuf_printf(l->out, "<tr id=\"at-%.20s-%zu\">", at, l->n);
}

/* The last second in which it was not there yet; a point is a second, and by its end.
 */
static const char *
before(const char *to, char buf[static CLOCK_RFC3339_LEN])
{
	int64_t ms = 0;

	return clock_since(to, 0, &ms) ? clock_rfc3339(ms - 1000, buf) : to;
}

/* To all that a change is. */
static void
compare_link(const struct line *l, const char *to)
{
	char was[CLOCK_RFC3339_LEN];
	char *rest = xasprintf("?from=%.20s&amp;to=%.20s#points", before(to, was), to);

	strbuf_add(l->out, "<div><a");
	page_href(l->page, PAGE_ENVIRONMENTS, l->v->e->name, rest, l->out);
	strbuf_printf(l->out,
		" aria-label=\"Show this change, %.20s\">Show this change</a>"
		"</div>",
		to);
	free(rest);
}

static void
change_entry(struct line *l, const cJSON *change)
{
	const char *from = json_str(change, "from"), *to = json_str(change, "to");

	begin_row(l, to);
	if (l->choosing) {
		radio(l, "from", to);
		radio(l, "to", to);
	}
	strbuf_add(l->out, "<td data-label=\"When\">");
	between(from, to, l->out);
	strbuf_add(l->out, "</td><td data-label=\"What\">");
	change_text(change, l->out);
	if (l->choosing && cJSON_IsTrue(member(change, "catalog_changed")))
		compare_link(l, to);
	strbuf_add(l->out, "</td></tr>\n");
}

static void
entry(struct line *l, const cJSON *o)
{
	const cJSON *change = member(o, "change");

	if (json_str(change, "from") && json_str(change, "to")) {
		change_entry(l, change);
		return;
	}
	begin_row(l, json_str(o, "at"));
	if (l->choosing) {
		radio(l, "from", NULL);
		radio(l, "to", NULL);
	}
	strbuf_add(l->out, "<td data-label=\"When\">");
	moment(json_str(o, "at"), l->out);
	strbuf_add(l->out, "</td><td data-label=\"What\">");
	state_text(member(o, "state"), l->out);
	strbuf_add(l->out, "</td></tr>\n");
}

/* A point that nothing else is told of. */
static void
point_row(struct line *l, const char *name, const char *at, const char *what)
{
	strbuf_printf(l->out, "<tr id=\"%s-%.20s\">", name, at);
	radio(l, "from", at);
	radio(l, "to", at);
	strbuf_add(l->out, "<td data-label=\"When\">");
	moment(at, l->out);
	strbuf_printf(l->out, "</td><td data-label=\"What\">%s</td></tr>\n", what);
}

/* The last second before the oldest change that is told; NULL: there is none. */
static const char *
oldest_before(const cJSON *entries, char buf[static CLOCK_RFC3339_LEN])
{
	const char *to = NULL;
	const cJSON *o;

	cJSON_ArrayForEach(o, entries)
	{
		const char *at = json_str(member(o, "change"), "to");

		to = at ? at : to;
	}
	return to ? before(to, buf) : NULL;
}

/* When it was, as the line is ordered. */
static const char *
moment_of(const cJSON *entry)
{
	const char *to = json_str(member(entry, "change"), "to");

	return to ? to : json_str(entry, "at");
}

static void
lines(const struct page *page, const struct page_environment *v, const cJSON *entries,
	struct strbuf *out)
{
	char was[CLOCK_RFC3339_LEN], now[CLOCK_RFC3339_LEN];
	const char *oldest = oldest_before(entries, was);
	struct line l = {.page = page, .v = v, .out = out, .choosing = oldest != NULL};
	const cJSON *o;

	if (v->points.given) {
		clock_rfc3339(v->points.from_ms, l.from);
		clock_rfc3339(v->points.to_ms, l.to);
	}
	if (oldest) {
		strbuf_printf(out, "<form method=\"get\" action=\"%senvironments/",
			page->root);
		text_url(out, v->e->name);
		strbuf_add(out, "#points\">\n");
	}
	strbuf_add(out, "<div class=\"scroll\"><table class=\"story\"><thead><tr>");
	if (oldest)
		strbuf_add(out, "<th scope=\"col\">From</th><th scope=\"col\">To</th>");
	strbuf_add(out,
		"<th scope=\"col\">When (UTC)</th><th scope=\"col\">What</th></tr>"
		"</thead>\n<tbody>\n");
	if (oldest && v->before_ms)
		point_row(
			&l, "now", clock_rfc3339(page->now_ms, now), "what it has now");
	cJSON_ArrayForEach(o, entries)
	{
		if (oldest && strncmp(moment_of(o), oldest, TIME_CHARS) < 0) {
			point_row(&l, "before", oldest, "what it had before");
			oldest = NULL;
		}
		entry(&l, o);
	}
	if (oldest)
		point_row(&l, "before", oldest, "what it had before");
	strbuf_add(out, "</tbody></table></div>\n");
	if (l.choosing)
		strbuf_add(out,
			"<p><button type=\"submit\">Compare the two</button></p>"
			"\n</form>\n");
}

void
environment_story(
	const struct page *page, const struct page_environment *v, struct strbuf *out)
{
	const cJSON *entries = member(v->story, "entries");
	const char *next = json_str(v->story, "next");
	char *rest;

	strbuf_add(out, "<section id=\"story\"><h2>Time line</h2>\n");
	if (v->story_failed)
		strbuf_add(out, "<p class=\"bad\">What it went through cannot be read "
				"now.</p>\n");
	else if (!v->story)
		strbuf_add(out, "<p class=\"soft\">No history is kept: set "
				"<code>service.state_dir</code>.</p>\n");
	else if (!cJSON_GetArraySize(entries))
		strbuf_add(
			out, next ? "<p class=\"soft\">Nothing is told of this part; "
				    "there is more that is older.</p>\n"
				  : "<p class=\"soft\">Nothing is known.</p>\n");
	else
		lines(page, v, entries, out);
	if (v->before_ms || next)
		strbuf_add(out, "<nav aria-label=\"Pages of the time line\" "
				"class=\"turn\">");
	if (v->before_ms) {
		strbuf_add(out, "<a");
		page_href(page, PAGE_ENVIRONMENTS, v->e->name, "#story", out);
		strbuf_add(out, ">Newest</a>");
	}
	if (next) {
		rest = xasprintf("?before=%.20s#story", next);
		strbuf_add(out, "<a rel=\"next\"");
		page_href(page, PAGE_ENVIRONMENTS, v->e->name, rest, out);
		strbuf_add(out, ">Older</a>");
		free(rest);
	}
	if (v->before_ms || next)
		strbuf_add(out, "</nav>\n");
	strbuf_add(out, "</section>\n");
}

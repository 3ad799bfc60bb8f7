/* See overview.h.  What one page of it takes is bounded: by its number of lines, and
 * where much is to be said of each, by saying less of the last. */
#include "page/overview.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "page/frame.h"
#include "page/parts.h"
#include "page/rows.h"
#include "page/sources.h"
#include "page/totals.h"

enum {
	OPEN_AT_MOST = 3,         /* so many lists of findings stand open at first */
	WHOLE_UNTIL = 140 * 1024, /* bytes of the page: what comes then is brief */
};

/* What is on the page: `n` of all that are chosen, from `from` on. */
struct part {
	size_t all, from, n, number, last;
};

struct overview {
	const struct choice *choice;
	const struct published_environment **chosen;
	struct status_count count; /* of those that are chosen */
	struct status_count all;   /* … and if no state was */
};

static void
count(const struct published *p, const struct choice *c, struct overview *o)
{
	struct status_filter any = *c->filter;
	const struct status_filter states = {.states = any.states};

	any.states = NULL;
	o->count.some = status_is_filter(c->filter);
	o->chosen = xcalloc(p->n_environments + 1, sizeof *o->chosen);
	for (size_t i = 0; i < p->n_environments; i++) {
		const struct published_environment *e = p->environments[i];

		if (!status_wants(&any, e))
			continue;
		status_count(&o->all, e);
		if (!status_wants(&states, e))
			continue;
		o->chosen[o->count.n] = e;
		status_count(&o->count, e);
	}
}

/* A page behind the last is the last: there may have been more when it was linked. */
static struct part
part_of(const struct choice *c, size_t all)
{
	struct part p = {.all = all, .last = all ? (all - 1) / c->rows + 1 : 1};

	p.number = c->number < p.last ? c->number : p.last;
	p.from = (p.number - 1) * c->rows;
	p.n = all - p.from < c->rows ? all - p.from : c->rows;
	return p;
}

/* ---- The ways to the other pages of it ---- */

static void
way(const struct page *page, const struct choice *c, size_t number, const char *text,
	struct strbuf *out)
{
	char digits[24];
	const struct choice_change change = {"page", NULL, digits, false};

	snprintf(digits, sizeof digits, "%zu", number);
	strbuf_add(out, "<a");
	choice_href(page, c, number > 1 ? &change : &(struct choice_change){0}, out);
	strbuf_printf(out, ">%s</a>", text);
}

static void
pager(const struct page *page, const struct choice *c, const struct part *part,
	const char *id, struct strbuf *out)
{
	if (part->last == 1)
		return;
	strbuf_printf(out,
		"<nav class=\"pager\" id=\"%s\" aria-label=\"Parts of the "
		"list%s\"><span>",
		id, *id == 'p' ? "" : ", below it");
	page_number(out, part->from + 1);
	strbuf_add(out, "–");
	page_number(out, part->from + part->n);
	strbuf_add(out, " of ");
	page_number(out, part->all);
	strbuf_add(out, "</span>");
	if (part->number > 1) {
		way(page, c, 1, "First", out);
		way(page, c, part->number - 1, "Previous", out);
	}
	if (part->number < part->last) {
		way(page, c, part->number + 1, "Next", out);
		way(page, c, part->last, "Last", out);
	}
	strbuf_add(out, "</nav>\n");
}

/* ---- One by one ---- */

/* Those of the part; the worst state first, else as configured. */
static const struct published_environment **
list_part(const struct overview *o, const struct part *part)
{
	const struct published_environment **list = xcalloc(part->n + 1, sizeof *list);
	size_t place[STATE_COUNT] = {0};

	for (int s = 1; s < STATE_COUNT; s++)
		place[s] = place[s - 1] + o->count.of[s - 1];
	for (size_t i = 0; i < o->count.n; i++) {
		const struct published_environment *e = o->chosen[i];
		size_t at = place[e->state]++;

		if (at >= part->from && at - part->from < part->n)
			list[at - part->from] = e;
	}
	return list;
}

static void
environments(const struct page *page, const struct overview *o, const struct part *part,
	struct strbuf *out)
{
	const struct published_environment **list = list_part(o, part);
	size_t with_findings = 0;

	for (size_t i = 0; i < part->n; i++)
		with_findings += list[i]->diff && list[i]->diff->n_findings;
	rows_begin(out);
	for (size_t i = 0; i < part->n; i++)
		rows_environment(page, list[i],
			(struct rows_manner){
				with_findings <= OPEN_AT_MOST, out->len > WHOLE_UNTIL},
			out);
	rows_end(out);
	free(list);
}

/* ---- The whole ---- */

static void
top(const struct page *page, const struct overview *o, struct strbuf *out)
{
	size_t other = o->count.n - o->count.of[STATE_IN_SYNC];

	strbuf_add(out, "<div class=\"top\"><h1>Environments</h1><span><span "
			"class=\"soft\">worst</span> ");
	page_badge(out, status_worst(page->published, &o->count));
	strbuf_add(out, "</span><span id=\"count\">");
	page_number(out, o->count.n);
	strbuf_add(out, o->count.n == 1 ? " environment" : " environments");
	if (o->count.some) {
		strbuf_printf(out, " of <a href=\"%s\">all ", page->root);
		page_number(out, page->published->n_environments);
		strbuf_add(out, "</a>");
	}
	if (other) {
		strbuf_add(out, ", <strong>");
		page_number(out, other);
		strbuf_add(out, " not in sync</strong>");
	}
	strbuf_add(out, "</span></div>\n");
}

static void
none(const struct page *page, struct strbuf *out)
{
	if (page->published->n_environments)
		strbuf_printf(out,
			"<p id=\"none\">No environment is what is asked for. "
			"<a href=\"%s\">Show all</a></p>\n",
			page->root);
	else
		strbuf_add(out, "<p id=\"none\">No environment is configured.</p>\n");
}

static void
list(const struct page *page, const struct overview *o, struct strbuf *out)
{
	const struct choice *c = o->choice;
	struct part part = part_of(c, c->groups ? c->groups->n : o->count.n);

	if (!part.n) {
		none(page, out);
		return;
	}
	pager(page, c, &part, "pager", out);
	if (c->groups)
		page_groups(page, c, part.from, part.from + part.n, out);
	else
		environments(page, o, &part, out);
	pager(page, c, &part, "below", out);
}

static void
body(const struct page *page, const void *arg, struct strbuf *out)
{
	const struct overview *o = arg;
	const struct choice *c = o->choice;

	top(page, o, out);
	sources_discoveries(page->published, false, out);
	totals_write(page, c, &o->all, out);
	if (page->published->n_environments)
		choice_form(page, c, &o->all, out);
	choice_active(page, c, out);
	list(page, o, out);
	if (c->groups)
		return;
	sources_discoveries(page->published, true, out);
	sources_migrations(page, out);
}

void
page_overview(const struct page *page, const struct choice *c, struct strbuf *out)
{
	struct overview o = {.choice = c};
	struct page_middle m = {.body = body, .arg = &o};
	struct strbuf title = {0};

	count(page->published, c, &o);
	m.state = status_worst(page->published, &o.count);
	page_words(&title, state_word(m.state));
	m.title = title.s;
	page_frame(page, &m, out);
	strbuf_free(&title);
	free(o.chosen);
}

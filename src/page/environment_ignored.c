/* What does not count, by which rule, why and for how long. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "page/environment_parts.h"
#include "page/parts.h"

enum { IGNORED_SHOWN = 50, RULES_SHOWN = 50 };

/* Of the text of a rule what says which objects it is about. */
static void
pattern(const char *text, struct strbuf *out)
{
	static const char *const ends[] = {" until=", " reason="};
	size_t n = strlen(text);
	char *copy;

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		const char *at = strstr(text, ends[i]);

		if (at && (size_t)(at - text) < n)
			n = (size_t)(at - text);
	}
	copy = xstrndup(text, n);
	page_code(out, copy, 400);
	free(copy);
}

static void
rule_cells(const struct diff_rule *r, struct strbuf *out)
{
	char when[CLOCK_RFC3339_LEN];

	strbuf_add(out, "<td data-label=\"Rule\">");
	pattern(r->text, out);
	strbuf_add(out, "</td><td data-label=\"Reason\">");
	if (r->reason)
		page_prose(out, r->reason, 1000);
	else
		strbuf_add(out, "<span class=\"soft\">none given</span>");
	strbuf_add(out, "</td><td data-label=\"Until\">");
	/* The day that it holds on for the last time. */
	if (r->until_ms)
		strbuf_printf(out, "<time datetime=\"%s\">%.10s</time>",
			clock_rfc3339(r->until_ms - 1, when), when);
	else
		strbuf_add(out, "<span class=\"soft\">for ever</span>");
	strbuf_add(out, "</td></tr>\n");
}

static void
hidden(const struct diff *d, struct strbuf *out)
{
	strbuf_add(out, "<div class=\"scroll\"><table><thead><tr>"
			"<th scope=\"col\">Ignored</th><th scope=\"col\">Rule</th>"
			"<th scope=\"col\">Reason</th><th scope=\"col\">Until</th></tr>"
			"</thead>\n<tbody>\n");
	for (size_t i = 0; i < d->n_ignored_kept && i < IGNORED_SHOWN; i++) {
		const struct finding *f = &d->ignored[i].finding;

		strbuf_printf(out,
			"<tr><td data-label=\"Ignored\"><span class=\"change %s\">%s"
			"</span> ",
			change_word(f->change), change_word(f->change));
		page_words(out, kind_info(f->kind)->word);
		strbuf_addc(out, ' ');
		page_code(out, f->name, 300);
		if (f->property) {
			strbuf_addc(out, ' ');
			page_words(out, f->property);
		}
		strbuf_add(out, "</td>");
		rule_cells(&d->rules[d->ignored[i].rule], out);
	}
	strbuf_add(out, "</tbody></table></div>\n");
	if (d->n_ignored > d->n_ignored_kept || d->n_ignored_kept > IGNORED_SHOWN)
		strbuf_printf(out, "<p>%zu more are ignored.</p>\n",
			d->n_ignored - (d->n_ignored_kept < IGNORED_SHOWN
						       ? d->n_ignored_kept
						       : IGNORED_SHOWN));
}

static void
rules(const char *title, const struct strvec *list, struct strbuf *out)
{
	if (!list->n)
		return;
	strbuf_printf(out, "<h3>%s</h3>\n<ul class=\"items\">\n", title);
	for (size_t i = 0; i < list->n && i < RULES_SHOWN; i++) {
		strbuf_add(out, "<li>");
		page_code(out, list->v[i], 600);
		strbuf_add(out, "</li>\n");
	}
	if (list->n > RULES_SHOWN)
		strbuf_printf(out, "<li>and %zu more</li>\n", list->n - RULES_SHOWN);
	strbuf_add(out, "</ul>\n");
}

void
environment_ignored(
	const struct page *page, const struct page_environment *v, struct strbuf *out)
{
	const struct diff *d = v->e->diff;

	(void)page;
	if (!d || (!d->n_ignored && !d->unused_rules.n && !d->expired_rules.n &&
			  !d->expiring_rules.n))
		return;
	strbuf_printf(
		out, "<section id=\"ignored\"><h2>%zu ignored</h2>\n", d->n_ignored);
	if (d->n_ignored_kept)
		hidden(d, out);
	rules("Rules that match nothing", &d->unused_rules, out);
	rules("Rules that have expired", &d->expired_rules, out);
	rules("Rules that expire soon", &d->expiring_rules, out);
	strbuf_add(out, "</section>\n");
}

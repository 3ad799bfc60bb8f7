/* What differs, by severity and kind, or those that were chosen of it. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/marks.h"
#include "page/environment_parts.h"
#include "page/parts.h"

enum { FINDINGS_SHOWN = 40, NAME_MAX_BYTES = 300, NOTE_MAX = 1000 };
enum { SEVERITIES = SEVERITY_COSMETIC + 1 };

/* ---- One ---- */

static void
since(const struct finding_view *v, struct strbuf *out)
{
	if (v->since_ms) {
		strbuf_add(out, " <span class=\"soft\">· for ");
		page_ago(out, v->since_ms, v->page->now_ms);
		strbuf_add(out, "</span>");
	}
	if (!v->confirmed)
		strbuf_add(out, " <span class=\"soft\">not confirmed yet</span>");
}

void
environment_finding(
	const struct finding *f, const struct finding_view *v, struct strbuf *out)
{
	const char *change = change_word(f->change);

	strbuf_printf(out, "<li id=\"%s-%016llx\"><span class=\"change %s\">%s</span>",
		v->prefix, (unsigned long long)finding_key(f), change, change);
	page_words(out, kind_info(f->kind)->word);
	if (f->on != KIND_NONE) {
		strbuf_add(out, " on ");
		page_words(out, kind_info(f->on)->word);
	}
	strbuf_addc(out, ' ');
	page_code(out, f->name, NAME_MAX_BYTES);
	if (f->property) {
		strbuf_addc(out, ' ');
		page_words(out, f->property);
	}
	strbuf_printf(out, " <span class=\"soft severity\">%s</span>",
		severity_word(f->severity));
	since(v, out);
	if (f->renamed) {
		strbuf_printf(out, "<div>looks renamed %s ",
			f->change == CHANGE_MISSING ? "to" : "from");
		page_code(out, f->renamed, NAME_MAX_BYTES);
		strbuf_add(out, "</div>");
	}
	if (f->note) {
		strbuf_add(out, "<div class=\"note\">");
		page_prose(out, f->note, NOTE_MAX);
		strbuf_add(out, "</div>");
	}
	environment_sides(f, v->effort, out);
	strbuf_add(out, "</li>\n");
}

/* ---- Which of them ---- */

static bool
wants_word(const char *wanted, const char *word)
{
	return !wanted || !strcmp(wanted, word);
}

static bool
wants(const struct page_choice *c, const struct finding *f)
{
	return wants_word(c->severity, severity_word(f->severity)) &&
	       wants_word(c->change, change_word(f->change)) &&
	       wants_word(c->kind, kind_info(f->kind)->word);
}

static int
by_severity(const void *a, const void *b)
{
	const struct finding *const *x = a, *const *y = b;

	if ((*x)->severity != (*y)->severity)
		return (*x)->severity < (*y)->severity ? -1 : 1;
	if ((*x)->kind != (*y)->kind)
		return (*x)->kind < (*y)->kind ? -1 : 1;
	return *x < *y ? -1 : *x > *y;
}

/* Those that are wanted, in their order on the page. */
static const struct finding **
choose(const struct page_environment *v, size_t *n)
{
	const struct diff *d = v->e->diff;
	const struct finding **list = xcalloc(d->n_findings + 1, sizeof *list);

	*n = 0;
	for (size_t i = 0; i < d->n_findings; i++)
		if (wants(&v->choice, &d->findings[i]))
			list[(*n)++] = &d->findings[i];
	qsort(list, *n, sizeof *list, by_severity);
	return list;
}

/* ---- Ways to others ---- */

static void
add_word(struct strbuf *rest, const char *key, const char *word)
{
	if (word)
		strbuf_printf(rest, "%s%s=%s", rest->len ? "&amp;" : "?", key, word);
}

/* To the same page with another choice; its words are those of this program. */
static void
choice_href(const struct page *page, const struct page_environment *v,
	const struct page_choice *c, struct strbuf *out)
{
	struct strbuf rest = {0};

	add_word(&rest, "severity", c->severity);
	add_word(&rest, "kind", c->kind);
	add_word(&rest, "change", c->change);
	if (c->after)
		strbuf_printf(&rest, "%safter=%zu", rest.len ? "&amp;" : "?", c->after);
	strbuf_add(&rest, "#findings");
	page_href(page, PAGE_ENVIRONMENTS, v->e->name, rest.s, out);
	strbuf_free(&rest);
}

/* One way to choose, with how many there are. */
struct way {
	struct page_choice choice;
	const char *word;
	size_t n;
	bool chosen;
};

static void
way(const struct page *page, const struct page_environment *v, const struct way *w,
	struct strbuf *out)
{
	if (!w->n)
		return;
	strbuf_add(out, "<li><a");
	choice_href(page, v, &w->choice, out);
	strbuf_printf(out, "%s>", w->chosen ? " aria-current=\"true\"" : "");
	page_words(out, w->word);
	strbuf_printf(out, " %zu</a></li>", w->n);
}

struct tally {
	size_t severity[SEVERITIES], change[CHANGE_COUNT], kind[KIND_COUNT];
};

static void
ways(const struct page *page, const struct page_environment *v, const struct tally *t,
	struct strbuf *out)
{
	const struct page_choice *c = &v->choice;

	strbuf_add(out, "<nav aria-label=\"Findings\"><ul class=\"ways\">");
	way(page, v,
		&(struct way){{0}, "all", v->e->diff->n_findings,
			!c->severity && !c->change && !c->kind},
		out);
	for (int i = 0; i < SEVERITIES; i++) {
		const char *word = severity_word((enum severity)i);

		way(page, v,
			&(struct way){{.severity = word}, word, t->severity[i],
				c->severity && !strcmp(c->severity, word)},
			out);
	}
	for (int i = 0; i < CHANGE_COUNT; i++) {
		const char *word = change_word((enum change)i);

		way(page, v,
			&(struct way){{.change = word}, word, t->change[i],
				c->change && !strcmp(c->change, word)},
			out);
	}
	for (int i = 0; i < KIND_COUNT; i++) {
		const char *word = kind_info((enum kind)i)->word;

		way(page, v,
			&(struct way){{.kind = word}, word, t->kind[i],
				c->kind && !strcmp(c->kind, word)},
			out);
	}
	strbuf_add(out, "</ul></nav>\n");
}

static void
count(const struct diff *d, struct tally *t)
{
	for (size_t i = 0; i < d->n_findings; i++) {
		t->severity[d->findings[i].severity]++;
		t->change[d->findings[i].change]++;
		t->kind[d->findings[i].kind]++;
	}
}

/* ---- All that fit ---- */

static bool
same_group(const struct finding *a, const struct finding *b)
{
	return a->severity == b->severity && a->kind == b->kind;
}

/* Returns where to go on. */
static size_t
list_some(const struct page *page, const struct page_environment *v,
	const struct finding **list, size_t n, struct strbuf *out)
{
	size_t effort = MARKS_EFFORT, begin = out->len, i = v->choice.after;

	for (; i < n && i - v->choice.after < FINDINGS_SHOWN &&
		out->len - begin < ENVIRONMENT_BYTES;
		i++) {
		const struct finding *f = list[i];
		size_t place = (size_t)(f - v->e->diff->findings);
		bool first = i == v->choice.after;

		if (first || !same_group(list[i - 1], f)) {
			const char *severity = severity_word(f->severity);

			strbuf_printf(out, "%s<h3 class=\"%s\">%s · ",
				first ? "" : "</ul>\n", severity, severity);
			page_words(out, kind_info(f->kind)->word);
			strbuf_add(out, "</h3>\n<ul class=\"items\">\n");
		}
		environment_finding(f,
			&(struct finding_view){page, published_confirmed(v->e, place),
				published_first_seen(v->e, place), &effort, "f"},
			out);
	}
	strbuf_add(out, i > v->choice.after ? "</ul>\n" : "");
	return i;
}

static void
pager(const struct page *page, const struct page_environment *v, size_t next, size_t n,
	struct strbuf *out)
{
	struct page_choice c = v->choice;

	if (!c.after && next >= n)
		return;
	strbuf_printf(out,
		"<nav aria-label=\"Pages of findings\" class=\"turn\"><span>%zu to "
		"%zu of "
		"%zu</span>",
		next > c.after ? c.after + 1 : c.after, next, n);
	if (c.after) {
		c.after = 0;
		strbuf_add(out, "<a");
		choice_href(page, v, &c, out);
		strbuf_add(out, ">First findings</a>");
	}
	if (next < n) {
		c.after = next;
		strbuf_add(out, "<a rel=\"next\"");
		choice_href(page, v, &c, out);
		strbuf_add(out, ">Next findings</a>");
	}
	strbuf_add(out, "</nav>\n");
}

void
environment_not_decided(const struct diff *d, struct strbuf *out)
{
	if (!d->reason)
		return;
	strbuf_add(out, "<p class=\"soft\">");
	page_prose(out, d->reason, 2000);
	strbuf_add(out, "</p>\n");
}

void
environment_findings(
	const struct page *page, const struct page_environment *v, struct strbuf *out)
{
	const struct diff *d = v->e->diff;
	const struct finding **list;
	struct page_environment part = *v;
	struct tally tally = {{0}, {0}, {0}};
	size_t n, next;

	if (!d)
		return;
	strbuf_add(out, "<section id=\"findings\"><h2>");
	page_count(out, d->n_findings, "finding", "findings");
	strbuf_add(out, "</h2>\n");
	environment_not_decided(d, out);
	if (d->n_findings) {
		count(d, &tally);
		ways(page, v, &tally, out);
		list = choose(v, &n);
		/* Behind the end is the last part: there were more. */
		if (part.choice.after >= n)
			part.choice.after =
				n ? (n - 1) / FINDINGS_SHOWN * FINDINGS_SHOWN : 0;
		next = list_some(page, &part, list, n, out);
		if (!n)
			strbuf_add(out, "<p>None of them is what is asked for.</p>\n");
		pager(page, &part, next, n, out);
		free(list);
	}
	strbuf_add(out, "</section>\n");
}

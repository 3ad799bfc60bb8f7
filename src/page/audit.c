/* See audit.h. */
#include "page/audit.h"

#include "base/mem.h"
#include "page/parts.h"

enum { SHOWN = 100, SHOWN_BRIEF = 10, ID_MAX = 80, TEXT_MAX = 600 };

struct list {
	const struct problem *v;
	size_t n;
};

static size_t
count(const struct list *lists, size_t n)
{
	size_t counted = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < lists[i].n; k++)
			counted += !lists[i].v[k].allowed;
	return counted;
}

static void
add_problem(const struct problem *p, const struct page_problem_link *link,
	struct strbuf *out)
{
	strbuf_printf(
		out, "<li><b%s>", problem_is_notice(p->code) ? "" : " class=\"bad\"");
	page_words(out, problem_word(p->code));
	strbuf_add(out, "</b> ");
	if (p->revision && link)
		link->add(link->arg, p->revision, out);
	else if (p->revision)
		page_code(out, p->revision, ID_MAX);
	strbuf_add(out, p->revision ? " " : "");
	page_prose(out, p->detail ? p->detail : "", TEXT_MAX);
	strbuf_add(out, "<div class=\"soft\">");
	page_name(out, p->file ? p->file : "", TEXT_MAX);
	if (p->line)
		strbuf_printf(out, ", line %u", p->line);
	strbuf_add(out, "</div><div>");
	page_prose(out, problem_advice(p), TEXT_MAX);
	strbuf_add(out, "</div></li>\n");
}

static void
add_list(const struct list *lists, size_t n, const struct page_problem_link *link,
	struct strbuf *out)
{
	size_t all = count(lists, n), shown = 0, most = link ? SHOWN : SHOWN_BRIEF;

	strbuf_add(out, "<ul class=\"items\">\n");
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < lists[i].n && shown < most; k++)
			if (!lists[i].v[k].allowed) {
				add_problem(&lists[i].v[k], link, out);
				shown++;
			}
	if (all > shown)
		strbuf_printf(out, "<li>and %zu more%s</li>\n", all - shown,
			link ? ", which <a href=\"?format=json\">the document</a> has"
			     : "");
	strbuf_add(out, "</ul>\n");
}

static void
problems_of(const struct published_migrations *m, struct list lists[2])
{
	lists[0] = m->graph ? (struct list){m->graph->problems, m->graph->n_problems}
			    : (struct list){NULL, 0};
	lists[1] = (struct list){m->failed, m->n_failed};
}

size_t
page_problem_count(const struct published_migrations *m)
{
	struct list lists[2];

	problems_of(m, lists);
	return count(lists, COUNT_OF(lists));
}

enum state
page_problem_state(const struct published_migrations *m)
{
	if (m->error || page_problem_count(m))
		return STATE_REVISION_MISMATCH;
	return m->graph ? STATE_IN_SYNC : STATE_UNKNOWN;
}

size_t
page_notice_count(const struct published_migrations *m)
{
	return count(&(struct list){m->notices, m->n_notices}, 1);
}

void
page_problem_list(const struct published_migrations *m,
	const struct page_problem_link *link, struct strbuf *out)
{
	struct list lists[2];

	problems_of(m, lists);
	add_list(lists, COUNT_OF(lists), link, out);
}

void
page_notice_list(const struct published_migrations *m,
	const struct page_problem_link *link, struct strbuf *out)
{
	add_list(&(struct list){m->notices, m->n_notices}, 1, link, out);
}

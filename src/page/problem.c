/* See problem.h.  The words are the document's; what a person can do next is a link. */
#include "page/problem.h"

#include <stdlib.h>

#include "base/mem.h"
#include "page/frame.h"
#include "page/parts.h"

static void
near(const struct page *page, const struct page_problem *p, struct strbuf *out)
{
	strbuf_add(out, "<li><a id=\"near\"");
	page_href(page, p->near_path, p->near_name, p->near_rest, out);
	strbuf_addc(out, '>');
	page_name(out, p->near_name ? p->near_name : p->near_path, 200);
	strbuf_add(out, "</a></li>\n");
}

static void
body(const struct page *page, const void *arg, struct strbuf *out)
{
	const struct page_problem *p = arg;

	strbuf_printf(out, "<h1>%s</h1>\n<p>", p->phrase);
	page_prose(out, p->detail, 1000);
	strbuf_add(out, "</p>\n<ul>\n");
	if (p->near_path)
		near(page, p, out);
	strbuf_add(out, "<li><a id=\"home\"");
	page_href(page, "", NULL, NULL, out);
	strbuf_printf(out,
		">All environments</a></li>\n</ul>\n"
		"<p class=\"soft\">HTTP status %d</p>\n",
		p->status);
}

void
page_problem(
	const struct page *page, const struct page_problem *problem, struct strbuf *out)
{
	const struct page still = {.now_ms = page->now_ms, .root = page->root};

	page_frame(&still,
		&(struct page_middle){.title = problem->phrase,
			.state = STATE_UNKNOWN,
			.body = body,
			.arg = problem},
		out);
}

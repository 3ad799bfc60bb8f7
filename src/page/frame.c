/* See frame.h. */
#include "page/frame.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "page/parts.h"
#include "report/appearance.h"
#include "web/web.h"

const char page_content_security_policy[] =
	"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
	"connect-src 'self'; base-uri 'none'; form-action 'self'; "
	"frame-ancestors 'none'";

/* Where a script is, it does what reloading would, and keeps what was opened. */
static const char head_start[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n";

static const char again[] =
	"<noscript><meta http-equiv=\"refresh\" content=\"15\"></noscript>\n";

static const struct {
	const char *path, *text;
} ways[] =
	{
		{"", "Environments"},
		{"?group=fingerprint", "Variants"},
		{"migrations", "Migrations"},
},
  documents[] = {
	  {"status", "Status (JSON)"},
	  {"history", "History (JSON)"},
	  {"metrics", "Metrics"},
	  {"version", "Version"},
};

/* With its hash, under which it is kept for ever. */
static void
file_address(const struct page *page, const char *name, struct strbuf *out)
{
	const struct web_file *f = web_find(name);

	strbuf_printf(out, "\"%sweb/%s?v=%s\"", page->root, name, f ? f->hash : "");
}

static const char *const styles[] = {
	"pgdriftd.css", "overview.css", "environment.css", "graph.css"};

static void
head(const struct page *page, const struct page_middle *m, struct strbuf *out)
{
	char *icon = xasprintf("icon-%s.svg", appearance_of(m->state)->style);

	strbuf_add(out, head_start);
	if (page->published)
		strbuf_add(out, again);
	strbuf_add(out, "<title>");
	page_name(out, m->title, 200);
	strbuf_add(out,
		" · pgdriftd</title>\n<link rel=\"icon\" type=\"image/svg+xml\" "
		"href=");
	file_address(page, icon, out);
	strbuf_add(out, ">\n");
	for (size_t i = 0; i < COUNT_OF(styles); i++) {
		strbuf_add(out, "<link rel=\"stylesheet\" href=");
		file_address(page, styles[i], out);
		strbuf_add(out, ">\n");
	}
	if (page->published) {
		strbuf_add(out, "<script defer src=");
		file_address(page, "pgdriftd.js", out);
		strbuf_add(out, "></script>\n");
	}
	strbuf_add(out, "</head>\n<body>\n");
	free(icon);
}

static void
header(const struct page *page, struct strbuf *out)
{
	char when[CLOCK_RFC3339_LEN];

	strbuf_add(out, "<header id=\"header\"><a class=\"brand\"");
	page_href(page, "", NULL, NULL, out);
	strbuf_add(out, ">pgdriftd</a><nav aria-label=\"Pages\">");
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		strbuf_add(out, "<a");
		page_href(page, ways[i].path, NULL, NULL, out);
		strbuf_printf(out, ">%s</a>", ways[i].text);
	}
	strbuf_add(out, "</nav>");
	if (page->published) {
		clock_rfc3339(page->published->at_ms, when);
		strbuf_printf(out,
			"<span class=\"soft right\">as of <time id=\"as-of\" "
			"datetime=\"%s\">%s</time></span>",
			when, when);
	}
	strbuf_add(out, "</header>\n");
}

static void
footer(const struct page *page, struct strbuf *out)
{
	strbuf_add(out, "<footer id=\"footer\">");
	for (size_t i = 0; i < COUNT_OF(documents); i++) {
		strbuf_add(out, "<a");
		page_href(page, documents[i].path, NULL, NULL, out);
		strbuf_printf(out, ">%s</a>", documents[i].text);
	}
	if (page->published)
		strbuf_add(out, "<span>This page renews itself every 15 "
				"seconds.</span>");
	strbuf_add(out, "</footer>\n</body>\n</html>\n");
}

void
page_frame(const struct page *page, const struct page_middle *m, struct strbuf *out)
{
	head(page, m, out);
	header(page, out);
	strbuf_add(out, "<main id=\"main\">\n");
	if (page->published && !page->published->reload_ok)
		strbuf_add(out, "<p class=\"bad\">The last reload was refused: the "
				"configuration before it is in force.</p>\n");
	m->body(page, m->arg, out);
	strbuf_add(out, "</main>\n");
	footer(page, out);
}

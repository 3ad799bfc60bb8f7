/* See graph_text.h. */
#include "report/graph_text.h"

#include "base/text.h"

void
graph_add_text(struct strbuf *out, const char *s, size_t max)
{
	struct strbuf clean = {0};

	text_visible(&clean, s, max, "");
	text_html(out, clean.s);
	strbuf_free(&clean);
}

/* How wide that is at most. */
static size_t
shown_width(const char *clean)
{
	size_t n = 0;

	/* A character of three bytes may be a wide one. */
	for (const char *c = clean; *c; c++)
		n += ((*c & 0xc0) != 0x80) + ((*c & 0xf0) == 0xe0);
	return n * GRAPH_LETTER;
}

size_t
graph_text_width(const char *s, size_t max)
{
	struct strbuf clean = {0};
	size_t width;

	text_visible(&clean, s, max, "");
	width = shown_width(clean.s);
	strbuf_free(&clean);
	return width;
}

void
graph_begin_link(struct strbuf *out, const struct graph_link *link, const char *name)
{
	if (!link->before)
		return;
	strbuf_add(out, "<a href=\"");
	text_html(out, link->before);
	text_url(out, name);
	text_html(out, link->behind ? link->behind : "");
	strbuf_add(out, "\">");
}

void
graph_end_link(struct strbuf *out, const struct graph_link *link)
{
	strbuf_add(out, link->before ? "</a>\n" : "\n");
}

size_t
graph_add_span(struct strbuf *out, const char *class, const char *s, size_t max)
{
	struct strbuf clean = {0};
	size_t width;

	if (!s || !*s)
		return 0;
	text_visible(&clean, s, max, "");
	width = shown_width(clean.s) + 2 * GRAPH_LETTER;
	strbuf_printf(out, "<tspan class=\"%s\" dx=\"%d\">", class, GRAPH_LETTER);
	text_html(out, clean.s);
	strbuf_add(out, "</tspan> ");
	strbuf_free(&clean);
	return width;
}

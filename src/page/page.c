/* See page.h. */
#include "page/page.h"

#include "base/text.h"
#include "conf/labels.h"
#include "page/parts.h"

enum { LABEL_MAX = 80 };

char *
page_root(const char *raw_path)
{
	struct strbuf b = {0};

	/* A reader of addresses counts the slashes as they are written (RFC 3986,
	 * 5.2.3): an encoded one is none. */
	for (const char *s = raw_path + (*raw_path == '/'); *s; s++)
		if (*s == '/')
			strbuf_add(&b, "../");
	if (!b.len)
		strbuf_add(&b, "./");
	return strbuf_take(&b);
}

void
page_href(const struct page *page, const char *path, const char *name, const char *rest,
	struct strbuf *out)
{
	strbuf_printf(out, " href=\"%s%s", page->root, path);
	if (name) {
		strbuf_addc(out, '/');
		text_url(out, name);
	}
	strbuf_printf(out, "%s\"", rest ? rest : "");
}

void
page_name_link(
	const struct page *page, const char *path, const char *name, struct strbuf *out)
{
	strbuf_add(out, "<a");
	page_href(page, path, name, NULL, out);
	strbuf_addc(out, '>');
	page_name(out, name, 0);
	strbuf_add(out, "</a>");
}

static void
label_chip(const struct page *page, const char *label, struct strbuf *out)
{
	bool link = !text_is_glob(label + label_length(label));

	strbuf_add(out, link ? "<a class=\"chip\"" : "<span class=\"chip\"");
	if (link) {
		strbuf_printf(out, " href=\"%s?label=", page->root);
		text_url(out, label);
		strbuf_addc(out, '"');
	}
	strbuf_addc(out, '>');
	page_name(out, label, LABEL_MAX);
	strbuf_add(out, link ? "</a>" : "</span>");
}

void
page_labels(const struct page *page, const struct strvec *labels, size_t most,
	struct strbuf *out)
{
	for (size_t i = 0; i < labels->n && i < most; i++) {
		strbuf_add(out, i ? " " : "");
		label_chip(page, labels->v[i], out);
	}
}

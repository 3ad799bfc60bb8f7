/* What every page is made from. */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include "base/strbuf.h"
#include "report/status.h"

/* Where an environment is shown, from the root. */
#define PAGE_ENVIRONMENTS "environments"

struct page {
	const struct published *published;
	int64_t now_ms;
	/* What leads from the page that was asked for to the first one: "./", "../",
	 * "../../" …  Every link to another page begins with it, so that the pages work
	 * behind whatever prefix a proxy shows them under. */
	const char *root;
};

/* The root of the page at that path, which was written "/environments/a%2Fb"; the
 * caller frees. */
char *page_root(const char *raw_path);
/* Append ` href="…"` of a place: `path` "environments", `name` as the segment behind
 * it, which is percent-encoded (NULL: none), and `rest` "/diff?format=text" (NULL:
 * nothing). `path` and `rest` are HTML. */
void page_href(const struct page *page, const char *path, const char *name,
	const char *rest, struct strbuf *out);
/* Append `<a href="…">` of it, and the name as text, and `</a>`. */
void page_name_link(const struct page *page, const char *path, const char *name,
	struct strbuf *out);
/* Append the first `most` labels, each as a link to all environments that have it; one
 * that would be read as a glob, which others match as well, is text alone. */
void page_labels(const struct page *page, const struct strvec *labels, size_t most,
	struct strbuf *out);

#endif

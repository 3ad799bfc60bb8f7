/* What is around every page: head, header with the ways to the other pages, footer. */
#ifndef PAGE_FRAME_H
#define PAGE_FRAME_H

#include "page/page.h"

/* What is allowed to a page: its own style, script and icons, and nothing else. */
extern const char page_content_security_policy[];

struct page_middle {
	const char *title; /* text of any origin; the product's name follows */
	enum state state;  /* the tab's icon shows it */
	void (*body)(const struct page *page, const void *arg, struct strbuf *out);
	const void *arg;
};

/* Append the whole page; `body` appends what stands in <main>, its <h1> first.  Where
 * `page->published` is NULL nothing is shown of it, and the page stays as it is. */
void
page_frame(const struct page *page, const struct page_middle *m, struct strbuf *out);

#endif

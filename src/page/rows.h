/* An environment as a line of the first page, with what else is to be said of it behind
 * a click. */
#ifndef PAGE_ROWS_H
#define PAGE_ROWS_H

#include "page/page.h"

/* Begin a table of such lines, and end it. */
void rows_begin(struct strbuf *out);
void rows_end(struct strbuf *out);

/* Append the line.  `open`: nobody has to click for what it differs by; `brief`:
 * differences are only counted. */
struct rows_manner {
	bool open, brief;
};
void rows_environment(const struct page *page, const struct published_environment *e,
	struct rows_manner how, struct strbuf *out);

#endif

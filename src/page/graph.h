/* The pages of migrations: which there are, and of one its revision graph as a picture
 * and as a table, who stands where, and what is wrong with it. */
#ifndef PAGE_GRAPH_H
#define PAGE_GRAPH_H

#include "page/page.h"

/* What a link of the page asks for. */
struct page_graph_wish {
	bool whole;                /* straight stretches are not folded */
	const struct strvec *open; /* … nor those that hold these revisions; or NULL */
	const char *revision;      /* whose facts are shown; or NULL */
	size_t part;               /* of the rows, from 1; 0: that with the revision */
};

/* Append the page of that block.  So many rows as are seen at once are a part; what is
 * not there is said, never an error. */
void page_graph(const struct page *page, const struct published_migrations *m,
	const struct page_graph_wish *wish, struct strbuf *out);
/* Append the page of all blocks. */
void page_migrations(const struct page *page, struct strbuf *out);

#endif

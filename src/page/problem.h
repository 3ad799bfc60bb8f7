/* Why a page cannot be shown, for who reads it in a browser: the same that a program is
 * told as problem+json. */
#ifndef PAGE_PROBLEM_H
#define PAGE_PROBLEM_H

#include "page/page.h"

struct page_problem {
	int status;
	const char *phrase; /* "Not Found" */
	const char *detail; /* text of any origin */
	/* What was most likely meant, a place as page_href() takes it; `near_path`
	 * NULL: nothing. */
	const char *near_path, *near_name, *near_rest;
};

/* Append the page.  It says nothing of what is watched: whoever may not ask for that
 * sees it too; `page->published` may be NULL. */
void page_problem(const struct page *page, const struct page_problem *problem,
	struct strbuf *out);

#endif

/* What is wrong with a block of migrations, with the remedy. */
#ifndef PAGE_AUDIT_H
#define PAGE_AUDIT_H

#include "page/page.h"

/* How many problems it has, or notices, that are not allowed. */
size_t page_problem_count(const struct published_migrations *m);
size_t page_notice_count(const struct published_migrations *m);
/* Append a list of them: what, where, and what to do; `link` appends a link to a
 * revision, NULL: it is named. */
struct page_problem_link {
	void (*add)(const void *arg, const char *id, struct strbuf *out);
	const void *arg;
};
void page_problem_list(const struct published_migrations *m,
	const struct page_problem_link *link, struct strbuf *out);
void page_notice_list(const struct published_migrations *m,
	const struct page_problem_link *link, struct strbuf *out);

#endif

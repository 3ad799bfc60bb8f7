/* What is wrong with a block of migrations, with the remedy. */
#ifndef PAGE_AUDIT_H
#define PAGE_AUDIT_H

#include "page/page.h"

/* How many problems it has, or notices, that are not allowed. */
size_t page_problem_count(const struct published_migrations *m);
size_t page_notice_count(const struct published_migrations *m);
/* How it stands with the block by itself: unknown while it was not looked at yet. */
enum state page_problem_state(const struct published_migrations *m);
/* Append a list of them: what, where, and what to do; `link` appends a link to a
 * revision.  NULL: revisions are named, and only the first few problems listed. */
struct page_problem_link {
	void (*add)(const void *arg, const char *id, struct strbuf *out);
	const void *arg;
};
void page_problem_list(const struct published_migrations *m,
	const struct page_problem_link *link, struct strbuf *out);
void page_notice_list(const struct published_migrations *m,
	const struct page_problem_link *link, struct strbuf *out);

#endif

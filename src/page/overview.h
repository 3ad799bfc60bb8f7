/* The first page: all environments, or those that a filter wants. */
#ifndef PAGE_OVERVIEW_H
#define PAGE_OVERVIEW_H

#include "page/page.h"
#include "report/groups.h"

/* Append the page: environments worst state first, findings, problems of migrations.
 * With `groups` it is by them: which catalogs there are, who has each, and what sets it
 * apart from the one that most have.  State and numbers are those of the environments
 * that the filter wants; NULL: of all. */
void page_overview(const struct page *page, const struct status_filter *filter,
	const struct groups *groups, struct strbuf *out);

/* The part of it that is by groups. */
void
page_groups(const struct page *page, const struct groups *groups, struct strbuf *out);
/* That there is none to show. */
void page_none(struct strbuf *out, const struct published *p);

#endif

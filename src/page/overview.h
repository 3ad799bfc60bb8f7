/* The first page: all environments, or those that are chosen. */
#ifndef PAGE_OVERVIEW_H
#define PAGE_OVERVIEW_H

#include "page/choice.h"

/* Append the page: environments worst state first, a page of them at a time, with what
 * they differ by; problems of migrations.  With `c->groups` it is by those: which
 * catalogs there are, who has each, and what sets it apart from the one that most have;
 * or the values of a label.  State and numbers are those of the environments that the
 * filter wants. */
void page_overview(const struct page *page, const struct choice *c, struct strbuf *out);

/* The part of it that is by groups: those from `from` on, before `to`. */
void page_groups(const struct page *page, const struct choice *c, size_t from,
	size_t to, struct strbuf *out);

#endif

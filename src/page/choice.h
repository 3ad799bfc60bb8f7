/* What of all environments the first page shows, how that is chosen in it, and the
 * addresses that say so. */
#ifndef PAGE_CHOICE_H
#define PAGE_CHOICE_H

#include "page/page.h"
#include "report/groups.h"

enum { CHOICE_ROWS = 200, CHOICE_MOST_ROWS = 1000 };

struct choice {
	const struct status_filter *filter;
	const struct groups *groups; /* NULL: one by one */
	size_t rows;                 /* that a page has at most */
	size_t number;               /* of the page, from 1 */
};

/* Another choice: without `page`, … */
struct choice_change {
	const char *key; /* of these values: "state", "label", "page" … */
	/* This one is left out; NULL: all of them are, but of labels with `with` only
	 * those of the same name. */
	const char *without;
	const char *with; /* and this one is added; NULL: none */
	bool one_by_one;  /* and no groups */
};

/* Append ` href="…"` of the page with what is chosen, changed. */
void choice_href(const struct page *page, const struct choice *c,
	const struct choice_change *change, struct strbuf *out);
/* Append the form; `all` counts the environments by state as if no state was chosen. */
void choice_form(const struct page *page, const struct choice *c,
	const struct status_count *all, struct strbuf *out);
/* Append what is chosen, each with a link that takes it away; nothing without. */
void choice_active(const struct page *page, const struct choice *c, struct strbuf *out);

#endif

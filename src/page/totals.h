/* How many environments are in which state. */
#ifndef PAGE_TOTALS_H
#define PAGE_TOTALS_H

#include "page/choice.h"

/* Append a bar whose parts are as wide as there are environments of a state, and the
 * numbers; each leads to those. */
void totals_write(const struct page *page, const struct choice *c,
	const struct status_count *all, struct strbuf *out);

#endif

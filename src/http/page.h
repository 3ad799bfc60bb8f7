/* The dashboard: one page for people, with nothing from elsewhere and no script. */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "base/strbuf.h"
#include "report/groups.h"

struct page_wish {
	int64_t now_ms;
	const struct status_filter *filter; /* NULL: all */
};

/* Append the page as it is at that time: environments worst state first, findings,
 * problems of migrations.  Whatever came from a database or a file is escaped. */
void
page_write(const struct published *p, const struct page_wish *wish, struct strbuf *out);

/* The same frame around `/?group=fingerprint`: which catalogs there are, who has each,
 * and what sets it apart from the one that most have. */
void page_groups(const struct published *p, const struct groups *g,
	const struct status_filter *f, struct strbuf *out);

/* All but the middle, which `body` appends.  State and numbers are those of the
 * environments that the filter wants; NULL: of all. */
typedef void
page_body_fn(const void *arg, const struct published *p, struct strbuf *out);
struct page_middle {
	const struct status_filter *filter;
	page_body_fn *body;
	const void *arg;
};
void
page_frame(const struct published *p, const struct page_middle *m, struct strbuf *out);

/* That there is none to show. */
void page_none(struct strbuf *out, const struct published *p);

/* The Content-Security-Policy that allows the page's own style and nothing else; the
 * caller frees. */
char *page_content_security_policy(void);

#endif

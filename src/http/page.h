/* The dashboard: one page for people, with nothing from elsewhere and no script. */
#ifndef HTTP_PAGE_H
#define HTTP_PAGE_H

#include "base/strbuf.h"
#include "report/groups.h"

/* Append the page as it is at `now_ms`: environments worst state first, findings,
 * problems of migrations.  Whatever came from a database or a file is escaped. */
void page_write(const struct published *p, int64_t now_ms, struct strbuf *out);

/* The same frame around `/?group=fingerprint`: which catalogs there are, who has each,
 * and what sets it apart from the one that most have. */
void page_groups(const struct published *p, const struct groups *g, struct strbuf *out);

/* All but the middle, which `body` appends. */
typedef void
page_body_fn(const void *arg, const struct published *p, struct strbuf *out);
void page_frame(const struct published *p, page_body_fn *body, const void *arg,
	struct strbuf *out);

/* The Content-Security-Policy that allows the page's own style and nothing else; the
 * caller frees. */
char *page_content_security_policy(void);

#endif

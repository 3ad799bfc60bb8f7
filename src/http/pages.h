/* What browsers are answered: HTML of page/, and the files that it is shown with. */
#ifndef HTTP_PAGES_H
#define HTTP_PAGES_H

#include "http/route.h"
#include "page/page.h"

void handle_overview(const struct request *r, struct answer *out);
void handle_environment_page(const struct request *r, struct answer *out);
void handle_web(const struct request *r, struct answer *out);

/* False, and answered with 400: what the query says stands behind every link of a page,
 * so a long one is refused. */
bool pages_take_query(const struct request *r, struct answer *out);
/* What a page is made from, for this request; borrows. */
struct page pages_begin(const struct request *r);
/* `out->body` is a page: say so, what it may load, and as which state it is known. */
void pages_end(const struct request *r, struct answer *out);
/* The problem that `out` is, as a page; `route`: of the path, or NULL. */
void
pages_problem(const struct request *r, const struct route *route, struct answer *out);

#endif

/* Which path is answered by what: one const table. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include "conf/external.h"
#include "http/answer.h"
#include "http/overview.h"
#include "http/scrape.h"
#include "http/server.h"
#include "http/target.h"
#include "report/metrics.h"

/* Documents that are rendered a part at a time. */
struct kept {
	struct scrape *scrape;
	struct overview *overview;
};

/* All that a handler may look at. */
struct request {
	const struct external *external;
	const struct published *published; /* never NULL where a route needs it */
	const struct http_source *source;
	const struct target *target;
	const char *name;     /* of the path's NAME, or NULL */
	const char *instance; /* the path as written */
	const char *root;     /* struct page: what leads to the first page */
	const char *accept;   /* header, or NULL */
	const struct metrics_extra *counted;
	const struct kept *kept;
	int64_t now_ms;
	bool is_last; /* the connection ends with the answer */
	bool stalled; /* the loop has not turned for too long */
};

enum {
	ROUTE_PUBLISHED = 1, /* needs published state, else 503 */
	ROUTE_CACHED = 2,    /* depends on published state and the target alone */
	ROUTE_BRIEFLY =
		4,      /* with ROUTE_CACHED: and a little on what changes without it */
	ROUTE_OPEN = 8, /* needs no password */
	ROUTE_VALIDATED = 16, /* carries an ETag */
	ROUTE_ACTION = 32,    /* does something: POST, and nothing else */
	ROUTE_SHARED = 64 /* by type alone, for as long as its size makes worth it */
};

struct route {
	const char *path;    /* "/status/NAME/diff" */
	const char *handler; /* the word of pgdriftd_http_requests_total */
	void (*answer)(const struct request *r, struct answer *out);
	int flags;
	const char *parameters[10]; /* any other is refused; empty: all are ignored */
};

/* NULL if no route has that path; `*name` is the segment in place of NAME.  A slash at
 * the end says nothing. */
const struct route *route_find(const struct strvec *path, const char **name);
/* The same for a path whose NAME holds slashes that a proxy has decoded: its segments
 * are joined in `path`.  Of routes that only read, if there is an environment or are
 * migrations of that name; `p` NULL: of none of them. */
const struct route *
route_find_apart(struct strvec *path, const struct published *p, const char **name);
/* The path of the `i`-th route as the table has it, the first page's first; NULL: there
 * are no more. */
const char *route_path(size_t i);
/* The route that a wrong path most likely means, or NULL. */
const char *route_near(const char *path);
/* The parameter that the route does not know, or NULL; `*near` is what was meant. */
const char *route_unknown_parameter(
	const struct route *r, const struct target *t, const char **near);

#endif

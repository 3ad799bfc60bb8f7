/* Which path is answered by what: one const table. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

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
	const struct published *published; /* never NULL where a route needs it */
	const struct http_source *source;
	const struct target *target;
	const char *name;     /* of the path's NAME, or NULL */
	const char *instance; /* the path as written */
	const char *root;     /* page_root() of it */
	const char *accept;   /* header, or NULL */
	const struct metrics_extra *counted;
	const struct kept *kept;
	int64_t now_ms;
	bool stalled; /* the loop has not turned for too long */
};

enum {
	ROUTE_PUBLISHED = 1,  /* needs published state, else 503 */
	ROUTE_CACHED = 2,     /* depends on published state and the target alone */
	ROUTE_BRIEFLY = 4,    /* with ROUTE_CACHED: and a little on the time of day */
	ROUTE_OPEN = 8,       /* needs no password */
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

/* NULL if no route has that path; `*name` is the segment in place of NAME. */
const struct route *route_find(const struct strvec *path, const char **name);
/* The route that a wrong path most likely means, or NULL. */
const char *route_near(const char *path);
/* The parameter that the route does not know, or NULL; `*near` is what was meant. */
const char *route_unknown_parameter(
	const struct route *r, const struct target *t, const char **near);

#endif

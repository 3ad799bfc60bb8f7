/* Replies kept for one publication, by target, and by what Accept may mean where that
 * decides. */
#ifndef HTTP_CACHE_H
#define HTTP_CACHE_H

#include "http/reply.h"
#include "http/route.h"

struct cache;

struct cache_key {
	const char *target;
	bool html; /* negotiate_html() of the request */
};

struct cached {
	struct reply *reply;
	bool by_accept; /* it is for those requests alone that are the same in `html` */
	const struct route *route;
	int64_t until_ms; /* of the clock that cache_get() is given; 0: no end */
};

struct cache *cache_new(void);
void cache_free(struct cache *c); /* NULL is fine */
/* NULL if it is not there.  Another generation than before empties the cache. */
const struct cached *
cache_get(struct cache *c, uint64_t generation, struct cache_key key, int64_t now_ms);
/* Take over the reply; false, and nothing is taken, if there is no room for it. */
bool cache_put(struct cache *c, struct cache_key key, const struct cached *what);

#endif

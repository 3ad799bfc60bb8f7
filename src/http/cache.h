/* Replies kept for one publication, by target. */
#ifndef HTTP_CACHE_H
#define HTTP_CACHE_H

#include "http/reply.h"
#include "http/route.h"

struct cache;

struct cached {
	struct reply *reply;
	const struct route *route;
	int64_t until_ms; /* of the clock that cache_get() is given; 0: no end */
};

struct cache *cache_new(void);
void cache_free(struct cache *c); /* NULL is fine */
/* NULL if it is not there.  Another generation than before empties the cache. */
const struct cached *
cache_get(struct cache *c, uint64_t generation, const char *target, int64_t now_ms);
/* Take over the reply; false, and nothing is taken, if there is no room for it. */
bool cache_put(struct cache *c, const char *target, const struct cached *what);

#endif

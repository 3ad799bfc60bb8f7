/* Bounded, because clients choose the targets: what does not fit is made for each
 * request, and the next publication begins anew. */
#include "http/cache.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/strmap.h"

enum { CACHE_MAX_REPLIES = 1024, CACHE_MAX_BYTES = 64 << 20 };

struct cache {
	uint64_t generation;
	struct strmap *replies;
	size_t bytes;
};

struct cache *
cache_new(void)
{
	struct cache *c = xcalloc(1, sizeof *c);

	c->replies = strmap_new();
	return c;
}

static void
forget(struct cache *c, struct cached *k)
{
	if (!k)
		return;
	c->bytes -= reply_size(k->reply);
	reply_free(k->reply);
	free(k);
}

static void
empty(struct cache *c)
{
	const char *key;
	void *value;

	for (size_t at = 0; strmap_next(c->replies, &at, &key, &value);)
		forget(c, value);
	strmap_free(c->replies);
}

void
cache_free(struct cache *c)
{
	if (!c)
		return;
	empty(c);
	free(c);
}

const struct cached *
cache_get(struct cache *c, uint64_t generation, const char *target, int64_t now_ms)
{
	const struct cached *k;

	if (c->generation != generation) {
		empty(c);
		c->replies = strmap_new();
		c->generation = generation;
		return NULL;
	}
	k = strmap_get(c->replies, target);
	return k && (!k->until_ms || now_ms < k->until_ms) ? k : NULL;
}

bool
cache_put(struct cache *c, const char *target, const struct cached *what)
{
	struct cached *k;

	if (c->bytes + reply_size(what->reply) > CACHE_MAX_BYTES)
		return false;
	if (strmap_count(c->replies) == CACHE_MAX_REPLIES &&
		!strmap_has(c->replies, target))
		return false;
	k = xmalloc(sizeof *k);
	*k = *what;
	c->bytes += reply_size(k->reply);
	forget(c, strmap_put(c->replies, target, k));
	return true;
}

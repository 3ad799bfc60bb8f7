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

/* No target begins like it. */
static char *
accepted(struct cache_key key)
{
	return xasprintf("%s %s", key.html ? "html" : "other", key.target);
}

static const struct cached *
find(const struct cache *c, struct cache_key key)
{
	const struct cached *k = strmap_get(c->replies, key.target);
	char *text;

	if (k)
		return k;
	text = accepted(key);
	k = strmap_get(c->replies, text);
	free(text);
	return k;
}

const struct cached *
cache_get(struct cache *c, uint64_t generation, struct cache_key key, int64_t now_ms)
{
	const struct cached *k;

	if (c->generation != generation) {
		empty(c);
		c->replies = strmap_new();
		c->generation = generation;
		return NULL;
	}
	k = find(c, key);
	return k && (!k->until_ms || now_ms < k->until_ms) ? k : NULL;
}

static bool
has_room(const struct cache *c, const char *key, const struct cached *what)
{
	return c->bytes + reply_size(what->reply) <= CACHE_MAX_BYTES &&
	       (strmap_count(c->replies) < CACHE_MAX_REPLIES ||
		       strmap_has(c->replies, key));
}

bool
cache_put(struct cache *c, struct cache_key key, const struct cached *what)
{
	char *text = what->by_accept ? accepted(key) : xstrdup(key.target);
	bool fits = has_room(c, text, what);
	struct cached *k;

	if (fits) {
		k = xmalloc(sizeof *k);
		*k = *what;
		c->bytes += reply_size(k->reply);
		forget(c, strmap_put(c->replies, text, k));
	}
	free(text);
	return fits;
}

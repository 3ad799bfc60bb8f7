/* See comparing.h. */
#include "diff/comparing.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/ownoptions.h"

struct comparing {
	char key[HASH_HEX_LEN];
	struct snapshot *expected, *found;
	struct own_options own;
	struct diff *diff; /* NULL: not made yet */
};

static struct snapshot *
own_snapshot(const struct snapshot *s)
{
	/* Only the count of references changes. */
	return snapshot_ref((struct snapshot *)(uintptr_t)s);
}

struct comparing *
comparing_new(struct memo *m, const struct snapshot *expected,
	const struct snapshot *found, const struct compare_options *o)
{
	char key[HASH_HEX_LEN];
	struct comparing *c;
	struct diff *known;

	if (!m || !memo_key(expected, found, o, key))
		return NULL;
	known = memo_find(m, key, o);
	diff_unref(known);
	if (known)
		return NULL;
	c = xcalloc(1, sizeof *c);
	memcpy(c->key, key, sizeof c->key);
	c->expected = own_snapshot(expected);
	c->found = own_snapshot(found);
	own_options_take(&c->own, o);
	return c;
}

void
comparing_free(struct comparing *c)
{
	if (!c)
		return;
	diff_unref(c->diff);
	snapshot_unref(c->expected);
	snapshot_unref(c->found);
	own_options_fini(&c->own);
	free(c);
}

size_t
comparing_objects(const struct comparing *c)
{
	return c->expected->n_objects + c->found->n_objects;
}

void
comparing_run(struct comparing *c)
{
	c->diff = memo_make(c->expected, c->found, &c->own.options);
}

void
comparing_tell(const struct comparing *c, struct memo *m)
{
	memo_put(m, c->key, c->diff, &c->own.options);
}

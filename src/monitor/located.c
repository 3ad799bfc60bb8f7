/* Comparing with hundreds of snapshots takes a while, and a check is made every minute:
 * the answer is kept as long as nothing it depends on has changed. */
#include "monitor/located.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/library.h"
#include "diff/memo.h"

/* Rules of ignore expire, which is seen on the next day. */
enum { DAY_MS = 86400000 };

/* A fingerprint is of what is compared by default alone. */
static void
hash_catalog(struct hash *h, const struct snapshot *s)
{
	hash_add_text(h, s->fingerprint);
	hash_add_text(h, snapshot_key(s));
}

static void
key_of(const struct expected_list *all, const struct snapshot *found,
	const struct compare_options *o, char *key)
{
	struct hash *h = hash_new();
	struct strbuf options = {0};

	memo_options(o, &options);
	hash_add_text(h, options.s);
	hash_add_number(h, (uint64_t)(o->now_ms / DAY_MS));
	hash_catalog(h, found);
	for (size_t i = 0; i < all->n; i++) {
		hash_add_text(h, all->paths.v[i]);
		hash_catalog(h, all->v[i]);
	}
	hash_finish(h, key);
	strbuf_free(&options);
}

/* Snapshots that belong to no revision say nothing of one. */
static void
leave_out_nameless(struct expected_list *all)
{
	struct strvec paths = {0};
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++) {
		if (!all->v[i]->revision.n)
			continue;
		all->v[n++] = all->v[i];
		strvec_add(&paths, all->paths.v[i]);
	}
	strvec_free(&all->paths);
	all->paths = paths;
	all->n = n;
}

static void
take(struct located *l, const struct expected_list *all, const struct nearest *nearest)
{
	l->path = xstrdup(all->paths.v[nearest->at]);
	for (size_t i = 0; i < nearest->n_alike; i++) {
		struct strbuf b = {0};
		const struct strvec *revision = &all->v[nearest->alike[i]]->revision;

		if (strvec_equal(revision, &all->v[nearest->at]->revision))
			continue;
		strvec_join(revision, " ", &b);
		strvec_take(&l->alike, strbuf_take(&b));
	}
	strvec_sort(&l->alike);
	strvec_uniq(&l->alike);
}

static void
look(struct located *l, const struct expected_list *all, const struct snapshot *found,
	const struct compare_options *o)
{
	const struct snapshot *const *v = (const struct snapshot *const *)all->v;
	struct nearest nearest;

	if (!nearest_find(v, all->n, found, o, &nearest))
		return;
	take(l, all, &nearest);
	nearest_fini(&nearest);
}

struct snapshot *
located_among(struct located *l, struct expected_list *all,
	const struct snapshot *found, const struct compare_options *o)
{
	char key[HASH_HEX_LEN];

	leave_out_nameless(all);
	key_of(all, found, o, key);
	if (strcmp(key, l->key) != 0) {
		located_fini(l);
		memcpy(l->key, key, sizeof key);
		look(l, all, found, o);
	}
	for (size_t i = 0; l->path && i < all->n; i++)
		if (!strcmp(all->paths.v[i], l->path))
			return all->v[i];
	return NULL;
}

struct snapshot *
located_find(struct located *l, const struct snapshots_dir *dir,
	const struct snapshot *found, const struct compare_options *o, struct err *e)
{
	struct expected_list all;
	struct snapshot *s;

	if (!expected_list(dir, NULL, &all, e))
		return NULL;
	s = located_among(l, &all, found, o);
	if (!s)
		expected_none(dir, NULL, &all, e);
	expected_list_fini(&all);
	return s;
}

void
located_fini(struct located *l)
{
	free(l->path);
	strvec_free(&l->alike);
	*l = (struct located){0};
}

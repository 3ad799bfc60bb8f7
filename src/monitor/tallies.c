/* See tallies.h. */
#include "monitor/tallies.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct tally {
	char *name;
	struct published_builds counts;
};

static struct published_builds *
find_block(const struct tallies *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->blocks[i].name, name))
			return &t->blocks[i].counts;
	return NULL;
}

static int
by_path(const void *a, const void *b)
{
	const struct published_ddl *l = a, *r = b;

	return strcmp(l->path, r->path);
}

static struct published_builds *
find_ddl(const struct tallies *t, const char *path)
{
	const struct published_ddl key = {.path = path};
	struct published_ddl *d =
		t->n_ddl ? bsearch(&key, t->ddl, t->n_ddl, sizeof key, by_path) : NULL;

	return d ? &d->builds : NULL;
}

/* The counts of those that stay. */
static void
take_over(const struct tallies *t, struct published_ddl *now)
{
	const struct published_builds *was = find_ddl(t, now->path);

	if (was)
		now->builds = *was;
}

void
tallies_take(struct tallies *t, const struct conf *conf)
{
	struct published_ddl *v = xcalloc(conf->n_environments + 1, sizeof *v);
	size_t all = 0, n = 0;

	for (size_t i = 0; i < conf->n_environments; i++) {
		const struct conf_environment *e = &conf->environments[i];

		if (e->enabled && e->expect == EXPECT_DDL)
			v[all++].path = e->expect_target;
	}
	qsort(v, all, sizeof *v, by_path);
	for (size_t i = 0; i < all; i++) {
		if (n && !strcmp(v[n - 1].path, v[i].path))
			continue;
		v[n] = v[i];
		take_over(t, &v[n++]);
	}
	free(t->ddl);
	t->ddl = v;
	t->n_ddl = n;
}

void
tallies_fini(struct tallies *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->blocks[i].name);
	free(t->blocks);
	free(t->ddl);
}

struct published_builds *
tallies_of(struct tallies *t, const struct built_origin *of)
{
	struct published_builds *counts;

	if (of->ddl)
		return find_ddl(t, of->ddl);
	counts = find_block(t, of->migrations);
	if (counts)
		return counts;
	GROW(t->blocks, t->n, t->cap);
	t->blocks[t->n] = (struct tally){.name = xstrdup(of->migrations)};
	return &t->blocks[t->n++].counts;
}

struct published_builds
tallies_of_block(const struct tallies *t, const char *name)
{
	const struct published_builds *counts = find_block(t, name);

	return counts ? *counts : (struct published_builds){.built = 0};
}

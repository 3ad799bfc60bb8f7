/* See awaited.h.  Looks at one thing have growing numbers, so that who asked first is
 * done first.  Who asks anew is in a list twice, which does no harm: whoever is taken
 * out of one is held against what it waits for now. */
#include "monitor/awaited.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct wait {
	struct environment *env;
	uint64_t number; /* of the look */
};

struct awaiting {
	struct wait *v;
	size_t first, n, cap;
};

/* Those that were taken out make room: somebody may wait at any time. */
static void
close_up(struct awaiting *w)
{
	w->n -= w->first;
	memmove(w->v, w->v + w->first, w->n * sizeof *w->v);
	w->first = 0;
}

static void
add(struct awaiting *w, struct environment *env, uint64_t number)
{
	if (w->n == w->cap && w->first > w->n / 2)
		close_up(w);
	GROW(w->v, w->n, w->cap);
	w->v[w->n++] = (struct wait){env, number};
}

static void
free_awaiting(void *arg)
{
	struct awaiting *w = arg;

	if (!w)
		return;
	free(w->v);
	free(w);
}

void
awaited_fini(struct awaited *a)
{
	strmap_free_all(a->looks, free_awaiting);
	free_awaiting(a->over);
	*a = (struct awaited){0};
}

static bool
is_snapshots(const struct conf_environment *c)
{
	return c->expect == EXPECT_SNAPSHOT || c->expect == EXPECT_SNAPSHOTS;
}

static bool
is_directory(const struct conf_environment *c)
{
	return c->expect == EXPECT_SNAPSHOTS;
}

/* What look `i` of it is at; NULL: none. */
static const char *
looked_at(const struct environment *env, size_t i)
{
	const struct conf_environment *c = env->conf;

	if (!i)
		return c->migrations;
	return is_snapshots(c) || c->expect == EXPECT_DDL ? c->expect_target : NULL;
}

static bool
has_looked(const struct environment *env, size_t i, uint64_t number,
	const struct expectation_sources *from)
{
	const struct conf_environment *c = env->conf;

	if (!i)
		return graphs_has_looked(from->graphs, c->migrations, number);
	if (c->expect == EXPECT_DDL)
		return ddl_files_has_looked(from->ddl, c->expect_target, number);
	return !is_snapshots(c) || expected_has_looked(from->files, c->expect_target,
					   is_directory(c), number);
}

static bool
is_over(const struct environment *env, const struct expectation_sources *from)
{
	for (size_t i = 0; i < REFERS; i++)
		if (env->refers[i] && env->refers[i]->looking)
			return false;
	return has_looked(env, 0, env->looks[0], from) &&
	       has_looked(env, 1, env->looks[1], from);
}

static struct awaiting *
waits_for(struct awaited *a, const char *name)
{
	struct awaiting *w = strmap_get(a->looks, name);

	if (!w) {
		w = xcalloc(1, sizeof *w);
		strmap_put(a->looks, name, w);
	}
	return w;
}

void
awaited_ask(struct awaited *a, struct environment *env,
	const struct expectation_sources *from)
{
	const struct conf_environment *c = env->conf;

	env->looking = true;
	env->looks[0] = graphs_look(from->graphs, c->migrations);
	if (c->expect == EXPECT_DDL)
		env->looks[1] = ddl_files_look(from->ddl, c->expect_target);
	else if (is_snapshots(c))
		env->looks[1] =
			expected_look(from->files, c->expect_target, is_directory(c));
	for (size_t i = 0; i < COUNT_OF(env->looks); i++)
		if (looked_at(env, i))
			add(waits_for(a, looked_at(env, i)), env, env->looks[i]);
	add(a->over, env, 0);
}

void
awaited_take(struct awaited *a, const struct roster *r,
	const struct expectation_sources *from)
{
	awaited_fini(a);
	a->looks = strmap_new();
	a->over = xcalloc(1, sizeof *a->over);
	for (size_t i = 0; i < r->n; i++) {
		struct environment *env = r->v[i];

		env->unread = graphs_is_unread(from->graphs, env->conf->migrations);
		if (env->looking)
			awaited_ask(a, env, from);
	}
}

void
awaited_looked(
	struct awaited *a, const char *name, const struct expectation_sources *from)
{
	struct awaiting *w = strmap_get(a->looks, name);

	while (w && w->first < w->n) {
		const struct wait *first = &w->v[w->first];
		const char *migrations = first->env->conf->migrations;
		size_t i = !migrations || strcmp(migrations, name) != 0;

		if (!has_looked(first->env, i, first->number, from))
			break;
		add(a->over, first->env, 0);
		w->first++;
	}
}

void
awaited_judged(struct awaited *a, const struct environment *env)
{
	for (size_t i = 0; i < env->n_followers; i++)
		if (env->followers[i]->looking)
			add(a->over, env->followers[i], 0);
}

struct environment *
awaited_next(struct awaited *a, const struct expectation_sources *from)
{
	struct awaiting *w = a->over;

	for (; w && w->first < w->n; w->first++) {
		struct environment *env = w->v[w->first].env;

		if (env->looking && is_over(env, from))
			return env;
	}
	return NULL;
}

bool
awaited_is_unread(const struct environment *env, const struct expectation_sources *from)
{
	const struct conf_environment *c = env->conf;

	if (c->expect == EXPECT_DDL && ddl_files_is_unread(from->ddl, c->expect_target))
		return true;
	return graphs_is_unread(from->graphs, c->migrations) ||
	       (is_snapshots(c) && expected_is_unread(from->files, c->expect_target,
					   is_directory(c)));
}

/* See roster.h. */
#include "monitor/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct environment *
roster_find(const struct roster *r, const char *name)
{
	return r->names && name ? strmap_get(r->names, name) : NULL;
}

/* Who watches for `c` now, by its name or by the one that it had. */
static struct environment *
find(const struct roster *r, const struct conf_environment *c)
{
	struct environment *env = roster_find(r, c->name);

	return env ? env : roster_find(r, c->was);
}

struct list {
	struct environment **v;
	size_t n, cap;
};

static void
free_list(void *arg)
{
	struct list *l = arg;

	free(l->v);
	free(l);
}

static void
list_by(struct strmap *lists, const char *key, struct environment *env)
{
	struct list *l = strmap_get(lists, key);

	if (!l) {
		l = xcalloc(1, sizeof *l);
		strmap_put(lists, key, l);
	}
	GROW(l->v, l->n, l->cap);
	l->v[l->n++] = env;
}

static void
put(struct roster *r, const struct conf_environment *c, struct environment *env)
{
	r->v[r->n++] = env;
	strmap_put(r->names, c->name, env);
	if (c->migrations)
		list_by(r->of, c->migrations, env);
	if (c->expect == EXPECT_DDL)
		list_by(r->of_ddl, c->expect_target, env);
}

static struct environment *const *
listed(const struct strmap *lists, const char *key, size_t *n)
{
	const struct list *l = strmap_get(lists, key);

	*n = l ? l->n : 0;
	return l ? l->v : NULL;
}

struct environment *const *
roster_of(const struct roster *r, const char *name, size_t *n)
{
	return listed(r->of, name, n);
}

struct environment *const *
roster_of_ddl(const struct roster *r, const char *path, size_t *n)
{
	return listed(r->of_ddl, path, n);
}

static void
drop_new(struct roster *now)
{
	for (size_t i = 0; i < now->n; i++)
		if (!now->v[i]->stays)
			environment_free(now->v[i]);
	roster_fini(now);
}

/* NULL with the reason if it is configured wrong. */
static struct environment *
take(const struct roster *before, const struct conf_environment *c,
	const struct roster_maker *m, struct err *e)
{
	struct environment *env = find(before, c);

	if (!env)
		return m->make(m->arg, c, e);
	env->stays = true;
	if (m->same_files && conf_environment_equal(env->conf, c)) {
		environment_keep_conf(env, c);
		return env;
	}
	return environment_read_conf(env, c, e) ? env : NULL;
}

bool
roster_read(struct roster *now, const struct roster *before, const struct conf *conf,
	const struct roster_maker *m, struct err *e)
{
	*now = (struct roster){.v = xcalloc(conf->n_environments + 1, sizeof *now->v),
		.names = strmap_new(),
		.of = strmap_new(),
		.of_ddl = strmap_new()};
	for (size_t i = 0; i < before->n; i++)
		before->v[i]->stays = false;
	for (size_t i = 0; i < conf->n_environments; i++) {
		const struct conf_environment *c = &conf->environments[i];
		struct environment *env;

		if (!c->enabled)
			continue;
		env = take(before, c, m, e);
		if (!env) {
			drop_new(now);
			return false;
		}
		put(now, c, env);
	}
	return true;
}

void
roster_drop_gone(struct roster *before, struct queue *q)
{
	for (size_t i = 0; i < before->n; i++) {
		struct environment *env = before->v[i];

		if (env->stays)
			continue;
		queue_break_off(q, env);
		environment_free(env);
	}
	roster_fini(before);
}

void
roster_fini(struct roster *r)
{
	strmap_free(r->names);
	strmap_free_all(r->of, free_list);
	strmap_free_all(r->of_ddl, free_list);
	free(r->v);
	*r = (struct roster){0};
}

static void
want(struct environment *env)
{
	if (!env || env->wanted)
		return;
	env->wanted = true;
	for (size_t i = 0; i < REFERS; i++)
		want(env->refers[i]);
}

/* All that come of it, if it is one. */
static void
want_template(const struct roster *r, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < r->n; i++)
		if (!strncmp(r->v[i]->conf->name, name, n) &&
			r->v[i]->conf->name[n] == '/')
			want(r->v[i]);
}

void
roster_want(const struct roster *r, const struct strvec *only)
{
	bool all = !only || only->n == 0;

	for (size_t i = 0; all && i < r->n; i++)
		want(r->v[i]);
	for (size_t i = 0; !all && i < only->n; i++) {
		want(roster_find(r, only->v[i]));
		want_template(r, only->v[i]);
	}
}

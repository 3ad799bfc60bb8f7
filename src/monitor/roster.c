/* See roster.h. */
#include "monitor/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct environment *
find_name(const struct roster *r, const char *name)
{
	for (size_t i = 0; name && i < r->n; i++)
		if (!strcmp(r->v[i]->conf->name, name))
			return r->v[i];
	return NULL;
}

/* Who watches for `c` now, by its name or by the one that it had. */
static struct environment *
find(const struct roster *r, const struct conf_environment *c)
{
	struct environment *env = find_name(r, c->name);

	return env ? env : find_name(r, c->was);
}

bool
roster_has(const struct roster *r, const struct environment *env)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i] == env)
			return true;
	return false;
}

static void
drop_new(struct roster *now, const struct roster *before)
{
	for (size_t i = 0; i < now->n; i++)
		if (!roster_has(before, now->v[i]))
			environment_free(now->v[i]);
	free(now->v);
	*now = (struct roster){0};
}

bool
roster_read(struct roster *now, const struct roster *before, const struct conf *conf,
	const struct roster_maker *m, struct err *e)
{
	*now = (struct roster){.v = xcalloc(conf->n_environments + 1, sizeof *now->v)};
	for (size_t i = 0; i < conf->n_environments; i++) {
		const struct conf_environment *c = &conf->environments[i];
		struct environment *env;

		if (!c->enabled)
			continue;
		env = find(before, c);
		if (!env)
			env = m->make(m->arg, c, e);
		else if (!environment_read_conf(env, c, e))
			env = NULL;
		if (!env) {
			drop_new(now, before);
			return false;
		}
		now->v[now->n++] = env;
	}
	return true;
}

void
roster_drop_gone(struct roster *before, const struct roster *now, struct queue *q)
{
	for (size_t i = 0; i < before->n; i++) {
		struct environment *env = before->v[i];

		if (roster_has(now, env))
			continue;
		queue_break_off(q, env);
		environment_free(env);
	}
	free(before->v);
	*before = (struct roster){0};
}

void
roster_want(const struct roster *r, struct environment *env)
{
	if (env->wanted)
		return;
	env->wanted = true;
	for (size_t i = 0; i < r->n; i++)
		if (environment_refers_to(env, r->v[i]->conf->name))
			roster_want(r, r->v[i]);
}

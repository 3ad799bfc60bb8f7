/* Written only where it changes: after an upgrade, and once for a new environment. */
#include "monitor/memory.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"

static void
take(void *arg, const char *revision, uint64_t digest)
{
	applied_add(arg, revision, digest);
}

void
memory_load(struct environment *env, struct store *s)
{
	struct err e;

	if (!s || env->applied.n)
		return;
	if (store_applied(s, env->conf->name, take, &env->applied, &e))
		return;
	log_err(LEVEL_WARN, &e, "what was applied before is not known");
	applied_free(&env->applied);
}

static void
keep(const struct environment *env, struct store *s)
{
	const struct applied *a = &env->applied;
	struct store_revision *v = xcalloc(a->n + 1, sizeof *v);
	struct err e;

	for (size_t i = 0; i < a->n; i++)
		v[i] = (struct store_revision){a->v[i].id, a->v[i].digest};
	if (!store_set_applied(s, env->conf->name, v, a->n, &e))
		log_err(LEVEL_WARN, &e, "what was applied cannot be stored");
	free(v);
}

void
memory_see(struct environment *env, const struct expectation *x, struct store *s)
{
	struct applied_news news;

	if (!env->facts || !x->graph || !x->revision_watched)
		return;
	if (applied_see(&env->applied, x->graph, &env->facts->recorded, &news) && s)
		keep(env, s);
	applied_news_free(&env->news);
	env->news = news;
}

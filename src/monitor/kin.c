/* See kin.h. */
#include "monitor/kin.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"

static const struct heap_kind kin_set = {
	heap_any_order, offsetof(struct environment, in_kin)};

static struct kin_database *
database_of(struct kin *k, const struct instance *i)
{
	char *key = xasprintf("%s %s", i->system, i->database);
	struct kin_database *d = strmap_get(k->databases, key);

	if (!d) {
		d = xcalloc(1, sizeof *d);
		d->primaries.kind = d->standbys.kind = &kin_set;
		strmap_put(k->databases, key, d);
	}
	free(key);
	return d;
}

void
kin_see(struct kin *k, struct environment *env)
{
	const struct instance *i = env->facts ? &env->facts->instance : NULL;
	bool is_known = i && *i->system && *i->database;
	struct kin_database *d = is_known ? database_of(k, i) : NULL;

	if (env->in_kin && env->kin == d && env->is_standby == i->in_recovery)
		return;
	if (env->in_kin)
		heap_remove(
			env->is_standby ? &env->kin->standbys : &env->kin->primaries,
			env);
	env->kin = d;
	if (!d)
		return;
	env->is_standby = i->in_recovery;
	heap_put(env->is_standby ? &d->standbys : &d->primaries, env);
}

static void
free_database(void *arg)
{
	struct kin_database *d = arg;

	heap_fini(&d->primaries);
	heap_fini(&d->standbys);
	free(d);
}

void
kin_fini(struct kin *k)
{
	strmap_free_all(k->databases, free_database);
	k->databases = NULL;
}

void
kin_take(struct kin *k, struct environment *const *list, size_t n)
{
	kin_fini(k);
	k->databases = strmap_new();
	for (size_t i = 0; i < n; i++) {
		list[i]->in_kin = 0;
		list[i]->kin = NULL;
		kin_see(k, list[i]);
	}
}

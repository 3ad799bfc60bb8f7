/* See dependents.h. */
#include "monitor/dependents.h"

#include <assert.h>
#include <stdlib.h>

#include "base/heap.h"
#include "base/mem.h"
#include "monitor/ahead.h"
#include "monitor/kin.h"

/* Who waits for files is read again soon. */
static bool
has_to(const struct environment *env, bool is_new)
{
	return !env->awaits_files && (is_new || env->deferred || env->rounds);
}

static void
add(struct dependents *d, struct environment *env)
{
	if (!has_to(env, d->is_new))
		return;
	GROW(d->v, d->n, d->cap);
	d->v[d->n++] = env;
}

void
dependents_of(struct dependents *d, struct environment *env, bool is_new)
{
	const struct heap *standbys =
		env->kin && !env->is_standby ? &env->kin->standbys : NULL;

	assert(!d->of);
	d->of = env;
	d->is_new = is_new;
	d->n = d->at = 0;
	for (size_t i = 0; i < env->n_followers; i++)
		add(d, env->followers[i]);
	for (size_t i = 0; standbys && i < standbys->n; i++)
		if (!environment_refers_to(standbys->v[i], env))
			add(d, standbys->v[i]);
}

/* What was compared ahead is for all of them as well; a check that it has begun
 * meanwhile has its own. */
static void
end(struct dependents *d)
{
	if (d->of && d->of->phase != PHASE_READING && !d->of->looking)
		ahead_end(&d->of->ahead);
	d->of = NULL;
}

struct environment *
dependents_next(struct dependents *d)
{
	while (d->at < d->n) {
		struct environment *env = d->v[d->at++];

		if (has_to(env, d->is_new))
			return env;
	}
	end(d);
	return NULL;
}

void
dependents_fini(struct dependents *d)
{
	free(d->v);
	*d = (struct dependents){0};
}

/* Memory has all of it while the daemon runs, the store for the next one. */
#include "monitor/away.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "monitor/environment.h"
#include "monitor/known.h"
#include "monitor/memory.h"
#include "monitor/resume.h"
#include "monitor/times.h"

static void
fini(struct away_database *d)
{
	free(d->known);
	applied_free(&d->applied);
	earlier_fini(&d->first);
	*d = (struct away_database){0};
}

void
away_free(struct away *a)
{
	for (size_t i = 0; i < a->n; i++)
		fini(&a->v[i]);
	a->n = 0;
}

/* ---- From the environment ---- */

/* Its last state as it was published, if that is of the database at all. */
static const struct published_environment *
published_of(const struct environment *env, const struct instance_id *id)
{
	const struct published_environment *p = env->published;

	return p && !env->anew && instance_id_same(&p->identity, id) ? p : NULL;
}

static char *
take_known(struct environment *env, const struct published_environment *p)
{
	char *text = env->known_text;

	env->known_text = NULL;
	memory_kept_fini(&env->kept);
	return text || !p ? text : known_write(p, &env->confirmation, &env->flapping);
}

static void
take_last(struct store_last *last, const struct environment *env,
	const struct published_environment *p)
{
	if (env->restored) {
		*last = *env->restored;
	} else if (p) {
		snprintf(last->state, sizeof last->state, "%s", state_word(p->state));
		last->since_ms = p->since_ms;
		last->drift_since_ms = p->drift_since_ms;
	}
}

/* What was put away longest ago makes room. */
static struct away_database *
make_room(struct away *a)
{
	if (a->n == AWAY_KEPT)
		fini(&a->v[--a->n]);
	memmove(&a->v[1], &a->v[0], a->n * sizeof *a->v);
	a->v[0] = (struct away_database){0};
	a->n++;
	return &a->v[0];
}

static void
put(struct environment *env, const struct instance_id *id)
{
	const struct published_environment *p = published_of(env, id);
	struct away_database *d = make_room(&env->away);

	d->id = *id;
	take_last(&d->last, env, p);
	d->known = take_known(env, p);
	d->success_ms = env->last_success_ms;
	d->applied = env->applied;
	env->applied = (struct applied){0};
	d->first = env->earlier.first;
	env->earlier.first = (struct earlier_catalog){0};
	env->earlier.first_forgotten = false;
}

/* ---- To the environment ---- */

static void
forget(struct environment *env)
{
	facts_free(env->facts);
	env->facts = NULL;
	published_environment_free(env->known);
	env->known = NULL;
	facts_free(env->recalled);
	env->recalled = NULL;
	resume_end(env);
	free(env->restored);
	env->restored = NULL;
	applied_news_free(&env->news);
	confirmation_fini(&env->confirmation);
	sightings_unref(env->sightings);
	env->sightings = NULL;
	env->seen_ms = 0;
	flapping_fini(&env->flapping);
	env->times = (struct times){0};
	env->last = (struct store_last){0};
	env->last_success_ms = 0;
}

static void
give(struct environment *env, struct away_database *d)
{
	env->applied = d->applied;
	d->applied = (struct applied){0};
	env->earlier.first = d->first;
	d->first = (struct earlier_catalog){0};
	if (*d->last.state) {
		env->restored = xmalloc(sizeof *env->restored);
		*env->restored = d->last;
		env->last = d->last;
	}
	if (d->known)
		memory_take_known(env, d->known, d->success_ms);
	d->known = NULL;
	times_load(env);
}

static bool
bring_back(struct environment *env, const struct instance_id *id)
{
	struct away *a = &env->away;
	size_t i = 0;

	while (i < a->n && !instance_id_same(&a->v[i].id, id))
		i++;
	if (i == a->n)
		return false;
	give(env, &a->v[i]);
	fini(&a->v[i]);
	a->n--;
	memmove(&a->v[i], &a->v[i + 1], (a->n - i) * sizeof *a->v);
	return true;
}

/* ---- Both ---- */

static char *
key_of(const struct instance_id *id)
{
	return xasprintf("%s/%s", id->system, id->database);
}

/* False if the store cannot take it now. */
static bool
exchange_stored(struct environment *env, const struct instance_id *was,
	const struct instance_id *now, struct store *s)
{
	char *away = key_of(was), *back = key_of(now);
	const struct store_exchange x = {env->conf->name, away, back, AWAY_KEPT};
	struct err e;
	bool ok = store_exchange(s, &x, &e);

	if (!ok)
		store_log(s, LEVEL_WARN, &e, "what is known cannot be put away");
	/* Where the store may lack something, all of the database is written anew, as
	 * far as it is known here; what waits for the timeline is not of one. */
	if (!ok || env->unsaved & ~(unsigned)UNSAVED_INTERVAL)
		env->unsaved = UNSAVED_ALL;
	free(away);
	free(back);
	return ok;
}

static bool
write_one(
	const char *name, const struct away_database *d, struct store *s, struct err *e)
{
	const struct applied *a = &d->applied;
	struct store_revision *v = xcalloc(a->n + 1, sizeof *v);
	bool ok;

	for (size_t i = 0; i < a->n; i++)
		v[i] = (struct store_revision){a->v[i].id, a->v[i].digest};
	ok = store_set_applied(s, name, v, a->n, e) &&
	     (!*d->last.state || store_set_last(s, name, &d->last, e)) &&
	     (!d->known || store_set_known(s, name, d->success_ms, d->known, e));
	free(v);
	return ok;
}

bool
away_write(const struct environment *env, struct store *s, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; ok && i < env->away.n; i++) {
		const struct away_database *d = &env->away.v[i];
		char *key = key_of(&d->id);
		char *name = store_away_name(env->conf->name, key);

		ok = write_one(name, d, s, e);
		free(name);
		free(key);
	}
	return ok;
}

bool
away_exchange(struct environment *env, const struct instance_id *was,
	const struct instance_id *now, struct store *s)
{
	bool ok;

	put(env, was);
	forget(env);
	ok = !s || exchange_stored(env, was, now, s);
	if (bring_back(env, now))
		return true;
	/* What it has under that name is of the other one still. */
	if (!ok)
		return false;
	memory_load(env, s);
	return env->known != NULL;
}

/* A daemon that was started before anybody knew what time it is would say for ever that
 * all began in 1970. */
#include "monitor/clockset.h"

#include "base/mem.h"
#include "monitor/known.h"

static void
move_all(int64_t *const *times, size_t n, const struct clock_step *step)
{
	for (size_t i = 0; i < n; i++)
		*times[i] = clock_stepped(*times[i], step);
}

static void
move_last(struct store_last *last, const struct clock_step *step)
{
	int64_t *const times[] = {&last->since_ms, &last->drift_since_ms};

	move_all(times, COUNT_OF(times), step);
}

static void
move_published(struct published_environment *p, const struct clock_step *step)
{
	int64_t *const times[] = {&p->since_ms, &p->lasting_since_ms,
		&p->unwatched_from_ms, &p->unwatched_to_ms, &p->last_at_ms,
		&p->last_success_ms, &p->had_ms, &p->lock.since_ms, &p->lock.row_ms,
		&p->migrating_since_ms, &p->reference_read_ms, &p->accepted_ms,
		&p->drift_since_ms, &p->seen_ms};

	move_all(times, COUNT_OF(times), step);
	p->version = 0;
}

/* When its next check is due is not past. */
static void
move_next(int64_t *next_ms, const struct clock_step *step)
{
	if (*next_ms)
		*next_ms += step->by_ms;
}

static void
move_own(struct environment *env, const struct clock_step *step)
{
	int64_t *const times[] = {&env->had_ms, &env->last_at_ms, &env->last_success_ms,
		&env->failing_since_ms, &env->times.lasting_since_ms,
		&env->times.unwatched_from_ms, &env->times.unwatched_to_ms,
		&env->times.looked_ms, &env->lock.since_ms, &env->row.since_ms,
		&env->sign.at_ms, &env->accepted.baseline.at_ms, &env->seen_ms,
		&env->earlier.set_back_ms, &env->earlier.first.at_ms};

	move_all(times, COUNT_OF(times), step);
	/* What is published refers to the same. */
	if (env->sightings)
		sightings_step(env->sightings, step);
	move_last(&env->last, step);
	timeline_step(&env->timeline, step);
	for (size_t i = 0; i < env->earlier.n; i++)
		env->earlier.last[i].at_ms =
			clock_stepped(env->earlier.last[i].at_ms, step);
	move_next(&env->next_at_ms, step);
	env->known_text = known_step(env->known_text, step);
}

static void
move_away(struct away_database *d, const struct clock_step *step)
{
	int64_t *const times[] = {&d->success_ms, &d->first.at_ms};

	move_all(times, COUNT_OF(times), step);
	move_last(&d->last, step);
	d->known = known_step(d->known, step);
}

void
clockset_move(struct environment *env, const struct clock_step *step)
{
	move_own(env, step);
	if (env->restored)
		move_last(env->restored, step);
	if (env->known)
		move_published(env->known, step);
	if (env->facts)
		env->facts->read_ms = clock_stepped(env->facts->read_ms, step);
	if (env->recalled)
		env->recalled->read_ms = clock_stepped(env->recalled->read_ms, step);
	for (size_t i = 0; i < env->away.n; i++)
		move_away(&env->away.v[i], step);
	if (!env->published)
		return;
	move_published(env->published, step);
	move_next(&env->published->next_at_ms, step);
}

/* A failed check does not end a state: what it is after some of those is what it was.
 * But what it was meanwhile nobody knows. */
#include "monitor/times.h"

#include <string.h>

#include "monitor/environment.h"
#include "store/store.h"

/* What the store could say only when something was told already. */
static void
load_late(struct times *t, const struct store_last *last)
{
	enum state state;

	if (last && state_parse(last->state, &state) && state == t->lasting &&
		last->since_ms < t->lasting_since_ms)
		t->lasting_since_ms = last->since_ms;
}

void
times_load(struct environment *env)
{
	struct times *t = &env->times;
	const struct published_environment *known = env->known;
	const struct store_last *last = env->restored;

	if (env->facts) {
		load_late(t, last);
		return;
	}
	*t = (struct times){.looked_ms = env->last_success_ms};
	if (known && known->lasting_since_ms) {
		t->lasting = known->lasting;
		t->lasting_since_ms = known->lasting_since_ms;
		t->unwatched_from_ms = known->unwatched_from_ms;
		t->unwatched_to_ms = known->unwatched_to_ms;
	} else if (last && strcmp(last->state, state_word(STATE_UNKNOWN)) &&
		   state_parse(last->state, &t->lasting)) {
		t->lasting_since_ms = last->since_ms;
	}
}

static int64_t
time_of_state(const struct environment *env, enum state state, int64_t now_ms)
{
	const struct store_last *before = env->restored;
	const struct published_environment *current = environment_before(env);

	if (before && env->tried && !strcmp(before->state, state_word(state)))
		return before->since_ms;
	if (current && current->state == state)
		return current->since_ms;
	return now_ms;
}

static int64_t
time_of_drift(const struct environment *env, const struct published_environment *p,
	int64_t now_ms)
{
	const struct published_environment *current = environment_before(env);
	int64_t before_ms = env->restored ? env->restored->drift_since_ms : 0;

	if (p->schema != SCHEMA_DRIFTED)
		return 0;
	if (env->late && before_ms)
		return before_ms;
	if (current && current->drift_since_ms)
		return current->drift_since_ms;
	if (env->known && env->known->drift_since_ms)
		return env->known->drift_since_ms;
	return before_ms ? before_ms : now_ms;
}

/* ---- What was not watched ---- */

/* Two checks that were to be made, and the time that one may take. */
static int64_t
longest_ms(const struct conf_environment *c)
{
	return 2 * c->interval_ms + c->check_timeout_ms;
}

/* For how long nobody could tell what it is; a clock that was put back says nothing of
 * that, only that there was a gap. */
static void
see_gap(struct environment *env, int64_t now_ms)
{
	struct times *t = &env->times;
	int64_t most_ms = longest_ms(env->conf), passed_ms = 0;

	if (t->looked_boot_ms)
		passed_ms = env->last_boot_ms - t->looked_boot_ms;
	else if (t->looked_ms)
		passed_ms = env->last_at_ms - t->looked_ms;
	t->looked_boot_ms = env->last_boot_ms;
	if (passed_ms <= most_ms && passed_ms >= -most_ms)
		return;
	t->unwatched_from_ms = passed_ms > 0 ? now_ms - passed_ms : now_ms;
	t->unwatched_to_ms = now_ms;
}

/* ---- All of it ---- */

/* A drift may have begun before its state did. */
static void
follow_state(struct times *t, const struct published_environment *p)
{
	if (p->state == STATE_UNKNOWN)
		return;
	if (t->lasting != p->state || !t->lasting_since_ms)
		t->lasting_since_ms = p->since_ms;
	t->lasting = p->state;
	if (p->state == STATE_DRIFTED && p->drift_since_ms)
		t->lasting_since_ms = p->drift_since_ms;
}

void
times_set(struct environment *env, struct published_environment *p, bool sighting,
	int64_t now_ms)
{
	struct times *t = &env->times;

	p->since_ms = time_of_state(env, p->state, now_ms);
	p->drift_since_ms = time_of_drift(env, p, now_ms);
	if (sighting && p->state != STATE_UNKNOWN)
		see_gap(env, now_ms);
	follow_state(t, p);
	p->lasting = t->lasting;
	p->lasting_since_ms = t->lasting_since_ms;
	if (t->unwatched_to_ms < published_standing_since(p))
		return;
	p->unwatched_from_ms = t->unwatched_from_ms;
	p->unwatched_to_ms = t->unwatched_to_ms;
}

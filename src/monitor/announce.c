/* A state is told when it changes, not when it is computed: what comes and goes would
 * change it with each check. */
#include "monitor/announce.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "monitor/memory.h"
#include "store/store.h"

/* True if the state is what the store knew before this process began. */
static bool
is_restored(const struct environment *env, const struct published_environment *now)
{
	return env->restored && env->tried &&
	       !strcmp(env->restored->state, state_word(now->state));
}

static void
tell(struct environment *env, const struct monitor_options *o, enum monitor_event what,
	const struct published_environment *now)
{
	env->said_ms = clock_mono_ms();
	if (o->event)
		o->event(o->arg, what, env->published, now);
}

/* What the first check says is worth a line, even if that is `unknown`. */
static bool
is_first(const struct published_environment *before,
	const struct published_environment *now)
{
	return before->check == CHECK_NOT_CHECKED && now->check != CHECK_NOT_CHECKED;
}

/* True for a state that what comes and goes makes. */
static bool
is_passing(const struct published_environment *now)
{
	return now->flapping && now->state != now->steady;
}

/* While findings come and go, a state that they make is not told, nor that it is over;
 * one that is there without them is. */
static bool
has_other_state(const struct environment *env, const struct published_environment *now)
{
	return !is_passing(now) && now->state != env->told;
}

/* True in the states that what was found last is the reason of. */
static bool
is_of_findings(enum state s)
{
	return s == STATE_DRIFTED || s == STATE_REVISION_MISMATCH ||
	       s == STATE_UNSTAMPED;
}

static bool
has_other_findings(
	const struct environment *env, const struct published_environment *now)
{
	return is_of_findings(now->state) && now->state == env->told && now->diff &&
	       now->flapping == env->published->flapping &&
	       now->steady_findings != env->told_findings;
}

/* Those of `rules` that are not in `told`, which they are then. */
static void
tell_rules(struct strvec *told, const struct strvec *rules, bool expired,
	const struct monitor_options *o, const struct published_environment *now)
{
	for (size_t i = 0; i < rules->n; i++) {
		if (strvec_has(told, rules->v[i]))
			continue;
		strvec_add(told, rules->v[i]);
		if (o->rule)
			o->rule(o->arg, now, rules->v[i], expired);
	}
}

/* It stands as long as the role is what it is, also while checks fail. */
static void
tell_role(const struct published_environment *before,
	const struct published_environment *now, const struct monitor_options *o)
{
	if (o->role && now->role_notice &&
		!text_same(before ? before->role_notice : NULL, now->role_notice))
		o->role(o->arg, now);
}

static void
tell_state(struct environment *env, struct published_environment *now,
	const struct monitor_options *o)
{
	tell(env, o, EVENT_STATE, now);
	if (o->store && (env->anew || !is_restored(env, now)))
		memory_changed(o->store, env, now);
	env->told = now->state;
}

/* Of what is compared with nothing the check is all there is to be told, as no state
 * says whether it can be read. */
static bool
has_other_check(const struct published_environment *before,
	const struct published_environment *now)
{
	return published_is_bare(now) && now->state == STATE_UNKNOWN &&
	       before->state == STATE_UNKNOWN && !before->error != !now->error;
}

static void
tell_changes(struct environment *env, struct published_environment *now,
	const struct monitor_options *o, int64_t repeat_ms)
{
	const struct published_environment *before = env->published;

	if (is_first(before, now) && is_passing(now)) {
		/* A line for the start; the history goes on with what it was. */
		tell(env, o, EVENT_STATE, now);
		env->told = now->steady;
	} else if (is_first(before, now) || has_other_state(env, now)) {
		tell_state(env, now, o);
		return;
	}
	/* It has been told; what begins anew is the history. */
	if (env->anew && o->store)
		memory_changed(o->store, env, now);
	if (has_other_findings(env, now)) {
		tell(env, o, EVENT_FINDINGS, now);
	} else if (has_other_check(before, now)) {
		tell(env, o, now->error ? EVENT_CHECK_FAILED : EVENT_CHECK_PASSES, now);
	} else if (now->error && before->error &&
		   now->error_code != before->error_code) {
		tell(env, o, EVENT_CHECK_FAILED, now);
	} else if (now->state != STATE_IN_SYNC && env->tried && repeat_ms > 0 &&
		   clock_mono_ms() - env->said_ms >= repeat_ms) {
		tell(env, o, EVENT_STANDING, now);
	}
}

void
announce(struct environment *env, struct published_environment *now,
	const struct monitor_options *o, int64_t repeat_ms)
{
	if (!env->published)
		env->told = now->state;
	now->previous = env->told;
	if (env->published)
		tell_changes(env, now, o, repeat_ms);
	tell_role(env->published, now, o);
	env->told_findings = now->steady_findings;
	if (!now->diff)
		return;
	tell_rules(&env->told_expired, &now->diff->expired_rules, true, o, now);
	tell_rules(&env->told_expiring, &now->diff->expiring_rules, false, o, now);
}

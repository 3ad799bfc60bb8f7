/* Counts on behalf of one environment: verdict/confirm.h has the rules, flapping.h what
 * they would have told too often. */
#include "monitor/confirmed.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

static size_t
n_findings(const struct published_environment *p)
{
	return p->diff ? p->diff->n_findings : 0;
}

static size_t
count_unconfirmed(const struct confirmation *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += !c->v[i].confirmed;
	return n;
}

static void
watch_flapping(struct environment *env, const struct flapping_look *look)
{
	switch (flapping_step(&env->flapping, &env->confirmation, look)) {
	case FLAPPING_BEGAN:
		happenings_add(&env->happened, HAPPENING_FLAPPING,
			xstrdup(env->flapping.text));
		break;
	case FLAPPING_ENDED:
		happenings_add(&env->happened, HAPPENING_STEADY, NULL);
		break;
	case FLAPPING_SAME:
		break;
	}
}

static bool
is_steady(const struct environment *env, uint64_t key)
{
	const struct thing *t = confirmation_find(&env->confirmation, key);

	return t && t->confirmed && flapping_is_steady(&env->flapping, t);
}

/* While things come and go, what is not confirmed may be one of them: it is as if it
 * were not there. */
static void
find_steady(struct published_environment *p, const struct environment *env,
	const struct verdict_input *in, const uint64_t *keys)
{
	struct verdict_input steady = *in;
	bool any = !n_findings(p);

	for (size_t i = 0; i < n_findings(p); i++) {
		if (env->flapping.on ? !is_steady(env, keys[i])
				     : !p->confirmed_findings[i])
			continue;
		any = true;
		p->steady_findings += keys[i];
	}
	if (verdict_revision_differs(in))
		steady.revision_confirmed = is_steady(
			env, confirm_key_revision(in->revision, &p->revision.recorded));
	steady.schema_confirmed = in->schema_confirmed && any;
	p->steady = verdict_state(&steady);
	if (p->flapping && p->steady == STATE_UNCONFIRMED)
		p->steady = STATE_IN_SYNC;
}

void
confirmed_fill(struct published_environment *p, struct environment *env,
	struct verdict_input *in, bool sighting, int64_t now_ms)
{
	const struct confirm_rules r = {.confirm = (unsigned)env->conf->confirm,
		.sighting = sighting,
		.kept = p->kept};
	uint64_t *keys = xcalloc(n_findings(p) + 1, sizeof *keys);
	const struct flapping_look look = {.diff = p->diff,
		.keys = keys,
		.was_drift = env->published && env->published->schema == SCHEMA_DRIFTED,
		.sighting = sighting,
		.interval_ms = env->conf->interval_ms,
		.now_ms = now_ms};

	p->confirmed_findings =
		xcalloc(n_findings(p) + 1, sizeof *p->confirmed_findings);
	confirmation_step(&env->confirmation, in, &r, keys, p->confirmed_findings);
	in->confirmed_findings = p->confirmed_findings;
	p->confirmed = verdict_stands(in);
	p->n_unconfirmed = count_unconfirmed(&env->confirmation);
	/* A standby that has not caught up shows what its primary was: no flapping. */
	if (!in->lag || !in->lag->behind)
		watch_flapping(env, &look);
	p->flapping = env->flapping.on;
	in->flapping = env->flapping.text;
	find_steady(p, env, in, keys);
	free(keys);
}

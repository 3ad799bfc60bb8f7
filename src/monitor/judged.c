/* See judged.h. */
#include "monitor/judged.h"

#include "base/clock.h"
#include "base/mem.h"
#include "conf/labels.h"
#include "monitor/announce.h"
#include "monitor/memory.h"
#include "monitor/revised.h"

static void
take_labels(struct published_environment *p, const struct strvec *labels,
	const struct strvec *of_metrics)
{
	strvec_copy(&p->labels, labels);
	for (size_t i = 0; i < of_metrics->n; i++)
		strvec_take(&p->metric_labels,
			xasprintf("%s=%s", of_metrics->v[i],
				label_value(labels, of_metrics->v[i])));
}

bool
judged(struct publication *p, struct environment *env, const struct expectation *x,
	const struct monitor_options *o, const struct conf_service *c)
{
	bool sighting = env->unjudged;
	int64_t now_ms = clock_wall_ms();
	struct published_environment *now;

	revised_see(env, x, now_ms);
	now = environment_evaluate(env, x, sighting, now_ms);
	env->unjudged = false;
	now->max_findings = (size_t)c->max_findings;
	take_labels(now, &env->conf->labels, &c->metric_labels);
	earlier_compare_known(env, now);
	memory_tell(env, now, o);
	announce(env, now, o, c->repeat_ms);
	publication_put(p, env, now);
	env->anew = false;
	env->other_rows &= env->reread;
	memory_keep(env);
	memory_save(env, o->store);
	memory_forget(env, sighting);
	if (sighting)
		env->unconfirmed_in_a_row =
			now->n_unconfirmed ? env->unconfirmed_in_a_row + 1 : 0;
	return sighting;
}

/* A statement that reaches two databases at once is read on one side first.  Until it
 * is read on the other side too, they seem to differ, and never did. */
#include "monitor/pair.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "monitor/recall.h"
#include "verdict/phrase.h"

enum pair {
	PAIR_TOGETHER,
	PAIR_WAITS,
	PAIR_APART,   /* one of them cannot be read */
	PAIR_RESTLESS /* they change all the time */
};

/* What it is held against, and since when and until when both were seen as they are. */
struct pair_of {
	struct environment *env, *ref;
	const struct held *held, *ref_held;
	int64_t ref_read_ms;
};

static bool
is_together(const struct pair_of *p)
{
	return !p->ref || !p->env->facts || held_together(p->held, p->ref_held);
}

static bool
is_ref_older(const struct pair_of *p)
{
	return p->ref_held->to <= p->held->to;
}

static bool
is_failed(const struct environment *env)
{
	return env->outcome == OUTCOME_FAILURE || env->outcome == OUTCOME_UNANSWERED ||
	       env->outcome == OUTCOME_MIGRATING;
}

/* It is read again anyway, and soon. */
static bool
comes_soon(const struct environment *env, bool once)
{
	return env->outcome == OUTCOME_MOVED ||
	       (env->outcome == OUTCOME_MIGRATING && !once &&
		       env->outcome_in_a_row <= MOVED_MOST);
}

static void
count_round(struct environment *env, uint64_t changed)
{
	if (changed <= env->last_round)
		return;
	env->last_round = changed;
	env->rounds++;
}

static bool
is_restless(const struct environment *env)
{
	return env->rounds > MOVED_MOST;
}

/* What does not belong together was read too early on the older side, or failed there
 * since.  That `env` itself could not be read is to be said at once. */
static enum pair
settle(const struct pair_of *p, struct queue *q, bool once)
{
	struct environment *older = is_ref_older(p) ? p->ref : p->env;
	uint64_t changed = older == p->ref ? p->held->from : p->ref_held->from;

	if (is_together(p))
		return PAIR_TOGETHER;
	if (older == p->env && is_failed(older))
		return PAIR_APART;
	if (older->phase == PHASE_IDLE && !comes_soon(older, once) &&
		older->ended >= changed)
		return PAIR_APART;
	count_round(p->env, changed);
	if (is_restless(p->env))
		return PAIR_RESTLESS;
	if (older->phase != PHASE_IDLE || !comes_soon(older, once))
		queue_urgent(q, older);
	return PAIR_WAITS;
}

/* ---- What is said where that is in vain ---- */

/* Nothing is hidden: what differs from what the reference was. */
static void
add_differences(
	struct strbuf *out, const struct environment *env, const struct expectation *x)
{
	struct compare_options o = environment_comparison(env, x, clock_wall_ms());
	struct diff *d;

	if (!env->facts->snapshot)
		return;
	d = environment_compare(env, x->snapshot, env->facts->snapshot, &o);
	if (d->status == DIFF_NOT_COMPARABLE) {
		strbuf_printf(out, "; %s", d->reason);
	} else {
		strbuf_add(out, "; ");
		phrase_count(out, d->n_findings, "difference");
		strbuf_add(out, " from what that was");
	}
	if (d->n_findings)
		phrase_first(out, &d->findings[0]);
	diff_unref(d);
}

static void
add_cause(struct strbuf *out, const struct environment *ref)
{
	char time[CLOCK_RFC3339_LEN];
	bool unreachable = ref->error.code == ERR_CONNECT || !ref->connected;

	if (ref->phase != PHASE_IDLE) {
		strbuf_add(out, "is being read again");
	} else if (ref->outcome == OUTCOME_MIGRATING) {
		strbuf_add(out, "is migrating");
	} else {
		strbuf_printf(out, "%s since %s",
			unreachable ? "is unreachable" : "cannot be read",
			clock_rfc3339(ref->failing_since_ms, time));
	}
}

static void
explain(struct strbuf *out, const struct pair_of *p)
{
	char time[CLOCK_RFC3339_LEN];
	const char *name = p->ref->conf->name;

	if (is_restless(p->env)) {
		strbuf_printf(out,
			"this database and environment:%s change between any two "
			"readings of them",
			name);
	} else if (is_ref_older(p)) {
		strbuf_printf(out,
			"this database has changed since environment:%s was last read "
			"at %s, which ",
			name, clock_rfc3339(p->ref_read_ms, time));
		add_cause(out, p->ref);
	} else {
		strbuf_printf(out,
			"environment:%s has changed since this database was last read "
			"at %s",
			name, clock_rfc3339(p->env->facts->read_ms, time));
	}
}

static void
part_catalog(const struct pair_of *p, struct expectation *x)
{
	struct strbuf reason = {0};

	explain(&reason, p);
	add_differences(&reason, p->env, x);
	free(x->reason);
	x->reason = strbuf_take(&reason);
	x->snapshot = NULL;
	x->revision = NULL;
	x->first = NULL;
	x->not_comparable = true;
}

static void
part_head(const struct pair_of *p, struct expectation *x)
{
	struct strbuf reason = {0};

	explain(&reason, p);
	x->head_reason = strbuf_take(&reason);
	x->head_unread = true;
}

/* What was said of it stands, as long as it cannot be read itself. */
static bool
is_outdated(const struct pair_of *p, const struct expectation *x)
{
	const struct published_environment *before = p->env->published;

	return !is_ref_older(p) && is_failed(p->env) && before &&
	       text_same(before->reference, x->reference);
}

static void
find_pairs(struct environment *env, const struct expectation *x, struct pair_of of[2])
{
	static const struct held never;
	const struct facts *f = env->facts;
	struct environment *c = x->of_catalog, *h = x->of_head;
	const struct facts *cf = c ? recall_last(c) : NULL,
			   *hf = h ? recall_last(h) : NULL;

	of[0] = (struct pair_of){env, c, f ? &f->held : &never, cf ? &cf->held : &never,
		cf ? cf->read_ms : 0};
	of[1] = (struct pair_of){env, h, f ? &f->rows_held : &never,
		hf ? &hf->rows_held : &never, hf ? hf->read_ms : 0};
}

void
pair_give_up(struct environment *env, struct expectation *x)
{
	struct pair_of of[2];

	find_pairs(env, x, of);
	for (int i = 0; i < 2; i++) {
		if (is_together(&of[i]) || (i == 0 && x->earlier))
			continue;
		if (is_outdated(&of[i], x))
			x->outdated = true;
		else if (i == 0)
			part_catalog(&of[i], x);
		else
			part_head(&of[i], x);
	}
}

bool
pair_settle(struct environment *env, struct expectation *x, struct queue *q, bool once)
{
	struct pair_of of[2];
	bool is[PAIR_RESTLESS + 1] = {false};

	find_pairs(env, x, of);
	for (int i = 0; i < 2; i++)
		is[settle(&of[i], q, once)] = true;
	if (is[PAIR_WAITS])
		return false;
	if (!is[PAIR_RESTLESS])
		env->rounds = 0;
	if (is[PAIR_RESTLESS] || is[PAIR_APART])
		pair_give_up(env, x);
	return true;
}

void
pair_due(struct environment *env, struct queue *q)
{
	for (size_t i = 0; is_restless(env) && i < COUNT_OF(env->refers); i++)
		if (env->refers[i])
			queue_urgent(q, env->refers[i]);
}

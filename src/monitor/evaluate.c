/* From facts and expectation to what is published.  A failed check changes only the
 * check axis: facts, and so the other axes, are those of the last complete reading. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "monitor/confirmed.h"
#include "monitor/environment.h"
#include "monitor/known.h"
#include "monitor/question.h"
#include "monitor/times.h"
#include "reading/lock.h"
#include "store/store.h"

/* ---- The revision axis ---- */

/* The head cannot be had now: what was found when it could be had stands, as long as it
 * is of the same revision.  Nothing is at head that was not judged. */
static void
keep_revision(struct published_environment *p, const struct environment *env)
{
	static const bool finding[REVISION_STATUS_COUNT] = {
		[REVISION_BEHIND] = true,
		[REVISION_AHEAD] = true,
		[REVISION_DIVERGED] = true,
		[REVISION_UNKNOWN_REVISION] = true,
		[REVISION_UNSTAMPED] = true,
		[REVISION_EMPTY_DATABASE] = true,
	};
	const struct published_environment *before = environment_before(env);
	const struct judgement *was = before ? &before->revision : NULL;

	if (!was || !finding[was->status] || env->other_rows ||
		!strvec_equal(&was->recorded, &p->revision.recorded) ||
		(was->status == REVISION_EMPTY_DATABASE) == env->facts->user_tables)
		return;
	p->revision.status = was->status;
	strvec_copy(&p->revision.expected, &was->expected);
	strvec_copy(&p->revision.pending, &was->pending);
	p->behind_known = before->behind_known;
	p->revision_kept = true;
}

static void
note_no_head(struct published_environment *p, const struct environment *env,
	const struct expectation *x)
{
	p->revision.note =
		x->head_reason
			? xstrdup(x->head_reason)
			: xasprintf("environment:%s, whose revision is the head, has "
				    "not been read yet",
				  env->conf->head_environment);
}

static void
judge_revision(struct published_environment *p, const struct environment *env,
	const struct expectation *x)
{
	const struct facts *f = env->facts;

	p->revision.status = REVISION_NOT_CHECKED;
	if (!f)
		return;
	if (!x->revision_watched || x->head_unread) {
		strvec_copy(&p->revision.recorded, &f->recorded);
		if (!x->head_unread)
			return;
		note_no_head(p, env, x);
		keep_revision(p, env);
		return;
	}
	if ((!x->graph && x->graph_error) || (x->head && !x->head->n)) {
		strvec_copy(&p->revision.recorded, &f->recorded);
		p->revision.status = REVISION_UNKNOWN_HEAD;
		p->revision.note =
			x->graph_error ? xstrdup(x->graph_error)
				       : xasprintf("environment:%s records no revision",
						 env->conf->head_environment);
	} else {
		migrations_judge(x->graph, &f->recorded, x->head, &p->revision);
	}
	if (!f->user_tables)
		p->revision.status = REVISION_EMPTY_DATABASE;
	p->behind_known = x->graph && (p->revision.status == REVISION_BEHIND ||
					      p->revision.status == REVISION_AT_HEAD);
}

/* ---- The schema axis ---- */

static void
see_kinds(struct published_environment *p, const struct published_environment *before)
{
	for (size_t k = 0; k < KIND_COUNT; k++) {
		p->differed[k] = before && before->differed[k];
		for (size_t c = 0; p->diff && c < CHANGE_COUNT; c++)
			p->differed[k] |= p->diff->by_kind[k][c] > 0;
	}
}

/* What was expected cannot be had now (its file, its environment): what was found when
 * it could be had stands, as long as it is of the same revision. */
static void
keep_schema(struct published_environment *p, const struct published_environment *before)
{
	if (!before || !before->diff || !p->reference || !before->reference ||
		strcmp(p->reference, before->reference) ||
		!strvec_equal(&p->revision.recorded, &before->revision.recorded))
		return;
	/* Findings are not cleared, but nothing is green that was not judged. */
	if (before->schema != SCHEMA_DRIFTED && before->schema != SCHEMA_OTHER_REVISION)
		return;
	diff_unref(p->diff);
	p->diff = diff_ref(before->diff);
	p->schema = before->schema;
	p->relation = before->relation;
	p->kept = true;
	free(p->measure);
	p->measure = xstrdup_null(before->measure);
}

bool
environment_is_new(const struct environment *env)
{
	return env->conf->allow_empty && env->facts && !env->facts->recorded.n &&
	       !env->had_tables;
}

static void
say_instead(char **text, char *instead)
{
	free(*text);
	*text = instead;
}

/* What is expected is of another revision, so a pending migration may explain what
 * differs from that; but not what has changed since the present one was first seen. */
static void
compare_with_first(struct published_environment *p, const struct environment *env,
	const struct expectation *x, int64_t now_ms)
{
	struct compare_options o = environment_comparison(env, NULL, now_ms);
	char at[CLOCK_RFC3339_LEN];
	struct diff *d;

	if (p->schema != SCHEMA_OTHER_REVISION ||
		p->relation != RELATION_REFERENCE_AHEAD || !x->first)
		return;
	d = environment_compare(env, x->first->snapshot, env->facts->snapshot, &o);
	if (d->status != DIFF_DRIFTED) {
		diff_unref(d);
		return;
	}
	diff_unref(p->diff);
	p->diff = d;
	p->schema = SCHEMA_DRIFTED;
	p->relation = RELATION_NONE;
	clock_rfc3339(x->first->at_ms, at);
	say_instead(&p->measure, xasprintf("what it was itself at %s", at));
	say_instead(&p->schema_reason,
		xasprintf("changed without a migration since %s; what %s was at the "
			  "recorded revision is not known",
			at, p->reference));
}

/* Hold what was found against what was expected. */
static void
compare_catalogs(struct published_environment *p, const struct environment *env,
	const struct expectation *x, int64_t now_ms)
{
	const struct facts *f = env->facts;
	struct compare_options o = environment_comparison(env, x, now_ms);

	p->diff = environment_compare(env, x->snapshot, f->snapshot, &o);
	p->relation = verdict_relation(x->graph, x->revision, &f->recorded);
	p->schema = verdict_schema(p->diff, p->relation, p->revision.status);
	p->schema_reason = xstrdup_null(p->diff->reason);
	p->measure = xstrdup_null(x->measure);
	p->compared = true;
	p->held_against = x->accepted ? x->accepted->version : 0;
	compare_with_first(p, env, x, now_ms);
	if (!x->unfit ||
		(p->schema != SCHEMA_DRIFTED && p->schema != SCHEMA_OTHER_REVISION))
		return;
	say_instead(&p->schema_reason, xstrdup(x->unfit));
	p->schema = SCHEMA_NOT_COMPARABLE;
	p->relation = RELATION_NONE;
	diff_unref(p->diff);
	p->diff = NULL;
	keep_schema(p, environment_before(env));
}

static void
copy_baseline(struct published_environment *p, const struct store_baseline *b)
{
	if (!b)
		return;
	p->accepted_ms = b->at_ms;
	p->accepted_by = xstrdup_null(b->by);
	p->accepted_reason = xstrdup_null(b->reason);
	strvec_copy(&p->accepted_revision, &b->snapshot->revision);
}

static void
compare_schema(struct published_environment *p, const struct environment *env,
	const struct expectation *x, int64_t now_ms)
{
	const struct facts *f = env->facts;

	p->schema = SCHEMA_NOT_CHECKED;
	p->reference = xstrdup_null(x->reference);
	p->reference_note = xstrdup_null(x->note);
	p->reference_read_ms = x->read_ms;
	copy_baseline(p, x->accepted);
	if (!f || !f->snapshot)
		return;
	p->fingerprint = xstrdup(f->snapshot->fingerprint);
	/* What is counted is what the fingerprint is of, whatever is compared here. */
	p->n_objects = snapshot_count(f->snapshot, p->objects);
	if (environment_is_new(env) && p->revision.status == REVISION_EMPTY_DATABASE) {
		p->schema_reason =
			xstrdup("the database is empty, as allow_empty permits");
		return;
	}
	if (!x->snapshot) {
		p->schema_reason = xstrdup_null(x->reason);
		if (x->not_comparable)
			p->schema = SCHEMA_NOT_COMPARABLE;
		if (!x->of_another)
			keep_schema(p, environment_before(env));
		return;
	}
	compare_catalogs(p, env, x, now_ms);
}

/* ---- Check and server ---- */

/* No answer in time is no connection, as long as there was none. */
static enum check_status
check_status(const struct environment *env)
{
	if (!env->tried)
		return CHECK_NOT_CHECKED;
	if (env->error.code == ERR_TIMEOUT && !env->connected)
		return CHECK_UNREACHABLE;
	return verdict_check_status(env->error.code);
}

static char *
role_notice(const struct environment *env)
{
	const struct conf_environment *c = env->conf;
	const struct version_name table = {c->version_schema, c->version_table};

	return version_role_notice(
		&env->facts->version, env->facts->instance.name, &table);
}

static void
copy_check(struct published_environment *p, const struct environment *env)
{
	const struct conf_environment *c = env->conf;

	p->name = xstrdup(c->name);
	p->version_table = xasprintf("%s.%s", c->version_schema, c->version_table);
	p->interval_ms = c->interval_ms;
	p->check = check_status(env);
	p->last_started_ms = env->last_started_ms;
	p->last_at_ms = env->last_at_ms;
	p->last_success_ms = env->last_success_ms;
	p->next_at_ms = env->next_at_ms;
	p->duration_ms = env->duration_ms;
	p->consecutive_failures = env->consecutive_failures;
	p->checks_total = env->checks_total;
	memcpy(p->failures_total, env->failures_total, sizeof p->failures_total);
	p->migrating = env->migrating;
	p->had_tables = env->had_tables;
	p->lateness_ms = environment_lateness(env);
	p->lock = env->lock;
	if (env->error.code) {
		p->error = text_cleaned(env->error.text, 500);
		p->error_code = env->error.code;
		p->unanswered = env->error.unanswered;
		memcpy(p->sqlstate, env->error.sqlstate, sizeof p->sqlstate);
	}
	if (env->facts) {
		p->server_version = xstrdup(env->facts->server_version);
		p->in_recovery = env->facts->in_recovery;
		instance_id_of(&p->identity, &env->facts->instance);
		if (*env->facts->instance.address)
			p->address = xstrdup(env->facts->instance.address);
		p->role_notice = role_notice(env);
	}
}

/* ---- All together ---- */

static void
find_losses(struct published_environment *p, const struct question *q,
	const struct expectation *x)
{
	if (x->graph && p->revision.status != REVISION_EMPTY_DATABASE)
		losses_find(x->graph, &p->revision.pending, &q->scope, &p->losses);
}

static void
judge_axes(struct published_environment *p, const struct environment *env,
	const struct expectation *x, const struct question *q, int64_t now_ms)
{
	p->tool = x->revision_watched ? xstrdup("alembic") : NULL;
	p->migrations = xstrdup_null(env->conf->migrations);
	judge_revision(p, env, x);
	strvec_copy(&p->inserted, &env->news.inserted);
	find_losses(p, q, x);
	compare_schema(p, env, x, now_ms);
	if (!env->facts && env->known)
		known_fill(p, env->known);
	else if (x->outdated && environment_before(env))
		known_fill(p, env->published);
	see_kinds(p, env->published);
}

static bool
has_pending(const struct judgement *j)
{
	return j->status == REVISION_BEHIND || (j->status == REVISION_EMPTY_DATABASE &&
						       !j->recorded.n && j->expected.n);
}

/* Whoever locks a table as a migration does is one if there is something to migrate. */
static void
judge_lock(
	struct published_environment *p, const struct environment *env, int64_t now_ms)
{
	int64_t max_ms = env->conf->migrating_max_ms, row_ms = env->row.since_ms;
	bool alone = lock_is_too_long(&p->lock, max_ms),
	     row = lock_row_is_too_long(&env->row, max_ms, now_ms);

	if (p->lock.perhaps && !p->migrating &&
		(!has_pending(&p->revision) || (!alone && !row)))
		p->lock = (struct migration_lock){0};
	if (!p->lock.pid)
		return;
	p->lock.row_ms = row && !alone ? row_ms : 0;
	p->migrating_since_ms =
		row_ms && row_ms < p->lock.since_ms ? row_ms : p->lock.since_ms;
}

static void
sum_up(struct published_environment *p, const struct verdict_input *in)
{
	p->state = verdict_state(in);
	p->hint = verdict_hint(in);
}

/* One that is emptied says no more what it had. */
static void
remember_size(struct environment *env, struct published_environment *p)
{
	if (env->facts && env->facts->user_tables) {
		env->had_objects = p->n_objects;
		env->had_ms = env->last_success_ms;
	} else if (env->facts) {
		p->had_objects = env->had_objects;
		p->had_ms = env->had_ms;
	}
}

/* That nothing could be compared ends no finding.  What a check does not see, since
 * what was expected cannot be had or is too young, was seen by one before. */
static void
note_sightings(struct published_environment *p, struct environment *env, bool seen,
	int64_t now_ms)
{
	struct sightings *now;

	if (!p->diff || p->diff->status == DIFF_NOT_COMPARABLE)
		return;
	if (seen || !env->seen_ms)
		env->seen_ms = seen ? env->last_success_ms : now_ms;
	if (!env->sightings || env->sightings->diff != p->diff) {
		now = sightings_follow(
			env->sightings, p->diff, seen ? env->seen_ms : now_ms);
		sightings_unref(env->sightings);
		env->sightings = now;
	}
	p->sightings = sightings_ref(env->sightings);
	p->seen_ms = env->seen_ms;
}

struct published_environment *
environment_evaluate(struct environment *env, const struct expectation *x,
	bool sighting, int64_t now_ms)
{
	struct published_environment *p = xcalloc(1, sizeof *p);
	bool stands = x->outdated && environment_before(env);
	struct question q;

	question_begin(&q, env, x, sighting, now_ms);
	copy_check(p, env);
	p->replay_lag_bytes = q.lag.bytes;
	p->replay_lag_ms = q.lag.ms;
	judge_axes(p, env, x, &q, now_ms);
	judge_lock(p, env, now_ms);
	remember_size(env, p);
	question_fill(&q, p, env, x);
	confirmed_fill(p, env, &q.in, sighting, now_ms);
	note_sightings(p, env, sighting && !p->kept && !stands, now_ms);
	sum_up(p, &q.in);
	times_set(env, p, sighting, now_ms);
	question_fini(&q);
	return p;
}

/* Finds what an environment is held against: another environment, a file, the accepted
 * baseline; its migrations and head. */
#include "monitor/expectation.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "monitor/kin.h"
#include "monitor/recall.h"
#include "monitor/reference.h"
#include "verdict/phrase.h"

/* True if `env` has just what `s` says. */
static bool
is_equal(const struct snapshot *s, const struct expectation *x,
	const struct environment *env)
{
	struct compare_options o = environment_comparison(env, x, clock_wall_ms());
	const struct snapshot *found = env->facts->snapshot;
	struct diff *d;
	bool equal;

	if (!strcmp(s->fingerprint, found->fingerprint) &&
		(!o.schema_map || !o.schema_map->n))
		return true;
	d = environment_compare(env, s, found, &o);
	equal = d->status == DIFF_IN_SYNC;
	diff_unref(d);
	return equal;
}

/* Where `ref` has moved on, what it was last seen with at the very revision that `env`
 * records; where it is being restored, what it was. */
static const struct earlier_catalog *
earlier_of(struct environment *ref, const struct environment *env, struct store *s)
{
	const struct strvec *now = &recall_facts(ref, s)->recorded;
	bool is_set_back = earlier_is_set_back(ref, s, clock_wall_ms());
	const struct strvec *recorded = &env->facts->recorded;
	const struct earlier_catalog *c = NULL;

	if (recorded->n && (is_set_back || !strvec_equal(now, recorded)))
		c = earlier_find(ref, s, recorded);
	if (!c && is_set_back)
		c = earlier_find(ref, s, now);
	return c;
}

static void
take_earlier(struct expectation *x, const struct expectation_sources *from,
	struct environment *ref, const struct environment *env)
{
	const struct earlier_catalog *c =
		env->facts ? earlier_of(ref, env, from->store) : NULL;
	char at[CLOCK_RFC3339_LEN];
	struct strbuf ids = {0};

	if (!c || !env->facts->snapshot)
		return;
	/* What is like neither is held against what it should be; what is like the
	 * present one only has its revision still to be recorded. */
	if (!is_equal(c->snapshot, x, env) && is_equal(x->snapshot, x, env))
		return;
	x->earlier = true;
	x->snapshot = c->snapshot;
	x->revision = &c->revision;
	phrase_ids(&ids, &c->revision);
	x->measure = xasprintf("%s as it was at %s", x->reference,
		ids.s ? ids.s : clock_rfc3339(c->at_ms, at));
	strbuf_free(&ids);
}

static void
expect_environment(struct expectation *x, const struct expectation_sources *from,
	const struct environment *env)
{
	const char *name = env->conf->expect_target;
	struct environment *ref = env->refers[0];
	const struct facts *f = ref ? recall_facts(ref, from->store) : NULL;

	x->reference = xasprintf("environment:%s", name);
	if (!ref) {
		x->reason = xasprintf("environment:%s is not %s", name,
			strchr(name, '/') ? "there" : "enabled");
	} else if (!f || !f->snapshot) {
		x->reason = xasprintf("environment:%s has not been read yet", name);
	} else {
		x->of_catalog = ref;
		x->unfit = reference_unfit(
			ref, env, graphs_find(from->graphs, ref->conf->migrations));
		x->note = reference_note(ref);
		x->read_ms = ref->last_success_ms;
		x->snapshot = f->snapshot;
		x->revision = &f->recorded;
		x->instance = &f->instance;
		x->schemas = &ref->conf->schemas;
		if (!x->unfit)
			take_earlier(x, from, ref, env);
	}
}

static void
take_snapshot(struct expectation *x, struct snapshot *s, const struct err *e)
{
	x->snapshot = s;
	if (s)
		x->revision = &s->revision;
	else
		x->reason = err_explained(e);
	x->not_comparable = !s && e->code == ERR_FORMAT;
}

static void
follow(struct environment *env, const struct expectation_sources *from)
{
	const struct published_migrations *m =
		graphs_find(from->graphs, env->conf->migrations);
	const struct published_environment *before = environment_before(env);
	const struct accepted_place place = {from->store, env->conf->name};
	struct err e;

	if (!env->conf->baseline_follows_revision || !before || env->other_rows ||
		!env->facts || (m && !m->graph) ||
		!accepted_is_followed(
			&env->accepted, before, env->facts, m ? m->graph : NULL))
		return;
	if (!accepted_follow(&env->accepted, &place, env->facts, &env->happened, &e))
		log_err(LEVEL_WARN, &e, "the baseline cannot follow its revision");
}

static void
expect_baseline(struct expectation *x, const struct expectation_sources *from,
	struct environment *env)
{
	struct accepted *a = &env->accepted;
	struct err e = {0};

	x->reference = xstrdup("baseline");
	if (env->known)
		accepted_expect(a, env->known->held_against);
	if (!accepted_look(a, from->store, env->conf->name, &env->happened, &e)) {
		take_snapshot(x, NULL, &e);
		return;
	}
	follow(env, from);
	x->accepted = &a->baseline;
	if (env->facts)
		x->reason = accepted_misfit(a, &env->facts->instance, env->conf->name);
	x->of_another = x->not_comparable = x->reason != NULL;
	if (!x->of_another)
		take_snapshot(x, a->baseline.snapshot, &e);
}

/* True if what `env` records does not say which revision it is at.  Where no revision
 * is watched, nobody would be told that: any snapshot that is like it would do. */
static bool
is_lost(const struct environment *env, const struct expectation_sources *from)
{
	const struct strvec *recorded = &env->facts->recorded;
	const struct published_migrations *m =
		graphs_find(from->graphs, env->conf->migrations);

	if (!env->facts->user_tables || !env->facts->snapshot ||
		!reference_is_watched(env->conf))
		return false;
	return !recorded->n ||
	       (m && m->graph && migrations_unknown_id(m->graph, recorded));
}

static void
expect_directory(struct expectation *x, const struct expectation_sources *from,
	struct environment *env)
{
	const struct snapshots_dir dir = {
		from->files, env->conf->expect_target, env->memo};
	struct compare_options files =
		environment_comparison(env, NULL, clock_wall_ms());
	struct compare_options o = environment_comparison(env, x, clock_wall_ms());
	struct snapshot *s;
	struct err e = {0};

	x->reference = xasprintf("snapshots:%s", dir.path);
	if (!env->facts) {
		x->reason = xstrdup("the recorded revision has not been read yet");
		return;
	}
	s = env->facts->recorded.n
		    ? expected_of_revision(&dir, &env->facts->recorded, &files, &e)
		    : NULL;
	if (!s && e.code != ERR_FORMAT && is_lost(env, from)) {
		s = located_find(&env->located, &dir, env->facts->snapshot, &o, &e);
		x->located = s != NULL;
	} else if (!s && !env->facts->recorded.n) {
		err_set(&e, ERR_IO, "no revision is recorded");
	}
	take_snapshot(x, s, &e);
}

static void
expect_file(struct expectation *x, const struct expectation_sources *from,
	const struct environment *env)
{
	const char *path = env->conf->expect_target;
	struct err e = {0};

	x->reference = xasprintf("snapshot:%s", path);
	take_snapshot(x, expected_file(from->files, path, &e), &e);
}

/* ---- What is built ---- */

/* Why it is not known yet, or cannot be, which one it is nearest to. */
static char *
reason_of_missing(const struct built_missing *missing, const char *migrations)
{
	if (missing->awaited)
		return xasprintf("%zu revision%s of migrations %s %s being built",
			missing->awaited, missing->awaited == 1 ? "" : "s", migrations,
			missing->awaited == 1 ? "is" : "are");
	if (missing->why.code != ERR_NONE)
		return err_explained(&missing->why);
	return xasprintf("no revision of migrations %s could be built", migrations);
}

/* The one of all that are built which it is nearest to, once all are that are wanted.
 */
static void
locate_built(struct expectation *x, const struct expectation_sources *from,
	const struct built_question *q, struct environment *env)
{
	struct compare_options o = environment_comparison(env, x, clock_wall_ms());
	struct expected_list all;
	struct built_missing missing;

	built_all(from->built, q, &all, &missing);
	if (all.n)
		x->snapshot =
			located_among(&env->located, &all, env->facts->snapshot, &o);
	x->located = x->snapshot != NULL;
	if (!x->snapshot)
		x->reason = reason_of_missing(&missing, env->conf->migrations);
	else
		x->revision = &x->snapshot->revision;
	if (x->snapshot && missing.failed)
		x->note = xasprintf("%zu revision%s of migrations %s cannot be built, "
				    "and it was held against none of them",
			missing.failed, missing.failed == 1 ? "" : "s",
			env->conf->migrations);
	env->building = missing.awaited > 0;
	expected_list_fini(&all);
}

/* What was built of it before is as good as long as nothing differs from it; true if
 * that is so. */
static bool
await_built(struct expectation *x, struct environment *env, struct snapshot *former)
{
	env->building = true;
	if (!former || !env->facts->snapshot || !is_equal(former, x, env))
		return false;
	x->snapshot = former;
	x->revision = &former->revision;
	return true;
}

static void
say_awaited(struct expectation *x, const struct environment *env)
{
	struct strbuf ids = {0};

	phrase_ids(&ids, &env->facts->recorded);
	x->reason = xasprintf("%s of migrations %s is being built", ids.s ? ids.s : "",
		env->conf->migrations);
	strbuf_free(&ids);
}

static void
take_built(struct expectation *x, const struct expectation_sources *from,
	const struct built_question *q, struct environment *env)
{
	struct built_answer a;

	built_of(from->built, q, &env->facts->recorded, &a);
	if (a.is != BUILT_AWAITED)
		take_snapshot(x, a.snapshot, &a.error);
	else if (!await_built(x, env, a.snapshot))
		say_awaited(x, env);
}

static void
expect_built(struct expectation *x, const struct expectation_sources *from,
	struct environment *env)
{
	const struct published_migrations *m =
		graphs_find(from->graphs, env->conf->migrations);
	const struct built_question q = {env->conf, m ? m->graph : NULL, NULL};

	x->reference = xasprintf("migrations:%s", env->conf->migrations);
	if (!q.graph) {
		x->reason = xstrdup_null(m ? m->error : NULL);
		return;
	}
	if (env->facts)
		built_want(from->built, &q);
	if (!env->facts)
		x->reason = xstrdup("the recorded revision has not been read yet");
	else if (is_lost(env, from))
		locate_built(x, from, &q, env);
	else if (!env->facts->recorded.n)
		x->reason = xstrdup("no revision is recorded");
	else
		take_built(x, from, &q, env);
}

static void
take_loaded(struct expectation *x, const struct expectation_sources *from,
	const struct ddl_known *known, struct environment *env)
{
	static const struct strvec none;
	const struct built_question q = {env->conf, NULL, known->ddl};
	struct built_answer a;

	built_of(from->built, &q, &none, &a);
	if (a.is != BUILT_AWAITED && !known->settling)
		take_snapshot(x, a.snapshot, &a.error);
	else if (!await_built(x, env, a.snapshot))
		x->reason = xasprintf("%s is being %s", env->conf->expect_target,
			known->settling ? "written" : "built");
}

/* Which revision it is of, its own rows of the version table say. */
static void
expect_ddl(struct expectation *x, const struct expectation_sources *from,
	struct environment *env)
{
	const char *path = env->conf->expect_target;
	struct ddl_known known;

	x->reference = xasprintf("ddl:%s", path);
	ddl_files_find(from->ddl, path, &known);
	env->building = known.settling;
	if (!known.ddl)
		take_snapshot(x, NULL, &known.error);
	else if (env->facts)
		take_loaded(x, from, &known, env);
	else
		x->reason = xstrdup("the database has not been read yet");
}

static void
expect_catalog(struct expectation *x, const struct expectation_sources *from,
	struct environment *env)
{
	switch (env->conf->expect) {
	case EXPECT_NONE:
		break;
	case EXPECT_ENVIRONMENT:
		expect_environment(x, from, env);
		break;
	case EXPECT_SNAPSHOT:
		expect_file(x, from, env);
		break;
	case EXPECT_SNAPSHOTS:
		expect_directory(x, from, env);
		break;
	case EXPECT_BASELINE:
		expect_baseline(x, from, env);
		break;
	case EXPECT_MIGRATIONS:
		expect_built(x, from, env);
		break;
	case EXPECT_DDL:
		expect_ddl(x, from, env);
		break;
	}
}

static void
expect_head_of(struct expectation *x, const struct expectation_sources *from,
	struct environment *ref)
{
	const struct facts *f = ref ? recall_facts(ref, from->store) : NULL;

	x->head_unread = !f;
	if (!f)
		return;
	x->of_head = ref;
	x->head = &f->recorded;
	if (!x->note && (ref->error.code != ERR_NONE || ref->earlier.set_back_ms))
		x->note = reference_note(ref);
}

static void
expect_head(struct expectation *x, const struct expectation_sources *from,
	const struct environment *env)
{
	const struct conf_environment *c = env->conf;
	const struct published_migrations *m = graphs_find(from->graphs, c->migrations);

	x->blocks = graphs_list(from->graphs, &x->n_blocks);
	x->revision_watched = reference_is_watched(c);
	if (m) {
		x->graph = m->graph;
		x->graph_error = m->error;
	}
	if (c->head.n)
		x->head = &c->head;
	if (c->head_environment)
		expect_head_of(x, from, env->refers[1]);
}

bool
expectation_is_pending(const struct expectation_sources *from,
	const struct environment *env, const struct facts *f)
{
	struct expectation x = {0};
	struct judgement j = {0};
	bool pending = false;

	expect_head(&x, from, env);
	if (x.revision_watched && !x.head_unread && (!x.head || x.head->n) &&
		(x.graph || !x.graph_error)) {
		migrations_judge(x.graph, &f->recorded, x.head, &j);
		pending = j.expected.n && (j.status == REVISION_BEHIND ||
						  (!f->user_tables && !f->recorded.n));
	}
	judgement_fini(&j);
	expectation_fini(&x);
	return pending;
}

/* Its primary.  Of several (one of them was a standby once, or one is watched by two
 * names) the one that it is compared with, else the one that asks least of it: a
 * standby never catches up with a server that it does not follow. */
static const struct environment *
find_primary(const struct environment *env)
{
	const struct environment *best = NULL;

	if (!env->facts || !env->facts->instance.position || !env->kin ||
		!env->is_standby)
		return NULL;
	for (size_t i = 0; i < env->kin->primaries.n; i++) {
		const struct environment *other = env->kin->primaries.v[i];

		if (!other->facts->seen_position)
			continue;
		if (environment_refers_to(env, other))
			return other;
		if (!best || other->facts->seen_position < best->facts->seen_position)
			best = other;
	}
	return best;
}

/* What is expected is of another revision, so that a pending migration may explain what
 * differs; but not what has changed since. */
static void
find_first(struct expectation *x, const struct expectation_sources *from,
	struct environment *env)
{
	const struct facts *f = env->facts;

	if (!x->snapshot || x->unfit || !f || !f->snapshot)
		return;
	if (f->recorded.n && x->revision->n && !x->located &&
		!strvec_equal(x->revision, &f->recorded))
		x->first = earlier_first(env, from->store, clock_wall_ms());
	else
		earlier_forget_first(env, from->store);
}

/* Note what `env` has now for those that are held against it, as long as one of them
 * records that revision.  Nothing is forgotten while one was not read yet. */
static void
note_reference(const struct expectation_sources *from, struct environment *env)
{
	const struct strvec **needed;
	size_t n = 0;
	bool all_known = true;

	if (!env->n_followers || !earlier_note(env, from->store, clock_wall_ms()))
		return;
	needed = xcalloc(env->n_followers + 1, sizeof *needed);
	for (size_t i = 0; i < env->n_followers; i++) {
		const struct environment *other = env->followers[i];

		if (other->facts)
			needed[n++] = &other->facts->recorded;
		else if (other->known)
			needed[n++] = &other->known->revision.recorded;
		else
			all_known = false;
	}
	if (all_known)
		earlier_forget(env, from->store, needed, n);
	free(needed);
}

void
expectation_find(struct expectation *x, const struct expectation_sources *from,
	struct environment *env)
{
	*x = (struct expectation){0};
	env->building = false;
	note_reference(from, env);
	expect_catalog(x, from, env);
	find_first(x, from, env);
	expect_head(x, from, env);
	x->primary = find_primary(env);
}

void
expectation_fini(struct expectation *x)
{
	free(x->reference);
	free(x->reason);
	free(x->unfit);
	free(x->head_reason);
	free(x->measure);
	free(x->note);
}

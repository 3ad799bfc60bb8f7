/* See ahead.h. */
#include "monitor/ahead.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "diff/comparing.h"
#include "loop/work.h"

/* What takes a few milliseconds is not worth a thread; others that change all the time
 * are not waited for. */
enum { LARGE_OBJECTS = 4000, MOST_TIMES = 3 };

struct list {
	struct comparing **v;
	size_t n, cap;
};

/* What a thread has. */
struct batch {
	struct ahead *ahead; /* not to be touched once it is cancelled */
	struct list list;
};

struct ahead {
	struct ahead_owner owner;
	struct environment *env;
	struct facts *facts;
	struct work *work;              /* NULL: nothing is under way */
	struct batch *made[MOST_TIMES]; /* what the memo has to remember until then */
	size_t n_made;
};

static void go(struct ahead *a);

static void
drop(void *arg)
{
	struct batch *b = arg;

	for (size_t i = 0; i < b->list.n; i++)
		comparing_free(b->list.v[i]);
	free(b->list.v);
	free(b);
}

static void
run(void *arg)
{
	struct batch *b = arg;

	for (size_t i = 0; i < b->list.n; i++)
		comparing_run(b->list.v[i]);
}

static void
done(void *arg)
{
	struct batch *b = arg;
	struct ahead *a = b->ahead;

	a->work = NULL;
	a->made[a->n_made++] = b;
	for (size_t i = 0; i < b->list.n; i++)
		comparing_tell(b->list.v[i], a->env->memo);
	go(a);
}

static const struct work_kind comparing = {WORK_CATALOGS, run, done, drop};

/* ---- What will be compared ---- */

static void
add(struct list *l, struct memo *m, const struct snapshot *expected,
	const struct snapshot *found, const struct compare_options *o)
{
	struct comparing *c =
		expected && found ? comparing_new(m, expected, found, o) : NULL;

	if (!c)
		return;
	GROW(l->v, l->n, l->cap);
	l->v[l->n++] = c;
}

/* What `env` has (`facts`), held against what `ref` has (`x`). */
static void
add_expected(struct list *l, const struct environment *env, const struct facts *facts,
	const struct expectation *x)
{
	struct compare_options o = environment_comparison(env, x, clock_wall_ms());

	o.instance[1] = &facts->instance;
	add(l, env->memo, x->snapshot, facts->snapshot, &o);
}

static void
add_of_environment(struct list *l, const struct environment *env,
	const struct facts *facts, const struct environment *ref,
	const struct facts *ref_facts)
{
	struct expectation x = {.schemas = &ref->conf->schemas};

	if (!ref_facts)
		return;
	x.snapshot = ref_facts->snapshot;
	x.instance = &ref_facts->instance;
	add_expected(l, env, facts, &x);
	for (size_t i = 0; i < ref->earlier.n; i++) {
		x.snapshot = ref->earlier.last[i].snapshot;
		if (strvec_equal(&ref->earlier.last[i].revision, &facts->recorded))
			add_expected(l, env, facts, &x);
	}
}

static void
add_own(struct list *l, const struct environment *env, const struct facts *facts,
	const struct expectation_sources *from)
{
	const struct conf_environment *c = env->conf;
	const struct snapshots_dir dir = {from->files, c->expect_target, env->memo};
	const struct environment *ref = env->refers[0];
	struct compare_options o = environment_comparison(env, NULL, clock_wall_ms());
	struct expectation x = {0};
	struct err e;

	if (c->expect == EXPECT_ENVIRONMENT && ref)
		add_of_environment(l, env, facts, ref, ref->facts);
	else if (c->expect == EXPECT_SNAPSHOT)
		x.snapshot = expected_file(from->files, c->expect_target, &e);
	else if (c->expect == EXPECT_SNAPSHOTS && facts->recorded.n)
		x.snapshot = expected_of_revision(&dir, &facts->recorded, &o, &e);
	else if (c->expect == EXPECT_BASELINE)
		x.snapshot = env->accepted.baseline.snapshot;
	add_expected(l, env, facts, &x);
}

/* What it was before. */
static void
add_changed(struct list *l, const struct environment *env, const struct facts *facts)
{
	struct compare_options o = environment_comparison(env, NULL, clock_wall_ms());

	if (!env->facts || snapshot_same(env->facts->snapshot, facts->snapshot))
		return;
	add(l, env->memo, env->facts->snapshot, facts->snapshot, &o);
}

/* Those that are held against it. */
static void
add_followers(struct list *l, const struct environment *env, const struct facts *facts)
{
	for (size_t i = 0; i < env->n_followers; i++) {
		const struct environment *other = env->followers[i];

		if (other->conf->expect == EXPECT_ENVIRONMENT && other->facts &&
			other->refers[0] == env)
			add_of_environment(l, other, other->facts, env, facts);
	}
}

static bool
is_large(const struct list *l)
{
	size_t objects = 0;

	for (size_t i = 0; i < l->n; i++)
		objects += comparing_objects(l->v[i]);
	return objects >= LARGE_OBJECTS;
}

/* ---- Life ---- */

/* False: nothing is left to be done ahead. */
static bool
start(struct ahead *a)
{
	const struct expectation_sources from = a->owner.sources(a->env->monitor);
	struct batch *b = xcalloc(1, sizeof *b);

	b->ahead = a;
	add_own(&b->list, a->env, a->facts, &from);
	add_changed(&b->list, a->env, a->facts);
	add_followers(&b->list, a->env, a->facts);
	if (!is_large(&b->list)) {
		drop(b);
		return false;
	}
	a->work = work_start(a->owner.loop, &comparing, b);
	return true;
}

/* Others may have changed meanwhile, so it looks again after each.  Whoever takes the
 * facts may end this. */
static void
go(struct ahead *a)
{
	struct facts *f = a->facts;

	if (f->snapshot && a->n_made < MOST_TIMES && start(a))
		return;
	a->facts = NULL;
	a->owner.take(a->env, f, NULL);
}

void
ahead_start(struct ahead **at, const struct ahead_owner *owner, struct environment *env,
	struct facts *facts)
{
	struct ahead *a = xcalloc(1, sizeof *a);

	*a = (struct ahead){.owner = *owner, .env = env, .facts = facts};
	ahead_end(at);
	*at = a;
	go(a);
}

void
ahead_end(struct ahead **at)
{
	struct ahead *a = *at;

	*at = NULL;
	if (!a)
		return;
	if (a->work)
		work_cancel(a->work);
	for (size_t i = 0; i < a->n_made; i++)
		drop(a->made[i]);
	facts_free(a->facts);
	free(a);
}

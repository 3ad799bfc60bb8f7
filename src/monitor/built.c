/* See built.h.  One recipe runs at a time, and none takes a place of a check's. */
#include "monitor/built.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "build/argv.h"
#include "monitor/builtgroup.h"
#include "monitor/packings.h"

/* How often the store is told what is wanted. */
enum { KEEP_MS = 86400 * 1000 };
/* How soon it is looked for whether a database is dropped that was built. */
enum { DROPPED_MS = 20 };

struct built {
	struct built_owner o;
	struct built_shelf shelf;
	const struct conf *conf;
	struct builds *builds;
	struct built_group **groups;
	size_t n, cap;
	struct tallies tallies;
	struct timer *timer;         /* something is to be begun */
	struct built_group *running; /* whose recipe that is; NULL: none runs */
	size_t steps;                /* that are still to be told of it */
	struct packings packings;    /* what of it is built and not kept yet */
	int64_t begun_ms;            /* of clock_mono_ms() */
	bool ended;
	bool waits_for_all; /* somebody is held against all that can be built */
	int64_t keep_ms;    /* when the store is told next, of that */
};

/* ---- Groups ---- */

static bool
is_of_block(const struct built_group *g, const char *name)
{
	return g->conf && !strcmp(g->conf->name, name);
}

static struct built_origin
origin_of(const struct built_group *g)
{
	return (struct built_origin){
		.migrations = g->conf ? g->conf->name : NULL, .ddl = g->ddl_path};
}

static void
tell_changed(struct built *b, const struct built_group *g)
{
	const struct built_origin of = origin_of(g);

	b->o.changed(b->o.arg, &of);
}

static void
drop_runs(struct built_group *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->v[i]->stage == STAGE_RUNS)
			g->v[i]->stage = STAGE_WAITS;
}

static void
break_off(struct built *b)
{
	builds_cancel(b->builds, b);
	packings_clear(&b->packings);
	drop_runs(b->running);
	b->running = NULL;
	timer_set(b->timer, 0);
}

static struct built_group *
group_of(struct built *b, const struct conf_environment *of)
{
	struct built_group *g;
	struct build_settings s;

	for (size_t i = 0; i < b->n; i++)
		if (built_group_is_of(b->groups[i], of))
			return b->groups[i];
	g = built_group_new(b->conf, of);
	GROW(b->groups, b->n, b->cap);
	b->groups[b->n++] = g;
	s = built_group_settings(g);
	builds_sweep(b->builds, &s);
	return g;
}

/* True as long as some step of the recipe that runs is wanted. */
static bool
is_of_use(const struct built_group *g)
{
	for (size_t i = 0; i < g->n; i++)
		if (g->v[i]->stage == STAGE_RUNS)
			return true;
	return false;
}

static struct built_group *
group_asked(struct built *b, const struct built_question *q)
{
	struct built_group *g = group_of(b, q->conf);

	if (built_group_has(g, q))
		return g;
	built_group_take(g, q, &b->shelf);
	if (b->running == g && !is_of_use(g))
		break_off(b);
	timer_set(b->timer, 0);
	return g;
}

static bool
is_expected(const struct conf *conf, const struct built_group *g)
{
	for (size_t i = 0; i < conf->n_environments; i++) {
		const struct conf_environment *e = &conf->environments[i];

		if (e->enabled && built_group_is_of(g, e))
			return true;
	}
	return false;
}

static void
try_again(struct built_group *g)
{
	for (size_t i = 0; i < g->n; i++) {
		g->v[i]->tries = 0;
		g->v[i]->retry_ms = 0;
	}
}

void
built_take(struct built *b, const struct conf *conf)
{
	size_t n = 0;

	tallies_take(&b->tallies, conf);
	b->conf = conf;
	for (size_t i = 0; i < b->n; i++) {
		struct built_group *g = b->groups[i];

		if (is_expected(conf, g)) {
			built_group_move(g, conf);
			try_again(g);
			b->groups[n++] = g;
			continue;
		}
		if (b->running == g)
			break_off(b);
		built_group_free(g);
	}
	b->n = n;
	if (b->n)
		timer_set(b->timer, 0);
}

void
built_stale(struct built *b, const char *name)
{
	for (size_t i = 0; i < b->n; i++)
		if (is_of_block(b->groups[i], name))
			b->groups[i]->graph = NULL;
}

/* ---- What came of one ---- */

static void
count(struct built *b, const struct built_group *g, const struct build_result *r)
{
	int64_t since_ms = b->begun_ms;
	const struct built_origin of = origin_of(g);
	struct published_builds *t = tallies_of(&b->tallies, &of);

	b->begun_ms = clock_mono_ms();
	if (!t)
		return;
	if (r->snapshot)
		t->built++;
	else if (r->error.code == ERR_FORMAT)
		t->failed++;
	else
		t->unavailable++;
	t->duration_ms = b->begun_ms - since_ms;
}

static void
say_built(const struct built_group *g, const struct snapshot *s)
{
	struct strbuf title = {0}, ids = {0};

	built_group_title(g, &title);
	strvec_join(&s->revision, ", ", &ids);
	log_msg(LEVEL_INFO, "%s: %s is built", title.s, ids.s ? ids.s : "its catalog");
	strbuf_free(&title);
	strbuf_free(&ids);
}

/* It is not over before all of it is kept. */
static void
see_over(struct built *b)
{
	if (b->steps || b->packings.first)
		return;
	drop_runs(b->running);
	b->running = NULL;
	timer_set(b->timer, 0);
}

static void
on_packed(void *arg, const char *key, struct snapshot *s,
	const struct store_packed *packed)
{
	struct built *b = arg;
	struct built_group *g = b->running;
	struct built_catalog *c = built_group_by_key(g, key);

	if (c) {
		say_built(g, s);
		built_group_put(g, c, s, packed, &b->shelf);
	} else {
		snapshot_unref(s);
	}
	see_over(b);
	tell_changed(b, g);
}

static void
on_step(void *arg, const struct build_result *r)
{
	struct built *b = arg;
	struct built_group *g = b->running;
	struct built_catalog *c = built_group_by_key(g, r->step->key);

	b->steps--;
	count(b, g, r);
	if (c && r->snapshot) {
		packings_add(&b->packings, r->step->key, snapshot_ref(r->snapshot));
		return;
	}
	if (c)
		built_group_fail(g, c, r);
	see_over(b);
	tell_changed(b, g);
}

/* ---- The next one ---- */

static bool
is_due(const struct built_group *g, const struct built_catalog *c, int64_t now_ms)
{
	if (!*c->key || !built_group_is_wanted(g, c))
		return false;
	return c->stage == STAGE_WAITS ||
	       (c->stage == STAGE_FAILED && c->retry_ms <= now_ms);
}

static void
begin(struct built *b, struct built_group *g, struct recipe *r)
{
	for (size_t i = 0; i < r->n_steps; i++) {
		struct built_catalog *c = built_group_by_key(g, r->steps[i].key);

		if (c && (c->stage == STAGE_WAITS || c->stage == STAGE_FAILED))
			c->stage = STAGE_RUNS;
	}
	b->running = g;
	b->steps = r->n_steps;
	b->begun_ms = clock_mono_ms();
	builds_want(b->builds, r, on_step, b);
}

static bool
begin_ranked(
	struct built *b, struct built_group *g, enum built_rank rank, int64_t now_ms)
{
	for (size_t i = 0; built_group_is_ready(g) && i < g->n; i++) {
		struct built_catalog *c = g->v[i];
		struct recipe r = {0};

		if (c->rank != rank || !is_due(g, c, now_ms))
			continue;
		if (built_group_recipe(g, c, &r, &c->error)) {
			begin(b, g, &r);
			return true;
		}
		recipe_free(&r);
		c->stage = STAGE_FAILED;
		c->retry_ms = INT64_MAX;
	}
	return false;
}

/* What has failed and is not to be tried again yet stands in the way of nothing. */
static bool
is_known(void *arg, const char *key)
{
	const struct built_group *g = arg;
	const struct built_catalog *c = built_group_by_key(g, key);

	return c && !is_due(g, c, clock_mono_ms());
}

static bool
begin_any(struct built *b, struct built_group *g)
{
	const struct build_settings s = built_group_settings(g);
	const struct recipe_known known = {is_known, g};
	struct recipes all = {0};
	struct err e;
	bool any = false;

	if (!g->graph || !built_group_is_of_all(g))
		return false;
	if (recipes_of_all(g->graph, &s, &known, &all, &e) && all.n) {
		struct recipe first = all.v[0];

		all.v[0] = (struct recipe){0};
		begin(b, g, &first);
		any = true;
	}
	recipes_free(&all);
	return any;
}

static void
set_retry(struct built *b, int64_t now_ms)
{
	int64_t next_ms = INT64_MAX;

	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; k < b->groups[i]->n; k++) {
			const struct built_catalog *c = b->groups[i]->v[k];

			if (c->stage == STAGE_FAILED && *c->key &&
				c->retry_ms > now_ms && c->retry_ms < next_ms)
				next_ms = c->retry_ms;
		}
	if (next_ms != INT64_MAX)
		timer_set(b->timer, next_ms - now_ms);
}

bool
built_is_busy(const struct built *b)
{
	return b->running || builds_has(b->builds, NULL);
}

void
built_end(struct built *b)
{
	b->ended = true;
	if (b->running)
		break_off(b);
	builds_end(b->builds);
}

bool
built_leaves(const struct built *b)
{
	return builds_leaves(b->builds);
}

/* Of a single round: nobody says when the last database is dropped. */
static void
see_end(struct built *b)
{
	if (built_is_busy(b))
		timer_set(b->timer, DROPPED_MS);
	else
		for (size_t i = 0; i < b->n; i++)
			tell_changed(b, b->groups[i]);
}

static void
begin_next(void *arg)
{
	struct built *b = arg;
	int64_t now_ms = clock_mono_ms();
	bool all = !b->o.once || b->waits_for_all;
	int least = all ? RANK_ANY : RANK_HEAD;

	if (b->running || b->ended)
		return;
	for (int rank = RANK_RECORDED; rank > least; rank--)
		for (size_t i = 0; i < b->n; i++)
			if (begin_ranked(
				    b, b->groups[i], (enum built_rank)rank, now_ms))
				return;
	for (size_t i = 0; all && i < b->n; i++)
		if (begin_any(b, b->groups[i]))
			return;
	if (b->o.once)
		see_end(b);
	else
		set_retry(b, now_ms);
}

/* ---- Questions ---- */

void
built_want(struct built *b, const struct built_question *q)
{
	(void)group_asked(b, q);
}

void
built_of(struct built *b, const struct built_question *q, const struct strvec *revision,
	struct built_answer *out)
{
	struct built_group *g = group_asked(b, q);
	struct built_catalog *c = built_group_ask(g, revision, &b->shelf);

	*out = (struct built_answer){.snapshot = built_group_open(g, c, &b->shelf)};
	if (out->snapshot) {
		out->is = BUILT_THERE;
	} else if (c->error.code != ERR_NONE) {
		out->is = BUILT_FAILED;
		out->error = c->error;
	} else {
		out->is = BUILT_AWAITED;
		out->snapshot = c->former;
		if (!b->running)
			timer_set(b->timer, 0);
	}
}

static char *
name_of(const struct built_catalog *c)
{
	struct strbuf b = {0};

	strvec_join(&c->revision, " ", &b);
	return strbuf_take(&b);
}

/* Of those that are wanted. */
static void
count_missing(const struct built_group *g, struct built_missing *out)
{
	*out = (struct built_missing){.awaited = 0};
	for (size_t i = 0; i < g->n; i++) {
		const struct built_catalog *c = g->v[i];

		if (built_group_wants(g, c))
			out->awaited++;
		else if (!built_group_is_wanted(g, c) || c->stage != STAGE_FAILED)
			continue;
		else if (c->error.code == ERR_FORMAT)
			out->failed++;
		else if (out->why.code == ERR_NONE)
			out->why = c->error;
	}
}

static bool
is_whole(const struct built_missing *m)
{
	return !m->awaited && m->why.code == ERR_NONE;
}

/* What cannot be read from the store is to be built again. */
static void
open_all(struct built *b, struct built_group *g, struct expected_list *out)
{
	for (size_t i = 0; i < g->n; i++) {
		struct snapshot *s = built_group_open(g, g->v[i], &b->shelf);

		if (!s)
			continue;
		out->v[out->n++] = s;
		strvec_take(&out->paths, name_of(g->v[i]));
	}
}

void
built_all(struct built *b, const struct built_question *q, struct expected_list *out,
	struct built_missing *missing)
{
	struct built_group *g = group_asked(b, q);

	*out = (struct expected_list){.v = xcalloc(g->n + 1, sizeof *out->v)};
	count_missing(g, missing);
	if (is_whole(missing)) {
		open_all(b, g, out);
		count_missing(g, missing);
	}
	if (is_whole(missing))
		return;
	out->n = 0;
	strvec_free(&out->paths);
	b->waits_for_all |= missing->awaited > 0;
	if (missing->awaited && !b->running)
		timer_set(b->timer, 0);
}

void
built_problems(const struct built *b, const char *name, struct problems *out)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct built_group *g = b->groups[i];

		for (size_t k = 0; is_of_block(g, name) && k < g->n; k++) {
			const struct built_catalog *c = g->v[k];
			struct place at = {.file = g->conf->path.v[0]};

			if (c->error.code != ERR_FORMAT || !*c->key ||
				!built_group_is_wanted(g, c))
				continue;
			at.revision = c->revision.v[0];
			problem_add(out, PROBLEM_BUILD_FAILED, at, "%s", c->error.text);
		}
	}
}

const struct tallies *
built_tallies(const struct built *b)
{
	return &b->tallies;
}

void
built_keep(struct built *b)
{
	struct store *s = b->shelf.writes ? b->shelf.store : NULL;
	int64_t now_ms = clock_wall_ms();
	struct err e = {0};
	bool ok = true;

	if (!s || !b->n || clock_mono_ms() < b->keep_ms)
		return;
	b->keep_ms = clock_mono_ms() + KEEP_MS;
	for (size_t i = 0; i < b->n; i++)
		for (size_t k = 0; ok && k < b->groups[i]->n; k++)
			ok = store_want_built(s, b->groups[i]->v[k]->key, now_ms, &e);
	if (!ok)
		store_log(s, LEVEL_WARN, &e, "what is built cannot be kept");
}

/* ---- Life ---- */

bool
built_check(const struct conf *conf, struct err *e)
{
	for (size_t i = 0; i < conf->n_migrations; i++) {
		const struct conf_migrations *c = &conf->migrations[i];
		struct strvec words = {0};
		bool ok = c->build.n != 1 || argv_split(c->build.v[0], &words, e);

		strvec_free(&words);
		if (!ok)
			return err_prefix(e, "%s: migrations %s: build",
				c->place ? c->place : "", c->name);
	}
	return true;
}

struct built *
built_new(const struct built_owner *o)
{
	struct built *b = xcalloc(1, sizeof *b);

	b->o = *o;
	b->shelf = (struct built_shelf){o->store, !o->once, o->kept_in};
	b->packings = (struct packings){
		.loop = o->loop, .kept_in = o->kept_in, .packed = on_packed, .arg = b};
	b->builds = builds_new(o->loop, &o->host);
	b->timer = timer_new(o->loop, begin_next, b);
	return b;
}

void
built_free(struct built *b)
{
	if (!b)
		return;
	packings_clear(&b->packings);
	builds_free(b->builds);
	for (size_t i = 0; i < b->n; i++)
		built_group_free(b->groups[i]);
	free(b->groups);
	tallies_fini(&b->tallies);
	timer_free(b->timer);
	free(b);
}

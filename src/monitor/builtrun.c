/* What is built next, and what came of it.  One recipe runs at a time, and none takes a
 * place of a check's. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "monitor/builtinternal.h"
#include "monitor/graphs.h"

/* How soon it is looked for whether a database is dropped that was built. */
enum { DROPPED_MS = 20 };

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

/* What came of a step, of files that may have been others already. */
struct arrival {
	struct arrival *next;
	char key[HASH_HEX_LEN];
	struct snapshot *snapshot; /* NULL: … */
	struct err error;          /* … why, and … */
	char *output;              /* … what was said */
	int64_t duration_ms;
};

static struct arrival *
take_first(struct built *b)
{
	struct arrival *a = b->arrived;

	b->arrived = a->next;
	return a;
}

static void
free_arrival(struct arrival *a)
{
	snapshot_unref(a->snapshot);
	free(a->output);
	free(a);
}

void
built_forget(struct built *b)
{
	while (b->arrived)
		free_arrival(take_first(b));
	packings_clear(&b->packings);
}

void
built_break_off(struct built *b)
{
	builds_cancel(b->builds, b);
	built_forget(b);
	drop_runs(b->running);
	b->running = NULL;
	timer_set(b->timer, 0);
}

/* ---- What came of one ---- */

static void
count(struct built *b, const struct arrival *a)
{
	const struct built_origin of = origin_of(b->running);
	struct published_builds *t = tallies_of(&b->tallies, &of);

	if (!t)
		return;
	if (a->snapshot)
		t->built++;
	else if (a->error.code == ERR_FORMAT)
		t->failed++;
	else
		t->unavailable++;
	t->duration_ms = a->duration_ms;
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
	if (b->steps || b->arrived || b->packings.first)
		return;
	drop_runs(b->running);
	b->running = NULL;
	timer_set(b->timer, 0);
}

void
built_packed(void *arg, const char *key, struct snapshot *s,
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

static bool
rests(struct built *b, const struct built_group *g, uint64_t look)
{
	const struct built_origin of = origin_of(g);

	return !b->o.rest || b->o.rest(b->o.arg, &of, look);
}

static uint64_t
moves_of(struct built *b, const struct built_group *g)
{
	const struct built_origin of = origin_of(g);

	return b->o.moves ? b->o.moves(b->o.arg, &of) : 0;
}

/* Since it was begun; that what comes of it is of the files that are held is not known
 * then, not even where they are what they were.  A command of migrations may be who
 * writes among them, so that counts once in a row. */
static bool
have_moved(struct built *b)
{
	const struct built_group *g = b->running;

	return !(g->conf && g->again) && moves_of(b, g) != b->moves;
}

static void
begin_again(struct built *b)
{
	struct strbuf title = {0};

	built_group_title(b->running, &title);
	log_msg(LEVEL_INFO,
		"%s: files were written while it was built, which begins again",
		title.s);
	strbuf_free(&title);
	b->running->again = true;
	built_break_off(b);
}

static void
take_failure(struct built *b, const struct arrival *a)
{
	const struct build_result r = {.error = a->error, .output = a->output};
	struct built_group *g = b->running;
	struct built_catalog *c = built_group_by_key(g, a->key);

	if (c)
		built_group_fail(g, c, &r);
	see_over(b);
	tell_changed(b, g);
}

static void
take_arrival(struct built *b, struct arrival *a)
{
	struct snapshot *s = a->snapshot;

	count(b, a);
	b->running->again = false;
	a->snapshot = NULL;
	if (s)
		packings_add(&b->packings, a->key, s);
	else
		take_failure(b, a);
	free_arrival(a);
}

/* What came of other files than those that are there is of no key: who is held against
 * it says so before, and breaks it off. */
static void
keep_arrived(struct built *b)
{
	if (!b->arrived)
		return;
	if (have_moved(b)) {
		begin_again(b);
		return;
	}
	if (!built_group_is_ready(b->running) || !rests(b, b->running, b->look)) {
		if (!timer_is_set(b->look_again))
			timer_set(b->look_again, GRAPHS_LOOK_MS);
		return;
	}
	while (b->arrived)
		take_arrival(b, take_first(b));
}

void
built_look(void *arg)
{
	struct built *b = arg;
	struct built_origin of;

	if (!b->running || !b->arrived)
		return;
	of = origin_of(b->running);
	if (b->o.look)
		b->look = b->o.look(b->o.arg, &of);
	keep_arrived(b);
}

static void
add_arrival(struct built *b, const struct build_result *r)
{
	struct arrival *a = xcalloc(1, sizeof *a), **end = &b->arrived;
	int64_t since_ms = b->begun_ms;

	b->begun_ms = clock_mono_ms();
	*a = (struct arrival){
		.snapshot = r->snapshot ? snapshot_ref(r->snapshot) : NULL,
		.error = r->error,
		.output = xstrdup_null(r->output),
		.duration_ms = b->begun_ms - since_ms};
	memcpy(a->key, r->step->key, sizeof a->key);
	while (*end)
		end = &(*end)->next;
	*end = a;
}

static void
on_step(void *arg, const struct build_result *r)
{
	struct built *b = arg;

	b->steps--;
	add_arrival(b, r);
	built_look(b);
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
	b->moves = moves_of(b, g);
	b->begun_ms = clock_mono_ms();
	builds_want(b->builds, r, on_step, b);
}

static bool
begin_ranked(
	struct built *b, struct built_group *g, enum built_rank rank, int64_t now_ms)
{
	for (size_t i = 0; g->may && i < g->n; i++) {
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

	if (!g->may || !built_group_is_of_all(g))
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

/* What cannot be begun has failed as it would if it were. */
static void
refuse(struct built *b, struct built_group *g, const struct err *why, int64_t now_ms)
{
	const struct built_origin of = origin_of(g);
	const struct build_result r = {.error = *why};
	struct published_builds *t = tallies_of(&b->tallies, &of);
	bool any = false;

	for (size_t i = 0; i < g->n; i++) {
		if (!is_due(g, g->v[i], now_ms))
			continue;
		built_group_fail(g, g->v[i], &r);
		if (t)
			t->unavailable++;
		any = true;
	}
	if (any)
		tell_changed(b, g);
}

static bool
may_begin(struct built *b, struct built_group *g, int64_t now_ms)
{
	const struct build_settings s = built_group_settings(g);
	enum built_may may = BUILT_MAY;
	struct err why;

	if (!rests(b, g, 0))
		may = BUILT_MAY_NOT_YET;
	else if (b->o.may)
		may = b->o.may(b->o.arg, &s, &why);
	if (may == BUILT_MAY_NOT)
		refuse(b, g, &why, now_ms);
	b->held |= may == BUILT_MAY_NOT_YET;
	return may == BUILT_MAY;
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
built_looked(struct built *b)
{
	keep_arrived(b);
	built_go_on(b);
}

void
built_go_on(struct built *b)
{
	if (b->held)
		timer_set(b->timer, 0);
}

void
built_end(struct built *b)
{
	b->ended = true;
	if (b->running)
		built_break_off(b);
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

static bool
has_due(const struct built_group *g, int64_t now_ms)
{
	for (size_t i = 0; i < g->n; i++)
		if (is_due(g, g->v[i], now_ms))
			return true;
	return false;
}

/* Of each group whether something of it may begin. */
static void
ask_who_may(struct built *b, int64_t now_ms)
{
	b->held = false;
	for (size_t i = 0; i < b->n; i++) {
		struct built_group *g = b->groups[i];

		g->may = built_group_is_ready(g) && has_due(g, now_ms) &&
			 may_begin(b, g, now_ms);
	}
}

static bool
begin_one(struct built *b, int64_t now_ms)
{
	bool all = !b->o.once || b->waits_for_all;
	int least = all ? RANK_ANY : RANK_HEAD;

	for (int rank = RANK_RECORDED; rank > least; rank--)
		for (size_t i = 0; i < b->n; i++)
			if (begin_ranked(
				    b, b->groups[i], (enum built_rank)rank, now_ms))
				return true;
	for (size_t i = 0; all && i < b->n; i++)
		if (begin_any(b, b->groups[i]))
			return true;
	return false;
}

void
built_begin_next(void *arg)
{
	struct built *b = arg;
	int64_t now_ms = clock_mono_ms();

	keep_arrived(b);
	if (b->running || b->ended)
		return;
	ask_who_may(b, now_ms);
	if (begin_one(b, now_ms))
		return;
	if (!b->o.once)
		set_retry(b, now_ms);
	else if (!b->held)
		see_end(b);
}

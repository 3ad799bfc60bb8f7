/* See built.h. */
#include "monitor/built.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "monitor/builtinternal.h"

/* How often the store is told what is wanted. */
enum { KEEP_MS = 86400 * 1000 };

/* ---- Groups ---- */

static bool
is_of_block(const struct built_group *g, const char *name)
{
	return g->conf && !strcmp(g->conf->name, name);
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
		built_break_off(b);
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
			built_break_off(b);
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

void
built_file_is(struct built *b, const char *path, const struct ddl *ddl)
{
	for (size_t i = 0; i < b->n; i++) {
		struct built_group *g = b->groups[i];

		if (g->ddl_path && !strcmp(g->ddl_path, path) &&
			(!ddl || strcmp(g->ddl.digest, ddl->digest) != 0))
			g->ddl = (struct ddl){.archive = false};
	}
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
	const struct build_settings own = {.scratch_dsn = conf->service.scratch_dsn};

	for (size_t i = 0; i < conf->n_migrations; i++) {
		const struct conf_migrations *c = &conf->migrations[i];
		const struct build_settings s = {
			.scratch_dsn = c->scratch_dsn, .command = &c->build};

		if (!recipe_check(&s, e))
			return err_prefix(e, "%s: migrations %s",
				c->place ? c->place : "", c->name);
	}
	return recipe_check(&own, e) || err_prefix(e, "service");
}

struct built *
built_new(const struct built_owner *o)
{
	struct built *b = xcalloc(1, sizeof *b);

	b->o = *o;
	b->shelf = (struct built_shelf){o->store, !o->once, o->kept_in};
	b->packings = (struct packings){.loop = o->loop,
		.kept_in = o->kept_in,
		.packed = built_packed,
		.arg = b};
	b->builds = builds_new(o->loop, &o->host);
	b->timer = timer_new(o->loop, built_begin_next, b);
	b->look_again = timer_new(o->loop, built_look, b);
	return b;
}

void
built_free(struct built *b)
{
	if (!b)
		return;
	built_forget(b);
	builds_free(b->builds);
	for (size_t i = 0; i < b->n; i++)
		built_group_free(b->groups[i]);
	free(b->groups);
	tallies_fini(&b->tallies);
	timer_free(b->timer);
	timer_free(b->look_again);
	free(b);
}

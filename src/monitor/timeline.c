/* See timeline.h. */
#include "monitor/timeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "monitor/environment.h"
#include "monitor/memory.h"
#include "monitor/resume.h"

/* As long as the store fails, so many that were seen meanwhile wait for it. */
enum { WAIT_MOST = 16 };

/* ---- One of them ---- */

static void
fini(struct timeline_item *i)
{
	snapshot_unref(i->snapshot);
	free(i->revision);
	free(i->database);
	free(i->change);
	*i = (struct timeline_item){0};
}

static bool
has_content(const struct timeline_item *a, const struct timeline_item *b)
{
	return snapshot_same(a->snapshot, b->snapshot) ||
	       (*a->content && !strcmp(a->content, b->content));
}

static bool
is_same(const struct timeline_item *a, const struct timeline_item *b)
{
	return has_content(a, b) && !strcmp(a->revision, b->revision) &&
	       !strcmp(a->database, b->database);
}

static struct timeline_item
present(const struct environment *env)
{
	const struct facts *f = env->facts;
	const char *content = snapshot_key(f->snapshot);
	struct timeline_item i = {.from_ms = env->last_success_ms,
		.to_ms = env->last_success_ms,
		.snapshot = snapshot_ref(f->snapshot),
		.revision = store_revisions(&f->recorded),
		.database = xstrdup("")};

	if (f->instance.system[0]) {
		free(i.database);
		i.database =
			xasprintf("%s/%s", f->instance.system, f->instance.database);
	}
	snprintf(i.content, sizeof i.content, "%s", content ? content : "");
	return i;
}

/* What comes before the `i`-th that waits; NULL: nothing. */
static struct timeline_item *
before(struct timeline *t, size_t i)
{
	if (i)
		return &t->v[i - 1];
	return t->last.from_ms ? &t->last : NULL;
}

static void
drop(struct timeline *t, size_t at, size_t n)
{
	for (size_t i = at; i < at + n; i++)
		fini(&t->v[i]);
	t->n -= n;
	if (t->n > at)
		memmove(&t->v[at], &t->v[at + n], (t->n - at) * sizeof *t->v);
}

/* ---- What has changed ---- */

static struct compare_options
options(void *arg)
{
	const struct environment *env = arg;

	return environment_comparison(env, NULL, env->last_success_ms);
}

static struct diff *
compare(struct environment *env, const struct snapshot *was, const struct snapshot *is)
{
	struct compare_options o = options(env);

	return environment_compare(env, was, is, &o);
}

static void
describe(const struct timeline *t, struct timeline_item *i, const struct diff *d)
{
	cJSON *o = diff_json(d, t->max_findings);

	i->change = json_print(o);
	cJSON_Delete(o);
	i->told = true;
}

static void
on_past(void *arg, struct snapshot *was, const struct err *e)
{
	struct environment *env = arg;
	struct timeline *t = &env->timeline;
	struct diff *d;

	if (!t->n)
		return;
	if (was) {
		snapshot_unref(t->last.snapshot);
		t->last.snapshot = snapshot_ref(was);
		d = compare(env, was, t->v[0].snapshot);
		describe(t, &t->v[0], d);
		earlier_tell_missed(env, d, &t->last, &t->v[0]);
		diff_unref(d);
	} else {
		store_log(t->store, LEVEL_WARN, e, "what has changed is not known");
		t->v[0].told = true;
	}
}

static void
look_back(struct environment *env)
{
	struct timeline *t = &env->timeline;
	struct store_packed packed;
	char *name = xasprintf("catalog of %s", env->conf->name);
	const struct past_wish w = {.loop = t->loop,
		.memo = env->memo,
		.name = name,
		.now = t->v[0].snapshot,
		.done = on_past,
		.options = options,
		.arg = env};
	struct err e;

	if (store_packed(t->store, t->last.key, name, &packed, &e))
		past_start(&t->past, &w, &packed);
	else if (e.code == ERR_FORMAT)
		on_past(env, NULL, &e);
	else
		store_log(
			t->store, LEVEL_WARN, &e, "what has changed is not known yet");
	free(name);
}

/* The first that waits may have to be held against one that only the store has; where
 * that cannot be had now, it is not told yet. */
static void
tell(struct environment *env, size_t at)
{
	struct timeline *t = &env->timeline;
	struct timeline_item *i = &t->v[at], *was = before(t, at);
	struct diff *d;

	if (i->told || (!at && !t->loaded))
		return;
	if (!was || strcmp(was->database, i->database) || has_content(was, i)) {
		i->told = true;
	} else if (was->snapshot) {
		d = compare(env, was->snapshot, i->snapshot);
		describe(t, i, d);
		diff_unref(d);
	} else if (!t->past) {
		look_back(env);
	}
}

/* There are too many: the second is held against what came before the first. */
static void
drop_first(struct environment *env)
{
	struct timeline *t = &env->timeline;
	struct timeline_item *i;

	past_end(&t->past);
	drop(t, 0, 1);
	i = &t->v[0];
	free(i->change);
	i->change = NULL;
	/* What only the store has is not asked for while that fails. */
	i->told = t->last.from_ms && !t->last.snapshot;
	tell(env, 0);
}

/* ---- Seeing ---- */

static void
see_again(struct timeline_item *i, struct timeline_item *now)
{
	if (now->to_ms > i->to_ms)
		i->to_ms = now->to_ms;
	if (!i->snapshot)
		i->snapshot = snapshot_ref(now->snapshot);
	fini(now);
}

void
timeline_see(struct environment *env, size_t max_findings)
{
	struct timeline *t = &env->timeline;
	struct timeline_item now, *was = before(t, t->n);

	if (!t->store || env->outcome != OUTCOME_SUCCESS || !env->facts ||
		!env->facts->snapshot)
		return;
	t->max_findings = max_findings;
	now = present(env);
	if (was && is_same(was, &now)) {
		see_again(was, &now);
		return;
	}
	while (t->n >= WAIT_MOST)
		drop_first(env);
	t->v = xrealloc(t->v, t->n + 1, sizeof *t->v);
	t->v[t->n++] = now;
	env->unsaved |= UNSAVED_INTERVAL;
	tell(env, t->n - 1);
}

/* ---- The store ---- */

void
timeline_share(struct environment *env, struct loop *l, struct store *s)
{
	env->timeline.loop = l;
	env->timeline.store = s;
}

void
timeline_free(struct timeline *t)
{
	past_end(&t->past);
	drop(t, 0, t->n);
	free(t->v);
	fini(&t->last);
	free(t->reading);
	free(t->kept_probe);
	free(t->written_probe);
	*t = (struct timeline){0};
}

static void
take_last(void *arg, const struct store_interval *i)
{
	struct timeline *t = arg;

	fini(&t->last);
	t->last = (struct timeline_item){.from_ms = i->from_ms,
		.to_ms = i->to_ms,
		.revision = xstrdup(i->revision),
		.database = xstrdup(i->database),
		.told = true};
	snprintf(t->last.key, sizeof t->last.key, "%s", i->key);
	snprintf(t->last.content, sizeof t->last.content, "%s", i->content);
	t->kept_ms = i->to_ms;
	free(t->reading);
	t->reading = xstrdup_null(i->reading);
}

static bool
load(struct environment *env, struct store *s, struct err *e)
{
	const struct store_span newest = {
		env->conf->name, 0, INT64_MAX, 1, .exact = true};
	struct timeline *t = &env->timeline;

	if (!store_intervals(s, &newest, take_last, t, e))
		return false;
	t->loaded = true;
	return true;
}

/* What was seen before that could be read may be the same. */
static void
join(struct environment *env)
{
	struct timeline *t = &env->timeline;

	if (t->n && t->last.from_ms && is_same(&t->last, &t->v[0])) {
		struct timeline_item first = t->v[0];

		t->n--;
		memmove(&t->v[0], &t->v[1], t->n * sizeof *t->v);
		see_again(&t->last, &first);
	}
	for (size_t i = 0; i < t->n; i++)
		tell(env, i);
}

bool
timeline_load(struct environment *env, struct store *s, struct err *e)
{
	struct timeline *t = &env->timeline;

	if (!t->store || t->loaded)
		return true;
	if (!load(env, s, e))
		return false;
	join(env);
	return true;
}

void
timeline_lost(struct timeline *t)
{
	struct timeline_item again = t->last;

	if (!t->loaded)
		return;
	past_end(&t->past);
	t->loaded = false;
	free(t->reading);
	free(t->kept_probe);
	t->reading = t->kept_probe = NULL;
	t->last = (struct timeline_item){0};
	if (!again.snapshot) {
		fini(&again);
		return;
	}
	t->v = xrealloc(t->v, t->n + 1, sizeof *t->v);
	memmove(&t->v[1], &t->v[0], t->n++ * sizeof *t->v);
	t->v[0] = again;
}

/* False: it has to be packed first. */
static const struct store_packed *
find_key(struct environment *env, size_t at, bool *later)
{
	struct timeline_item *i = &env->timeline.v[at],
			     *was = before(&env->timeline, at);
	const struct store_packed *packed = NULL;

	*later = false;
	if (was && has_content(was, i)) {
		memcpy(i->key, was->key, sizeof i->key);
		return NULL;
	}
	packed = shelf_packed(&env->earlier.shelf, i->snapshot);
	if (packed)
		memcpy(i->key, packed->key, sizeof i->key);
	*later = !packed;
	return packed;
}

static bool
write_next(struct environment *env, struct store *s, bool *later, struct err *e)
{
	struct timeline *t = &env->timeline;
	const struct timeline_item *i = &t->v[t->written];
	const struct store_packed *packed = NULL;
	struct store_interval row;

	*later = !i->told;
	if (!*later)
		packed = find_key(env, t->written, later);
	if (*later)
		return true;
	row = (struct store_interval){i->from_ms, i->to_ms, i->key, i->content,
		i->revision, i->database, i->change};
	t->written++;
	t->written_ms = i->to_ms;
	return store_add_interval(s, env->conf->name, &row, packed, e);
}

/* A file that took the place of another may have got all that had, or nothing. */
static bool
see_what_is_left(struct environment *env, struct store *s, struct err *e)
{
	if (env->timeline.loaded)
		return true;
	if (!load(env, s, e))
		return false;
	join(env);
	return true;
}

/* What is there as the newest once `t->written` are, and how that was read last. */
static bool
write_reading(
	struct environment *env, struct store *s, struct program *p, struct err *e)
{
	struct timeline *t = &env->timeline;
	const struct timeline_item *i = before(t, t->written);
	const struct facts *f = env->facts;
	char *text = NULL;
	bool ok = true;

	free(t->written_probe);
	t->written_probe = NULL;
	if (t->written != t->n || !i || !f || !f->snapshot || !f->probe ||
		!text_same(snapshot_key(f->snapshot), i->content) ||
		(!t->written && text_same(t->kept_probe, f->probe)))
		return true;
	text = resume_text(env, p);
	if (text)
		ok = store_set_reading(s, env->conf->name, i->content, text, e);
	if (text && ok)
		t->written_probe = xstrdup(f->probe);
	free(text);
	return ok;
}

static void
reading_written(struct timeline *t)
{
	if (!t->written_probe)
		return;
	free(t->kept_probe);
	t->kept_probe = t->written_probe;
	t->written_probe = NULL;
}

bool
timeline_write(struct environment *env, struct store *s, struct err *e)
{
	struct timeline *t = &env->timeline;
	struct program p = {0};
	bool later = false;

	t->written = 0;
	t->written_ms = t->kept_ms;
	if (!t->store)
		return true;
	if (!see_what_is_left(env, s, e))
		return false;
	if (t->last.from_ms && t->last.to_ms > t->kept_ms) {
		if (!store_move_interval(s, env->conf->name, t->last.to_ms, e))
			return false;
		t->written_ms = t->last.to_ms;
	}
	if (t->n)
		tell(env, 0);
	while (t->written < t->n && !later)
		if (!write_next(env, s, &later, e))
			return false;
	return write_reading(env, s, &p, e);
}

void
timeline_written(struct timeline *t)
{
	t->kept_ms = t->written_ms;
	reading_written(t);
	if (!t->written)
		return;
	past_end(&t->past);
	fini(&t->last);
	t->last = t->v[t->written - 1];
	free(t->last.change);
	t->last.change = NULL;
	t->v[t->written - 1] = (struct timeline_item){0};
	drop(t, 0, t->written);
	t->written = 0;
}

bool
timeline_waits(const struct timeline *t)
{
	return t->n > 0;
}

bool
timeline_remembers(const struct timeline *t)
{
	return t->loaded && t->last.from_ms;
}

void
timeline_keep(struct environment *env, struct store *s, struct program *p)
{
	struct timeline *t = &env->timeline;
	struct err e;

	if (!t->store || !t->loaded || !t->last.from_ms || !store_is_up(s, NULL))
		return;
	t->written = 0;
	if (!write_reading(env, s, p, &e)) {
		store_log(s, LEVEL_WARN, &e, "how it was last read cannot be stored");
		return;
	}
	reading_written(t);
	if (t->last.to_ms <= t->kept_ms)
		return;
	if (store_move_interval(s, env->conf->name, t->last.to_ms, &e))
		t->kept_ms = t->last.to_ms;
	else
		store_log(s, LEVEL_WARN, &e, "when it was last seen cannot be stored");
}

static void
step_item(struct timeline_item *i, const struct clock_step *step)
{
	i->from_ms = clock_stepped(i->from_ms, step);
	i->to_ms = clock_stepped(i->to_ms, step);
}

void
timeline_step(struct timeline *t, const struct clock_step *step)
{
	step_item(&t->last, step);
	for (size_t i = 0; i < t->n; i++)
		step_item(&t->v[i], step);
	t->kept_ms = clock_stepped(t->kept_ms, step);
}

/* Memory has the truth while the daemon runs; the store is for the next one, and what
 * it could not take is given to it later. */
#include "monitor/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "monitor/away.h"
#include "monitor/known.h"
#include "monitor/times.h"

static void
take(void *arg, const char *revision, uint64_t digest)
{
	applied_add(arg, revision, digest);
}

/* What it had when it was last seen with any tables, also if it was emptied while
 * nobody watched. */
static void
restore_size(struct environment *env, const struct published_environment *known)
{
	bool empty = known->revision.status == REVISION_EMPTY_DATABASE;

	env->had_tables = known->had_tables;
	if (!env->had_tables)
		return;
	env->had_objects = empty ? known->had_objects : known->n_objects;
	env->had_ms = empty ? known->had_ms : env->last_success_ms;
}

/* Those of a program that did not note since when they are there were at that time. */
static void
restore_sightings(struct environment *env, struct published_environment *known)
{
	if (!known->sightings)
		return;
	if (!known->seen_ms)
		known->seen_ms = env->last_success_ms;
	sightings_know(known->sightings, known->seen_ms);
	sightings_unref(env->sightings);
	env->sightings = sightings_ref(known->sightings);
	env->seen_ms = known->seen_ms;
}

/* The rows of another table say nothing of where it has moved. */
static bool
is_of_table(const struct published_environment *known, const struct conf_environment *c)
{
	char *table = xasprintf("%s.%s", c->version_schema, c->version_table);
	bool same = !known->version_table || !strcmp(known->version_table, table);

	free(table);
	return same;
}

void
memory_take_known(struct environment *env, char *text, int64_t success_ms)
{
	env->known_text = text;
	memory_kept_fini(&env->kept);
	env->known = known_read(text, &env->confirmation, &env->flapping);
	if (env->known) {
		env->last_success_ms = success_ms;
		restore_size(env, env->known);
		restore_sightings(env, env->known);
		env->other_rows = env->reread = !is_of_table(env->known, env->conf);
		return;
	}
	log_msg(LEVEL_WARN,
		"what was last known of %s is not understood, and begins anew",
		env->conf->name);
}

/* False if it cannot be told. */
static bool
load_known(struct environment *env, struct store *s, struct err *e)
{
	int64_t success_ms = 0;
	char *text;

	if (env->facts || env->known)
		return true;
	text = store_known(s, env->conf->name, &success_ms, e);
	if (text)
		memory_take_known(env, text, success_ms);
	return text || e->code == ERR_NONE;
}

void
memory_kept_fini(struct memory_kept *k)
{
	diff_unref(k->diff);
	*k = (struct memory_kept){0};
}

/* True if known_write() would say what it said last: with many findings that takes a
 * while. */
static bool
is_kept(struct environment *env)
{
	const struct published_environment *p = env->published;
	struct memory_kept now = {.diff = p->diff}, *was = &env->kept;
	bool same;

	known_digest(p, &env->confirmation, &env->flapping, now.digest);
	same = env->known_text && env->confirmation.same && now.diff == was->diff &&
	       !strcmp(now.digest, was->digest);
	if (!same) {
		if (now.diff)
			diff_ref(now.diff);
		memory_kept_fini(was);
		*was = now;
	}
	return same;
}

void
memory_keep(struct environment *env)
{
	char *text;

	if (!env->facts || env->published->check != CHECK_OK ||
		env->published->migrating) {
		memory_kept_fini(&env->kept);
		return;
	}
	if (is_kept(env))
		return;
	text = known_write(env->published, &env->confirmation, &env->flapping);
	if (env->known_text && !strcmp(text, env->known_text)) {
		free(text);
		return;
	}
	free(env->known_text);
	env->known_text = text;
	env->unsaved |= UNSAVED_KNOWN;
}

void
memory_rename(const struct conf *conf, const struct roster *r, struct store *s)
{
	for (size_t i = 0; s && i < conf->n_environments; i++) {
		const struct conf_environment *c = &conf->environments[i];
		struct environment *env;
		bool moved = false;
		struct err e;

		if (!c->was)
			continue;
		env = roster_find(r, c->name);
		if (!store_rename(s, c->was, c->name, &moved, &e))
			store_log(s, LEVEL_WARN, &e,
				"what is known under the name before "
				"cannot be taken along");
		else if (moved && env)
			happenings_add(&env->happened, HAPPENING_RENAMED,
				xasprintf("was %s", c->was));
	}
}

/* Whatever was told before it could be read follows it, or is what it was all along. */
static void
take_last(struct environment *env, struct store *s, const struct store_last *last)
{
	if (env->unsaved & UNSAVED_LAST && *env->last.state) {
		store_follow(s, env->conf->name, last);
		if (store_waits_for(s, env->conf->name) ||
			strcmp(last->state, env->last.state) != 0)
			return;
		env->unsaved &= ~(unsigned)UNSAVED_LAST;
	}
	env->last = *last;
	free(env->restored);
	env->restored = xmalloc(sizeof *last);
	*env->restored = *last;
}

static bool
load_last(struct environment *env, struct store *s, struct err *e)
{
	struct store_last last;

	if (store_last(s, env->conf->name, &last, e))
		take_last(env, s, &last);
	else if (e->code != ERR_NONE)
		return false;
	return true;
}

static void
keep_success(struct environment *env, struct store *s)
{
	struct err e;

	if (!env->known_text || !env->facts || !store_is_up(s, NULL) ||
		env->last_success_ms == env->kept_success_ms)
		return;
	if (store_set_success(s, env->conf->name, env->last_success_ms, &e))
		env->kept_success_ms = env->last_success_ms;
	else
		store_log(s, LEVEL_WARN, &e, "what is known cannot be stored");
}

void
memory_keep_success(const struct roster *r, struct store *s)
{
	struct program p = {0};

	for (size_t i = 0; i < r->n; i++) {
		keep_success(r->v[i], s);
		timeline_keep(r->v[i], s, &p);
	}
}

void
memory_lost(const struct roster *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct environment *env = r->v[i];

		env->unsaved |= env->unloaded ? 0 : UNSAVED_ALL;
		env->accepted.lost = env->accepted.baseline.snapshot != NULL;
		earlier_lost(env);
		timeline_lost(&env->timeline);
	}
}

static bool
load_applied(struct environment *env, struct store *s, struct err *e)
{
	if (env->applied.n || store_applied(s, env->conf->name, take, &env->applied, e))
		return true;
	applied_free(&env->applied);
	return false;
}

void
memory_load(struct environment *env, struct store *s)
{
	struct err e;

	env->unloaded =
		s && !(load_known(env, s, &e) && load_applied(env, s, &e) &&
			     load_last(env, s, &e) && timeline_load(env, s, &e));
	if (env->unloaded)
		store_log(s, LEVEL_WARN, &e, "what was known before cannot be read");
	if (s)
		times_load(env);
}

bool
memory_see(struct environment *env, const struct expectation *x)
{
	struct applied_news news;
	bool same;

	if (!env->facts || !x->graph || !x->revision_watched)
		return false;
	if (applied_see(&env->applied, x->graph, &env->facts->recorded, &news))
		env->unsaved |= UNSAVED_APPLIED;
	same = strvec_equal(&news.inserted, &env->news.inserted) &&
	       strvec_equal(&news.changed, &env->news.changed);
	applied_news_free(&env->news);
	env->news = news;
	return !same;
}

void
memory_forget(struct environment *env, bool sighting)
{
	if (sighting) {
		free(env->restored);
		env->restored = NULL;
		published_environment_free(env->known);
		env->known = NULL;
	} else if (env->tried && env->restored) {
		/* It is followed by what was just said. */
		env->restored->state[0] = '\0';
	}
}

/* ---- Writing ---- */

static bool
write_applied(const struct environment *env, struct store *s, struct err *e)
{
	const struct applied *a = &env->applied;
	struct store_revision *v = xcalloc(a->n + 1, sizeof *v);
	bool ok;

	for (size_t i = 0; i < a->n; i++)
		v[i] = (struct store_revision){a->v[i].id, a->v[i].digest};
	ok = store_set_applied(s, env->conf->name, v, a->n, e);
	free(v);
	return ok;
}

static bool
write_unsaved(struct environment *env, struct store *s, struct err *e)
{
	const char *name = env->conf->name;

	if (env->unsaved & UNSAVED_AWAY &&
		!(store_forget(s, name, e) && away_write(env, s, e)))
		return false;
	if (env->unsaved & UNSAVED_LAST && *env->last.state &&
		!store_set_last(s, name, &env->last, e))
		return false;
	if (env->unsaved & UNSAVED_KNOWN && env->known_text &&
		!store_set_known(s, name, env->last_success_ms, env->known_text, e))
		return false;
	if (env->unsaved & UNSAVED_APPLIED && !write_applied(env, s, e))
		return false;
	return timeline_write(env, s, e);
}

static void
saved(struct environment *env)
{
	timeline_written(&env->timeline);
	env->unsaved = timeline_waits(&env->timeline) ? UNSAVED_INTERVAL : 0;
	earlier_rest(env);
}

static bool
write_all(struct environment *const *list, size_t n, struct store *s, struct err *e)
{
	bool ok = store_begin_write(s, e);

	if (!ok)
		return false;
	for (size_t i = 0; ok && i < n; i++)
		ok = write_unsaved(list[i], s, e);
	return store_end(s, ok, e);
}

bool
memory_load_missing(struct environment *const *environments, size_t n, struct store *s)
{
	bool all = true;

	for (size_t i = 0; i < n; i++) {
		struct environment *env = environments[i];

		if (!env->unloaded)
			continue;
		memory_load(env, s);
		env->late = !env->unloaded;
		all &= env->late;
	}
	return all;
}

void
memory_save_all(struct environment *const *list, size_t n, struct store *s)
{
	unsigned unsaved = 0;
	struct err e;

	for (size_t i = 0; i < n; i++) {
		unsaved |= list[i]->unsaved;
		if (list[i]->unloaded)
			return;
	}
	if (!s || (!unsaved && !store_waiting(s)))
		return;
	if (!write_all(list, n, s, &e)) {
		store_log(s, LEVEL_WARN, &e, "history cannot be stored");
		return;
	}
	for (size_t i = 0; i < n; i++)
		saved(list[i]);
}

void
memory_save(struct environment *env, struct store *s)
{
	memory_save_all(&env, 1, s);
}

/* ---- History ---- */

/* NULL if it is empty. */
static char *
joined(const struct strvec *list)
{
	struct strbuf b = {0};

	strvec_join(list, ",", &b);
	if (b.len)
		return strbuf_take(&b);
	strbuf_free(&b);
	return NULL;
}

/* The first of a process follows the last of the one before. */
static const char *
previous_state(const struct environment *env, const struct published_environment *now)
{
	if (env->anew)
		return NULL;
	if (env->published->check != CHECK_NOT_CHECKED)
		return state_word(now->previous);
	return env->restored && *env->restored->state ? env->restored->state : NULL;
}

/* What a row says of an environment, at whichever event; the caller frees both lists.
 */
static struct store_change
row_of(const struct published_environment *p)
{
	return (struct store_change){
		.environment = p->name,
		.state = state_word(p->state),
		.revision = joined(&p->revision.recorded),
		.expected = joined(&p->revision.expected),
		.fingerprint = p->fingerprint,
		.findings = p->diff ? (long)p->diff->n_findings : 0,
	};
}

static void
free_row(struct store_change *c)
{
	free((char *)c->revision);
	free((char *)c->expected);
}

void
memory_changed(struct store *s, struct environment *env,
	const struct published_environment *now)
{
	struct store_change c = row_of(now);

	/* What is known from before began before what was told since. */
	c.at_ms = env->anew ? clock_wall_ms() : now->since_ms;
	c.previous_state = previous_state(env, now);
	c.detail = now->hint;
	store_add_change(s, &c);
	free_row(&c);
	env->last = (struct store_last){
		.since_ms = now->since_ms, .drift_since_ms = now->drift_since_ms};
	snprintf(env->last.state, sizeof env->last.state, "%s", state_word(now->state));
	env->unsaved |= UNSAVED_LAST;
}

static void
add_happened(struct store *s, struct store_change *c, const struct happened *h)
{
	c->at_ms = clock_wall_ms();
	c->event = happening_word(h->what);
	c->detail = h->detail;
	store_add_change(s, c);
}

/* True if the line about its findings says it: one change is one line. */
static bool
is_said_anyway(const struct published_environment *before,
	const struct published_environment *now, const struct happened *h)
{
	return h->what == HAPPENING_CATALOG && before &&
	       (before->schema == SCHEMA_DRIFTED || now->schema == SCHEMA_DRIFTED) &&
	       published_findings_differ(before, now);
}

void
memory_tell(struct environment *env, const struct published_environment *now,
	const struct monitor_options *o)
{
	for (size_t i = 0; i < env->happened.n; i++) {
		const struct happened *h = &env->happened.v[i];
		struct store_change c = row_of(now);

		if (o->happened && !is_said_anyway(env->published, now, h))
			o->happened(o->arg, now, h);
		if (o->store && !h->stored)
			add_happened(o->store, &c, h);
		free_row(&c);
	}
	happenings_free(&env->happened);
}

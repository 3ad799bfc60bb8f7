/* The scheduler: a check that is due waits for a free place and for the first check of
 * what it refers to; one that ends is published, and so is whoever refers to it. */
#include "monitor/monitor.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "monitor/ahead.h"
#include "monitor/announce.h"
#include "monitor/identity.h"
#include "monitor/internal.h"
#include "monitor/judged.h"
#include "monitor/memory.h"
#include "monitor/pair.h"
#include "monitor/resume.h"
#include "monitor/revised.h"
#include "monitor/shapes.h"
#include "monitor/variants.h"

/* The time of a timer is counted from when the turn of the loop began. */
enum { LOOK_MS = GRAPHS_LOOK_MS + 100, LATE_MS = 2000 };

static void pump(struct monitor *m);

struct expectation_sources
monitor_sources(const struct monitor *m)
{
	return (struct expectation_sources){
		.graphs = m->graphs,
		.files = m->files,
		.ddl = m->ddl,
		.built = m->built,
		.store = m->o.store,
	};
}

static void
set_next(struct monitor *m, struct environment *env)
{
	environment_set_next(env, environment_delay(env, m->conf->service.jitter,
					  clock_mono_ms() - m->started_ms));
}

/* ---- Publication ---- */

void
monitor_publish(struct monitor *m)
{
	const struct notices_listener listener = {m->o.notices, m->o.arg};

	discoveries_publish(&m->discoveries, &m->publication.now);
	publication_renew(
		&m->publication, &m->roster, m->graphs, m->o.store, &listener);
	built_go_on(m->built);
}

static void
judge(struct monitor *m, struct environment *env, const struct expectation *x)
{
	if (judged(&m->publication, env, x, &m->o, &m->conf->service) && !m->o.done) {
		set_next(m, env);
		monitor_capture(m, env, x->graph);
	}
}

/* A single round is over when every environment that was wanted has been tried. */
static void
see_round(struct monitor *m, struct environment *env)
{
	bool open = env->wanted &&
		    (!env->tried || env->deferred || env->looking || env->building);

	m->open += open;
	m->open -= env->open;
	env->open = open;
}

/* What is published of it stays as it is while something has to be read again, or its
 * files to be looked at, first. */
void
monitor_refresh(struct monitor *m, struct environment *env)
{
	struct expectation_sources from = monitor_sources(m);
	bool once = m->o.done != NULL;
	struct expectation x;

	if (env->looking || (env->facts && awaited_is_unread(env, &from)))
		return;
	env->awaits_files = false;
	expectation_find(&x, &from, env);
	m->publication.notices_stale |= memory_see(env, &x);
	env->deferred = !pair_settle(env, &x, &m->queue, once) && env->published;
	if (!env->deferred) {
		if (!env->published)
			pair_give_up(env, &x);
		judge(m, env, &x);
	}
	expectation_fini(&x);
	see_round(m, env);
}

void
monitor_tell_migrations(struct monitor *m, const struct published_migrations *now)
{
	if (m->o.migrations)
		m->o.migrations(m->o.arg, now);
}

/* ---- Checks ---- */

/* What was read waits for the files: the state stays as it is for a moment.  False
 * where there is none yet, or the answer is wanted now. */
static bool
look_again(struct monitor *m, struct environment *env)
{
	if (m->o.done || !env->published)
		return false;
	env->awaits_files = true;
	if (env->next_mono_ms > clock_mono_ms() + LOOK_MS)
		environment_set_next(env, LOOK_MS);
	return true;
}

/* Its files are as they are known to be now, or are being written.  Whether somebody
 * who may be migrating is was asked of what was pending by the files before. */
static void
end_check(struct monitor *m, struct environment *env)
{
	bool sighting = env->outcome == OUTCOME_SUCCESS;
	bool again = env->unsettled || (env->overtaken && env->lock.perhaps);

	env->looking = env->unsettled = env->overtaken = false;
	if (!again || !sighting || !look_again(m, env)) {
		env->unjudged |= sighting;
		monitor_refresh(m, env);
	}
	see_round(m, env);
	awaited_judged(&m->awaited, env);
	dependents_of(&m->dependents, env, environment_is_news(env));
}

/* At most so many of those that depend on the one that was judged last. */
void
monitor_refresh_dependents(struct monitor *m, size_t most)
{
	struct environment *env;

	while (most-- && (env = dependents_next(&m->dependents)))
		monitor_refresh(m, env);
}

/* One whose files were looked at, once all is judged that depends on the one before;
 * others in turns of their own, as long as it takes to judge each.  False: none was. */
static bool
end_next(struct monitor *m)
{
	const struct expectation_sources from = monitor_sources(m);
	struct environment *env = NULL;

	if (!m->dependents.of) {
		env = awaited_next(&m->awaited, &from);
		if (!env)
			return false;
		end_check(m, env);
	}
	monitor_refresh_dependents(m, m->o.done ? SIZE_MAX : DEPENDENTS_PER_TURN);
	return true;
}

void
monitor_go_on(void *arg)
{
	struct monitor *m = arg;
	const struct expectation_sources from = monitor_sources(m);

	if (end_next(m)) {
		monitor_publish(m);
		library_rest(memo_library(m->memo));
	}
	if (m->dependents.of || awaited_next(&m->awaited, &from))
		timer_set(m->more, 0);
	pump(m);
	if (m->o.done && !m->open && !built_is_busy(m->built) && !m->queue.running &&
		!discoveries_are_open(&m->discoveries))
		m->o.done(m->o.arg);
}

void
monitor_listed(void *arg)
{
	monitor_publish(arg);
	monitor_go_on(arg);
}

static bool
has_no_schema(const struct err *e)
{
	return e && !strcmp(e->sqlstate, READING_NO_SCHEMA);
}

static void
take_reading(struct environment *env, struct facts *facts, const struct err *e)
{
	struct monitor *m = env->monitor;
	struct expectation_sources from = monitor_sources(m);

	if (!env->looking)
		environment_stand(env);
	queue_end(&m->queue, env);
	if (facts)
		identity_see(env, facts, m->o.store);
	environment_take(env, facts, e);
	if (has_no_schema(e) && !m->o.done)
		discoveries_doubt(&m->discoveries, env->conf->name);
	timeline_see(env, (size_t)m->conf->service.max_findings);
	queue_known(&m->queue, env);
	kin_see(&m->kin, env);
	if (!m->o.done || env->outcome == OUTCOME_MOVED)
		set_next(m, env);
	awaited_ask(&m->awaited, env, &from);
	see_round(m, env);
	monitor_go_on(m);
}

static void
on_read(void *arg, struct facts *facts, const struct err *e)
{
	struct environment *env = arg;
	const struct ahead_owner owner = {
		env->monitor->loop, monitor_sources, take_reading};

	env->connected = reading_has_connected(env->reading);
	reading_free(env->reading);
	env->reading = NULL;
	if (facts && !e)
		ahead_start(&env->ahead, &owner, env, facts);
	else
		take_reading(env, facts, e);
}

/* The files of its migrations are others, or are being written. */
static void
see_files(struct monitor *m, struct environment *env, enum graphs_change change)
{
	if (env->unread) {
		env->unread = false;
		queue_let(&m->queue, env);
	}
	env->unsettled |= env->looking && change == GRAPHS_SETTLING;
	env->overtaken |= (env->looking || env->phase == PHASE_READING) &&
			  change == GRAPHS_CHANGED;
	if (change == GRAPHS_CHANGED)
		monitor_refresh(m, env);
}

/* The migrations `name` were looked at, snapshots, or a file of SQL. */
void
monitor_looked(void *arg, const char *name)
{
	struct monitor *m = arg;
	enum graphs_change change = graphs_refresh(m->graphs, name, clock_mono_ms());
	const struct expectation_sources from = monitor_sources(m);
	size_t n = 0;
	struct environment *const *of = NULL;

	if (change == GRAPHS_CHANGED) {
		built_stale(m->built, name);
		monitor_tell_migrations(m, graphs_find(m->graphs, name));
	}
	if (change != GRAPHS_SAME)
		of = roster_of(&m->roster, name, &n);
	for (size_t i = 0; i < n; i++)
		see_files(m, of[i], change);
	awaited_looked(&m->awaited, name, &from);
	monitor_see_ddl(m, name);
	built_looked(m->built);
	if (change == GRAPHS_CHANGED) {
		monitor_tell_built(m, name);
		m->publication.notices_stale = true;
		monitor_publish(m);
	}
	monitor_go_on(m);
}

/* ---- Beginning ---- */

static bool
is_pending(void *arg, const struct facts *f)
{
	const struct environment *env = arg;
	struct expectation_sources from = monitor_sources(env->monitor);

	return expectation_is_pending(&from, env, f);
}

static void
start_check(struct monitor *m, struct environment *env)
{
	struct reading_options o = environment_reading(env);

	assert(!env->reading);
	o.moments = &m->queue.turns;
	o.target.servers = m->servers;
	o.pending = is_pending;
	queue_begin(&m->queue, env);
	env->reading = reading_start(m->loop, &o, on_read, env);
}

static void
on_resumed(void *arg)
{
	struct environment *env = arg;

	queue_let(&env->monitor->queue, env);
	pump(env->monitor);
}

/* Who still takes up what was read last is out of the way meanwhile. */
static void
start_due(struct monitor *m)
{
	while (m->queue.running < m->conf->service.max_concurrent_checks) {
		struct environment *env = queue_next(&m->queue);

		if (!env)
			return;
		if (!resume_begin(env, on_resumed))
			start_check(m, env);
	}
}

/* Start what is due, as far as there are places. */
static void
pump(struct monitor *m)
{
	discoveries_pump(&m->discoveries, m->conf->service.max_concurrent_checks);
	start_due(m);
	if (m->queue.due.n && !timer_is_set(m->late))
		timer_set(m->late, LATE_MS);
}

/* Whoever reads it sees who waits now, not only who has waited. */
static void
on_late(void *arg)
{
	struct monitor *m = arg;

	if (publication_late(&m->publication, &m->queue.due, LATE_MS))
		monitor_publish(m);
	if (m->queue.due.n)
		timer_set(m->late, LATE_MS);
}

void
monitor_due(void *arg)
{
	struct environment *env = arg;

	/* It is still to be judged. */
	if (env->looking) {
		set_next(env->monitor, env);
		return;
	}
	queue_due_since(&env->monitor->queue, env, env->next_mono_ms);
	pair_due(env, &env->monitor->queue);
	pump(env->monitor);
}

/* Who could not be checked for that is checked at once. */
static void
on_answered(void *arg)
{
	struct monitor *m = arg;

	if (!m->o.done) {
		queue_answered(&m->queue);
		discoveries_answered(&m->discoveries);
	}
	pump(m);
}

bool
monitor_check_now(struct monitor *m, const char *name, int64_t *at_ms)
{
	struct environment *env = name ? roster_find(&m->roster, name) : NULL;

	if (!name)
		discoveries_ask(&m->discoveries);
	if (name ? !env : !m->roster.n && !m->discoveries.n)
		return false;
	*at_ms = queue_ask(&m->queue, env);
	pump(m);
	return true;
}

/* ---- Variants ---- */

/* What was answered before it was known is not what is answered now. */
static void
on_variant(void *arg)
{
	monitor_publish(arg);
}

/* ---- Life ---- */

struct monitor *
monitor_new(struct loop *l, const struct conf *conf, const struct monitor_options *o,
	struct err *e)
{
	struct monitor *m = xcalloc(1, sizeof *m);

	m->loop = l;
	m->o = *o;
	m->base = m->conf = conf;
	m->memo = memo_new();
	m->variants = variants_new(l, m->memo, on_variant, m);
	m->shapes = shapes_new(l, on_variant, m);
	m->files = expected_files_new(&(struct look_watcher){l, monitor_looked, m});
	expected_files_keep_in(m->files, memo_library(m->memo));
	m->more = timer_new(l, monitor_go_on, m);
	m->late = timer_new(l, on_late, m);
	m->started_ms = clock_mono_ms();
	m->servers = pg_servers_new(l, on_answered, m);
	m->ddl = ddl_files_new(&(struct look_watcher){l, monitor_looked, m});
	monitor_begin_builds(m);
	m->publication.now.started_ms = clock_wall_ms();
	monitor_discover(m);
	if (!monitor_reload(m, conf, e)) {
		monitor_free(m);
		return NULL;
	}
	return m;
}

void
monitor_start_new(struct monitor *m)
{
	roster_want(&m->roster, m->o.done ? m->o.only : NULL);
	for (size_t i = 0; i < m->roster.n; i++) {
		struct environment *env = m->roster.v[i];

		see_round(m, env);
		if (env->wanted && !timer_is_set(env->timer) &&
			!(m->o.done && env->tried))
			queue_due(&m->queue, env);
	}
	pump(m);
}

void
monitor_start(struct monitor *m)
{
	m->started = true;
	discoveries_start(&m->discoveries);
	monitor_start_new(m);
}

void
monitor_keep(struct monitor *m)
{
	memory_keep_success(&m->roster, m->o.store);
	discoveries_keep(&m->discoveries, false);
	built_keep(m->built);
}

void
monitor_free(struct monitor *m)
{
	if (!m)
		return;
	/* A list under way gives its place back, which looks at who waits. */
	discoveries_fini(&m->discoveries);
	for (size_t i = 0; i < m->roster.n; i++)
		environment_free(m->roster.v[i]);
	built_free(m->built);
	pg_servers_free(m->servers);
	queue_fini(&m->queue);
	awaited_fini(&m->awaited);
	dependents_fini(&m->dependents);
	kin_fini(&m->kin);
	roster_fini(&m->roster);
	publication_fini(&m->publication);
	graphs_free(m->graphs);
	expected_files_free(m->files);
	ddl_files_free(m->ddl);
	variants_free(m->variants);
	shapes_free(m->shapes);
	memo_free(m->memo);
	timer_free(m->more);
	timer_free(m->late);
	conf_free(m->expanded);
	free(m);
}

const struct published *
monitor_published(struct monitor *m)
{
	return &m->publication.now;
}

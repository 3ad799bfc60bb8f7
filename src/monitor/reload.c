/* From one configuration, store or clock to another: what is known stays, as far as it
 * is of the same. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "conf/discovered.h"
#include "monitor/ahead.h"
#include "monitor/capture.h"
#include "monitor/clockset.h"
#include "monitor/internal.h"
#include "monitor/memory.h"
#include "monitor/resume.h"

static struct environment *
new_environment(void *arg, const struct conf_environment *c, struct err *e)
{
	struct monitor *m = arg;
	struct environment *env = environment_new(c, m, e);

	if (!env)
		return NULL;
	env->timer = timer_new(m->loop, monitor_due, env);
	environment_share(env, m->memo);
	if (!m->o.done) {
		earlier_share(env, m->loop, m->o.store);
		timeline_share(env, m->loop, m->o.store);
	}
	return env;
}

/* What has changed is checked at once, whatever is under way of it. */
static void
take_conf(struct monitor *m, struct environment *env)
{
	if (!environment_take_conf(env))
		return;
	timer_clear(env->timer);
	reading_free(env->reading);
	env->reading = NULL;
	resume_end(env);
	ahead_end(&env->ahead);
	capture_end(&env->capture);
	env->looking = env->unsettled = env->overtaken = false;
	queue_break_off(&m->queue, env);
}

/* True if somebody expects what those migrations make. */
static bool
is_built(const struct conf *conf, size_t i)
{
	for (size_t k = 0; k < conf->n_environments; k++) {
		const struct conf_environment *e = &conf->environments[k];

		if (e->enabled && e->expect == EXPECT_MIGRATIONS && e->migrations &&
			!strcmp(e->migrations, conf->migrations[i].name))
			return true;
	}
	return false;
}

/* Looks at files that are not configured any more never end. */
static void
take_files(struct monitor *m)
{
	const struct look_watcher watcher = {m->loop, monitor_looked, m};
	struct expectation_sources from;

	m->graphs = graphs_new(&watcher, m->conf, m->graphs);
	built_take(m->built, m->conf);
	m->publication.now.ddl = built_tallies(m->built)->ddl;
	m->publication.now.n_ddl = built_tallies(m->built)->n_ddl;
	for (size_t i = 0; i < m->conf->n_migrations; i++) {
		graphs_block(m->graphs, i)->is_built = is_built(m->conf, i);
		monitor_tell_built(m, m->conf->migrations[i].name);
	}
	expected_files_keep(m->files, m->conf);
	ddl_files_keep(m->ddl, m->conf);
	from = monitor_sources(m);
	awaited_take(&m->awaited, &m->roster, &from);
}

static void
tell_all_migrations(struct monitor *m)
{
	size_t n;
	const struct published_migrations *list = graphs_list(m->graphs, &n);

	for (size_t i = 0; i < n; i++)
		if (!graphs_is_unread(m->graphs, list[i].name))
			monitor_tell_migrations(m, &list[i]);
}

/* A configuration to go over to. */
struct transition {
	const struct conf *base; /* NULL: it is the same, and so are all files */
	struct conf *expanded;   /* or NULL */
	const struct conf *conf;
	struct roster now;
};

static bool
refers_to_gone(const struct environment *env)
{
	for (size_t i = 0; i < REFERS; i++)
		if (env->refers[i] && !env->refers[i]->stays)
			return true;
	return false;
}

static bool
refers_to_new(const struct environment *env)
{
	for (size_t i = 0; i < REFERS; i++)
		if (env->refers[i] && !env->refers[i]->published)
			return true;
	return false;
}

/* Who is held against another than before is judged anew; with other files, all are. */
static bool *
who_is_stale(const struct transition *c)
{
	bool *stale = xcalloc(c->now.n + 1, sizeof *stale);

	for (size_t i = 0; i < c->now.n; i++)
		stale[i] =
			c->base || !c->now.v[i]->stays || refers_to_gone(c->now.v[i]);
	return stale;
}

static void
refresh_stale(struct monitor *m, bool *stale)
{
	for (size_t i = 0; i < m->roster.n; i++)
		stale[i] |= refers_to_new(m->roster.v[i]);
	for (size_t i = 0; i < m->roster.n; i++)
		if (stale[i])
			monitor_refresh(m, m->roster.v[i]);
}

static void
go_over(struct monitor *m, const struct transition *c)
{
	const struct conf *before = m->conf;
	const struct roster *now = &c->now;
	bool *stale = who_is_stale(c);

	roster_drop_gone(&m->roster, &m->queue);
	m->conf = c->conf;
	m->roster = *now;
	publication_take(&m->publication, now);
	kin_take(&m->kin, now->v, now->n);
	for (size_t i = 0; i < now->n; i++)
		take_conf(m, now->v[i]);
	take_files(m);
	memory_rename(m->conf, now, m->o.store);
	for (size_t i = 0; i < now->n; i++)
		if (!now->v[i]->published)
			memory_load(now->v[i], m->o.store);
	queue_take(&m->queue, now->v, now->n, m->conf->service.max_checks_per_server);
	discoveries_moved(&m->discoveries);
	queue_reload(&m->queue, before, m->conf);
	refresh_stale(m, stale);
	free(stale);
}

/* On false nothing has changed. */
static bool
pass(struct monitor *m, struct transition *c, struct err *e)
{
	const struct roster_maker maker = {!c->base, new_environment, m};
	struct conf *before = m->expanded;

	monitor_refresh_dependents(m, SIZE_MAX);
	if (!roster_read(&c->now, &m->roster, c->conf, &maker, e))
		return false;
	if (c->base) {
		discoveries_take(&m->discoveries, c->base);
		m->base = c->base;
	}
	go_over(m, c);
	m->expanded = c->expanded;
	conf_free(before);
	return true;
}

/* A few that come are next, however many others are due; those that are many at once
 * wait with them. */
static void
hurry_new(struct monitor *m)
{
	int n = 0;

	for (size_t i = 0; i < m->roster.n; i++)
		n += !m->roster.v[i]->tried;
	for (size_t i = 0; i < m->roster.n; i++)
		if (n <= m->conf->service.max_concurrent_checks &&
			!m->roster.v[i]->tried)
			queue_urgent(&m->queue, m->roster.v[i]);
}

/* What a template stands for is another. */
static bool
adopt(void *arg, struct err *e)
{
	struct monitor *m = arg;
	struct conf *conf = discoveries_conf(&m->discoveries, m->base);
	struct transition c = {.expanded = conf, .conf = conf};

	if (!pass(m, &c, e)) {
		conf_free(conf);
		return false;
	}
	if (m->started && !m->o.done)
		hurry_new(m);
	if (m->started)
		monitor_start_new(m);
	return true;
}

static void
tell(void *arg, const struct discovery_news *news)
{
	const struct monitor *m = arg;

	if (m->o.discovered)
		m->o.discovered(m->o.arg, news);
}

void
monitor_discover(struct monitor *m)
{
	m->discoveries.o = (struct discoveries_owner){.loop = m->loop,
		.servers = m->servers,
		.queue = &m->queue,
		.store = m->o.store,
		.once = m->o.done != NULL,
		.adopt = adopt,
		.ended = monitor_listed,
		.tell = tell,
		.arg = m};
}

/* What is wrong with a template is so of all that come of it, and of none yet. */
static bool
check_templates(const struct conf *conf, struct err *e)
{
	for (size_t i = 0; i < conf->n_environments; i++) {
		const struct conf_environment *c = &conf->environments[i];
		bool used = conf_is_template(c) && c->enabled;
		struct environment *env = used ? environment_new(c, NULL, e) : NULL;

		if (used && !env)
			return false;
		environment_free(env);
	}
	return true;
}

bool
monitor_reload(struct monitor *m, const struct conf *conf, struct err *e)
{
	struct transition c = {.base = conf};

	if (!graphs_check(conf, e) || !built_check(conf, e) ||
		!check_templates(conf, e))
		return false;
	discoveries_read(&m->discoveries, conf);
	c.expanded = discoveries_conf(&m->discoveries, conf);
	c.conf = c.expanded ? c.expanded : conf;
	if (!pass(m, &c, e)) {
		discoveries_drop(&m->discoveries);
		conf_free(c.expanded);
		return false;
	}
	tell_all_migrations(m);
	m->publication.now.reload_ok = true;
	m->publication.now.reload_ok_ms = clock_wall_ms();
	monitor_publish(m);
	if (m->started)
		monitor_start_new(m);
	return true;
}

void
monitor_names(const struct monitor *m, struct strvec *out)
{
	for (size_t i = 0; i < m->conf->n_environments; i++)
		strvec_add(out, m->conf->environments[i].name);
	for (size_t i = 0; i < m->base->n_environments; i++)
		if (conf_is_template(&m->base->environments[i]))
			strvec_take(
				out, xasprintf("%s/", m->base->environments[i].name));
}

void
monitor_reload_refused(struct monitor *m)
{
	m->publication.now.reload_ok = false;
	monitor_publish(m);
}

void
monitor_store_changed(struct monitor *m, bool other_file)
{
	if (other_file)
		memory_lost(&m->roster);
	memory_rename(m->conf, &m->roster, m->o.store);
	discoveries_keep(&m->discoveries, other_file);
	if (memory_load_missing(m->roster.v, m->roster.n, m->o.store))
		memory_save_all(m->roster.v, m->roster.n, m->o.store);
	for (size_t i = 0; i < m->roster.n; i++) {
		struct environment *env = m->roster.v[i];

		if (env->late || env->accepted.lost || env->accepted.unsaved)
			monitor_refresh(m, env);
		env->late = false;
	}
	monitor_publish(m);
}

void
monitor_clock_set(struct monitor *m, const struct clock_step *step)
{
	struct published *now = &m->publication.now;

	if (m->o.store)
		store_clock_set(m->o.store, step);
	for (size_t i = 0; i < m->roster.n; i++)
		clockset_move(m->roster.v[i], step);
	discoveries_clock_set(&m->discoveries, step);
	now->started_ms = clock_stepped(now->started_ms, step);
	now->reload_ok_ms = clock_stepped(now->reload_ok_ms, step);
	monitor_publish(m);
}

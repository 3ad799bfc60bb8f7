/* From one configuration, store or clock to another: what is known stays, as far as it
 * is of the same. */
#include "base/clock.h"
#include "monitor/ahead.h"
#include "monitor/clockset.h"
#include "monitor/internal.h"
#include "monitor/memory.h"

static struct environment *
new_environment(void *arg, const struct conf_environment *c, struct err *e)
{
	struct monitor *m = arg;
	struct environment *env = environment_new(c, m, e);

	if (!env)
		return NULL;
	env->timer = timer_new(m->loop, monitor_due, env);
	environment_share(env, m->memo);
	if (!m->o.done)
		earlier_share(env, m->loop, m->o.store);
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
	ahead_end(&env->ahead);
	env->looking = env->unsettled = env->overtaken = false;
	queue_break_off(&m->queue, env);
}

/* Looks at files that are not configured any more never end. */
static void
take_files(struct monitor *m)
{
	const struct look_watcher watcher = {m->loop, monitor_looked, m};
	struct expectation_sources from;

	m->graphs = graphs_new(&watcher, m->conf, m->graphs);
	expected_files_keep(m->files, m->conf);
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

static void
go_over(struct monitor *m, const struct conf *conf, const struct roster *now)
{
	const struct conf *before = m->conf;

	roster_drop_gone(&m->roster, &m->queue);
	m->conf = conf;
	m->roster = *now;
	publication_take(&m->publication, now);
	kin_take(&m->kin, now->v, now->n);
	for (size_t i = 0; i < now->n; i++)
		take_conf(m, now->v[i]);
	take_files(m);
	memory_rename(conf, now, m->o.store);
	for (size_t i = 0; i < now->n; i++)
		if (!now->v[i]->published)
			memory_load(now->v[i], m->o.store);
	queue_take(&m->queue, now->v, now->n, conf->service.max_checks_per_server);
	queue_reload(&m->queue, before, conf);
	for (size_t i = 0; i < now->n; i++)
		monitor_refresh(m, now->v[i]);
	tell_all_migrations(m);
	m->publication.now.reload_ok = true;
	m->publication.now.reload_ok_ms = clock_wall_ms();
	monitor_publish(m);
}

bool
monitor_reload(struct monitor *m, const struct conf *conf, struct err *e)
{
	const struct roster_maker maker = {new_environment, m};
	struct roster now;

	monitor_refresh_dependents(m, SIZE_MAX);
	if (!graphs_check(conf, e) || !roster_read(&now, &m->roster, conf, &maker, e))
		return false;
	go_over(m, conf, &now);
	if (m->started)
		monitor_start_new(m);
	return true;
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
	now->started_ms = clock_stepped(now->started_ms, step);
	now->reload_ok_ms = clock_stepped(now->reload_ok_ms, step);
	monitor_publish(m);
}

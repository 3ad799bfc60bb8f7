/* What is built, or captured, and what follows from that for others. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "monitor/capture.h"
#include "monitor/internal.h"
#include "pg/session.h"

static void
add_captured(const struct monitor *m, const char *name, struct problems *out)
{
	size_t n = 0;
	struct environment *const *of = roster_of(&m->roster, name, &n);

	for (size_t i = 0; i < n; i++)
		capture_problem(of[i], out);
}

void
monitor_tell_built(struct monitor *m, const char *name)
{
	struct problems failed = {0};
	size_t n;

	(void)graphs_list(m->graphs, &n);
	for (size_t i = 0; i < n; i++) {
		struct published_migrations *block = graphs_block(m->graphs, i);

		if (strcmp(block->name, name) != 0)
			continue;
		built_problems(m->built, name, &failed);
		add_captured(m, name, &failed);
		problem_sort(&failed);
		graphs_set_failed(block, &failed);
		block->builds = tallies_of_block(built_tallies(m->built), name);
	}
}

/* Whoever waited for it is judged, and looked at again at once: what was not held
 * against anything was not seen yet. */
static void
see_built(struct monitor *m, struct environment *env)
{
	bool waited = env->building;

	env->unjudged |= waited && m->o.done && env->facts;
	monitor_refresh(m, env);
	if (waited && !env->building && !m->o.done && env->phase == PHASE_IDLE)
		environment_set_next(env, 0);
}

static void
on_built(void *arg, const struct built_origin *of)
{
	struct monitor *m = arg;
	size_t n = 0;
	struct environment *const *who =
		of->ddl ? roster_of_ddl(&m->roster, of->ddl, &n)
			: roster_of(&m->roster, of->migrations, &n);

	for (size_t i = 0; i < n; i++)
		if (of->ddl || who[i]->conf->expect == EXPECT_MIGRATIONS)
			see_built(m, who[i]);
	if (of->migrations)
		monitor_tell_built(m, of->migrations);
	monitor_publish(m);
	monitor_go_on(m);
}

void
monitor_see_ddl(struct monitor *m, const char *path)
{
	size_t n = 0;
	struct environment *const *who = roster_of_ddl(&m->roster, path, &n);
	struct ddl_known known;
	bool any = false;

	if (!n)
		return;
	ddl_files_find(m->ddl, path, &known);
	built_file_is(m->built, path, known.ddl);
	for (size_t i = 0; i < n; i++)
		if (who[i]->building) {
			monitor_refresh(m, who[i]);
			any = true;
		}
	if (any)
		monitor_publish(m);
}

/* The server that it was last read from, also before the start. */
static const char *
system_of(const struct environment *env)
{
	if (env->facts && *env->facts->instance.system)
		return env->facts->instance.system;
	return env->known ? env->known->identity.system : "";
}

/* A scratch server is none of those that are watched. */
static void
list_watched(void *arg, struct strvec *out)
{
	const struct monitor *m = arg;

	for (size_t i = 0; i < m->roster.n; i++) {
		const char *system = system_of(m->roster.v[i]);

		if (*system)
			strvec_add(out, system);
	}
	strvec_sort(out);
	strvec_uniq(out);
}

/* Of which it is not known where it runs, that may be the scratch server. */
static bool
forbid(const struct environment *env, struct err *why)
{
	return err_set(why, ERR_CONFIG,
		"the scratch server may be one that is watched: it has the address of "
		"environment %s (%s), which could not be read yet; databases are made "
		"there only if scratch_shared = true says so",
		env->conf->name, env->address);
}

/* Whose first check is still to come may say that it is that server; whoever could not
 * be read may only by the address. */
static enum built_may
may_build(void *arg, const struct build_settings *s, struct err *why)
{
	const struct monitor *m = arg;
	char *address = s->shared ? NULL : pg_dsn_address(s->scratch_dsn);
	enum built_may may = BUILT_MAY;

	for (size_t i = 0; !s->shared && i < m->roster.n && may != BUILT_MAY_NOT; i++) {
		const struct environment *env = m->roster.v[i];

		if (*system_of(env))
			continue;
		if (!env->tried && (!m->o.done || env->wanted))
			may = BUILT_MAY_NOT_YET;
		else if (!strcmp(env->address, address) && !forbid(env, why))
			may = BUILT_MAY_NOT;
	}
	free(address);
	return may;
}

static uint64_t
look_at(void *arg, const struct built_origin *of)
{
	const struct monitor *m = arg;

	return of->ddl ? ddl_files_look(m->ddl, of->ddl)
		       : graphs_look(m->graphs, of->migrations);
}

static bool
are_at_rest(void *arg, const struct built_origin *of, uint64_t number)
{
	const struct monitor *m = arg;
	struct ddl_known known;

	if (!of->ddl)
		return graphs_has_looked(m->graphs, of->migrations, number) &&
		       !graphs_is_settling(m->graphs, of->migrations);
	ddl_files_find(m->ddl, of->ddl, &known);
	return ddl_files_has_looked(m->ddl, of->ddl, number) && !known.settling;
}

static uint64_t
moves_of(void *arg, const struct built_origin *of)
{
	const struct monitor *m = arg;

	return of->ddl ? ddl_files_moves(m->ddl, of->ddl)
		       : graphs_moves(m->graphs, of->migrations);
}

void
monitor_begin_builds(struct monitor *m)
{
	const struct built_owner o = {
		.loop = m->loop,
		.store = m->o.store,
		.once = m->o.done != NULL,
		.kept_in = memo_library(m->memo),
		.host = {list_watched, m, m->servers, "pgdriftd"},
		.may = may_build,
		.look = look_at,
		.rest = are_at_rest,
		.moves = moves_of,
		.changed = on_built,
		.arg = m,
	};

	m->built = built_new(&o);
}

void
monitor_end_builds(struct monitor *m)
{
	built_end(m->built);
}

bool
monitor_leaves_builds(const struct monitor *m)
{
	return built_leaves(m->built);
}

/* ---- What is captured ---- */

static void
on_captured(struct environment *env)
{
	monitor_tell_built(env->monitor, env->conf->migrations);
	monitor_publish(env->monitor);
}

void
monitor_capture(
	struct monitor *m, struct environment *env, const struct migrations *graph)
{
	const struct capture_owner owner = {.loop = m->loop,
		.kept_in = memo_library(m->memo),
		.now_ms = clock_mono_ms(),
		.changed = on_captured};

	capture_see(&env->capture, &owner, env, graph);
}

/* What the files of the monitor itself share; nobody else includes this. */
#ifndef MONITOR_INTERNAL_H
#define MONITOR_INTERNAL_H

#include "monitor/awaited.h"
#include "monitor/dependents.h"
#include "monitor/discovery.h"
#include "monitor/expectation.h"
#include "monitor/kin.h"
#include "monitor/monitor.h"
#include "monitor/publication.h"
#include "monitor/queue.h"
#include "monitor/roster.h"

struct monitor {
	struct loop *loop;
	const struct conf *base; /* as it was loaded */
	const struct conf *conf; /* that, with what templates stand for */
	struct conf *expanded;   /* which is this one, where there are any; or NULL */
	struct discoveries discoveries;
	struct monitor_options o;
	struct roster roster;
	struct graphs *graphs;
	struct expected_files *files;
	struct ddl_files *ddl;
	struct built *built;
	struct memo *memo;
	struct variants *variants;
	struct shapes *shapes;
	struct pg_servers *servers;
	struct queue queue;
	struct awaited awaited;
	struct kin kin;
	struct dependents dependents; /* of the check that ended last */
	struct timer *more;           /* checks are to be ended */
	size_t open;                  /* that a single round waits for */
	struct timer *late;           /* what waits is said to be late */
	int64_t started_ms;           /* of clock_mono_ms() */
	bool started;
	struct publication publication;
};

struct expectation_sources monitor_sources(const struct monitor *m);
/* Judge `env` anew by what is known now, unless something has to be read before. */
void monitor_refresh(struct monitor *m, struct environment *env);
/* At most so many of those that depend on the one that was judged last. */
void monitor_refresh_dependents(struct monitor *m, size_t most);
void monitor_tell_migrations(struct monitor *m, const struct published_migrations *now);
/* What could be built of block `name`, what not, and of which revisions there are two
 * catalogs, is published next. */
void monitor_tell_built(struct monitor *m, const char *name);
/* Make ready for what is built. */
void monitor_begin_builds(struct monitor *m);
/* A look at the file of SQL `path` was taken: who waits for it to rest is judged. */
void monitor_see_ddl(struct monitor *m, const char *path);
/* `env` was judged by a check: what it has is captured, where that is configured. */
void monitor_capture(
	struct monitor *m, struct environment *env, const struct migrations *graph);
/* Judge whose files were looked at; then others may begin. */
void monitor_go_on(void *monitor);
/* What is new, or was never checked, is due; what is due begins. */
void monitor_start_new(struct monitor *m);
/* Make ready for templates. */
void monitor_discover(struct monitor *m);
/* A list of what a template stands for has ended, or is due. */
void monitor_listed(void *monitor);
/* A look at NAME was taken: of struct look_watcher. */
void monitor_looked(void *monitor, const char *name);
/* The timer of an environment. */
void monitor_due(void *environment);

#endif

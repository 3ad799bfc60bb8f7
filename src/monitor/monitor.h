/* All environments: who is due, who may start, and what is published of them. */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include "conf/conf.h"
#include "loop/loop.h"
#include "monitor/happening.h"
#include "monitor/published.h"
#include "store/store.h"

struct monitor;

/* What is worth a line in the log. */
enum monitor_event {
	EVENT_STATE,        /* the state changed */
	EVENT_FINDINGS,     /* still drifted, but by other findings */
	EVENT_CHECK_FAILED, /* the first of its class in a row, in state unknown anyway
			     */
	EVENT_CHECK_PASSES, /* after such, in state unknown anyway */
	EVENT_STANDING      /* a problem that stands, said again every `repeat` */
};

struct monitor_options {
	struct store *store; /* NULL: nothing survives a restart, no baselines */
	/* With `done`, one check of each of `only` (NULL or empty: all) and of what
	 * they refer to, then done(); else checks for ever. */
	void (*done)(void *arg);
	const struct strvec *only;
	/* NULL, or called before `now` is published in place of `before`. */
	void (*event)(void *arg, enum monitor_event what,
		const struct published_environment *before,
		const struct published_environment *now);
	/* NULL, or called once for an ignore rule that has expired, and once for one
	 * that is about to. */
	void (*rule)(void *arg, const struct published_environment *now,
		const char *rule, bool expired);
	/* NULL, or called when now->role_notice is there, or another one. */
	void (*role)(void *arg, const struct published_environment *now);
	/* NULL, or called for what is no change of state; `now` is published then. */
	void (*happened)(void *arg, const struct published_environment *now,
		const struct happened *h);
	/* NULL, or called when a migrations block was read, at start and after changes.
	 */
	void (*migrations)(void *arg, const struct published_migrations *m);
	/* NULL, or called when other environments come of a template, and when that
	 * cannot be told, or can again. */
	void (*discovered)(void *arg, const struct discovery_news *news);
	notices_fn *notices; /* NULL, or called for those that are new */
	void *arg;
};

/* `conf` is borrowed until monitor_reload() or monitor_free().  NULL if an ignore file
 * is wrong.  Nothing is checked before monitor_start(). */
struct monitor *monitor_new(struct loop *l, const struct conf *conf,
	const struct monitor_options *o, struct err *e);
void monitor_start(struct monitor *m);
/* Nothing is built any more; what is, is broken off, and its database dropped. */
void monitor_end_builds(struct monitor *m);
/* True as long as there is such a database. */
bool monitor_leaves_builds(const struct monitor *m);
void monitor_free(struct monitor *m);

/* Make a check of environment `name` (NULL: of all), and of what it refers to first,
 * that begins after this call; the regular ones stay where they are.  Asked for again
 * before it begins, it is still one check.  A published state with a `last_started_ms`
 * of at least *at_ms comes from such a check.  False if there is no such environment.
 */
bool monitor_check_now(struct monitor *m, const char *name, int64_t *at_ms);

/* What sets the catalog of `found` apart from that of `expected`, as they were read, by
 * the default options, and by their `schema_names`; a reference.  NULL: none was read
 * since the start, or `*pending`: it is being compared, and something is published once
 * it is. */
struct diff *monitor_variant(struct monitor *m,
	const struct published_environment *expected,
	const struct published_environment *found, bool *pending);
/* How what environment `name` had at one time is compared with what it had at another,
 * as it is configured now; it points at what may be gone after this turn.  By default,
 * where there is no such environment. */
struct compare_options monitor_comparison(const struct monitor *m, const char *name);
/* The fingerprint that the catalog of `e`, which was read, has by the names that its
 * `schema_names` say; where there are none, or it was not read since the start, its
 * own.
 * `*pending`: so too, until something is published. */
void monitor_shape(struct monitor *m, const struct published_environment *e,
	char shape[static HASH_HEX_LEN], bool *pending);

/* Go over to `conf`: environments keep their state, as long as they are the same
 * databases, however they are reached, and those that did not change their schedule.
 * New and changed ones are checked at once, as are those whose migrations or reference
 * changed, and those that are gone are dropped.  On false nothing has changed, and the
 * old configuration goes on. */
bool
monitor_reload(struct monitor *m, const struct conf *conf, struct err *e) MUST_CHECK;
/* A configuration was refused before it got here. */
void monitor_reload_refused(struct monitor *m);

/* The store works again, or has another file: what it has not, it is given. */
void monitor_store_changed(struct monitor *m, bool other_file);
/* Whether the store is up has changed. */
void monitor_publish(struct monitor *m);

/* The clock was set: all times that are published, and those that are stored, are of
 * the clock as it is now. */
void monitor_clock_set(struct monitor *m, const struct clock_step *step);

/* All that the store is to keep something for: the names of environments, and of what
 * templates stood for. */
void monitor_names(const struct monitor *m, struct strvec *out);

/* Have the store keep when each environment was last checked; `options.store` is not
 * NULL. */
void monitor_keep(struct monitor *m);

const struct published *monitor_published(struct monitor *m);

#endif

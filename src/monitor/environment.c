/* Keeps the books of one environment's checks; see environment.h. */
#include "monitor/environment.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "catalog/preset.h"
#include "monitor/ahead.h"
#include "monitor/capture.h"
#include "monitor/recall.h"
#include "monitor/resume.h"
#include "monitor/revised.h"
#include "store/store.h"

/* What findings hold of texts is stored, and sent to whoever asks, as a whole. */
enum { MAX_TEXTS = 4 << 20 };

static struct ignore_rules *
load_rules(const struct conf_environment *conf, struct err *e)
{
	struct ignore_rules *r = ignore_new();
	bool ok = preset_add(r, &conf->ignore_presets, e);

	if (ok && conf->ignore_file)
		ok = ignore_load(r, conf->ignore_file, e);
	for (size_t i = 0; ok && i < conf->ignore.n; i++)
		ok = ignore_add(r, conf->ignore.v[i], NULL, 0, e);
	if (ok)
		return r;
	ignore_free(r);
	return NULL;
}

/* What can be wrong although every key has a value that its type takes. */
static struct ignore_rules *
validate(const struct conf_environment *conf, struct err *e)
{
	struct ignore_rules *r = NULL;

	if (pg_dsn_check(conf->dsn, e))
		r = load_rules(conf, e);
	else
		err_prefix(e, "dsn");
	if (!r)
		err_prefix(e, "%s%senvironment %s", conf->place ? conf->place : "",
			conf->place ? ": " : "", conf->name);
	return r;
}

struct environment *
environment_new(const struct conf_environment *conf, struct monitor *m, struct err *e)
{
	struct ignore_rules *rules = validate(conf, e);
	struct environment *env;

	if (!rules)
		return NULL;
	env = xcalloc(1, sizeof *env);
	env->conf = conf;
	env->monitor = m;
	env->ignore = rules;
	env->address = pg_dsn_address(conf->dsn);
	return env;
}

void
environment_share(struct environment *env, struct memo *memo)
{
	env->memo = memo;
	env->accepted.kept_in = memo_library(memo);
}

bool
environment_read_conf(
	struct environment *env, const struct conf_environment *conf, struct err *e)
{
	ignore_free(env->fresh_ignore);
	env->fresh_ignore = validate(conf, e);
	env->fresh_conf = conf;
	return env->fresh_ignore != NULL;
}

void
environment_keep_conf(struct environment *env, const struct conf_environment *conf)
{
	ignore_free(env->fresh_ignore);
	env->fresh_ignore = NULL;
	env->fresh_conf = conf;
}

static struct pg_target
target(const struct conf_environment *c)
{
	return (struct pg_target){.dsn = c->dsn,
		.password_file = c->password_file,
		.password_command = c->password_command,
		.application_name = "pgdriftd",
		.connect_timeout_ms = c->connect_timeout_ms};
}

/* The session that it has kept is closed where it would not be used. */
static void
see_kept(struct environment *env)
{
	const struct pg_target t = target(env->conf);

	link_kept_see(&env->kept_link, env->conf->keep_connection ? &t : NULL);
}

bool
environment_take_conf(struct environment *env)
{
	const struct conf_environment *old = env->conf, *now = env->fresh_conf;

	if (!now)
		return false;
	if (env->fresh_ignore) {
		ignore_free(env->ignore);
		env->ignore = env->fresh_ignore;
		env->fresh_ignore = NULL;
	}
	env->conf = now;
	env->fresh_conf = NULL;
	if (conf_environment_checked_equal(old, now))
		return false;
	env->reread = true;
	see_kept(env);
	free(env->address);
	env->address = pg_dsn_address(now->dsn);
	env->other_rows |= strcmp(old->version_schema, now->version_schema) != 0 ||
			   strcmp(old->version_table, now->version_table) != 0;
	return true;
}

void
environment_free(struct environment *env)
{
	if (!env)
		return;
	timer_free(env->timer);
	reading_free(env->reading);
	link_kept_close(&env->kept_link);
	free(env->address);
	ahead_end(&env->ahead);
	capture_end(&env->capture);
	ignore_free(env->ignore);
	ignore_free(env->fresh_ignore);
	facts_free(env->facts);
	timeline_free(&env->timeline);
	earlier_free(&env->earlier);
	free(env->moved_with);
	losses_known_fini(&env->covered);
	located_fini(&env->located);
	accepted_fini(&env->accepted);
	published_environment_free(env->published);
	free(env->restored);
	published_environment_free(env->known);
	facts_free(env->recalled);
	resume_end(env);
	free(env->known_text);
	memory_kept_fini(&env->kept);
	applied_free(&env->applied);
	applied_news_free(&env->news);
	away_free(&env->away);
	happenings_free(&env->happened);
	free(env->gone_back);
	revised_forget(&env->sign);
	lock_row_fini(&env->row);
	strvec_free(&env->told_expired);
	strvec_free(&env->told_expiring);
	confirmation_fini(&env->confirmation);
	sightings_unref(env->sightings);
	flapping_fini(&env->flapping);
	free(env);
}

const struct published_environment *
environment_before(const struct environment *env)
{
	return env->anew ? NULL : env->published;
}

static enum outcome
outcome_of(const struct environment *env, const struct err *e)
{
	if (e)
		return e->code == ERR_MOVED ? OUTCOME_MOVED
		       : e->unanswered      ? OUTCOME_UNANSWERED
					    : OUTCOME_FAILURE;
	return env->migrating ? OUTCOME_MIGRATING : OUTCOME_SUCCESS;
}

static void
count_failure(struct environment *env, const struct err *e)
{
	enum err_code code = e->code >= ERR_CONNECT && e->code <= ERR_INTERNAL
				     ? e->code
				     : ERR_INTERNAL;

	env->failures_total[code - ERR_CONNECT]++;
	if (!env->consecutive_failures++)
		env->failing_since_ms = env->last_at_ms;
	env->error = *e;
}

static void
count_success(struct environment *env)
{
	env->consecutive_failures = 0;
	env->error = (struct err){0};
	env->last_success_ms = env->last_at_ms;
}

/* What the rows of another table say is no revision that it had before. */
static void
forget_reading(struct environment *env)
{
	facts_free(env->facts);
	env->facts = NULL;
}

/* While a migration runs, what was read before stands. */
static void
take_facts(struct environment *env, struct facts *facts)
{
	env->migrating = facts->migrating;
	env->lock = facts->lock;
	lock_follow(&env->row, facts, clock_wall_ms());
	if (facts->migrating && (env->facts || env->known || !facts->revision_known)) {
		facts_free(facts);
		return;
	}
	env->reread = false;
	if (env->other_rows)
		forget_reading(env);
	if (!env->facts && env->known)
		recall_follow(facts, env->known);
	facts_free(env->recalled);
	env->recalled = NULL;
	resume_end(env);
	earlier_compare(env, facts, clock_wall_ms());
	env->had_tables |= facts->user_tables;
	if (env->facts)
		facts_follow(facts, env->facts);
	facts_free(env->facts);
	env->facts = facts;
}

/* What to call it then: somebody holds a lock (55P03, lock_not_available), or the
 * catalog never stands still. */
static void
give_up_moved(struct err *e)
{
	e->code = strcmp(e->sqlstate, "55P03") ? ERR_QUERY : ERR_TIMEOUT;
}

void
environment_take(struct environment *env, struct facts *facts, const struct err *e)
{
	struct err moved;
	enum outcome o;

	env->last_at_ms = clock_wall_ms();
	env->last_boot_ms = clock_boot_ms();
	env->duration_ms = clock_mono_ms() - env->began_ms;
	if (facts)
		take_facts(env, facts);
	if (e && e->code == ERR_MOVED && env->outcome == OUTCOME_MOVED &&
		env->outcome_in_a_row >= MOVED_MOST) {
		moved = *e;
		give_up_moved(&moved);
		e = &moved;
	}
	o = outcome_of(env, e);
	env->outcome_in_a_row = o == env->outcome ? env->outcome_in_a_row + 1 : 1;
	env->outcome = o;
	if (o == OUTCOME_MOVED)
		return;
	env->checks_total++;
	env->last_started_ms = env->started_ms;
	env->tried = true;
	if (e)
		count_failure(env, e);
	else
		count_success(env);
}

static struct standing
standing_of(const struct environment *env)
{
	return (struct standing){
		env->outcome, env->published->state, env->facts != NULL};
}

void
environment_stand(struct environment *env)
{
	env->before = standing_of(env);
}

bool
environment_is_news(const struct environment *env)
{
	const struct standing *before = &env->before, now = standing_of(env);

	return now.outcome != before->outcome || now.state != before->state ||
	       now.read != before->read ||
	       (now.outcome == OUTCOME_SUCCESS && env->facts->held.from > env->ended);
}

bool
environment_refers_to(const struct environment *env, const struct environment *other)
{
	return env->refers[0] == other || env->refers[1] == other;
}

int64_t
environment_delay(const struct environment *env, double jitter, int64_t now_ms)
{
	const struct schedule s = {
		.interval_ms = env->conf->interval_ms,
		.jitter = jitter,
		.seed = schedule_seed(env->conf->name),
		.place = env->place,
		.now_ms = now_ms,
	};
	bool again = env->outcome == OUTCOME_SUCCESS && env->unconfirmed_in_a_row;

	return schedule_delay(&s, again ? OUTCOME_UNCONFIRMED : env->outcome,
		env->checks_total,
		again ? env->unconfirmed_in_a_row : env->outcome_in_a_row);
}

void
environment_set_next(struct environment *env, int64_t delay_ms)
{
	env->next_mono_ms = clock_mono_ms() + delay_ms;
	env->next_at_ms = clock_wall_ms() + delay_ms;
	timer_set(env->timer, delay_ms);
}

int64_t
environment_lateness(const struct environment *env)
{
	int64_t late_ms = clock_mono_ms() - env->due_ms;

	if (env->phase != PHASE_DUE)
		return env->lateness_ms;
	return late_ms > 0 ? late_ms : 0;
}

struct reading_options
environment_reading(struct environment *env)
{
	const struct conf_environment *c = env->conf;

	return (struct reading_options){
		.target = target(c),
		.version_schema = c->version_schema,
		.version_table = c->version_table,
		.timeout_ms = c->check_timeout_ms,
		.statement_timeout_ms = c->statement_timeout_ms,
		.lock_timeout_ms = c->lock_timeout_ms,
		.max_bytes = c->max_catalog_size,
		.only_schema = c->of_schema,
		.migrating_max_ms = c->migrating_max_ms,
		.lock_seen = &env->lock,
		.even_migrating = lock_row_is_too_long(
			&env->row, c->migrating_max_ms, clock_wall_ms()),
		.catalog = true,
		.kept = c->keep_connection ? &env->kept_link : NULL,
		.kept_in = memo_library(env->memo),
		.last = env->reread  ? NULL
			: env->facts ? env->facts
				     : env->resumed,
	};
}

bool
environment_partitions(const char *word, enum partitions *mode)
{
	static const char *const words[] = {
		[PARTITIONS_PARENT] = "parent",
		[PARTITIONS_COUNT] = "count",
		[PARTITIONS_COMPARE] = "compare",
	};

	for (size_t i = 0; i < COUNT_OF(words); i++)
		if (!strcmp(words[i], word)) {
			*mode = (enum partitions)i;
			return true;
		}
	return false;
}

struct compare_options
environment_comparison(
	const struct environment *env, const struct expectation *x, int64_t now_ms)
{
	const struct conf_environment *c = env->conf;
	enum partitions partitions = PARTITIONS_PARENT;
	/* What is of the database itself has the names that it has. */
	bool elsewhere = x && c->expect != EXPECT_BASELINE;

	environment_partitions(c->partitions, &partitions);
	return (struct compare_options){
		.column_order = c->column_order,
		.owners = c->owners,
		.grants = c->grants,
		.comments = c->comments,
		.generated_names = c->generated_names,
		.locale = c->locale,
		.loose_bodies = !c->body_whitespace,
		.partitions = partitions,
		.schemas = &c->schemas,
		.expected_schemas = x ? x->schemas : NULL,
		.instance = {x ? x->instance : NULL,
			env->facts ? &env->facts->instance : NULL},
		.ignore = env->ignore,
		.role_map = elsewhere ? &c->roles : NULL,
		.schema_map = elsewhere ? &c->schema_names : NULL,
		.now_ms = now_ms,
		.max_texts = MAX_TEXTS,
		.version_schema = c->version_schema,
		.version_table = c->version_table,
	};
}

struct diff *
environment_compare(const struct environment *env, const struct snapshot *expected,
	const struct snapshot *found, const struct compare_options *o)
{
	return memo_compare(env->memo, expected, found, o);
}

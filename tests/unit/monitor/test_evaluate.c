/* From facts and expectation to what is published, without a server or a clock. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "monitor/environment.h"
#include "monitor/known.h"
#include "monitor/memory.h"
#include "store/store.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/monitor/prod.h"

struct fixture {
	struct conf_environment conf;
	struct environment *env;
	struct strvec expected_revision, head;
	struct expectation x;
};

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);
	struct err e;

	prod_conf(&f->conf);
	f->env = environment_new(&f->conf, NULL, &e);
	assert_non_null(f->env);
	strvec_add(&f->expected_revision, "a");
	strvec_add(&f->head, "a");
	f->x = (struct expectation){
		.snapshot = CATALOG("schema /public", "table public/t",
			"column public/t/id|type=integer"),
		.revision = &f->expected_revision,
		.reference = xstrdup("environment:dev"),
		.head = &f->head,
		.revision_watched = true,
	};
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	environment_free(f->env);
	snapshot_unref(f->x.snapshot);
	free(f->x.reference);
	free(f->x.reason);
	strvec_free(&f->expected_revision);
	strvec_free(&f->head);
	prod_conf_fini(&f->conf);
	free(f);
	return 0;
}

/* A complete reading of a database that records `revision` (NULL: it has no version
 * table). */
static struct facts *
facts_of(struct snapshot *s, const char *revision)
{
	struct facts *f = xcalloc(1, sizeof *f);

	f->server_version_num = 150018;
	strcpy(f->server_version, "15.18");
	f->user_tables = true;
	f->version_table_exists = revision != NULL;
	if (revision)
		strvec_add(&f->recorded, revision);
	f->snapshot = s;
	f->probe = xstrdup("1");
	return f;
}

static struct snapshot *
same_catalog(void)
{
	return CATALOG(
		"schema /public", "table public/t", "column public/t/id|type=integer");
}

static struct snapshot *
other_catalog(void)
{
	return CATALOG(
		"schema /public", "table public/t", "column public/t/id|type=bigint");
}

static const struct published_environment *
publish(struct fixture *f, bool sighting, int64_t now_ms)
{
	struct published_environment *p =
		environment_evaluate(f->env, &f->x, sighting, now_ms);

	published_environment_free(f->env->published);
	f->env->published = p;
	return p;
}

static void
test_never_checked(void **state)
{
	const struct published_environment *p = publish(*state, false, 1000);

	assert_int_equal(p->state, STATE_UNKNOWN);
	assert_int_equal(p->check, CHECK_NOT_CHECKED);
	assert_int_equal(p->revision.status, REVISION_NOT_CHECKED);
	assert_int_equal(p->schema, SCHEMA_NOT_CHECKED);
	assert_null(p->fingerprint);
}

static void
test_in_sync(void **state)
{
	struct fixture *f = *state;
	const struct published_environment *p;

	environment_take(f->env, facts_of(same_catalog(), "a"), NULL);
	p = publish(f, true, 1000);
	assert_int_equal(p->state, STATE_IN_SYNC);
	assert_int_equal(p->check, CHECK_OK);
	assert_int_equal(p->revision.status, REVISION_AT_HEAD);
	assert_int_equal(p->schema, SCHEMA_IN_SYNC);
	assert_int_equal(p->n_objects, 3);
	assert_string_equal(p->fingerprint, f->x.snapshot->fingerprint);
	assert_int_equal(p->since_ms, 1000);
	assert_int_equal(publish(f, true, 2000)->since_ms, 1000);
}

static void
test_unstamped_with_matching_schema(void **state)
{
	struct fixture *f = *state;
	const struct published_environment *p;

	environment_take(f->env, facts_of(same_catalog(), NULL), NULL);
	p = publish(f, true, 1000);
	assert_int_equal(p->state, STATE_UNSTAMPED);
	assert_int_equal(p->schema, SCHEMA_IN_SYNC);
	assert_non_null(strstr(p->hint, "`alembic stamp a`"));
}

static void
test_unstamped_with_differences(void **state)
{
	struct fixture *f = *state;
	const struct published_environment *p;

	environment_take(f->env, facts_of(other_catalog(), NULL), NULL);
	p = publish(f, true, 1000);
	assert_int_equal(p->state, STATE_UNSTAMPED);
	assert_int_equal(p->schema, SCHEMA_DRIFTED);
	assert_null(strstr(p->hint, "alembic stamp a"));
	assert_non_null(strstr(p->hint, "public.t.id"));
}

/* The point of it all: a check that fails shows so, and takes no finding away. */
static void
test_failure_keeps_findings(void **state)
{
	struct fixture *f = *state;
	const struct published_environment *p;
	struct err e;

	environment_take(f->env, facts_of(other_catalog(), "a"), NULL);
	assert_int_equal(publish(f, true, 1000)->state, STATE_DRIFTED);
	err_set(&e, ERR_CONNECT, "connection refused");
	environment_take(f->env, NULL, &e);
	p = publish(f, false, 2000);
	assert_int_equal(p->state, STATE_UNKNOWN);
	assert_int_equal(p->check, CHECK_UNREACHABLE);
	assert_int_equal(p->schema, SCHEMA_DRIFTED);
	assert_int_equal(p->diff->n_findings, 1);
	assert_int_equal(p->drift_since_ms, 1000);
	assert_int_equal(p->since_ms, 2000);
	assert_int_equal(p->failures_total[0], 1);
	assert_int_equal(p->checks_total, 2);
	environment_take(f->env, facts_of(other_catalog(), "a"), NULL);
	p = publish(f, true, 3000);
	assert_int_equal(p->state, STATE_DRIFTED);
	assert_int_equal(p->drift_since_ms, 1000);
	assert_int_equal(p->consecutive_failures, 0);
	assert_null(p->error);
}

/* A catalog that moves while it is read is no failure, until it never stands still. */
static void
test_moved(void **state)
{
	struct fixture *f = *state;
	struct err e;

	environment_take(f->env, facts_of(same_catalog(), "a"), NULL);
	err_set(&e, ERR_MOVED, "the catalog changed while it was read");
	for (int i = 0; i < 5; i++) {
		environment_take(f->env, NULL, &e);
		assert_int_equal(f->env->outcome, OUTCOME_MOVED);
		assert_int_equal(publish(f, false, 1000)->state, STATE_IN_SYNC);
	}
	environment_take(f->env, NULL, &e);
	assert_int_equal(f->env->outcome, OUTCOME_FAILURE);
	assert_int_equal(publish(f, false, 1000)->state, STATE_UNKNOWN);
	assert_int_equal(f->env->error.code, ERR_QUERY);
}

static void
test_migrating_keeps_axes(void **state)
{
	struct fixture *f = *state;
	struct facts *facts = facts_of(NULL, NULL);
	const struct published_environment *p;

	environment_take(f->env, facts_of(same_catalog(), "a"), NULL);
	publish(f, true, 1000);
	facts->migrating = true;
	environment_take(f->env, facts, NULL);
	p = publish(f, false, 2000);
	assert_int_equal(p->state, STATE_MIGRATING);
	assert_int_equal(p->revision.status, REVISION_AT_HEAD);
	assert_int_equal(p->schema, SCHEMA_IN_SYNC);
}

/* A version table that is locked was not read, so it is not empty. */
static void
test_migrating_at_first(void **state)
{
	struct fixture *f = *state;
	struct facts *facts = facts_of(NULL, NULL);
	const struct published_environment *p;

	facts->migrating = true;
	environment_take(f->env, facts, NULL);
	p = publish(f, false, 1000);
	assert_int_equal(p->state, STATE_MIGRATING);
	assert_int_equal(p->revision.status, REVISION_NOT_CHECKED);
	facts = facts_of(NULL, "z");
	facts->migrating = facts->revision_known = true;
	environment_take(f->env, facts, NULL);
	p = publish(f, false, 2000);
	assert_int_equal(p->state, STATE_MIGRATING);
	assert_string_equal(p->revision.recorded.v[0], "z");
	assert_int_equal(p->schema, SCHEMA_NOT_CHECKED);
}

static void
test_other_revision(void **state)
{
	struct fixture *f = *state;
	const struct published_environment *p;

	f->x.revision_watched = false;
	f->x.head = NULL;
	environment_take(f->env, facts_of(other_catalog(), "z"), NULL);
	p = publish(f, true, 1000);
	assert_int_equal(p->schema, SCHEMA_OTHER_REVISION);
	assert_int_equal(p->relation, RELATION_UNRELATED);
	assert_int_equal(p->state, STATE_REVISION_MISMATCH);
	assert_int_equal(p->diff->n_findings, 1);
	assert_int_equal(p->drift_since_ms, 0);
}

static void
test_confirm(void **state)
{
	struct fixture *f = *state;

	f->conf.confirm = 3;
	environment_take(f->env, facts_of(other_catalog(), "a"), NULL);
	assert_int_equal(publish(f, true, 1)->state, STATE_UNCONFIRMED);
	/* A publication without a new check is no sighting. */
	assert_int_equal(publish(f, false, 2)->state, STATE_UNCONFIRMED);
	assert_int_equal(publish(f, false, 3)->state, STATE_UNCONFIRMED);
	assert_int_equal(publish(f, true, 4)->state, STATE_UNCONFIRMED);
	assert_false(f->env->published->confirmed);
	assert_int_equal(publish(f, true, 5)->state, STATE_DRIFTED);
	assert_int_equal(publish(f, false, 6)->state, STATE_DRIFTED);
	assert_int_equal(f->env->published->drift_since_ms, 1);
	environment_take(f->env, facts_of(same_catalog(), "a"), NULL);
	assert_int_equal(publish(f, true, 7)->state, STATE_IN_SYNC);
	environment_take(f->env, facts_of(other_catalog(), "a"), NULL);
	assert_int_equal(publish(f, true, 8)->state, STATE_UNCONFIRMED);
}

/* What stands is kept over a restart; what was seen once is not seen twice by that. */
static void
test_confirm_over_a_restart(void **state)
{
	struct fixture *f = *state;
	struct environment *again;
	char *text;

	f->conf.confirm = 2;
	environment_take(f->env, facts_of(other_catalog(), "a"), NULL);
	publish(f, true, 1);
	publish(f, true, 2);
	environment_take(f->env,
		facts_of(CATALOG("schema /public", "table public/t",
				 "column public/t/id|type=bigint", "table public/new"),
			"a"),
		NULL);
	assert_int_equal(publish(f, true, 3)->state, STATE_DRIFTED);
	text = known_write(f->env->published, &f->env->confirmation, &f->env->flapping);
	again = environment_new(&f->conf, NULL, NULL);
	again->known = known_read(text, &again->confirmation, &again->flapping);
	free(text);
	environment_free(f->env);
	f->env = again;
	assert_int_equal(published_unconfirmed(publish(f, false, 4)), 1);
	environment_take(f->env,
		facts_of(CATALOG("schema /public", "table public/t",
				 "column public/t/id|type=bigint", "table public/new"),
			"a"),
		NULL);
	assert_int_equal(publish(f, false, 5)->state, STATE_DRIFTED);
	assert_int_equal(published_unconfirmed(f->env->published), 1);
	assert_int_equal(published_unconfirmed(publish(f, true, 6)), 0);
}

/* At the check of that time. */
static const struct published_environment *
see(struct fixture *f, struct snapshot *s, int64_t at_ms)
{
	environment_take(f->env, facts_of(s, "a"), NULL);
	f->env->last_success_ms = at_ms;
	return publish(f, true, at_ms + 1);
}

static void
assert_seen(const struct published_environment *p, int64_t first_ms, int64_t last_ms)
{
	assert_non_null(p->diff);
	assert_true(p->diff->n_findings > 0);
	assert_int_equal(published_first_seen(p, 0), first_ms);
	assert_int_equal(published_last_seen(p, 0), last_ms);
}

static void
test_seen(void **state)
{
	struct fixture *f = *state;
	struct err e;

	assert_seen(see(f, other_catalog(), 1000), 1000, 1000);
	assert_seen(see(f, other_catalog(), 2000), 1000, 2000);
	/* A check that fails sees nothing, and ends nothing. */
	err_set(&e, ERR_CONNECT, "connection refused");
	environment_take(f->env, NULL, &e);
	assert_seen(publish(f, false, 3000), 1000, 2000);
	/* The same finding by another value. */
	assert_seen(see(f,
			    CATALOG("schema /public", "table public/t",
				    "column public/t/id|type=text"),
			    4000),
		1000, 4000);
	/* What is gone begins anew. */
	assert_int_equal(see(f, same_catalog(), 5000)->diff->n_findings, 0);
	assert_seen(see(f, other_catalog(), 6000), 6000, 6000);
}

/* What is expected changes between two checks. */
static void
test_seen_by_the_other_side(void **state)
{
	struct fixture *f = *state;

	see(f, same_catalog(), 1000);
	snapshot_unref(f->x.snapshot);
	f->x.snapshot = CATALOG("schema /public", "table public/t",
		"column public/t/id|type=integer", "table public/u");
	assert_seen(publish(f, false, 1500), 1500, 1500);
	assert_seen(publish(f, false, 1600), 1500, 1500);
	assert_seen(see(f, same_catalog(), 2000), 1500, 2000);
}

/* A check that cannot hold them against anything does not see them. */
static void
test_seen_and_kept(void **state)
{
	struct fixture *f = *state;
	struct snapshot *expected = f->x.snapshot;

	see(f, other_catalog(), 1000);
	f->x.snapshot = NULL;
	f->x.reason = xstrdup("no such file");
	assert_seen(see(f, other_catalog(), 2000), 1000, 1000);
	/* Of another revision there is nothing left, and nothing is compared. */
	environment_take(f->env, facts_of(other_catalog(), "z"), NULL);
	assert_null(publish(f, true, 3000)->diff);
	f->x.snapshot = expected;
	assert_seen(see(f, other_catalog(), 4000), 1000, 4000);
}

static char *
known_text(const struct fixture *f)
{
	return known_write(f->env->published, &f->env->confirmation, &f->env->flapping);
}

static void
start_again(struct fixture *f, char *text, int64_t success_ms)
{
	struct environment *again = environment_new(&f->conf, NULL, NULL);

	memory_take_known(again, text, success_ms);
	environment_free(f->env);
	f->env = again;
}

static void
test_seen_over_a_restart(void **state)
{
	struct fixture *f = *state;
	struct snapshot *expected = f->x.snapshot;
	char *text, *again;

	/* Between two checks there is no gap, however long they take. */
	f->conf.interval_ms = 3600000;
	see(f, other_catalog(), 1000);
	text = known_text(f);
	see(f, other_catalog(), 2000);
	/* That it was seen again is no reason to write it. */
	again = known_text(f);
	assert_string_equal(text, again);
	free(text);
	start_again(f, again, 2000);
	assert_seen(publish(f, false, 9000), 1000, 2000);
	assert_seen(see(f, other_catalog(), 9100), 1000, 9100);
	/* What is kept was seen before the last check. */
	f->x.snapshot = NULL;
	f->x.reason = xstrdup("no such file");
	see(f, other_catalog(), 9200);
	start_again(f, known_text(f), 9200);
	assert_seen(publish(f, false, 9300), 1000, 9100);
	assert_seen(see(f, other_catalog(), 9400), 1000, 9100);
	f->x.snapshot = expected;
}

static void
test_empty_database(void **state)
{
	struct fixture *f = *state;
	struct facts *facts = facts_of(CATALOG("schema /public"), "a");
	const struct published_environment *p;

	facts->user_tables = false;
	environment_take(f->env, facts, NULL);
	p = publish(f, true, 1000);
	assert_int_equal(p->revision.status, REVISION_EMPTY_DATABASE);
	assert_int_equal(p->state, STATE_REVISION_MISMATCH);
	/* One that records a revision is not new, nor is one that had tables. */
	f->conf.allow_empty = true;
	assert_int_equal(publish(f, true, 1000)->state, STATE_REVISION_MISMATCH);
	facts = facts_of(CATALOG("schema /public"), NULL);
	facts->user_tables = false;
	environment_take(f->env, facts, NULL);
	p = publish(f, true, 1000);
	assert_int_equal(p->schema, SCHEMA_NOT_CHECKED);
	assert_int_equal(p->state, STATE_IN_SYNC);
	environment_take(f->env, facts_of(same_catalog(), "a"), NULL);
	assert_int_equal(publish(f, true, 1000)->state, STATE_IN_SYNC);
	facts = facts_of(CATALOG("schema /public"), NULL);
	facts->user_tables = false;
	environment_take(f->env, facts, NULL);
	assert_int_equal(publish(f, true, 1000)->state, STATE_REVISION_MISMATCH);
}

static void
test_no_head(void **state)
{
	struct fixture *f = *state;
	const struct strvec none = {0};

	environment_take(f->env, facts_of(same_catalog(), "a"), NULL);
	f->x.head = &none;
	assert_int_equal(publish(f, true, 1)->revision.status, REVISION_UNKNOWN_HEAD);
	f->x.head_unread = true;
	assert_int_equal(publish(f, true, 1)->revision.status, REVISION_NOT_CHECKED);
	assert_int_equal(f->env->published->state, STATE_UNKNOWN);
	f->x.head_unread = false;
	f->x.head = NULL;
	f->x.graph_error = "no such directory";
	assert_int_equal(publish(f, true, 1)->revision.status, REVISION_UNKNOWN_HEAD);
	assert_int_equal(f->env->published->revision.recorded.n, 1);
}

/* What says the head cannot be read: what the revision was found to lack stands, as
 * long as it is that revision. */
static void
test_head_is_gone(void **state)
{
	struct fixture *f = *state;
	struct strvec other = {0};

	strvec_add(&other, "b");
	f->x.head = &other;
	environment_take(f->env, facts_of(same_catalog(), "a"), NULL);
	assert_int_equal(publish(f, true, 1000)->revision.status, REVISION_DIVERGED);
	f->x.head_unread = true;
	f->x.head_reason = xstrdup("environment:dev is unreachable");
	publish(f, true, 2000);
	assert_int_equal(f->env->published->revision.status, REVISION_DIVERGED);
	assert_string_equal(f->env->published->revision.expected.v[0], "b");
	assert_int_equal(f->env->published->state, STATE_UNKNOWN);
	assert_non_null(strstr(f->env->published->hint,
		"could not be judged: environment:dev is unreachable; before, it was "
		"diverged"));
	assert_int_equal(publish(f, true, 3000)->revision.status, REVISION_DIVERGED);
	/* Nothing is at head that was not held against it, nor at another revision
	 * what it was. */
	environment_take(f->env, facts_of(same_catalog(), "c"), NULL);
	assert_int_equal(publish(f, true, 4000)->revision.status, REVISION_NOT_CHECKED);
	f->x.head_unread = false;
	environment_take(f->env, facts_of(same_catalog(), "b"), NULL);
	assert_int_equal(publish(f, true, 5000)->revision.status, REVISION_AT_HEAD);
	f->x.head_unread = true;
	assert_int_equal(publish(f, true, 6000)->revision.status, REVISION_NOT_CHECKED);
	free(f->x.head_reason);
	strvec_free(&other);
}

/* That is no sighting of it. */
static void
test_head_is_gone_unconfirmed(void **state)
{
	struct fixture *f = *state;
	struct strvec other = {0};

	strvec_add(&other, "b");
	f->conf.confirm = 2;
	f->x.head = &other;
	environment_take(f->env, facts_of(same_catalog(), "a"), NULL);
	assert_int_equal(publish(f, true, 1000)->state, STATE_UNCONFIRMED);
	f->x.head_unread = true;
	assert_int_equal(publish(f, true, 2000)->state, STATE_UNKNOWN);
	f->x.head_unread = false;
	assert_int_equal(publish(f, false, 2100)->state, STATE_UNCONFIRMED);
	assert_int_equal(publish(f, true, 3000)->state, STATE_REVISION_MISMATCH);
	strvec_free(&other);
}

static void
test_reference_not_read(void **state)
{
	struct fixture *f = *state;
	const struct published_environment *p;

	snapshot_unref(f->x.snapshot);
	f->x.snapshot = NULL;
	f->x.revision = NULL;
	f->x.reason = xstrdup("environment:dev has not been read yet");
	environment_take(f->env, facts_of(same_catalog(), "a"), NULL);
	p = publish(f, true, 1000);
	assert_int_equal(p->schema, SCHEMA_NOT_CHECKED);
	assert_string_equal(p->schema_reason, f->x.reason);
	f->x.not_comparable = true;
	assert_int_equal(p->state, STATE_UNKNOWN);
	p = publish(f, false, 1000);
	assert_int_equal(p->schema, SCHEMA_NOT_COMPARABLE);
	assert_int_equal(p->state, STATE_UNKNOWN);
	assert_int_equal(p->n_objects, 3);
}

/* What was expected is gone (a file, an environment whose settings changed): no finding
 * goes with it. */
static void
test_expected_is_gone(void **state)
{
	struct fixture *f = *state;
	struct snapshot *expected = f->x.snapshot;

	environment_take(f->env, facts_of(other_catalog(), "a"), NULL);
	assert_int_equal(publish(f, true, 1000)->state, STATE_DRIFTED);
	f->x.snapshot = NULL;
	f->x.reason = xstrdup("no such file");
	assert_int_equal(publish(f, true, 2000)->schema, SCHEMA_DRIFTED);
	assert_int_equal(f->env->published->state, STATE_UNKNOWN);
	assert_int_equal(f->env->published->diff->n_findings, 1);
	assert_int_equal(f->env->published->drift_since_ms, 1000);
	assert_string_equal(f->env->published->schema_reason, "no such file");
	assert_non_null(
		strstr(f->env->published->hint, "no such file; before, it had 1 "
						"difference (first: "));
	/* Nor is a catalog in sync that nobody compared. */
	f->x.snapshot = expected;
	environment_take(f->env, facts_of(same_catalog(), "a"), NULL);
	assert_int_equal(publish(f, true, 2100)->schema, SCHEMA_IN_SYNC);
	f->x.snapshot = NULL;
	assert_int_equal(publish(f, true, 2200)->schema, SCHEMA_NOT_CHECKED);
	assert_int_equal(f->env->published->state, STATE_UNKNOWN);
	environment_take(f->env, facts_of(other_catalog(), "a"), NULL);
	assert_int_equal(publish(f, true, 2300)->schema, SCHEMA_NOT_CHECKED);
	/* Of another revision nothing is known. */
	environment_take(f->env, facts_of(other_catalog(), "z"), NULL);
	assert_int_equal(publish(f, true, 3000)->schema, SCHEMA_NOT_CHECKED);
	f->x.snapshot = expected;
}

static void
test_timeout_before_connection(void **state)
{
	struct fixture *f = *state;
	struct err e;

	err_set(&e, ERR_TIMEOUT, "no connection within 5s");
	environment_take(f->env, NULL, &e);
	assert_int_equal(publish(f, false, 1)->check, CHECK_UNREACHABLE);
	f->env->connected = true;
	environment_take(f->env, NULL, &e);
	assert_int_equal(publish(f, false, 1)->check, CHECK_ERROR);
	assert_int_equal(f->env->consecutive_failures, 2);
}

static void
test_restored_since(void **state)
{
	struct fixture *f = *state;
	struct store_last last = {.since_ms = 77, .drift_since_ms = 66};
	const struct published_environment *p;

	strcpy(last.state, "drifted");
	f->env->restored = xmalloc(sizeof last);
	*f->env->restored = last;
	publish(f, false, 1000);
	environment_take(f->env, facts_of(other_catalog(), "a"), NULL);
	p = publish(f, true, 2000);
	assert_int_equal(p->since_ms, 77);
	assert_int_equal(p->drift_since_ms, 66);
}

/* Nothing was compared, though nothing differs. */
static void
test_nothing_to_compare(void **state)
{
	static const struct instance here = {"71", "5", false, 100, 200};
	static const struct instance elsewhere = {"72", "5", false, 100, 200};
	struct fixture *f = *state;
	const struct published_environment *p;

	environment_take(f->env, facts_of(same_catalog(), "a"), NULL);
	f->env->facts->instance = here;
	f->x.instance = &here;
	p = publish(f, true, 1000);
	assert_int_equal(p->schema, SCHEMA_NOT_COMPARABLE);
	assert_non_null(strstr(p->schema_reason, "the same database"));
	f->x.instance = &elsewhere;
	assert_int_equal(publish(f, true, 1000)->schema, SCHEMA_IN_SYNC);
	strvec_add(&f->conf.schemas, "pubilc");
	p = publish(f, true, 1000);
	assert_int_equal(p->schema, SCHEMA_NOT_COMPARABLE);
	assert_non_null(strstr(p->schema_reason, "\"pubilc\""));
	strvec_add(&f->conf.schemas, "public");
	p = publish(f, true, 1000);
	assert_int_equal(p->schema, SCHEMA_IN_SYNC);
	assert_non_null(strstr(p->schema_reason, "\"pubilc\""));
	strvec_free(&f->conf.schemas);
}

/* ---- A standby ---- */

/* What is read of it when it has replayed up to there. */
static void
take_standby(struct fixture *f, struct snapshot *s, uint64_t position)
{
	struct facts *facts = facts_of(s, "a");

	facts->in_recovery = true;
	facts->instance = (struct instance){"71", "5", true, .read_us = 90000000,
		.position = position, .received = 1000, .replayed_us = 60000000};
	environment_take(f->env, facts, NULL);
}

/* Its primary, that was seen with what it has at `seen`. */
static struct environment *
new_primary(struct fixture *f, uint64_t seen)
{
	struct environment *primary = environment_new(&f->conf, NULL, NULL);

	primary->facts = facts_of(same_catalog(), "a");
	primary->facts->seen_position = seen;
	primary->facts->instance.position = 5000;
	f->x.primary = primary;
	return primary;
}

static void
test_standby_lags(void **state)
{
	struct fixture *f = *state;
	struct environment *primary = new_primary(f, 1000);
	const struct published_environment *p;

	take_standby(f, other_catalog(), 900);
	for (int i = 1; i < 4; i++) {
		p = publish(f, true, i);
		assert_int_equal(p->state, STATE_UNCONFIRMED);
		assert_false(p->confirmed);
		assert_int_equal(p->replay_lag_bytes, 4100);
		assert_int_equal(p->replay_lag_ms, 30000);
		assert_non_null(strstr(p->hint, "replay has caught up"));
	}
	/* It has caught up with what its primary was seen with, if not with all. */
	take_standby(f, other_catalog(), 1000);
	p = publish(f, true, 5);
	assert_int_equal(p->state, STATE_DRIFTED);
	assert_int_equal(p->replay_lag_bytes, 4000);
	assert_null(strstr(p->hint, "replay"));
	/* What it had when it lacked nothing is not taken back by a lag … */
	primary->facts->seen_position = 2000;
	assert_int_equal(publish(f, false, 6)->state, STATE_DRIFTED);
	/* … and there is nothing to confirm in what matches. */
	take_standby(f, same_catalog(), 1500);
	assert_int_equal(publish(f, true, 7)->state, STATE_IN_SYNC);
	take_standby(f, other_catalog(), 1500);
	assert_int_equal(publish(f, true, 8)->state, STATE_UNCONFIRMED);
	environment_free(primary);
}

/* Sightings from before it had caught up do not count. */
static void
test_standby_confirms(void **state)
{
	struct fixture *f = *state;
	struct environment *primary = new_primary(f, 1000);

	f->conf.confirm = 2;
	take_standby(f, other_catalog(), 900);
	publish(f, true, 1);
	publish(f, true, 2);
	take_standby(f, other_catalog(), 1100);
	assert_int_equal(publish(f, true, 3)->state, STATE_UNCONFIRMED);
	assert_int_equal(publish(f, true, 4)->state, STATE_DRIFTED);
	environment_free(primary);
}

/* A finding that it showed when it lacked nothing stands beside one that its lag makes.
 */
static void
test_standby_finding_by_finding(void **state)
{
	struct fixture *f = *state;
	struct environment *primary = new_primary(f, 1000);
	const struct published_environment *p;
	struct snapshot *both = CATALOG("schema /public", "table public/t",
		"column public/t/id|type=bigint", "table public/late");

	take_standby(f, other_catalog(), 1000);
	assert_int_equal(publish(f, true, 1)->state, STATE_DRIFTED);
	primary->facts->seen_position = 2000;
	take_standby(f, both, 1500);
	p = publish(f, true, 2);
	assert_int_equal(p->state, STATE_DRIFTED);
	assert_int_equal(p->diff->n_findings, 2);
	assert_int_equal(published_unconfirmed(p), 1);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(published_confirmed(p, i),
			p->diff->findings[i].kind == KIND_COLUMN);
	environment_free(primary);
}

/* Nobody says how far its primary is: what it has received it knows itself. */
static void
test_standby_alone(void **state)
{
	struct fixture *f = *state;
	const struct published_environment *p;

	take_standby(f, other_catalog(), 900);
	p = publish(f, true, 1);
	assert_int_equal(p->state, STATE_DRIFTED);
	assert_int_equal(p->replay_lag_bytes, 100);
	assert_non_null(strstr(p->hint, "100 bytes behind what it has received"));
	take_standby(f, other_catalog(), 1000);
	p = publish(f, true, 2);
	assert_int_equal(p->replay_lag_bytes, 0);
	assert_int_equal(p->replay_lag_ms, 0);
	assert_null(strstr(p->hint, "standby"));
	take_standby(f, other_catalog(), 0);
	p = publish(f, true, 3);
	assert_int_equal(p->replay_lag_bytes, -1);
	assert_int_equal(p->state, STATE_DRIFTED);
}

/* What is read as it was is no younger than when it was read first. */
static void
test_seen_position(void **state)
{
	static const struct {
		bool reused;
		const char *revision;
		uint64_t position, seen;
	} steps[] = {
		{false, "a", 0, 0},
		{true, "a", 100, 100},
		{true, "a", 200, 100},
		{true, "b", 300, 300},
		{false, "b", 400, 400},
		{true, "b", 500, 400},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		struct facts *facts = facts_of(same_catalog(), steps[i].revision);

		facts->reused = steps[i].reused;
		if (!facts->reused)
			facts->probe[0]++;
		facts->seen_position = steps[i].position;
		environment_take(f->env, facts, NULL);
		assert_int_equal(f->env->facts->seen_position, steps[i].seen);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_never_checked),
		TEST(test_in_sync),
		TEST(test_unstamped_with_matching_schema),
		TEST(test_unstamped_with_differences),
		TEST(test_failure_keeps_findings),
		TEST(test_moved),
		TEST(test_migrating_keeps_axes),
		TEST(test_migrating_at_first),
		TEST(test_other_revision),
		TEST(test_confirm),
		TEST(test_confirm_over_a_restart),
		TEST(test_seen),
		TEST(test_seen_by_the_other_side),
		TEST(test_seen_and_kept),
		TEST(test_seen_over_a_restart),
		TEST(test_empty_database),
		TEST(test_no_head),
		TEST(test_head_is_gone),
		TEST(test_head_is_gone_unconfirmed),
		TEST(test_reference_not_read),
		TEST(test_expected_is_gone),
		TEST(test_timeout_before_connection),
		TEST(test_restored_since),
		TEST(test_nothing_to_compare),
		TEST(test_standby_lags),
		TEST(test_standby_confirms),
		TEST(test_standby_finding_by_finding),
		TEST(test_standby_alone),
		TEST(test_seen_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

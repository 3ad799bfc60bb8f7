/* Stories of many checks: what is published at each of them, and how few lines are told
 * of it all. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "monitor/announce.h"
#include "monitor/environment.h"
#include "monitor/known.h"
#include "monitor/memory.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/monitor/prod.h"

enum { MINUTE_MS = 60000 };

struct fixture {
	struct conf_environment conf;
	struct environment *env;
	struct strvec a, head;
	struct expectation x;
	struct monitor_options o;
	struct strvec told; /* "state drifted", "findings", "flapping …" */
	int64_t now_ms;
};

static void
on_event(void *arg, enum monitor_event what, const struct published_environment *before,
	const struct published_environment *now)
{
	struct fixture *f = arg;

	(void)before;
	if (what == EVENT_STATE)
		strvec_take(&f->told, xasprintf("%s after %s", state_word(now->state),
					      state_word(now->previous)));
	else if (what == EVENT_FINDINGS)
		strvec_add(&f->told, "findings");
	else if (what == EVENT_CHECK_FAILED || what == EVENT_CHECK_PASSES)
		strvec_add(&f->told, what == EVENT_CHECK_FAILED ? "failed" : "passes");
}

static void
on_happened(
	void *arg, const struct published_environment *now, const struct happened *h)
{
	struct fixture *f = arg;

	(void)now;
	strvec_take(
		&f->told, xasprintf("%s%s%s", happening_word(h->what),
				  h->detail ? " " : "", h->detail ? h->detail : ""));
}

static const struct published_environment *
judge(struct fixture *f, bool sighting)
{
	struct published_environment *p =
		environment_evaluate(f->env, &f->x, sighting, f->now_ms);

	memory_tell(f->env, p, &f->o);
	announce(f->env, p, &f->o, 0);
	published_environment_free(f->env->published);
	f->env->published = p;
	return p;
}

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);
	struct err e;

	prod_conf(&f->conf);
	f->conf.interval_ms = MINUTE_MS;
	f->env = environment_new(&f->conf, NULL, &e);
	assert_non_null(f->env);
	strvec_add(&f->a, "a");
	strvec_add(&f->head, "a");
	f->x = (struct expectation){
		.snapshot = CATALOG("schema /public", "table public/t",
			"column public/t/id|type=integer"),
		.revision = &f->a,
		.reference = xstrdup("environment:dev"),
		.head = &f->head,
		.revision_watched = true,
	};
	f->o = (struct monitor_options){
		.event = on_event, .happened = on_happened, .arg = f};
	f->now_ms = 1000000;
	judge(f, false);
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
	strvec_free(&f->a);
	strvec_free(&f->head);
	strvec_free(&f->told);
	prod_conf_fini(&f->conf);
	free(f);
	return 0;
}

static const struct published_environment *
take(struct fixture *f, struct snapshot *found, const char *revision)
{
	struct facts *facts = xcalloc(1, sizeof *facts);

	f->now_ms += MINUTE_MS;
	facts->user_tables = facts->version_table_exists = true;
	strvec_add(&facts->recorded, revision);
	facts->snapshot = found;
	facts->probe = xstrdup("1");
	environment_take(f->env, facts, NULL);
	return judge(f, true);
}

/* What a check finds: `type` of the column, and further tables (NULL: none). */
struct found {
	const char *type, *table[2], *revision;
};

static const struct published_environment *
check(struct fixture *f, struct found found)
{
	struct snapshot *catalog;
	char *column = xasprintf("column public/t/id|type=%s", found.type);
	char *table[2];

	for (size_t i = 0; i < 2; i++)
		table[i] = xasprintf(
			"table public/%s", found.table[i] ? found.table[i] : "t");
	if (found.table[1])
		catalog = CATALOG(
			"schema /public", "table public/t", column, table[0], table[1]);
	else if (found.table[0])
		catalog = CATALOG("schema /public", "table public/t", column, table[0]);
	else
		catalog = CATALOG("schema /public", "table public/t", column);
	free(column);
	free(table[0]);
	free(table[1]);
	return take(f, catalog, found.revision ? found.revision : "a");
}

/* How many lines begin so. */
static size_t
lines(const struct fixture *f, const char *begin)
{
	size_t n = 0;

	for (size_t i = 0; i < f->told.n; i++)
		n += !strncmp(f->told.v[i], begin, strlen(begin));
	return n;
}

static void
forget(struct fixture *f)
{
	strvec_free(&f->told);
}

/* Standing drift, and a table of a job that is another one at each check. */
static void
test_standing_drift_and_job_tables(void **state)
{
	struct fixture *f = *state;

	f->conf.confirm = 2;
	check(f, (struct found){"integer"});
	for (unsigned i = 0; i < 200; i++) {
		const struct published_environment *p;
		char job[32];

		snprintf(job, sizeof job, "job_%u", i + 100);
		p = check(f, (struct found){"bigint", {job}});
		assert_int_equal(p->state, i ? STATE_DRIFTED : STATE_UNCONFIRMED);
		assert_int_equal(p->confirmed, i > 0);
		assert_int_equal(p->diff->n_findings, 2);
		assert_int_equal(published_unconfirmed(p), i ? 1 : 2);
		assert_int_equal(p->schema, SCHEMA_DRIFTED);
		if (i > 6)
			assert_true(p->flapping);
	}
	assert_int_equal(lines(f, "drifted after unconfirmed"), 1);
	assert_int_equal(lines(f, "flapping table public.job_10"), 1);
	assert_int_equal(lines(f, "findings"), 0);
	/* And the beginning: in sync, unconfirmed. */
	assert_int_equal(f->told.n, 4);
	assert_non_null(strstr(f->told.v[3], "`table:public.job_*` in `ignore`"));
	assert_non_null(strstr(f->env->published->hint, "`table:public.job_*`"));
	assert_non_null(strstr(f->env->published->hint, "(first: column public.t.id"));
}

/* The same without anything that stands, at once: the state alternates, the log does
 * not. */
static void
test_alternating(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 300; i++) {
		const struct published_environment *p =
			check(f, (struct found){"integer", {i % 2 ? "job" : NULL}});

		assert_int_equal(p->state, i % 2 ? STATE_DRIFTED : STATE_IN_SYNC);
	}
	assert_int_equal(lines(f, "flapping "), 1);
	assert_int_equal(lines(f, "findings"), 0);
	assert_in_range(f->told.n, 2, 9);
	assert_non_null(strstr(f->env->published->hint, "`table:public.job` in"));
}

/* A new one at each check, at once: always drifted, never the same. */
static void
test_always_another(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 300; i++) {
		char job[32];

		snprintf(job, sizeof job, "job_%u", i);
		check(f, (struct found){"integer", {job}});
		assert_int_equal(f->env->published->state, STATE_DRIFTED);
	}
	assert_int_equal(lines(f, "flapping "), 1);
	assert_in_range(f->told.n, 2, 8);
}

/* More of them than are remembered, others at each check: some are named, and nothing
 * else is said to come and go. */
static void
test_many_at_once(void **state)
{
	enum { MANY = FLAPPING_NAMES + 1 };
	struct fixture *f = *state;

	for (unsigned i = 0; i < 8; i++) {
		const char *objects[MANY + 4] = {"schema /public", "table public/t",
			"column public/t/id|type=integer"};
		char tables[MANY][32];

		for (unsigned k = 0; k < MANY; k++) {
			snprintf(tables[k], sizeof tables[k], "table public/job_%u_%u",
				i, k);
			objects[3 + k] = tables[k];
		}
		take(f, literal_catalog(objects), "a");
	}
	assert_int_equal(lines(f, "flapping table public.job_"), 1);
	assert_int_equal(lines(f, "flapping the recorded revision"), 0);
}

/* What came and went long ago is not what does so now. */
static void
test_named_is_what_flaps(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 4; i++)
		check(f, (struct found){"integer", {i % 2 ? NULL : "old"}});
	for (unsigned i = 0; i <= FLAPPING_WINDOW; i++)
		check(f, (struct found){"integer"});
	for (unsigned i = 0; i < 8; i++)
		check(f, (struct found){"integer", {i % 2 ? NULL : "new"}});
	assert_int_equal(lines(f, "flapping table public.new; "), 1);
}

static void
make_it_flap(struct fixture *f, const char *type)
{
	for (unsigned i = 0; i < 20; i++)
		check(f, (struct found){type, {i % 2 ? "job" : NULL}});
	assert_true(f->env->published->flapping);
	forget(f);
}

/* What is there to stay is told, and that it is over. */
static void
test_something_real_meanwhile(void **state)
{
	struct fixture *f = *state;
	unsigned i;

	make_it_flap(f, "integer");
	for (i = 0; i < 6; i++)
		check(f, (struct found){"bigint", {i % 2 ? "job" : NULL}});
	assert_int_equal(lines(f, "drifted after in_sync"), 1);
	assert_int_equal(f->told.n, 1);
	for (; i < 40; i++)
		check(f, (struct found){"bigint", {i % 2 ? "job" : NULL}});
	assert_int_equal(f->told.n, 1);
	for (; i < 80; i++)
		check(f, (struct found){"integer", {i % 2 ? "job" : NULL}});
	assert_int_equal(lines(f, "in_sync after drifted"), 1);
	assert_int_equal(f->told.n, 2);
}

static void
test_end(void **state)
{
	struct fixture *f = *state;

	make_it_flap(f, "integer");
	/* It goes with the first of these. */
	for (unsigned i = 0; i <= FLAPPING_WINDOW; i++)
		check(f, (struct found){"integer"});
	assert_int_equal(lines(f, "steady"), 1);
	assert_false(f->env->published->flapping);
	assert_null(strstr(f->env->published->hint, "come and go"));
	forget(f);
	check(f, (struct found){"integer", {"job"}});
	assert_int_equal(lines(f, "drifted after in_sync"), 1);
}

/* It stays instead: that is told with the state. */
static void
test_it_stays(void **state)
{
	struct fixture *f = *state;

	make_it_flap(f, "integer");
	for (unsigned i = 0; i < 2 * FLAPPING_WINDOW; i++)
		check(f, (struct found){"integer", {"job"}});
	assert_int_equal(lines(f, "drifted after in_sync"), 1);
	assert_int_equal(lines(f, "steady"), 1);
	assert_int_equal(f->told.n, 2);
}

/* A check that fails is told whatever flaps. */
static void
test_failure_meanwhile(void **state)
{
	const struct err down = {.code = ERR_CONNECT, .text = "no"};
	struct fixture *f = *state;

	make_it_flap(f, "integer");
	f->now_ms += MINUTE_MS;
	environment_take(f->env, NULL, &down);
	judge(f, false);
	assert_int_equal(lines(f, "unknown after"), 1);
	check(f, (struct found){"integer"});
	assert_int_equal(lines(f, "in_sync after unknown"), 1);
}

/* Of what is compared with nothing no state says whether it can be read. */
static void
test_bare(void **state)
{
	const struct err down = {.code = ERR_CONNECT, .text = "no"};
	struct fixture *f = *state;

	snapshot_unref(f->x.snapshot);
	free(f->x.reference);
	f->x.snapshot = NULL;
	f->x.reference = NULL;
	f->x.revision_watched = false;
	check(f, (struct found){"integer"});
	forget(f);
	check(f, (struct found){"integer"});
	assert_int_equal(f->told.n, 0);
	environment_take(f->env, NULL, &down);
	judge(f, false);
	environment_take(f->env, NULL, &down);
	judge(f, false);
	assert_int_equal(f->told.n, 1);
	assert_string_equal(f->told.v[0], "failed");
	check(f, (struct found){"integer"});
	check(f, (struct found){"integer"});
	assert_int_equal(f->told.n, 2);
	assert_string_equal(f->told.v[1], "passes");
}

/* More and more of it, or less and less, is no flapping. */
static void
test_growing(void **state)
{
	static const char *const types[] = {"integer", "bigint", "text", "date"};
	struct fixture *f = *state;

	for (unsigned i = 0; i < 60; i++)
		check(f, (struct found){types[i / 20], {i % 20 > 5 ? "more" : NULL}});
	assert_int_equal(lines(f, "flapping"), 0);
	assert_false(f->env->published->flapping);
}

/* Releases come again and again, and what they leave pending goes with the next. */
static void
test_releases(void **state)
{
	struct fixture *f = *state;

	f->x.revision_watched = false;
	f->x.head = NULL;
	for (unsigned i = 0; i < 60; i++) {
		char table[32], revision[32];

		snprintf(table, sizeof table, "t%u", i / 2);
		snprintf(revision, sizeof revision, "r%u", i / 2);
		check(f, i % 2 ? (struct found){"integer"}
			       : (struct found){"integer", {table}, revision});
	}
	assert_int_equal(lines(f, "flapping"), 0);
}

/* Checks that follow soon, since something is to be confirmed, are one. */
static void
test_soon(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 12; i++) {
		check(f, (struct found){"integer", {i % 2 ? "job" : NULL}});
		f->now_ms -= MINUTE_MS - 2000;
	}
	assert_int_equal(lines(f, "flapping"), 0);
}

/* Names that have nothing in common get no rule that hides all. */
static void
test_no_rule(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 20; i++)
		check(f, i % 2 ? (struct found){"integer", {"abc", "xyz"}}
			       : (struct found){"integer"});
	assert_int_equal(lines(f, "flapping "), 1);
	assert_null(strchr(f->env->flapping.text, '*'));
	assert_non_null(strstr(f->env->flapping.text,
		"table public.abc, table public.xyz; where that is meant, rules in "
		"`ignore` hide it"));
}

/* In each state, not only in drifted; and only what is confirmed. */
static void
test_findings_are_told(void **state)
{
	struct fixture *f = *state;

	f->conf.confirm = 2;
	f->head.v[0][0] = 'z'; /* which nobody records */
	for (unsigned i = 0; i < 3; i++)
		check(f, (struct found){"bigint"});
	assert_int_equal(f->env->published->state, STATE_REVISION_MISMATCH);
	forget(f);
	check(f, (struct found){"bigint", {"more"}});
	assert_int_equal(f->told.n, 0);
	check(f, (struct found){"bigint", {"more"}});
	assert_int_equal(lines(f, "findings"), 1);
	assert_int_equal(f->told.n, 1);
}

/* The daemon is started anew. */
static void
restart(struct fixture *f)
{
	struct environment *before = f->env;
	char *text = known_write(
		before->published, &before->confirmation, &before->flapping);
	char *again;
	struct err e;

	f->env = environment_new(&f->conf, NULL, &e);
	f->env->known = known_read(text, &f->env->confirmation, &f->env->flapping);
	assert_non_null(f->env->known);
	/* Nothing of it is lost, and nothing is counted twice. */
	again = known_write(
		before->published, &f->env->confirmation, &f->env->flapping);
	assert_string_equal(again, text);
	environment_free(before);
	free(text);
	free(again);
	judge(f, false);
	forget(f);
}

/* Whatever is there at the start: a line for that, and none for what comes and goes. */
static void
test_over_a_restart(void **state)
{
	struct fixture *f = *state;

	for (unsigned at = 0; at < 2; at++) {
		make_it_flap(f, "integer");
		if (at)
			check(f, (struct found){"integer", {NULL}});
		restart(f);
		for (unsigned i = at; i < 60; i++) {
			check(f, (struct found){"integer", {i % 2 ? "job" : NULL}});
			assert_true(f->env->published->flapping);
		}
		assert_int_equal(f->told.n, 1);
		forget(f);
		/* What is real is told. */
		for (unsigned i = 0; i < 30; i++)
			check(f, (struct found){"bigint", {i % 2 ? "job" : NULL}});
		assert_int_equal(f->told.n, 1);
		assert_int_equal(lines(f, "drifted after in_sync"), 1);
	}
	restart(f);
	for (unsigned i = 0; i < 40; i++)
		check(f, (struct found){"bigint"});
	assert_false(f->env->published->flapping);
	assert_int_equal(lines(f, "drifted after"), 1);
	assert_int_equal(lines(f, "steady"), 1);
	assert_int_equal(f->told.n, 2);
}

/* A restart each few checks, before it is known that something comes and goes. */
static void
test_over_many_restarts(void **state)
{
	struct fixture *f = *state;
	unsigned flapping = 0;

	for (unsigned i = 0; i < 60; i++) {
		check(f, (struct found){"integer", {i % 2 ? "job" : NULL}});
		flapping += lines(f, "flapping ");
		forget(f);
		if (i % 3 == 2)
			restart(f);
	}
	assert_int_equal(flapping, 1);
}

/* Where nothing comes and goes, nothing is to be kept of it. */
static void
test_quiet(void **state)
{
	struct fixture *f = *state;
	char *text;

	for (unsigned i = 0; i < 3; i++)
		check(f, (struct found){"bigint"});
	text = known_write(f->env->published, &f->env->confirmation, &f->env->flapping);
	assert_null(strstr(text, "flapping"));
	free(text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_standing_drift_and_job_tables),
		TEST(test_alternating),
		TEST(test_always_another),
		TEST(test_something_real_meanwhile),
		TEST(test_many_at_once),
		TEST(test_named_is_what_flaps),
		TEST(test_end),
		TEST(test_it_stays),
		TEST(test_failure_meanwhile),
		TEST(test_bare),
		TEST(test_growing),
		TEST(test_releases),
		TEST(test_soon),
		TEST(test_no_rule),
		TEST(test_findings_are_told),
		TEST(test_over_a_restart),
		TEST(test_over_many_restarts),
		TEST(test_quiet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Who is checked when, and what is told: on scripted servers and the real loop. */
#include "tests/unit/migrations/fixture.h"
#include "tests/unit/monitor/prod.h"
#include "tests/unit/reading/server.h"
#include "tests/unit/store/fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "monitor/monitor.h"

struct fixture {
	struct loop *loop;
	struct timer *stop; /* a bound, and an end */
	struct conf conf;
	struct conf_environment environments[3];
	struct server dev, prod;
	struct monitor *monitor;
	struct strvec events;   /* "prod in_sync" */
	struct strvec happened; /* "prod database" */
	struct strvec roles;    /* what was told of them */
	size_t stop_after;      /* events */
	struct store *store;    /* its own; NULL: none */
};

static void
stop(void *arg)
{
	loop_stop(arg);
}

static struct conf_environment
environment(const char *name, const char *dsn)
{
	struct conf_environment c;

	prod_conf(&c);
	free(c.name);
	free(c.dsn);
	c.name = xstrdup(name);
	c.dsn = xstrdup(dsn);
	c.interval_ms = 3600000;
	c.connect_timeout_ms = 60000;
	c.check_timeout_ms = 60000;
	c.max_catalog_size = 64 * 1024 * 1024;
	c.statement_timeout_ms = 1000;
	c.lock_timeout_ms = 100;
	strvec_add(&c.head, "a");
	return c;
}

static void
environment_fini(struct conf_environment *c)
{
	prod_conf_fini(c);
	free(c->expect_target);
	strvec_free(&c->head);
	strvec_free(&c->ignore);
}

/* prod stands first, and is compared with dev. */
static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	f->loop = loop_new();
	f->stop = timer_new(f->loop, stop, f->loop);
	f->dev = server_sound();
	f->dev.oid = "6";
	f->prod = server_sound();
	f->environments[0] = environment("prod", "host=/prod");
	f->environments[0].expect = EXPECT_ENVIRONMENT;
	f->environments[0].expect_target = xstrdup("dev");
	f->environments[1] = environment("dev", "host=/dev");
	f->conf.environments = f->environments;
	f->conf.n_environments = 2;
	f->conf.service.max_concurrent_checks = 8;
	f->conf.service.max_findings = 1000;
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	monitor_free(f->monitor);
	timer_free(f->stop);
	loop_free(f->loop);
	for (size_t i = 0; i < COUNT_OF(f->environments); i++)
		environment_fini(&f->environments[i]);
	strvec_free(&f->events);
	strvec_free(&f->happened);
	strvec_free(&f->roles);
	free(f);
	fake_end();
	return 0;
}

static int
count_rows(struct store *s, const char *name)
{
	struct err e;
	cJSON *o = store_history(s, name, 0, 10, &e);
	int n;

	assert_non_null(o);
	n = cJSON_GetArraySize(cJSON_GetObjectItem(o, "changes"));
	cJSON_Delete(o);
	return n;
}

static void
on_event(void *arg, enum monitor_event what, const struct published_environment *before,
	const struct published_environment *now)
{
	struct fixture *f = arg;

	(void)before;
	if (what != EVENT_STATE)
		return;
	strvec_take(&f->events, xasprintf("%s %s", now->name, state_word(now->state)));
	if (f->events.n == f->stop_after)
		loop_stop(f->loop);
}

static void
on_happened(
	void *arg, const struct published_environment *now, const struct happened *h)
{
	struct fixture *f = arg;

	strvec_take(
		&f->happened, xasprintf("%s %s", now->name, happening_word(h->what)));
}

static void
on_role(void *arg, const struct published_environment *now)
{
	struct fixture *f = arg;

	strvec_add(&f->roles, now->role_notice);
}

static void
on_done(void *arg)
{
	struct fixture *f = arg;

	loop_stop(f->loop);
}

static void
run(struct fixture *f)
{
	timer_set(f->stop, 30000);
	loop_run(f->loop);
	assert_true(timer_is_set(f->stop));
	timer_clear(f->stop);
}

static void
start(struct fixture *f, size_t events)
{
	const struct monitor_options o = {.event = on_event,
		.happened = on_happened,
		.role = on_role,
		.arg = f,
		.store = f->store};
	struct err e;

	f->stop_after = events;
	f->monitor = monitor_new(f->loop, &f->conf, &o, &e);
	assert_non_null(f->monitor);
	assert_false(monitor_published(f->monitor)->ready);
	monitor_start(f->monitor);
	run(f);
}

/* prod was read after dev, so dev is read once more before prod is judged. */
static void
await_both(struct fixture *f)
{
	server_await(&f->prod, "host=/prod");
	server_await(&f->dev, "host=/dev");
	server_await(&f->dev, "host=/dev");
}

static const struct published_environment *
find(struct fixture *f, const char *name)
{
	return published_find(monitor_published(f->monitor), name);
}

static void
test_reference_first(void **state)
{
	struct fixture *f = *state;

	await_both(f);
	start(f, 2);
	assert_string_equal(f->events.v[0], "dev in_sync");
	assert_string_equal(f->events.v[1], "prod in_sync");
	assert_int_equal(find(f, "prod")->schema, SCHEMA_IN_SYNC);
	assert_string_equal(find(f, "prod")->reference, "environment:dev");
}

static void
test_drift(void **state)
{
	struct fixture *f = *state;

	f->prod.column_type = "bigint";
	await_both(f);
	start(f, 2);
	assert_string_equal(f->events.v[1], "prod drifted");
	assert_int_equal(find(f, "prod")->diff->n_findings, 1);
	assert_int_equal(published_state(monitor_published(f->monitor)), STATE_DRIFTED);
}

/* All that is written of one judgement is there, or nothing of it is. */
static void
test_kept_at_once(void **state)
{
	struct fixture *f = *state;
	struct store *other;
	struct store_last last;
	struct err e;
	void *dir;

	assert_int_equal(fixture_setup(&dir), 0);
	f->store = fixture_open(dir);
	fixture_sql(dir,
		"CREATE TRIGGER full BEFORE INSERT ON known WHEN"
		" NEW.environment = 'prod' BEGIN SELECT RAISE(ROLLBACK, 'full');"
		" END");
	await_both(f);
	start(f, 2);
	assert_int_equal(count_rows(f->store, "dev"), 1);
	assert_true(store_last(f->store, "dev", &last, &e));
	/* It waits, and nothing of it is stored. */
	assert_int_equal(store_waiting(f->store), 1);
	other = fixture_open(dir);
	assert_int_equal(count_rows(other, "prod"), 0);
	assert_int_equal(count_rows(other, "dev"), 1);
	assert_false(store_last(other, "prod", &last, &e));
	assert_int_equal(e.code, ERR_NONE);
	store_close(other);
	monitor_free(f->monitor);
	f->monitor = NULL;
	store_close(f->store);
	fixture_teardown(&dir);
}

/* In good order. */
static void
end(struct fixture *f)
{
	monitor_keep(f->monitor);
	monitor_free(f->monitor);
	f->monitor = NULL;
	store_close(f->store);
}

static void
start_anew(struct fixture *f, void *dir)
{
	f->store = fixture_open(dir);
	server_await(&f->dev, "host=/dev");
	start(f, f->events.n + 1);
}

static void
start_again(struct fixture *f, void *dir)
{
	end(f);
	start_anew(f, dir);
}

/* What the process before read is not read again, unless it is another, or the store
 * does not prove that. */
static void
test_restart(void **state)
{
	struct fixture *f = *state;
	void *dir;

	assert_int_equal(fixture_setup(&dir), 0);
	f->store = fixture_open(dir);
	f->conf.environments = &f->environments[1];
	f->conf.n_environments = 1;
	server_await(&f->dev, "host=/dev");
	start(f, 1);
	assert_true(f->dev.reads > 0);
	start_again(f, dir);
	assert_int_equal(f->dev.reads, 0);
	assert_int_equal(f->dev.infos, 1);
	assert_true(find(f, "dev")->n_objects > 0);
	/* It changed while nobody looked. */
	f->dev.probe = "p2";
	f->dev.column_type = "bigint";
	start_again(f, dir);
	assert_true(f->dev.reads > 0);
	start_again(f, dir);
	assert_int_equal(f->dev.reads, 0);
	/* Another program asks otherwise. */
	end(f);
	fixture_sql(dir, "UPDATE interval SET reading = replace(reading,"
			 " '\"program\":\"', '\"program\":\"0')");
	start_anew(f, dir);
	assert_true(f->dev.reads > 0);
	start_again(f, dir);
	assert_int_equal(f->dev.reads, 0);
	end(f);
	fixture_teardown(&dir);
}

/* The reference cannot be read: the rest goes on, and says so. */
static void
test_dead_reference(void **state)
{
	static const struct fake_step refused[] = {{FAKE_CONNECT, .answer = FAKE_FAIL,
		.message = "connection to server failed: Connection refused"}};
	struct fixture *f = *state;

	server_await(&f->prod, "host=/prod");
	fake_script("host=/dev", refused, COUNT_OF(refused));
	start(f, 2);
	assert_string_equal(f->events.v[0], "dev unknown");
	assert_string_equal(f->events.v[1], "prod unknown");
	assert_int_equal(find(f, "prod")->schema, SCHEMA_NOT_CHECKED);
	assert_int_equal(find(f, "dev")->check, CHECK_UNREACHABLE);
	assert_true(monitor_published(f->monitor)->ready);
}

/* A server that never answers holds its own place and no other. */
static void
test_silent_server(void **state)
{
	static const struct fake_step silent[] = {
		{FAKE_CONNECT, .answer = FAKE_SILENT}};
	struct fixture *f = *state;

	f->environments[0].expect = EXPECT_NONE;
	fake_script("host=/prod", silent, COUNT_OF(silent));
	server_await(&f->dev, "host=/dev");
	start(f, 1);
	assert_string_equal(f->events.v[0], "dev in_sync");
	assert_int_equal(find(f, "prod")->check, CHECK_NOT_CHECKED);
	assert_false(monitor_published(f->monitor)->ready);
	monitor_free(f->monitor);
	f->monitor = NULL;
}

static void
test_one_place(void **state)
{
	struct fixture *f = *state;

	f->environments[0].expect = EXPECT_NONE;
	f->conf.service.max_concurrent_checks = 1;
	server_await(&f->prod, "host=/prod");
	server_await(&f->dev, "host=/dev");
	start(f, 2);
	assert_string_equal(f->events.v[0], "prod in_sync");
	assert_string_equal(f->events.v[1], "dev in_sync");
}

static void
check_again(struct fixture *f, const char *revision)
{
	int64_t at;

	f->prod.revision = revision;
	server_await(&f->prod, "host=/prod");
	f->stop_after = f->events.n + 1;
	assert_true(monitor_check_now(f->monitor, "prod", &at));
	run(f);
}

/* Once as long as it is the same, also over a check that fails; and no state is. */
static void
test_role_is_told_once(void **state)
{
	static const struct fake_step refused[] = {{FAKE_CONNECT, .answer = FAKE_FAIL,
		.message = "connection to server failed: Connection refused"}};
	struct fixture *f = *state;
	int64_t at;

	f->conf.n_environments = 1;
	f->environments[0].expect = EXPECT_NONE;
	f->prod.role_owners = "app";
	server_await(&f->prod, "host=/prod");
	start(f, 1);
	assert_string_equal(f->events.v[0], "prod in_sync");
	assert_int_equal(f->roles.n, 1);
	assert_non_null(strstr(f->roles.v[0], "mon has the rights of app"));
	fake_script("host=/prod", refused, COUNT_OF(refused));
	f->stop_after = 2;
	assert_true(monitor_check_now(f->monitor, "prod", &at));
	run(f);
	assert_string_equal(f->events.v[1], "prod unknown");
	assert_non_null(find(f, "prod")->role_notice);
	check_again(f, "b");
	assert_int_equal(f->roles.n, 1);
	f->prod.role_super = true;
	check_again(f, "a");
	assert_int_equal(f->roles.n, 2);
	assert_non_null(strstr(f->roles.v[1], "mon is a superuser"));
	f->prod.role_super = false;
	f->prod.role_owners = NULL;
	check_again(f, "b");
	assert_null(find(f, "prod")->role_notice);
	assert_int_equal(f->roles.n, 2);
}

/* What a reload changes of the environments is checked at once. */
struct reload {
	struct conf conf;
	struct conf_environment environments[2];
};

static struct conf_environment *
prepare(struct fixture *f, struct reload *r)
{
	memcpy(r->environments, f->environments, sizeof r->environments);
	r->conf = f->conf;
	r->conf.environments = r->environments;
	return r->environments;
}

static void
reload(struct fixture *f, const struct reload *r)
{
	struct err e;

	assert_true(monitor_reload(f->monitor, &r->conf, &e));
}

static void
forget_monitor(struct fixture *f)
{
	monitor_free(f->monitor);
	f->monitor = NULL;
}

static void
wait_a_ms(void)
{
	int64_t now = clock_wall_ms();

	while (clock_wall_ms() == now)
		;
}

/* Fails the test after a while. */
static void
until_checked(struct fixture *f, const char *name, uint64_t checks)
{
	int64_t deadline = clock_mono_ms() + 20000;

	while (find(f, name)->checks_total < checks) {
		struct timer *soon = timer_new(f->loop, stop, f->loop);

		assert_true(clock_mono_ms() < deadline);
		timer_set(soon, 5);
		loop_run(f->loop);
		timer_free(soon);
	}
}

/* What is known stays, whether it changed or not; what did is checked at once. */
static void
test_reload(void **state)
{
	struct fixture *f = *state;
	struct reload r;
	int64_t since;

	f->prod.column_type = "bigint";
	await_both(f);
	start(f, 2);
	since = find(f, "prod")->since_ms;
	prepare(f, &r)[1].interval_ms = 5000;
	f->stop_after = 3;
	f->prod.column_type = "integer";
	f->prod.probe = "p2";
	await_both(f);
	reload(f, &r);
	assert_int_equal(find(f, "dev")->state, STATE_IN_SYNC);
	assert_int_equal(find(f, "prod")->state, STATE_DRIFTED);
	assert_int_equal(find(f, "prod")->since_ms, since);
	assert_int_equal(find(f, "prod")->checks_total, 1);
	run(f);
	/* dev is what it was, of which nothing is said; prod is held against it, and so
	 * it is checked now as well. */
	assert_int_equal(find(f, "dev")->state, STATE_IN_SYNC);
	assert_true(find(f, "dev")->checks_total > 2);
	assert_string_equal(f->events.v[2], "prod in_sync");
	assert_int_equal(find(f, "prod")->checks_total, 2);
	forget_monitor(f);
}

static void
start_drifted(struct fixture *f)
{
	f->prod.column_type = "bigint";
	f->environments[0].confirm = 1;
	await_both(f);
	start(f, 2);
	assert_string_equal(f->events.v[1], "prod drifted");
	f->stop_after = 0;
}

/* The same database by another name of its host: nothing of it is said. */
static void
test_reload_same_database(void **state)
{
	struct fixture *f = *state;
	struct published_environment before;
	struct reload r;
	char alias[] = "host=/alias user=other";

	start_drifted(f);
	before = *find(f, "prod");
	prepare(f, &r)[0].dsn = alias;
	server_await(&f->prod, "host=/alias");
	reload(f, &r);
	assert_int_equal(find(f, "prod")->state, STATE_DRIFTED);
	assert_true(monitor_published(f->monitor)->ready);
	until_checked(f, "prod", 2);
	assert_int_equal(find(f, "prod")->state, STATE_DRIFTED);
	assert_int_equal(find(f, "prod")->since_ms, before.since_ms);
	assert_int_equal(find(f, "prod")->drift_since_ms, before.drift_since_ms);
	assert_int_equal(f->events.n, 2);
	assert_int_equal(f->happened.n, 0);
	/* What it reads there may be what another role is shown. */
	assert_true(f->prod.reads > 0);
	forget_monitor(f);
}

/* Mistyped and mended: what was confirmed is so all the time. */
static void
test_reload_mistyped(void **state)
{
	static const struct fake_step refused[] = {{FAKE_CONNECT, .answer = FAKE_FAIL,
		.message = "connection to server failed: Connection refused"}};
	struct fixture *f = *state;
	struct reload typo, mended;
	char wrong[] = "host=/wrong";
	int64_t since;

	start_drifted(f);
	since = find(f, "prod")->drift_since_ms;
	prepare(f, &typo)[0].dsn = wrong;
	typo.environments[0].confirm = 3;
	fake_script("host=/wrong", refused, COUNT_OF(refused));
	reload(f, &typo);
	until_checked(f, "prod", 2);
	assert_int_equal(find(f, "prod")->state, STATE_UNKNOWN);
	assert_int_equal(find(f, "prod")->schema, SCHEMA_DRIFTED);
	assert_int_equal(find(f, "prod")->drift_since_ms, since);
	prepare(f, &mended)[0].confirm = 3;
	server_await(&f->prod, "host=/prod");
	reload(f, &mended);
	until_checked(f, "prod", 3);
	assert_int_equal(find(f, "prod")->state, STATE_DRIFTED);
	assert_int_equal(find(f, "prod")->drift_since_ms, since);
	assert_int_equal(find(f, "prod")->failures_total[0], 1);
	assert_int_equal(f->happened.n, 0);
	forget_monitor(f);
}

/* Another database begins anew; the first one is what it was when it is back. */
static void
test_reload_another_database(void **state)
{
	struct fixture *f = *state;
	struct server other = f->prod;
	struct reload there, back;
	char elsewhere[] = "host=/elsewhere";
	int64_t since, now;

	start_drifted(f);
	since = find(f, "prod")->drift_since_ms;
	other.column_type = "bigint";
	other.oid = "7";
	prepare(f, &there)[0].dsn = elsewhere;
	wait_a_ms();
	server_await(&other, "host=/elsewhere");
	server_await(&f->dev, "host=/dev");
	reload(f, &there);
	until_checked(f, "dev", 3);
	assert_int_equal(find(f, "prod")->state, STATE_DRIFTED);
	now = find(f, "prod")->drift_since_ms;
	assert_true(now > since);
	assert_int_equal(find(f, "prod")->since_ms, now);
	assert_int_equal(f->happened.n, 1);
	assert_string_equal(f->happened.v[0], "prod database");
	/* It is what it was, so that dev does not have to be read again. */
	prepare(f, &back);
	server_await(&f->prod, "host=/prod");
	reload(f, &back);
	until_checked(f, "prod", 3);
	assert_int_equal(find(f, "prod")->state, STATE_DRIFTED);
	assert_int_equal(find(f, "prod")->since_ms, since);
	assert_int_equal(find(f, "prod")->drift_since_ms, since);
	assert_int_equal(f->happened.n, 2);
	forget_monitor(f);
}

/* The rows of another table are not where the database has moved to. */
static void
test_reload_another_version_table(void **state)
{
	struct fixture *f = *state;
	struct reload r;
	char table[] = "other_version";

	await_both(f);
	start(f, 2);
	f->stop_after = 0;
	prepare(f, &r)[0].version_table = table;
	f->prod.revision = "b";
	server_await(&f->prod, "host=/prod");
	server_await(&f->dev, "host=/dev");
	reload(f, &r);
	until_checked(f, "dev", 3);
	assert_string_equal(find(f, "prod")->revision.recorded.v[0], "b");
	assert_int_equal(f->happened.n, 0);
	/* But what moves in it has. */
	f->prod.revision = "a";
	await_both(f);
	assert_true(monitor_check_now(f->monitor, "prod", &(int64_t){0}));
	until_checked(f, "dev", 5);
	assert_int_equal(f->happened.n, 1);
	assert_string_equal(f->happened.v[0], "prod revision");
	forget_monitor(f);
}

/* A check under way reads what is not asked for any more. */
static void
test_reload_during_a_check(void **state)
{
	static const struct fake_step silent[] = {
		{FAKE_CONNECT, .answer = FAKE_SILENT}};
	struct fixture *f = *state;
	struct reload r;
	char again[] = "host=/again";
	int64_t at;

	f->environments[0].expect = EXPECT_NONE;
	server_await(&f->prod, "host=/prod");
	server_await(&f->dev, "host=/dev");
	start(f, 2);
	fake_script("host=/prod", silent, COUNT_OF(silent));
	assert_true(monitor_check_now(f->monitor, "prod", &at));
	prepare(f, &r)[0].dsn = again;
	server_await(&f->prod, "host=/again");
	reload(f, &r);
	until_checked(f, "prod", 2);
	assert_int_equal(find(f, "prod")->check, CHECK_OK);
	assert_true(find(f, "prod")->last_started_ms >= at);
	forget_monitor(f);
}

/* Labels are said at once, and nothing is read again for them. */
static void
test_reload_labels(void **state)
{
	struct fixture *f = *state;
	char one[] = "app=x", two[] = "team=shop", team[] = "team", stage[] = "stage";
	char *labels[] = {one, two}, *names[] = {team, stage};
	struct reload r;

	await_both(f);
	start(f, 2);
	assert_int_equal(find(f, "prod")->labels.n, 0);
	assert_int_equal(find(f, "prod")->metric_labels.n, 0);
	prepare(f, &r)[0].labels = (struct strvec){labels, 2, 2};
	r.conf.service.metric_labels = (struct strvec){names, 2, 2};
	reload(f, &r);
	assert_int_equal(find(f, "prod")->labels.n, 2);
	assert_string_equal(find(f, "prod")->labels.v[1], "team=shop");
	assert_string_equal(find(f, "prod")->metric_labels.v[0], "team=shop");
	assert_string_equal(find(f, "prod")->metric_labels.v[1], "stage=");
	assert_string_equal(find(f, "dev")->metric_labels.v[0], "team=");
	/* Whoever was to be checked would be due. */
	assert_int_equal(find(f, "prod")->checks_total, 1);
	assert_true(find(f, "prod")->next_at_ms > clock_wall_ms());
	assert_int_equal(f->events.n, 2);
	forget_monitor(f);
}

/* A check that is asked for is made at once, after one of the reference. */
static void
test_check_now(void **state)
{
	struct fixture *f = *state;
	int64_t at = 0;

	await_both(f);
	start(f, 2);
	assert_true(find(f, "prod")->last_started_ms > 0);
	assert_false(monitor_check_now(f->monitor, "nobody", &at));
	f->prod.column_type = "bigint";
	f->prod.probe = "2";
	await_both(f);
	f->stop_after = 3;
	assert_true(monitor_check_now(f->monitor, "prod", &at));
	assert_true(find(f, "prod")->last_started_ms < at);
	run(f);
	assert_true(find(f, "prod")->last_started_ms >= at);
	assert_true(find(f, "dev")->last_started_ms >= at);
	assert_string_equal(f->events.v[2], "prod drifted");
	assert_int_equal(find(f, "prod")->diff->n_findings, 1);
}

/* Whoever keeps what follows from it knows by the version whether it still does. */
static void
test_versions(void **state)
{
	static const struct clock_step step = {.from_ms = 1, .to_ms = 2, .by_ms = 1};
	struct fixture *f = *state;
	uint64_t prod, dev;
	int64_t at;

	await_both(f);
	start(f, 2);
	prod = find(f, "prod")->version;
	dev = find(f, "dev")->version;
	assert_true(prod && dev && prod != dev);
	monitor_publish(f->monitor);
	assert_int_equal(find(f, "prod")->version, prod);
	assert_int_equal(find(f, "dev")->version, dev);
	f->prod.column_type = "bigint";
	f->prod.probe = "2";
	await_both(f);
	f->stop_after = 3;
	assert_true(monitor_check_now(f->monitor, "prod", &at));
	run(f);
	assert_true(find(f, "prod")->version > prod);
	monitor_clock_set(f->monitor, &step);
	/* Its times were moved where they are. */
	assert_int_equal(find(f, "prod")->version, 0);
	assert_int_equal(find(f, "dev")->version, 0);
}

static void
test_reload_refused(void **state)
{
	struct fixture *f = *state;
	struct conf_environment again[2];
	struct conf conf = f->conf;
	struct err e;

	await_both(f);
	start(f, 2);
	memcpy(again, f->environments, sizeof again);
	again[0].interval_ms = 5000;
	strvec_add(&again[0].ignore, "tabel:public.t");
	conf.environments = again;
	assert_false(monitor_reload(f->monitor, &conf, &e));
	assert_non_null(strstr(e.text, "prod"));
	monitor_reload_refused(f->monitor);
	assert_false(monitor_published(f->monitor)->reload_ok);
	assert_int_equal(find(f, "prod")->state, STATE_IN_SYNC);
	strvec_free(&again[0].ignore);
}

/* What a message names is the place in the new file. */
static void
test_reload_names_new_lines(void **state)
{
	struct fixture *f = *state;
	struct conf_environment again[2];
	struct conf conf = f->conf;
	char missing[] = "/nowhere/rules", before[] = "conf:3", now[] = "conf:7";
	struct err e;

	memcpy(again, f->environments, sizeof again);
	f->environments[0].place = before;
	await_both(f);
	start(f, 2);
	/* Equal but for its file, which is gone. */
	f->environments[0].ignore_file = again[0].ignore_file = missing;
	again[0].place = now;
	conf.environments = again;
	assert_false(monitor_reload(f->monitor, &conf, &e));
	assert_non_null(strstr(e.text, now));
	assert_null(strstr(e.text, before));
}

/* A single round of prod needs dev as well, but not the third. */
static void
test_single_round(void **state)
{
	struct fixture *f = *state;
	struct strvec only = {0};
	const struct monitor_options o = {.done = on_done, .arg = f, .only = &only};
	struct err e;

	f->environments[2] = environment("third", "host=/third");
	f->conf.n_environments = 3;
	strvec_add(&only, "prod");
	await_both(f);
	f->monitor = monitor_new(f->loop, &f->conf, &o, &e);
	monitor_start(f->monitor);
	run(f);
	assert_int_equal(find(f, "prod")->state, STATE_IN_SYNC);
	assert_int_equal(find(f, "third")->check, CHECK_NOT_CHECKED);
	strvec_free(&only);
}

/* A catalog that moved is read again soon, and nobody is told. */
static void
test_moved_is_read_again(void **state)
{
	struct fixture *f = *state;
	struct server moving = f->dev;

	moving.later_probe = "p2";
	server_await(&f->prod, "host=/prod");
	server_await(&moving, "host=/dev");
	server_await(&f->dev, "host=/dev");
	server_await(&f->dev, "host=/dev");
	start(f, 2);
	assert_string_equal(f->events.v[0], "dev in_sync");
	assert_int_equal(find(f, "dev")->checks_total, 2);
	assert_int_equal(fake_connects(), 4);
}

/* A block of migrations, "app", with one revision. */
static void
use_files(struct fixture *f, struct conf_migrations *block, void **dir)
{
	*block = (struct conf_migrations){
		.name = (char *)"app", .tool = (char *)"alembic"};
	fixture_setup(dir);
	fixture_revision(*dir, "a", NULL, NULL);
	strvec_add(&block->path, *dir);
	f->conf.migrations = block;
	f->conf.n_migrations = 1;
}

/* What was read waits for files that are being written: that something is heard of the
 * reference meanwhile does not have it judged by what the files were. */
static void
test_files_awaited(void **state)
{
	static const struct fake_step refused[] = {{FAKE_CONNECT, .answer = FAKE_FAIL,
		.message = "connection to server failed: Connection refused"}};
	struct fixture *f = *state;
	struct conf_migrations block;
	void *dir = NULL;
	char name[] = "app";

	use_files(f, &block, &dir);
	f->conf.service.max_concurrent_checks = 1;
	strvec_free(&f->environments[0].head);
	f->environments[0].migrations = name;
	await_both(f);
	start(f, 2);
	f->stop_after = 0;
	fixture_revision(dir, "b", "'a'", NULL);
	f->prod.revision = "b";
	server_await(&f->dev, "host=/dev");
	server_await(&f->prod, "host=/prod");
	fake_script("host=/dev", refused, COUNT_OF(refused));
	assert_true(monitor_check_now(f->monitor, "prod", &(int64_t){0}));
	until_checked(f, "dev", 3);
	assert_true(monitor_check_now(f->monitor, "dev", &(int64_t){0}));
	until_checked(f, "dev", 4);
	assert_int_equal(find(f, "dev")->check, CHECK_UNREACHABLE);
	assert_string_equal(find(f, "prod")->revision.recorded.v[0], "a");
	assert_int_equal(find(f, "prod")->revision.status, REVISION_AT_HEAD);
	/* And then by what they are, at the next look. */
	server_await(&f->prod, "host=/prod");
	until_checked(f, "prod", 3);
	assert_string_equal(find(f, "prod")->revision.recorded.v[0], "b");
	assert_int_equal(find(f, "prod")->revision.status, REVISION_AT_HEAD);
	forget_monitor(f);
	strvec_free(&block.path);
	fixture_teardown(&dir);
}

/* No check begins before its files were read for the first time; others do. */
static void
test_files_first(void **state)
{
	static const struct monitor_options none;
	struct fixture *f = *state;
	struct conf_migrations block;
	void *dir = NULL;
	char name[] = "app";
	struct err e;

	use_files(f, &block, &dir);
	f->environments[0].expect = EXPECT_NONE;
	strvec_free(&f->environments[0].head);
	f->environments[0].migrations = name;
	server_await(&f->prod, "host=/prod");
	server_await(&f->dev, "host=/dev");
	f->monitor = monitor_new(f->loop, &f->conf, &none, &e);
	assert_non_null(f->monitor);
	monitor_start(f->monitor);
	assert_int_equal(fake_connects(), 1);
	assert_non_null(strstr(monitor_published(f->monitor)->migrations[0].error,
		"for the first time"));
	assert_int_equal(monitor_published(f->monitor)
				 ->migrations[0]
				 .problems[PROBLEM_UNREADABLE_FILE],
		0);
	until_checked(f, "prod", 1);
	assert_int_equal(find(f, "prod")->revision.status, REVISION_AT_HEAD);
	assert_null(monitor_published(f->monitor)->migrations[0].error);
	forget_monitor(f);
	strvec_free(&block.path);
	fixture_teardown(&dir);
}

/* Files that are read while a check is under way: what they say of the others is
 * published then, for whoever asks before that check has ended. */
static void
test_files_during_a_check(void **state)
{
	struct fixture *f = *state;
	struct conf_migrations block;
	struct server later;
	void *dir = NULL;
	char name[] = "app";

	use_files(f, &block, &dir);
	f->environments[0].expect = EXPECT_NONE;
	for (size_t i = 0; i < 2; i++) {
		strvec_free(&f->environments[i].head);
		f->environments[i].migrations = name;
	}
	server_await(&f->prod, "host=/prod");
	server_await(&f->dev, "host=/dev");
	start(f, 2);
	fixture_revision(dir, "b", "'a'", NULL);
	f->prod.migrating = f->prod.perhaps = true;
	f->prod.revision = "b";
	later = f->prod;
	later.probe = "p2";
	server_await(&f->prod, "host=/prod");
	server_await(&later, "host=/prod");
	assert_true(monitor_check_now(f->monitor, "prod", &(int64_t){0}));
	f->stop_after = 3;
	run(f);
	assert_string_equal(f->events.v[2], "dev revision_mismatch");
	assert_string_equal(find(f, "prod")->revision.recorded.v[0], "a");
	assert_int_equal(find(f, "dev")->state, STATE_REVISION_MISMATCH);
	forget_monitor(f);
	strvec_free(&block.path);
	fixture_teardown(&dir);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_reference_first),
		TEST(test_drift),
		TEST(test_kept_at_once),
		TEST(test_restart),
		TEST(test_dead_reference),
		TEST(test_silent_server),
		TEST(test_one_place),
		TEST(test_check_now),
		TEST(test_versions),
		TEST(test_role_is_told_once),
		TEST(test_reload),
		TEST(test_reload_same_database),
		TEST(test_reload_mistyped),
		TEST(test_reload_another_database),
		TEST(test_reload_another_version_table),
		TEST(test_reload_during_a_check),
		TEST(test_reload_labels),
		TEST(test_reload_refused),
		TEST(test_reload_names_new_lines),
		TEST(test_single_round),
		TEST(test_moved_is_read_again),
		TEST(test_files_first),
		TEST(test_files_awaited),
		TEST(test_files_during_a_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

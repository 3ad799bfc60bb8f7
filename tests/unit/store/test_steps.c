/* What is stored, once the clock was set. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/steps.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

/* The clock said 1970 for a minute after the machine was started; it is 2026. */
static const int64_t minute = 60 * 1000, now = INT64_C(1789898400000);

static struct clock_step
forward(void)
{
	return (struct clock_step){0, minute, now - minute};
}

static struct store_change
change(int64_t at_ms, const char *environment)
{
	return (struct store_change){
		.at_ms = at_ms, .environment = environment, .state = "drifted"};
}

/* All that has a time, of one environment. */
static void
fill(struct store *s, const char *environment, int64_t ms)
{
	const struct store_change c = change(ms, environment);
	const struct store_last last = {"drifted", ms, 0};
	const struct store_seen first = {environment, true, "[\"a\"]"};
	struct snapshot *catalog = CATALOG("table public/t");
	const struct store_baseline b = {.snapshot = catalog, .at_ms = ms};
	char *document =
		xasprintf("{\"since_ms\":%lld,\"unwatched_to_ms\":0,\"schema\":{"
			  "\"drift_since_ms\":%lld}}",
			(long long)ms, (long long)ms);
	struct err e;

	fixture_add(s, &c);
	assert_true(store_set_last(s, environment, &last, &e));
	assert_true(store_set_known(s, environment, ms, document, &e));
	assert_true(store_set_seen(s, &first, catalog, ms, &e));
	assert_true(store_add_baseline(s, environment, &b, &e));
	snapshot_unref(catalog);
	free(document);
}

static void
assert_history(struct store *s, const char *environment, const char *expected)
{
	struct strbuf got = {0};
	struct err e;
	cJSON *o = store_history(s, environment, INT64_MIN, 10, &e);
	const cJSON *item;

	assert_non_null(o);
	strbuf_add(&got, "");
	cJSON_ArrayForEach(item, cJSON_GetObjectItem(o, "changes"))
		strbuf_printf(&got, "%s ", json_str(item, "at"));
	assert_string_equal(got.s, expected);
	strbuf_free(&got);
	cJSON_Delete(o);
}

static void
assert_times(struct store *s, const char *environment, int64_t ms)
{
	const struct store_seen first = {environment, true, "[\"a\"]"};
	char *expected = xasprintf("{\"since_ms\":%lld,\"unwatched_to_ms\":0,"
				   "\"schema\":{\"drift_since_ms\":%lld}}",
		(long long)ms, (long long)ms);
	int64_t success_ms = 0, at_ms = 0;
	struct store_baseline b;
	struct store_last last;
	struct err e;
	char *document = store_known(s, environment, &success_ms, &e);
	struct snapshot *catalog = store_seen(s, &first, &at_ms, &e);

	assert_string_equal(document, expected);
	assert_int_equal(success_ms, ms);
	assert_int_equal(at_ms, ms);
	assert_true(store_last(s, environment, &last, &e));
	assert_int_equal(last.since_ms, ms);
	assert_int_equal(last.drift_since_ms, 0);
	assert_true(store_baseline(s, environment, 0, &b, &e));
	assert_int_equal(b.at_ms, ms);
	store_baseline_fini(&b);
	snapshot_unref(catalog);
	free(document);
	free(expected);
}

static void
test_set(void **state)
{
	struct store *s = fixture_open(*state);
	const struct clock_step step = forward();
	const struct store_change c = change(now + minute, "new");

	fill(s, "old", now - 1000 * minute);
	fill(s, "new", minute / 2);
	store_clock_set(s, &step);
	fixture_add(s, &c);
	assert_times(s, "old", now - 1000 * minute);
	assert_times(s, "new", now - minute / 2);
	assert_history(s, NULL,
		"2026-09-20T10:01:00Z 2026-09-20T09:59:30Z 2026-09-19T17:20:00Z ");
	store_close(s);
	s = fixture_open(*state);
	assert_times(s, "new", now - minute / 2);
	store_close(s);
}

/* Not while nothing can be written, but then once; what waits meanwhile is moved at
 * once, and what follows is of the clock as it is. */
static void
test_later(void **state)
{
	struct store *s = store_open_later(*state);
	struct clock_step step = forward();
	struct store_change c = change(minute / 3, "new");
	struct store_news news;
	struct err e;

	fill(s, "new", minute / 2);
	fixture_sql(*state, "ALTER TABLE change RENAME TO gone");
	store_add_change(s, &c);
	assert_false(store_begin(s, &e) && store_end(s, true, &e));
	store_clock_set(s, &step);
	assert_false(store_begin(s, &e));
	/* And by an hour more. */
	step = (struct clock_step){now - minute, now + minute, 60 * minute};
	store_clock_set(s, &step);
	fixture_sql(*state, "ALTER TABLE gone RENAME TO change");
	assert_true(store_recover(s, &news));
	c.at_ms = now;
	store_add_change(s, &c);
	assert_true(store_begin(s, &e));
	assert_false(store_end(s, false, &e));
	assert_true(store_begin_write(s, &e));
	assert_true(store_end(s, true, &e));
	assert_true(store_begin(s, &e));
	assert_true(store_end(s, true, &e));
	assert_history(s, NULL,
		"2026-09-20T10:59:30Z 2026-09-20T10:59:20Z 2026-09-20T10:00:00Z ");
	assert_times(s, "new", now + 60 * minute - minute / 2);
	store_close(s);
}

/* A document that is none is left to whoever reads it. */
static void
test_damaged(void **state)
{
	struct store *s = fixture_open(*state);
	const struct clock_step step = forward();
	int64_t success_ms;
	struct err e;
	char *document;

	assert_true(store_set_known(s, "prod", 1, "{\"since_ms\":", &e));
	store_clock_set(s, &step);
	assert_true(store_begin(s, &e));
	assert_true(store_end(s, true, &e));
	document = store_known(s, "prod", &success_ms, &e);
	assert_string_equal(document, "{\"since_ms\":");
	assert_int_equal(success_ms, now - minute + 1);
	free(document);
	store_close(s);
}

static void
test_many(void **state)
{
	struct steps all = {0};

	(void)state;
	for (int i = 0; i < 2 * STEPS_MOST; i++) {
		const struct clock_step step = {.by_ms = i};

		steps_add(&all, &step);
	}
	assert_int_equal(all.n, STEPS_MOST);
	assert_int_equal(all.v[0].by_ms, STEPS_MOST);
	assert_int_equal(all.v[STEPS_MOST - 1].by_ms, 2 * STEPS_MOST - 1);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_set),
		CASE(test_later),
		CASE(test_damaged),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/ignore.h"
#include "monitor/points.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

/* Packed, so many tables are not small. */
enum { LARGE = 30000, HOUR = 3600000 };

/* How the environment is compared. */
static struct compare_options own = {.comments = true};

static struct compare_options
options(void *arg, const char *environment)
{
	const struct compare_options *o = arg;

	assert_string_equal(environment, "prod");
	return *o;
}

static const int64_t start = INT64_C(1789898400000); /* 2026-09-20T10:00:00Z */

/* It is seen with that from hour `at` on, for half an hour. */
static void
see(struct store *s, int at, struct snapshot *catalog)
{
	struct store_interval row = {.from_ms = start + (int64_t)at * HOUR,
		.to_ms = start + (int64_t)at * HOUR + HOUR / 2,
		.content = "",
		.revision = "[]",
		.database = ""};
	struct store_packed packed;
	struct err e;

	store_pack(catalog, &packed);
	row.key = packed.key;
	assert_true(store_begin_write(s, &e));
	assert_true(store_add_interval(s, "prod", &row, &packed, &e));
	assert_true(store_end(s, true, &e));
	store_packed_fini(&packed);
	snapshot_unref(catalog);
}

static struct points_answer
ask(struct points *p, int64_t from_ms, int64_t to_ms)
{
	const struct points_wish w = {"prod", from_ms, to_ms};
	struct points_answer a = {.diff = NULL};

	points_compare(p, &w, &a);
	assert_int_equal(!!a.diff + a.pending + !!a.error, 1);
	return a;
}

static void
test_small(void **state)
{
	struct store *s = fixture_open(*state);
	struct loop *l = loop_new();
	struct points *p = points_new(l, s, options, &own);
	struct points_answer a;

	see(s, 0, CATALOG("table public/t"));
	see(s, 1, CATALOG("table public/t", "table public/u"));
	a = ask(p, start, start + HOUR);
	assert_int_equal(a.diff->n_findings, 1);
	assert_int_equal(a.diff->findings[0].change, CHANGE_UNEXPECTED);
	assert_string_equal(a.diff->findings[0].name, "public.u");
	points_answer_fini(&a);
	/* Backwards, and of a time when nobody looked: what was seen last. */
	a = ask(p, start + 9 * HOUR, start + HOUR - 1);
	assert_int_equal(a.diff->findings[0].change, CHANGE_MISSING);
	points_answer_fini(&a);
	a = ask(p, start, start + HOUR / 2);
	assert_int_equal(a.diff->n_findings, 0);
	points_answer_fini(&a);
	a = ask(p, start - 1, start);
	assert_string_equal(a.error, "It had not been seen at 2026-09-20T09:59:59Z, as "
				     "far as is known.");
	points_answer_fini(&a);
	points_free(p);
	loop_free(l);
	store_close(s);
}

/* One at a time, in a thread, and remembered. */
static void
test_large(void **state)
{
	struct store *s = fixture_open(*state);
	struct loop *l = loop_new();
	struct points *p = points_new(l, s, options, &own);
	struct points_answer a;

	see(s, 0, literal_tables("public", "a", LARGE));
	see(s, 1, literal_tables("public", "b", LARGE));
	for (int i = 0; i < 2; i++) {
		a = ask(p, start, start + HOUR);
		assert_true(a.pending);
		points_answer_fini(&a);
	}
	loop_run(l);
	a = ask(p, start, start + HOUR);
	assert_int_equal(a.diff->n_findings, 2);
	points_answer_fini(&a);
	/* Nobody waits any more. */
	a = ask(p, start + HOUR, start);
	assert_true(a.pending);
	points_answer_fini(&a);
	points_free(p);
	loop_free(l);
	store_close(s);
}

/* As it is configured when it is asked. */
static void
test_options(void **state)
{
	struct store *s = fixture_open(*state);
	struct loop *l = loop_new();
	struct points *p = points_new(l, s, options, &own);
	struct ignore_rules *rules;
	struct points_answer a;
	struct err e;

	see(s, 0, CATALOG("table public/t|owner=a"));
	see(s, 1, CATALOG("table public/t|owner=b", "table public/u"));
	a = ask(p, start, start + HOUR);
	assert_int_equal(a.diff->n_findings, 1);
	points_answer_fini(&a);
	own.owners = true;
	a = ask(p, start, start + HOUR);
	assert_int_equal(a.diff->n_findings, 2);
	points_answer_fini(&a);
	/* Until a rule has expired. */
	rules = ignore_new();
	own.ignore = rules;
	assert_true(ignore_add(rules, "table:public.u until=2026-09-20", NULL, 0, &e));
	own.now_ms = start - 48 * (int64_t)HOUR;
	a = ask(p, start, start + HOUR);
	assert_int_equal(a.diff->n_findings, 1);
	points_answer_fini(&a);
	own.now_ms = start + 48 * (int64_t)HOUR;
	a = ask(p, start, start + HOUR);
	assert_int_equal(a.diff->n_findings, 2);
	points_answer_fini(&a);
	ignore_free(rules);
	own = (struct compare_options){.comments = true};
	points_free(p);
	loop_free(l);
	store_close(s);
}

/* A secret is stored as nothing but that it is one. */
static void
test_masked(void **state)
{
	struct store *s = fixture_open(*state);
	struct loop *l = loop_new();
	struct points *p = points_new(l, s, options, &own);
	struct points_answer a;

	see(s, 0,
		CATALOG("foreign_server /s|options=password <secret "
			"0123456789abcdef>"));
	see(s, 1,
		CATALOG("foreign_server /s|options=password <secret "
			"0123456789abcdee>"));
	see(s, 2, CATALOG("foreign_server /s|options=host a"));
	a = ask(p, start, start + HOUR);
	assert_int_equal(a.diff->n_findings, 0);
	assert_true(a.masked);
	points_answer_fini(&a);
	a = ask(p, start + HOUR, start + 2 * HOUR);
	assert_int_equal(a.diff->n_findings, 1);
	assert_false(a.masked);
	points_answer_fini(&a);
	points_free(p);
	loop_free(l);
	store_close(s);
}

/* What was asked for last, as long as it is not too much. */
static void
test_remembered(void **state)
{
	enum { PAIRS = 40, BIG = 8000, BIG_PAIRS = 12 };
	struct store *s = fixture_open(*state);
	struct loop *l = loop_new();
	struct points *p = points_new(l, s, options, &own);
	struct points_answer first, a;

	see(s, 0, CATALOG("table public/z"));
	for (int i = 1; i <= PAIRS; i++) {
		char *table = xasprintf("table public/t%d", i);

		see(s, i, CATALOG(table));
		free(table);
	}
	first = ask(p, start, start + HOUR);
	for (int i = 2; i <= PAIRS; i++) {
		a = ask(p, start, start + (int64_t)i * HOUR);
		points_answer_fini(&a);
	}
	a = ask(p, start, start + HOUR);
	assert_ptr_equal(a.diff, first.diff);
	points_answer_fini(&a);
	for (int i = 1; i <= BIG_PAIRS; i++) {
		char *name = xasprintf("t%d", i);

		see(s, PAIRS + i, literal_tables("public", name, BIG));
		free(name);
		a = ask(p, start, start + (int64_t)(PAIRS + i) * HOUR);
		points_answer_fini(&a);
		loop_run(l);
	}
	a = ask(p, start, start + (int64_t)(PAIRS + BIG_PAIRS) * HOUR);
	assert_true(a.diff && a.diff->n_findings > BIG);
	points_answer_fini(&a);
	a = ask(p, start, start + HOUR);
	assert_ptr_not_equal(a.diff, first.diff);
	points_answer_fini(&a);
	points_answer_fini(&first);
	points_free(p);
	loop_free(l);
	store_close(s);
}

static void
test_none(void **state)
{
	struct points_answer a = {.diff = NULL};

	(void)state;
	points_answer_fini(&a);
	points_free(NULL);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {CASE(test_small), CASE(test_large),
		CASE(test_options), CASE(test_masked), CASE(test_remembered),
		cmocka_unit_test(test_none)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

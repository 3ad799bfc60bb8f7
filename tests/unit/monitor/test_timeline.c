/* What an environment was seen with, and when, over restarts and without a store. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "monitor/environment.h"
#include "monitor/memory.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/store/fixture.h"

enum { MAX_FINDINGS = 10 };

struct world {
	const char *dir;
	char name[8], partitions[8];
	struct conf_environment conf;
	struct environment env;
	struct facts facts;
	struct store *store;
	struct loop *loop;
	struct program program;
};

static void
begin(struct world *w)
{
	w->env = (struct environment){.conf = &w->conf,
		.memo = memo_new(),
		.outcome = OUTCOME_SUCCESS,
		.facts = &w->facts};
	earlier_share(&w->env, w->loop, w->store);
	timeline_share(&w->env, w->loop, w->store);
}

static void
load(struct world *w)
{
	struct err e = {0};

	if (!timeline_load(&w->env, w->store, &e))
		fail_msg("%s", e.text);
}

static void
end(struct world *w)
{
	timeline_free(&w->env.timeline);
	earlier_free(&w->env.earlier);
	happenings_free(&w->env.happened);
	free(w->env.moved_with);
	memo_free(w->env.memo);
}

static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof *w);

	if (fixture_setup((void **)&w->dir) != 0)
		return -1;
	strcpy(w->name, "dev");
	strcpy(w->partitions, "parent");
	w->conf = (struct conf_environment){
		.name = w->name, .partitions = w->partitions, .comments = true};
	w->store = fixture_open(w->dir);
	w->loop = loop_new();
	begin(w);
	load(w);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;
	int rc;

	end(w);
	strvec_free(&w->facts.recorded);
	snapshot_unref(w->facts.snapshot);
	loop_free(w->loop);
	store_close(w->store);
	rc = fixture_teardown((void **)&w->dir);
	free(w);
	return rc;
}

/* A check at `at_ms` has found `catalog`, which is taken over. */
static void
see_database(struct world *w, int64_t at_ms, const char *revision,
	struct snapshot *catalog, const char *database)
{
	struct facts *f = &w->facts;

	strvec_free(&f->recorded);
	snapshot_unref(f->snapshot);
	*f = (struct facts){.user_tables = true, .instance = {.system = "1"}};
	snprintf(f->instance.database, sizeof f->instance.database, "%s", database);
	f->snapshot = library_keep(memo_library(w->env.memo), catalog);
	if (revision)
		strvec_add(&f->recorded, revision);
	w->env.last_success_ms = at_ms;
	timeline_see(&w->env, MAX_FINDINGS);
}

static void
see(struct world *w, int64_t at_ms, const char *revision, struct snapshot *catalog)
{
	see_database(w, at_ms, revision, catalog, "2");
}

#define A CATALOG("table public/a")
#define B CATALOG("table public/a", "table public/b")
#define C CATALOG("table public/a", "table public/b", "table public/c")

static void
restart(struct world *w)
{
	end(w);
	store_close(w->store);
	w->store = fixture_open(w->dir);
	begin(w);
	load(w);
}

static void
write_down(void *arg, const struct store_interval *i)
{
	struct strbuf *out = arg;
	cJSON *change = i->change ? cJSON_Parse(i->change) : NULL;
	const cJSON *summary = cJSON_GetObjectItem(change, "summary");
	int64_t more = 0, less = 0;

	(void)json_whole(summary, "unexpected", &more);
	(void)json_whole(summary, "missing", &less);
	strbuf_printf(out, "%lld-%lld %s %s", (long long)i->from_ms,
		(long long)i->to_ms, i->revision, i->database);
	if (change)
		strbuf_printf(out, " +%d -%d", (int)more, (int)less);
	strbuf_add(out, "\n");
	cJSON_Delete(change);
}

/* What is stored, newest first. */
static void
assert_stored(struct world *w, const char *expected)
{
	const struct store_span span = {w->name, 0, INT64_MAX, 100};
	struct strbuf got = {0};
	struct err e = {0};

	strbuf_add(&got, "");
	if (!store_intervals(w->store, &span, write_down, &got, &e))
		fail_msg("%s", e.text);
	assert_string_equal(got.s, expected);
	strbuf_free(&got);
}

/* A check that finds nothing new writes nothing; a new catalog or revision is there at
 * once, with all that is known of the one before. */
static void
test_intervals(void **state)
{
	struct world *w = *state;

	see(w, 1000, "r1", A);
	memory_save(&w->env, w->store);
	assert_stored(w, "1000-1000 [\"r1\"] 1/2\n");
	assert_int_equal(w->env.unsaved, 0);
	see(w, 2000, "r1", A);
	see(w, 3000, "r1", A);
	assert_int_equal(w->env.unsaved, 0);
	assert_stored(w, "1000-1000 [\"r1\"] 1/2\n");
	timeline_keep(&w->env, w->store, &w->program);
	assert_stored(w, "1000-3000 [\"r1\"] 1/2\n");
	see(w, 4000, "r1", A);
	see(w, 5000, "r1", B);
	memory_save(&w->env, w->store);
	see(w, 6000, "r2", B);
	memory_save(&w->env, w->store);
	see(w, 7000, "r3", A);
	memory_save(&w->env, w->store);
	assert_stored(w, "7000-7000 [\"r3\"] 1/2 +0 -1\n"
			 "6000-6000 [\"r2\"] 1/2\n"
			 "5000-5000 [\"r1\"] 1/2 +1 -0\n"
			 "1000-4000 [\"r1\"] 1/2\n");
	assert_null(w->env.earlier.shelf.packing);
}

/* What one before saw last goes on, or has changed while nobody watched. */
static void
test_restarts(void **state)
{
	struct world *w = *state;

	see(w, 1000, "r1", A);
	memory_save(&w->env, w->store);
	restart(w);
	see(w, 5000, "r1", A);
	assert_int_equal(w->env.unsaved, 0);
	timeline_keep(&w->env, w->store, &w->program);
	assert_stored(w, "1000-5000 [\"r1\"] 1/2\n");
	restart(w);
	see(w, 9000, "r1", B);
	assert_int_equal(w->env.happened.n, 1);
	assert_int_equal(w->env.happened.v[0].what, HAPPENING_CATALOG);
	assert_non_null(strstr(w->env.happened.v[0].detail,
		"(1 difference; first: table public.b is unexpected), while nobody "
		"watched"));
	memory_save(&w->env, w->store);
	assert_stored(w, "9000-9000 [\"r1\"] 1/2 +1 -0\n"
			 "1000-5000 [\"r1\"] 1/2\n");
	restart(w);
	see(w, 10000, "r2", A);
	assert_int_equal(w->env.happened.n, 0);
	assert_non_null(strstr(w->env.moved_with, "table public.b is missing"));
}

/* What is not there any more to be held against is said, and hinders nothing. */
static void
test_lost_catalog(void **state)
{
	struct world *w = *state;

	see(w, 1000, "r1", A);
	memory_save(&w->env, w->store);
	restart(w);
	fixture_sql(w->dir, "UPDATE catalog SET packed = substr(packed, 1, 9)");
	see(w, 2000, "r1", B);
	memory_save(&w->env, w->store);
	assert_stored(w, "2000-2000 [\"r1\"] 1/2\n1000-1000 [\"r1\"] 1/2\n");
}

/* Of two databases nothing is held against each other. */
static void
test_another_database(void **state)
{
	struct world *w = *state;

	see_database(w, 1000, "r1", A, "2");
	see_database(w, 2000, "r1", A, "3");
	see_database(w, 3000, "r1", B, "2");
	memory_save(&w->env, w->store);
	assert_stored(w, "3000-3000 [\"r1\"] 1/2\n"
			 "2000-2000 [\"r1\"] 1/3\n"
			 "1000-1000 [\"r1\"] 1/2\n");
}

/* A check that failed, or saw a migration, says nothing. */
static void
test_no_sighting(void **state)
{
	struct world *w = *state;

	see(w, 1000, "r1", A);
	memory_save(&w->env, w->store);
	w->env.outcome = OUTCOME_FAILURE;
	see(w, 2000, "r1", B);
	w->env.outcome = OUTCOME_MIGRATING;
	see(w, 3000, "r1", B);
	memory_save(&w->env, w->store);
	timeline_keep(&w->env, w->store, &w->program);
	assert_stored(w, "1000-1000 [\"r1\"] 1/2\n");
}

/* As long as the store fails, the last sixteen wait. */
static void
test_store_fails(void **state)
{
	struct world *w = *state;
	struct err e;

	see(w, 1000, "r1", A);
	memory_save(&w->env, w->store);
	fixture_sql(w->dir, "ALTER TABLE interval RENAME TO away");
	for (int i = 0; i < 40; i++) {
		see(w, 2000 + i, "r1", i % 2 ? A : B);
		memory_save(&w->env, w->store);
	}
	assert_true(store_has_failed(w->store, &e));
	assert_int_equal(w->env.timeline.n, 16);
	fixture_sql(w->dir, "ALTER TABLE away RENAME TO interval");
	assert_true(store_recover(w->store, &(struct store_news){0}));
	memory_save(&w->env, w->store);
	assert_int_equal(w->env.timeline.n, 0);
	assert_int_equal(w->env.timeline.last.from_ms, 2039);
}

/* What is too much is left out, and what follows is held against what came before. */
static void
test_left_out(void **state)
{
	struct world *w = *state;

	see(w, 1000, "r1", A);
	memory_save(&w->env, w->store);
	fixture_sql(w->dir, "ALTER TABLE interval RENAME TO away");
	/* 2001 is C, which had come after B. */
	for (int i = 0; i < 17; i++)
		see(w, 2000 + i, "r1", i % 2 ? C : B);
	assert_int_equal(w->env.timeline.n, 16);
	memory_save(&w->env, w->store);
	fixture_sql(w->dir, "ALTER TABLE away RENAME TO interval");
	(void)store_recover(w->store, &(struct store_news){0});
	memory_save(&w->env, w->store);
	fixture_sql(w->dir, "DELETE FROM interval WHERE from_ms > 2002");
	assert_stored(w, "2002-2002 [\"r1\"] 1/2 +0 -1\n"
			 "2001-2001 [\"r1\"] 1/2 +2 -0\n"
			 "1000-1000 [\"r1\"] 1/2\n");
}

/* That the store cannot be asked for a moment loses nothing. */
static void
test_not_yet(void **state)
{
	struct world *w = *state;

	see(w, 1000, "r1", A);
	memory_save(&w->env, w->store);
	restart(w);
	fixture_sql(w->dir, "ALTER TABLE catalog RENAME TO away");
	see(w, 2000, "r1", B);
	assert_false(w->env.timeline.v[0].told);
	memory_save(&w->env, w->store);
	fixture_sql(w->dir, "ALTER TABLE away RENAME TO catalog");
	(void)store_recover(w->store, &(struct store_news){0});
	memory_save(&w->env, w->store);
	assert_stored(w, "2000-2000 [\"r1\"] 1/2 +1 -0\n1000-1000 [\"r1\"] 1/2\n");
}

static void
lose(struct world *w)
{
	timeline_lost(&w->env.timeline);
	w->env.unsaved = UNSAVED_INTERVAL;
}

/* Another file has what memory knows, once. */
static void
test_lost(void **state)
{
	struct world *w = *state;

	see(w, 1000, "r1", A);
	memory_save(&w->env, w->store);
	lose(w);
	see(w, 2000, "r1", A);
	memory_save(&w->env, w->store);
	assert_stored(w, "1000-2000 [\"r1\"] 1/2\n");
	fixture_sql(w->dir, "DELETE FROM interval; DELETE FROM catalog");
	lose(w);
	see(w, 3000, "r1", B);
	memory_save(&w->env, w->store);
	assert_stored(w, "3000-3000 [\"r1\"] 1/2 +1 -0\n1000-2000 [\"r1\"] 1/2\n");
}

/* A large one is packed, read and compared in threads, and waits for that. */
static struct snapshot *
large(int tables)
{
	const char **lines = xcalloc((size_t)tables + 1, sizeof *lines);
	struct snapshot *s;

	for (int i = 0; i < tables; i++)
		lines[i] = xasprintf("table public/t%llx",
			(unsigned long long)i * UINT64_C(0x9E3779B97F4A7C15));
	s = literal_catalog(lines);
	for (int i = 0; i < tables; i++)
		free((char *)lines[i]);
	free(lines);
	return s;
}

static void
test_large(void **state)
{
	struct world *w = *state;

	see(w, 1000, "r1", large(9000));
	memory_save(&w->env, w->store);
	assert_stored(w, "");
	loop_run(w->loop);
	assert_stored(w, "1000-1000 [\"r1\"] 1/2\n");
	restart(w);
	see(w, 2000, "r1", large(9001));
	assert_int_equal(w->env.happened.n, 0);
	loop_run(w->loop);
	assert_int_equal(w->env.happened.n, 1);
	memory_save(&w->env, w->store);
	loop_run(w->loop);
	assert_stored(w, "2000-2000 [\"r1\"] 1/2 +1 -0\n1000-1000 [\"r1\"] 1/2\n");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_intervals),
		CASE(test_restarts),
		CASE(test_lost_catalog),
		CASE(test_another_database),
		CASE(test_no_sighting),
		CASE(test_store_fails),
		CASE(test_left_out),
		CASE(test_not_yet),
		CASE(test_lost),
		CASE(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

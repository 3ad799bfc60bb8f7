/* What an environment was seen with, with and without a store. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "monitor/environment.h"
#include "tests/unit/catalog/literal.h"

struct world {
	char dir[32];
	char name[8], partitions[8];
	struct conf_environment conf;
	struct environment env;
	struct facts facts;
	struct store *store;
	struct snapshot *a, *b, *c;
};

static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof *w);
	struct err e;

	strcpy(w->dir, "/tmp/earlier.XXXXXX");
	strcpy(w->name, "dev");
	strcpy(w->partitions, "parent");
	w->conf = (struct conf_environment){
		.name = w->name, .partitions = w->partitions, .comments = true};
	w->env.conf = &w->conf;
	w->a = CATALOG("table public/a");
	w->b = CATALOG("table public/a", "table public/b");
	w->c = CATALOG("table public/a", "table public/b", "table public/c");
	*state = w;
	return mkdtemp(w->dir) && (w->store = store_open(w->dir, &e)) ? 0 : -1;
}

static int
teardown(void **state)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};
	struct world *w = *state;

	store_close(w->store);
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		char *path = xasprintf("%s/pgdriftd.db%s", w->dir, suffixes[i]);

		unlink(path);
		free(path);
	}
	rmdir(w->dir);
	earlier_free(&w->env.earlier);
	happenings_free(&w->env.happened);
	free(w->env.moved_with);
	strvec_free(&w->facts.recorded);
	snapshot_unref(w->a);
	snapshot_unref(w->b);
	snapshot_unref(w->c);
	free(w);
	return 0;
}

/* It is read now: `revision` NULL is none recorded. */
static void
read_as(struct facts *f, const char *revision, struct snapshot *s)
{
	*f = (struct facts){.snapshot = s,
		.user_tables = s != NULL,
		.instance = {.system = "1", .database = "2", .role = "r"}};
	if (revision)
		strvec_add(&f->recorded, revision);
}

static bool
see_at(struct world *w, struct store *s, const char *revision, struct snapshot *catalog,
	int64_t now_ms)
{
	struct facts next;

	read_as(&next, revision, catalog);
	earlier_compare(&w->env, &next, now_ms);
	strvec_free(&w->facts.recorded);
	w->facts = next;
	w->env.facts = &w->facts;
	return earlier_note(&w->env, s, now_ms);
}

static bool
see(struct world *w, struct store *s, const char *revision, struct snapshot *catalog)
{
	return see_at(w, s, revision, catalog, 1000);
}

static struct snapshot *
found(struct world *w, struct store *s, const char *revision)
{
	const struct earlier_catalog *c;
	struct strvec ids = {0};

	strvec_add(&ids, revision);
	c = earlier_find(&w->env, s, &ids);
	strvec_free(&ids);
	return c ? c->snapshot : NULL;
}

/* As a new process has it. */
static void
begin_anew(struct world *w)
{
	earlier_free(&w->env.earlier);
	w->env.facts = NULL;
}

static void
test_last_at_each(void **state)
{
	struct world *w = *state;

	assert_true(see(w, NULL, "r1", w->a));
	assert_false(see(w, NULL, "r1", w->a));
	assert_true(see(w, NULL, "r2", w->b));
	assert_false(see(w, NULL, "r1", w->c));
	assert_ptr_equal(found(w, NULL, "r1"), w->c);
	assert_ptr_equal(found(w, NULL, "r2"), w->b);
	assert_null(found(w, NULL, "r3"));
	assert_false(see(w, NULL, "r3", w->a));
	assert_ptr_equal(found(w, NULL, "r3"), w->a);
	begin_anew(w);
	assert_null(found(w, NULL, "r1"));
}

static void
test_from_the_store(void **state)
{
	struct world *w = *state;

	see(w, w->store, "r1", w->a);
	see(w, w->store, "r2", w->b);
	begin_anew(w);
	assert_null(found(w, w->store, "r3"));
	assert_non_null(found(w, w->store, "r1"));
	assert_string_equal(found(w, w->store, "r1")->fingerprint, w->a->fingerprint);
	assert_string_equal(found(w, w->store, "r2")->fingerprint, w->b->fingerprint);
}

static void
test_forgotten(void **state)
{
	struct strvec first = {0};
	const struct strvec *needed[] = {&first};
	char revision[16];

	strvec_add(&first, "r0");
	for (int stored = 0; stored < 2; stored++) {
		struct world *w = *state;
		struct store *s = stored ? w->store : NULL;

		begin_anew(w);
		for (int i = 0; i < 9; i++) {
			snprintf(revision, sizeof revision, "r%d", i);
			if (see(w, s, revision, i % 2 ? w->b : w->a))
				earlier_forget(&w->env, s, needed, 1);
		}
		assert_true(w->env.earlier.n <= 5);
		assert_non_null(found(w, s, "r0"));
		assert_non_null(found(w, s, "r8"));
		assert_null(found(w, s, "r4"));
		if (stored)
			begin_anew(w);
		assert_non_null(found(w, s, "r0"));
		assert_null(found(w, s, "r4"));
	}
	strvec_free(&first);
}

static void
test_first(void **state)
{
	struct world *w = *state;

	see(w, w->store, "r1", w->a);
	assert_ptr_equal(earlier_first(&w->env, w->store, 1000)->snapshot, w->a);
	see(w, w->store, "r1", w->b);
	assert_ptr_equal(earlier_first(&w->env, w->store, 2000)->snapshot, w->a);
	begin_anew(w);
	see(w, w->store, "r1", w->b);
	assert_string_equal(
		earlier_first(&w->env, w->store, 3000)->snapshot->fingerprint,
		w->a->fingerprint);
	assert_int_equal(w->env.earlier.first.at_ms, 1000);
	/* At another revision it begins anew, and once it is of no use. */
	see(w, w->store, "r2", w->b);
	assert_ptr_equal(earlier_first(&w->env, w->store, 4000)->snapshot, w->b);
	earlier_forget_first(&w->env, w->store);
	begin_anew(w);
	see(w, w->store, "r2", w->c);
	assert_ptr_equal(earlier_first(&w->env, w->store, 5000)->snapshot, w->c);
}

static void
test_changed_without_its_revision(void **state)
{
	struct world *w = *state;

	see(w, NULL, "r1", w->a);
	see(w, NULL, "r1", w->a);
	see(w, NULL, "r2", w->b);
	/* What moved with it is told with it. */
	assert_int_equal(w->env.happened.n, 0);
	assert_non_null(strstr(w->env.moved_with,
		"(1 difference; first: table public.b is unexpected)"));
	see(w, NULL, NULL, w->a);
	assert_int_equal(w->env.happened.n, 0);
	see(w, NULL, NULL, w->b);
	assert_int_equal(w->env.happened.n, 1);
	assert_int_equal(w->env.happened.v[0].what, HAPPENING_SCHEMA);
	see(w, NULL, "r1", w->b);
	see(w, NULL, "r1", w->c);
	assert_int_equal(w->env.happened.n, 2);
	assert_int_equal(w->env.happened.v[1].what, HAPPENING_CATALOG);
	assert_non_null(strstr(w->env.happened.v[1].detail,
		"(1 difference; first: table public.c is unexpected)"));
	/* Only so many in an hour, and one as long as it goes on. */
	for (int i = 0; i < 50; i++)
		see(w, NULL, "r1", i % 2 ? w->a : w->b);
	assert_int_equal(w->env.happened.n, 10);
	assert_null(strstr(w->env.happened.v[8].detail, "so often"));
	assert_non_null(strstr(w->env.happened.v[9].detail, "so often"));
	for (int i = 0; i < 50; i++)
		see_at(w, NULL, "r1", i % 2 ? w->a : w->b, 3601000);
	assert_int_equal(w->env.happened.n, 11);
	see_at(w, NULL, "r1", w->c, 7201000);
	assert_int_equal(w->env.happened.n, 12);
	see_at(w, NULL, "r1", w->a, 10801000);
	see_at(w, NULL, "r1", w->c, 10801000);
	assert_int_equal(w->env.happened.n, 14);
}

/* Half restored it is no measure, though it records its revision already. */
static void
test_set_back(void **state)
{
	struct world *w = *state;
	struct snapshot *whole = CATALOG("schema /public", "table public/a",
		"index public/a_i|parent=a", "comment public/a|on=table");
	struct snapshot *half = CATALOG("schema /public", "table public/a");

	see(w, NULL, "r1", whole);
	assert_false(earlier_is_set_back(&w->env, NULL, 1000));
	see(w, NULL, NULL, NULL);
	see(w, NULL, "r1", half);
	assert_true(earlier_is_set_back(&w->env, NULL, 1000));
	assert_ptr_equal(found(w, NULL, "r1"), whole);
	see(w, NULL, "r1", whole);
	assert_false(earlier_is_set_back(&w->env, NULL, 1000));
	/* Of a revision that was never seen nothing is known, nor of a table less. */
	see(w, NULL, NULL, NULL);
	see(w, NULL, "r0", w->a);
	assert_false(earlier_is_set_back(&w->env, NULL, 1000));
	see(w, NULL, "r1", w->b);
	assert_false(earlier_is_set_back(&w->env, NULL, 1000));
	assert_ptr_equal(found(w, NULL, "r1"), w->b);
	/* It may be meant so. */
	see(w, NULL, "r1", whole);
	see(w, NULL, NULL, NULL);
	see(w, NULL, "r1", half);
	assert_true(earlier_is_set_back(&w->env, NULL, 1000 + 3599999));
	assert_false(earlier_is_set_back(&w->env, NULL, 1000 + 3600000));
	see(w, NULL, "r1", half);
	assert_ptr_equal(found(w, NULL, "r1"), half);
	see(w, NULL, "r1", whole);
	see(w, NULL, NULL, NULL);
	for (int i = 0; i < 20; i++) {
		see(w, NULL, "r1", half);
		assert_true(earlier_is_set_back(&w->env, NULL, 1000));
	}
	see(w, NULL, "r1", half);
	assert_false(earlier_is_set_back(&w->env, NULL, 1000));
	earlier_free(&w->env.earlier);
	snapshot_unref(whole);
	snapshot_unref(half);
}

/* One without a version table is told by its catalog. */
static void
test_set_back_without_revision(void **state)
{
	struct world *w = *state;

	see(w, NULL, NULL, w->b);
	see(w, NULL, NULL, NULL);
	see(w, NULL, NULL, w->a);
	assert_true(earlier_is_set_back(&w->env, NULL, 1000));
	see(w, NULL, NULL, w->b);
	assert_false(earlier_is_set_back(&w->env, NULL, 1000));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_last_at_each),
		T(test_from_the_store),
		T(test_forgotten),
		T(test_first),
		T(test_changed_without_its_revision),
		T(test_set_back),
		T(test_set_back_without_revision),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What a database was before, as the store has it, counts until it is read. */
#include "monitor/recall.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/catalog/literal.h"
#include "tests/unit/monitor/prod.h"
#include "tests/unit/store/fixture.h"

struct world {
	struct conf_environment conf;
	struct environment *env;
	struct store *store;
	struct snapshot *catalog;
};

/* The store has `catalog` as what prod was seen with at "a", and it was known to be
 * that, at "a", when the process before ended. */
static void
begin(struct world *w, const char *dir)
{
	static const struct store_seen which = {"prod", false, "[\"a\"]"};
	struct err e;

	*w = (struct world){.store = fixture_open(dir)};
	prod_conf(&w->conf);
	w->env = environment_new(&w->conf, NULL, &e);
	w->catalog = CATALOG("schema /public", "table public/t");
	assert_true(store_set_seen(w->store, &which, w->catalog, 1000, &e));
	w->env->known = xcalloc(1, sizeof *w->env->known);
	w->env->known->fingerprint = xstrdup(w->catalog->fingerprint);
	w->env->known->revision.status = REVISION_AT_HEAD;
	w->env->known->compared = true;
	strcpy(w->env->known->identity.system, "7");
	strvec_add(&w->env->known->revision.recorded, "a");
	w->env->last_success_ms = 2000;
	w->env->tried = true;
}

static void
end(struct world *w)
{
	environment_free(w->env);
	snapshot_unref(w->catalog);
	store_close(w->store);
	prod_conf_fini(&w->conf);
}

static void
test_what_it_was(void **state)
{
	const struct facts *f;
	struct world w;

	begin(&w, *state);
	w.env->tried = false;
	assert_null(recall_facts(w.env, w.store));
	w.env->tried = true;
	f = recall_facts(w.env, w.store);
	assert_non_null(f);
	assert_string_equal(f->snapshot->fingerprint, w.catalog->fingerprint);
	assert_string_equal(f->recorded.v[0], "a");
	assert_string_equal(f->instance.system, "7");
	assert_true(f->user_tables);
	assert_int_equal(f->read_ms, 2000);
	assert_ptr_equal(recall_facts(w.env, w.store), f);
	assert_ptr_equal(recall_last(w.env), f);
	end(&w);
}

/* Its revision is; the catalog that the store has is not that one. */
static void
test_another_catalog(void **state)
{
	const struct facts *f;
	struct world w;

	begin(&w, *state);
	free(w.env->known->fingerprint);
	w.env->known->fingerprint = xstrdup("other");
	f = recall_facts(w.env, w.store);
	assert_null(f->snapshot);
	assert_string_equal(f->recorded.v[0], "a");
	end(&w);
	begin(&w, *state);
	assert_null(recall_facts(w.env, NULL)->snapshot);
	end(&w);
}

static void
test_what_is_read_counts(void **state)
{
	struct facts read = {0};
	struct world w;

	begin(&w, *state);
	w.env->facts = &read;
	assert_ptr_equal(recall_facts(w.env, w.store), &read);
	w.env->facts = NULL;
	published_environment_free(w.env->known);
	w.env->known = NULL;
	assert_null(recall_facts(w.env, w.store));
	end(&w);
}

/* Since when what is read now has been so: 0 is before this process. */
static void
assert_follows(const struct world *w, const char *revision, struct snapshot *catalog,
	unsigned rows_from, unsigned from)
{
	struct facts f = {.snapshot = catalog, .rows_held = {5, 6}, .held = {5, 6}};

	strvec_add(&f.recorded, revision);
	recall_follow(&f, w->env->known);
	assert_int_equal(f.rows_held.from, rows_from);
	assert_int_equal(f.held.from, from);
	strvec_free(&f.recorded);
}

static void
test_since_when(void **state)
{
	struct snapshot *other = CATALOG("schema /public");
	struct world w;

	begin(&w, *state);
	assert_follows(&w, "a", w.catalog, 0, 0);
	assert_follows(&w, "a", other, 0, 5);
	assert_follows(&w, "b", w.catalog, 5, 5);
	/* It had changed since what it is held against was read. */
	w.env->known->compared = false;
	assert_follows(&w, "a", w.catalog, 0, 5);
	w.env->known->revision.status = REVISION_NOT_CHECKED;
	assert_follows(&w, "a", w.catalog, 5, 5);
	snapshot_unref(other);
	end(&w);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_it_was),
		TEST(test_another_catalog),
		TEST(test_what_is_read_counts),
		TEST(test_since_when),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

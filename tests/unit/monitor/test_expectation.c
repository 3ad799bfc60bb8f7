/* What an environment is held against. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "monitor/expectation.h"
#include "tests/unit/catalog/literal.h"

/* A database that is named twice is no reference for itself, at whatever revision it
 * was seen under the other name. */
static void
test_earlier_of_itself(void **state)
{
	static char ref_name[] = "ref", env_name[] = "env", parent[] = "parent";
	const struct conf nothing = {0};
	struct conf_environment ref_conf = {.name = ref_name, .partitions = parent},
				env_conf = {.name = env_name,
					.partitions = parent,
					.expect = EXPECT_ENVIRONMENT,
					.expect_target = ref_name};
	struct facts ref_facts = {.user_tables = true,
		.snapshot = CATALOG("table public/t", "table public/new")};
	struct facts earlier_facts = {.user_tables = true};
	struct snapshot *earlier;
	struct facts env_facts = {
		.user_tables = true, .snapshot = CATALOG("table public/t")};
	struct environment ref = {.conf = &ref_conf, .facts = &ref_facts},
			   env = {.conf = &env_conf, .facts = &env_facts};
	struct environment *followers[] = {&env};
	struct expectation_sources from = {.graphs = NULL};
	struct expectation x;

	(void)state;
	env.refers[0] = &ref;
	ref.followers = followers;
	ref.n_followers = 1;
	from.graphs = graphs_new(&(struct look_watcher){0}, &nothing, NULL);
	strvec_add(&ref_facts.recorded, "b");
	strvec_add(&env_facts.recorded, "a");
	earlier = CATALOG("table public/t");
	ref.facts = &earlier_facts;
	earlier_facts.snapshot = earlier;
	strvec_add(&earlier_facts.recorded, "a");
	expectation_find(&x, &from, &ref);
	expectation_fini(&x);
	ref.facts = &ref_facts;
	expectation_find(&x, &from, &ref);
	expectation_fini(&x);
	expectation_find(&x, &from, &env);
	assert_ptr_equal(x.snapshot, earlier);
	assert_string_equal(x.revision->v[0], "a");
	assert_string_equal(x.measure, "environment:ref as it was at a");
	assert_ptr_equal(x.instance, &ref_facts.instance);
	expectation_fini(&x);
	graphs_free(from.graphs);
	earlier_free(&ref.earlier);
	earlier_free(&env.earlier);
	snapshot_unref(earlier);
	strvec_free(&earlier_facts.recorded);
	snapshot_unref(ref_facts.snapshot);
	snapshot_unref(env_facts.snapshot);
	strvec_free(&ref_facts.recorded);
	strvec_free(&env_facts.recorded);
}

static void
nobody(void *arg, const struct built_origin *of)
{
	(void)arg;
	(void)of;
}

/* A file is read by who asks here, and nobody runs the loop: it stays to be loaded. */
static void
test_a_file_of_sql(void **state)
{
	static char name[] = "env", parent[] = "parent", dsn[] = "host=/nowhere",
		    schema[] = "public", table[] = "alembic_version",
		    gone[] = "/nowhere/structure.sql";
	struct conf_environment c = {.name = name,
		.partitions = parent,
		.version_schema = schema,
		.version_table = table,
		.expect = EXPECT_DDL,
		.expect_target = gone,
		.enabled = true};
	const struct conf conf = {.service = {.scratch_dsn = dsn},
		.environments = &c,
		.n_environments = 1};
	struct loop *l = loop_new();
	struct built_owner o = {.loop = l, .changed = nobody};
	struct facts facts = {
		.user_tables = true, .snapshot = CATALOG("table public/t")};
	struct environment env = {.conf = &c, .facts = &facts};
	struct expectation_sources from = {
		.graphs = graphs_new(&(struct look_watcher){0}, &conf, NULL),
		.ddl = ddl_files_new(&(struct look_watcher){0}),
		.built = built_new(&o)};
	char own[] = "/tmp/test_expectation.XXXXXX";
	struct expectation x;

	(void)state;
	built_take(from.built, &conf);
	expectation_find(&x, &from, &env);
	assert_string_equal(x.reference, "ddl:/nowhere/structure.sql");
	assert_null(x.snapshot);
	assert_non_null(strstr(x.reason, "No such file"));
	assert_false(x.not_comparable);
	assert_false(env.building);
	expectation_fini(&x);
	close(mkstemp(own));
	c.expect_target = own;
	expectation_find(&x, &from, &env);
	assert_null(x.snapshot);
	assert_non_null(strstr(x.reason, own));
	assert_non_null(strstr(x.reason, "is being built"));
	assert_true(env.building);
	expectation_fini(&x);
	env.facts = NULL;
	expectation_find(&x, &from, &env);
	assert_string_equal(x.reason, "the database has not been read yet");
	assert_false(env.building);
	expectation_fini(&x);
	unlink(own);
	snapshot_unref(facts.snapshot);
	built_free(from.built);
	ddl_files_free(from.ddl);
	graphs_free(from.graphs);
	loop_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_earlier_of_itself),
		cmocka_unit_test(test_a_file_of_sql),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

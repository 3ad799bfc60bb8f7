/* What an environment is held against. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_earlier_of_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

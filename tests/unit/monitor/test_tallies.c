/* What is counted of builds, and for how long. */
#include "monitor/tallies.h"

#include "tests/unit/unit.h"

static struct conf_environment
expecting(const char *path)
{
	return (struct conf_environment){
		.expect = EXPECT_DDL, .expect_target = (char *)path, .enabled = true};
}

static void
test_blocks(void **state)
{
	const struct built_origin app = {.migrations = "app"}, shop = {"shop", NULL};
	struct tallies t = {0};

	(void)state;
	assert_int_equal(tallies_of_block(&t, "app").built, 0);
	tallies_of(&t, &app)->built++;
	tallies_of(&t, &shop)->failed++;
	tallies_of(&t, &app)->built++;
	assert_int_equal(tallies_of_block(&t, "app").built, 2);
	assert_int_equal(tallies_of_block(&t, "app").failed, 0);
	assert_int_equal(tallies_of_block(&t, "shop").failed, 1);
	/* They are counted on where nobody expects them for a while. */
	tallies_take(&t, &(struct conf){.n_environments = 0});
	assert_int_equal(tallies_of_block(&t, "app").built, 2);
	tallies_fini(&t);
}

/* One of each file, in order, as long as it is expected. */
static void
test_files(void **state)
{
	struct conf_environment list[] = {
		expecting("/b"), expecting("/a"), expecting("/b"), expecting("/off")};
	struct conf conf = {.environments = list, .n_environments = 4};
	const struct built_origin b = {.ddl = "/b"}, off = {.ddl = "/off"};
	struct tallies t = {0};

	(void)state;
	list[3].enabled = false;
	tallies_take(&t, &conf);
	assert_int_equal(t.n_ddl, 2);
	assert_string_equal(t.ddl[0].path, "/a");
	assert_string_equal(t.ddl[1].path, "/b");
	assert_null(tallies_of(&t, &off));
	tallies_of(&t, &b)->unavailable++;
	conf.n_environments = 1;
	tallies_take(&t, &conf);
	assert_int_equal(t.n_ddl, 1);
	assert_int_equal(t.ddl[0].builds.unavailable, 1);
	conf.n_environments = 0;
	tallies_take(&t, &conf);
	assert_int_equal(t.n_ddl, 0);
	tallies_fini(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

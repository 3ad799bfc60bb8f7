#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "report/placed.h"

static char app[] = "app", other[] = "other", dev[] = "dev", prod[] = "prod",
	    far_away[] = "far away", new[] = "new";

static void
test_markers(void **state)
{
	struct published_environment e[] = {
		{.name = dev, .state = STATE_IN_SYNC, .migrations = app},
		{.name = far_away, .state = STATE_DRIFTED, .migrations = other},
		{.name = new, .state = STATE_UNKNOWN},
		{.name = prod, .state = STATE_DRIFTED, .migrations = app}};
	struct published_environment *const list[] = {&e[0], &e[1], &e[2], &e[3]};
	struct published_migrations m = {.name = app};
	const struct published p = {.environments = list,
		.n_environments = COUNT_OF(list),
		.migrations = &m,
		.n_migrations = 1};
	struct migrations *h = fixture_graph(*state, "c: b\nb: a\na: gone\n");
	struct placed placed;

	m.graph = h;
	e[0].revision.recorded = fixture_words("c");
	e[3].revision.recorded = fixture_words("b lost");
	e[3].revision.pending = fixture_words("c");
	placed_make(&p, &m, &(struct placed_wish){0}, &placed);
	assert_string_equal(placed.picture.name, "app");
	/* The worst is first; those of other migrations are not here. */
	assert_int_equal(placed.picture.n_markers, 2);
	assert_string_equal(placed.picture.markers[0].environment, "prod");
	assert_ptr_equal(placed.environments[0], &e[3]);
	assert_string_equal(placed.picture.markers[1].environment, "dev");
	assert_ptr_equal(placed.picture.markers[0].pending, &e[3].revision.pending);
	/* Where somebody stands is a place, whether a file has it or not. */
	assert_true(drawing_find(placed.drawing, "lost") < placed.drawing->n_nodes);
	assert_int_equal(placed.drawing->n_problems, h->n_problems);
	assert_true(placed.drawing->n_problems > 0);
	placed_free(&placed);
	strvec_free(&e[0].revision.recorded);
	strvec_free(&e[3].revision.recorded);
	strvec_free(&e[3].revision.pending);
	migrations_free(h);
}

/* Problems of running them are among those that are shown. */
static void
test_problems(void **state)
{
	static char file[] = "a.py", id[] = "a", detail[] = "it failed";
	struct problem failed = {.code = PROBLEM_BUILD_FAILED,
		.file = file,
		.revision = id,
		.detail = detail};
	struct published_migrations m = {.name = app, .failed = &failed, .n_failed = 1};
	const struct published p = {.migrations = &m, .n_migrations = 1};
	struct migrations *h = fixture_graph(*state, "a:\n");
	struct placed placed;

	m.graph = h;
	placed_make(&p, &m, &(struct placed_wish){0}, &placed);
	assert_int_equal(placed.drawing->n_nodes, 1);
	assert_ptr_equal(placed.drawing->nodes[0].problems[0], &failed);
	placed_free(&placed);
	migrations_free(h);
}

#define IN_DIRECTORY(test) \
	cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_DIRECTORY(test_markers),
		IN_DIRECTORY(test_problems),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

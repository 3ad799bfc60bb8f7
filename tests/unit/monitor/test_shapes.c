#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "monitor/shapes.h"
#include "tests/unit/catalog/literal.h"

/* Of so many objects: in a thread, and at once. */
enum { LARGE = 1500, SMALL = 600 };

struct world {
	struct loop *loop;
	struct shapes *shapes;
	int told;
};

static void
told(void *arg)
{
	++*(int *)arg;
}

static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof *w);

	w->loop = loop_new();
	w->shapes = shapes_new(w->loop, told, &w->told);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	shapes_free(w->shapes);
	loop_free(w->loop);
	free(w);
	return 0;
}

/* As of a tenant in the schema `name`, that is `there` elsewhere. */
static bool
find(struct world *w, const char *name, const char *there, size_t n,
	char shape[static HASH_HEX_LEN])
{
	struct snapshot *s = literal_tables(name, "t", n);
	struct strvec map = {0};
	bool known;

	strvec_take(&map, xasprintf("%s=%s", name, there));
	known = shapes_find(w->shapes, s, &map, shape);
	if (!known)
		assert_string_equal(shape, s->fingerprint);
	strvec_free(&map);
	snapshot_unref(s);
	return known;
}

static void
test_those_that_are_alike(void **state)
{
	struct world *w = *state;
	struct snapshot *template = literal_tables("template", "t", 3);
	char a[HASH_HEX_LEN], b[HASH_HEX_LEN], more[HASH_HEX_LEN], other[HASH_HEX_LEN];

	assert_true(find(w, "a", "template", 3, a));
	assert_true(find(w, "b", "template", 3, b));
	assert_true(find(w, "b", "template", 4, more));
	assert_true(find(w, "b", "other", 3, other));
	assert_string_equal(a, b);
	assert_string_equal(a, template->fingerprint);
	assert_string_not_equal(a, more);
	assert_string_not_equal(a, other);
	assert_int_equal(w->told, 0);
	snapshot_unref(template);
}

/* Those that are asked for meanwhile wait together. */
static void
test_large_ones_in_a_thread(void **state)
{
	struct world *w = *state;
	char a[HASH_HEX_LEN], b[HASH_HEX_LEN], c[HASH_HEX_LEN];

	assert_false(find(w, "a", "template", LARGE, a));
	assert_false(find(w, "b", "template", LARGE, b));
	assert_false(find(w, "c", "template", LARGE, c));
	assert_false(find(w, "b", "template", LARGE, b));
	loop_run(w->loop);
	assert_int_equal(w->told, 2);
	assert_true(find(w, "a", "template", LARGE, a));
	assert_true(find(w, "b", "template", LARGE, b));
	assert_true(find(w, "c", "template", LARGE, c));
	assert_string_equal(a, b);
	assert_string_equal(a, c);
}

/* No more than some small ones within a second: the rest has a thread.  A machine that
 * takes as long for them has made all. */
static void
test_many_small_ones(void **state)
{
	struct world *w = *state;
	char name[] = "a", first[HASH_HEX_LEN], shape[HASH_HEX_LEN];
	int64_t from_ms = clock_mono_ms();
	size_t later = 0;

	assert_true(find(w, "first", "template", SMALL, first));
	for (; *name < 'a' + 20; ++*name)
		later += !find(w, name, "template", SMALL, shape);
	assert_true(later > 0 || clock_mono_ms() - from_ms > 1000);
	if (later)
		loop_run(w->loop);
	for (*name = 'a'; *name < 'a' + 20; ++*name) {
		assert_true(find(w, name, "template", SMALL, shape));
		assert_string_equal(shape, first);
	}
}

/* Nobody waits any more, for what runs and for what is to come. */
static void
test_ends_while_some_are_made(void **state)
{
	struct world *w = *state;
	char shape[HASH_HEX_LEN];

	assert_false(find(w, "a", "template", LARGE, shape));
	assert_false(find(w, "b", "template", LARGE, shape));
	assert_int_equal(w->told, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_those_that_are_alike, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_large_ones_in_a_thread, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_small_ones, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_ends_while_some_are_made, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

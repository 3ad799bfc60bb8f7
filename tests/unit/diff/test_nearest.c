/* Which of many catalogs one is. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "diff/nearest.h"
#include "tests/unit/catalog/literal.h"

enum { MANY = 30 };

/* Revision n has the tables t1 to tn, and perhaps something more. */
static struct snapshot *
of_revision(int n, const char *owner, const char *more)
{
	char *lines[MANY + 2];
	struct snapshot *s;
	int k = 0;

	for (int i = 1; i <= n; i++)
		lines[k++] = xasprintf("table public/t%02d|owner=%s", i, owner);
	if (more)
		lines[k++] = xstrdup(more);
	lines[k] = NULL;
	s = literal_catalog((const char *const *)lines);
	while (k)
		free(lines[--k]);
	return s;
}

struct fixture {
	struct snapshot *all[MANY];
};

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	for (int i = 0; i < MANY; i++)
		f->all[i] = of_revision(i, "dev", NULL);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < MANY; i++)
		snapshot_unref(f->all[i]);
	free(f);
	return 0;
}

static bool
find(struct fixture *f, struct snapshot *found, struct nearest *out)
{
	bool ok = nearest_find((const struct snapshot *const *)f->all, MANY, found,
		&COMPARE_DEFAULTS, out);

	snapshot_unref(found);
	return ok;
}

static void
test_equal(void **state)
{
	struct nearest n;

	for (int i = 0; i < MANY; i += 7) {
		/* Another owner makes no other catalog. */
		assert_true(find(*state, of_revision(i, "prod", NULL), &n));
		assert_int_equal(n.at, i);
		assert_int_equal(n.diff->n_findings, 0);
		assert_int_equal(n.n_alike, 0);
		nearest_fini(&n);
	}
}

static void
test_nearest(void **state)
{
	struct nearest n;

	assert_true(find(*state,
		of_revision(17, "prod", "view public/by_hand|definition=1"), &n));
	assert_int_equal(n.at, 17);
	assert_int_equal(n.diff->n_findings, 1);
	assert_int_equal(n.diff->n_change[CHANGE_UNEXPECTED], 1);
	nearest_fini(&n);
}

/* Revisions that changed data alone. */
static void
test_alike(void **state)
{
	struct fixture *f = *state;
	struct nearest n;

	for (int i = 3; i < MANY; i++) {
		snapshot_unref(f->all[i]);
		f->all[i] = of_revision(2, "dev", NULL);
	}
	assert_true(find(f, of_revision(2, "prod", NULL), &n));
	assert_int_equal(n.at, 2);
	assert_int_equal(n.n_alike, MANY - 3);
	assert_int_equal(n.alike[0], 3);
	nearest_fini(&n);
}

static void
test_none(void **state)
{
	struct snapshot *s = of_revision(1, "dev", NULL);
	struct nearest n;

	(void)state;
	assert_false(nearest_find(NULL, 0, s, &COMPARE_DEFAULTS, &n));
	snapshot_unref(s);
}

static void
test_distance(void **state)
{
	struct fixture *f = *state;
	struct snapshot *s = of_revision(3, "dev", "column public/t01/a|type=text");
	struct snapshot *t = of_revision(3, "dev", "column public/t01/a|type=date");

	assert_int_equal(nearest_distance(f->all[3], f->all[3]), 0);
	assert_int_equal(nearest_distance(f->all[3], f->all[9]), 6);
	assert_int_equal(nearest_distance(f->all[9], f->all[3]), 6);
	assert_int_equal(nearest_distance(f->all[3], s), 1);
	assert_int_equal(nearest_distance(s, t), 1);
	snapshot_unref(s);
	snapshot_unref(t);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_equal),
		CASE(test_nearest),
		CASE(test_alike),
		CASE(test_none),
		CASE(test_distance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

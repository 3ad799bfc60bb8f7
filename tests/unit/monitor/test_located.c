#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/library.h"
#include "monitor/located.h"
#include "tests/unit/catalog/literal.h"

enum { DAY_MS = 86400000 };

struct fixture {
	struct library *library;
	struct snapshot *all[2]; /* of revisions a and b, which differ in the owner */
	struct located located;
};

static struct snapshot *
kept(struct fixture *f, const char *object, const char *revision)
{
	struct snapshot *s = CATALOG(object);

	if (revision)
		strvec_add(&s->revision, revision);
	return library_keep(f->library, s);
}

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	f->library = library_new();
	f->all[0] = kept(f, "table public/t|owner=one", "a");
	f->all[1] = kept(f, "table public/t|owner=two", "b");
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	snapshot_unref(f->all[0]);
	snapshot_unref(f->all[1]);
	located_fini(&f->located);
	library_unref(f->library);
	free(f);
	return 0;
}

static void
check(struct fixture *f, const struct snapshot *found, const struct compare_options *o,
	const char *revision, size_t n_alike)
{
	struct expected_list all = {.v = xcalloc(2, sizeof *all.v), .n = 2};
	struct snapshot *s;

	memcpy(all.v, f->all, sizeof f->all);
	strvec_add(&all.paths, "a");
	strvec_add(&all.paths, "b");
	s = located_among(&f->located, &all, found, o);
	assert_non_null(s);
	assert_string_equal(s->revision.v[0], revision);
	assert_int_equal(f->located.alike.n, n_alike);
	expected_list_fini(&all);
}

/* What it was compared by is another after a reload. */
static void
test_options(void **state)
{
	struct fixture *f = *state;
	struct snapshot *found = kept(f, "table public/t|owner=two", NULL);
	struct compare_options o = COMPARE_DEFAULTS;

	check(f, found, &o, "a", 1);
	o.owners = true;
	check(f, found, &o, "b", 0);
	o.owners = false;
	check(f, found, &o, "a", 1);
	snapshot_unref(found);
}

/* What is compared only because that is asked for changes no fingerprint. */
static void
test_beyond_fingerprint(void **state)
{
	struct fixture *f = *state;
	struct snapshot *one = kept(f, "table public/t|owner=one", NULL);
	struct snapshot *two = kept(f, "table public/t|owner=two", NULL);
	struct compare_options o = COMPARE_DEFAULTS;

	o.owners = true;
	assert_string_equal(one->fingerprint, two->fingerprint);
	check(f, one, &o, "a", 0);
	check(f, two, &o, "b", 0);
	snapshot_unref(one);
	snapshot_unref(two);
}

/* A rule that has expired hides nothing any more. */
static void
test_another_day(void **state)
{
	struct fixture *f = *state;
	struct snapshot *found = kept(f, "table public/t|owner=two", NULL);
	struct compare_options o = COMPARE_DEFAULTS;
	char first[HASH_HEX_LEN];

	o.now_ms = 10 * (int64_t)DAY_MS;
	check(f, found, &o, "a", 1);
	memcpy(first, f->located.key, sizeof first);
	o.now_ms += DAY_MS - 1;
	check(f, found, &o, "a", 1);
	assert_string_equal(f->located.key, first);
	o.now_ms++;
	check(f, found, &o, "a", 1);
	assert_string_not_equal(f->located.key, first);
	snapshot_unref(found);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_options),
		TEST(test_beyond_fingerprint),
		TEST(test_another_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

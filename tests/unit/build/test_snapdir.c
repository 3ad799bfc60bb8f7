/* Directories of snapshots by revision. */
#include "tests/unit/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "build/snapdir.h"
#include "catalog/snapfile.h"
#include "tests/unit/catalog/literal.h"

/* With one table, at those revisions, which a blank separates. */
static struct snapshot *
make(const char *table, const char *revisions)
{
	struct snapshot *s = CATALOG(table);

	strvec_split(&s->revision, revisions, ' ');
	return s;
}

static struct snapdir *
open_dir(const char *path)
{
	struct err e;
	struct snapdir *d = snapdir_open(path, &e);

	assert_non_null(d);
	return d;
}

static enum snapdir_outcome
put(const char *dir, struct snapshot *s, bool force)
{
	struct snapdir *d = open_dir(dir);
	const struct snapdir_entry entry = {s, "x", force};
	enum snapdir_outcome outcome;
	const char *file;
	struct err e;

	outcome = snapdir_put(d, &entry, &file, &e);
	snapdir_free(d);
	snapshot_unref(s);
	return outcome;
}

static void
test_put(void **state)
{
	char *dir = xasprintf("%s/new", (char *)*state);

	assert_int_equal(put(dir, make("table public/t", "a"), false), SNAPDIR_WRITTEN);
	assert_int_equal(put(dir, make("table public/t", "a"), false), SNAPDIR_SAME);
	assert_int_equal(put(dir, make("table public/u", "a"), false), SNAPDIR_OTHER);
	assert_int_equal(put(dir, make("table public/t", "a"), false), SNAPDIR_SAME);
	assert_int_equal(put(dir, make("table public/u", "a"), true), SNAPDIR_WRITTEN);
	assert_int_equal(put(dir, make("table public/u", "a"), false), SNAPDIR_SAME);
	assert_int_equal(put(dir, make("table public/t", "b"), false), SNAPDIR_WRITTEN);
	free(dir);
}

/* The file that `s` would have, below the directory; and whether it is there. */
static void
assert_found(const char *dir, struct snapshot *s, const char *name, bool there)
{
	struct snapdir *d = open_dir(dir);
	char *path = xasprintf("%s/%s", dir, name);
	struct snapshot *has;
	const char *file;

	assert_int_equal(snapdir_find(d, s, &file, &has), there);
	assert_string_equal(file, path);
	assert_int_equal(has != NULL, there && strcmp(name, "a+b.json") != 0);
	snapdir_free(d);
	snapshot_unref(s);
	free(path);
}

static void
test_find(void **state)
{
	char *dir = *state, *first = xasprintf("%s/first.json", dir);
	struct snapshot *a = make("table public/t", "a");
	struct err e;

	assert_found(dir, make("table public/t", "a"), "a.json", false);
	assert_found(dir, make("table public/t", "../a b"), "%2E.%2Fa+b.json", false);
	assert_true(snapfile_save(a, first, &e));
	/* By what it says, whatever it is called and has. */
	assert_found(dir, make("table public/u", "a"), "first.json", true);
	assert_found(dir, make("table public/u", "a b"), "a+b.json", false);
	/* What is in the way is no snapshot of it. */
	fixture_write(dir, "a+b.json", "mine\n");
	assert_found(dir, make("table public/u", "a b"), "a+b.json", true);
	snapshot_unref(a);
	free(first);
}

static void
test_no_directory(void **state)
{
	char *dir = xasprintf("%s/none", (char *)*state);
	struct err e;

	assert_null(snapdir_read(dir, &e));
	assert_non_null(strstr(e.text, dir));
	assert_int_not_equal(access(dir, F_OK), 0);
	free(dir);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_put),
		CASE(test_find),
		CASE(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

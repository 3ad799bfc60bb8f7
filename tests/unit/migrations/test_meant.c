#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/meant.h"

static void
test_find(void **state)
{
	static const struct {
		const char *name, *id, *how; /* id NULL: nothing */
	} cases[] = {
		{"0003_add_sources", "0003", "name of the file"},
		{"0003_add_sources.py", "0003", "name of the file"},
		{"0003_add", "0003", "longer"},
		{"0003-x", "0003", "longer"},
		{"0003x", NULL, NULL},
		{"ABCDEF012345", "abcdef012345", "other case"},
		{" 0003\n", "0003", "blanks"},
		{" ABCDEF012345", "abcdef012345", "blanks"},
		{"abcdef", "abcdef012345", "abbreviation"},
		{"abc", NULL, NULL},
		{"77aa", NULL, NULL}, /* of two ids */
		{"twin", "77aa01", "name of the file"},
		{"nothing", NULL, NULL},
		{"", NULL, NULL},
		{" ", NULL, NULL},
	};
	struct migrations *h;

	fixture_write(*state, "0003_add_sources.py",
		"revision = '0003'\ndown_revision = None\n");
	fixture_revision(*state, "abcdef012345", "'0003'", NULL);
	fixture_write(
		*state, "twin.py", "revision = '77aa01'\ndown_revision = '0003'\n");
	fixture_revision(*state, "77aa02", "'0003'", NULL);
	h = fixture_read(*state, "");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct meant m;

		assert_int_equal(meant_find(h, cases[i].name, &m), cases[i].id != NULL);
		if (!cases[i].id)
			continue;
		assert_string_equal(m.revision->id, cases[i].id);
		assert_non_null(strstr(m.how, cases[i].how));
		assert_false(m.archived);
	}
	migrations_free(h);
}

static struct migrations *
read_with_archive(const char *dir)
{
	char *path = xasprintf("%s/v", dir), *old = xasprintf("%s/old", dir);
	struct strvec archives = {&old, 1, 1};
	const struct migrations_source src = {
		.tool = "alembic", .path = path, .archives = &archives};
	struct migrations *h;
	struct err e;

	assert_true(migrations_read(&src, &h, &e));
	free(path);
	free(old);
	return h;
}

static void
test_archive(void **state)
{
	struct migrations *h;

	fixture_write(*state, "old/a.py", "revision = 'a'\ndown_revision = None\n");
	fixture_write(*state, "v/b.py", "revision = 'b'\ndown_revision = 'a'\n");
	h = read_with_archive(*state);
	assert_int_equal(h->n_problems, 1);
	assert_non_null(strstr(h->problems[0].detail, "old/a.py"));
	assert_non_null(strstr(problem_advice(&h->problems[0]), "None"));
	migrations_free(h);
}

/* What the problem says, and what is to be done. */
static void
test_words(void **state)
{
	static const struct {
		const char *down, *detail, *advice;
	} cases[] = {
		{"0003_add_sources",
			"down_revision is 0003_add_sources, which no file has as its "
			"id; it is the name of the file of revision 0003",
			"write 0003 there: the id is meant"},
		{"gone", "down_revision is gone, which no file has", "restore"},
		{"side",
			"down_revision is side, which is a branch label of 0003: only "
			"ids are resolved there",
			"write 0003 there"},
	};

	fixture_write(*state, "0003_add_sources.py",
		"revision = '0003'\ndown_revision = None\nbranch_labels = 'side'\n");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *text = xasprintf(
			"revision = '0004'\ndown_revision = '%s'\n", cases[i].down);
		struct migrations *h;

		fixture_write(*state, "x.py", text);
		h = fixture_read(*state, "");
		assert_int_equal(h->problems[0].code, PROBLEM_MISSING_PARENT);
		assert_string_equal(h->problems[0].detail, cases[i].detail);
		assert_non_null(
			strstr(problem_advice(&h->problems[0]), cases[i].advice));
		migrations_free(h);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_find, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_archive, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_words, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

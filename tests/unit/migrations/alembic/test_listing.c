#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "migrations/alembic/listing.h"
#include "migrations/alembic/pytoken.h"

/* The paths below `dir`, a line each, with `!` before what cannot be read. */
static char *
list(const char *dir, bool recursive, bool sourceless)
{
	struct migrations_files *seen = seen_new();
	struct strbuf out = {0};
	struct listing l;
	struct err e = {0};

	listing_init(&l, seen);
	l.recursive = recursive;
	l.sourceless = sourceless;
	assert_true(listing_add(&l, dir, &e));
	assert_true(listing_add(&l, dir, &e));
	for (size_t i = 0; i < l.n; i++)
		strbuf_printf(&out, "%s%s\n", l.v[i].unreadable ? "!" : "",
			l.v[i].path + strlen(dir) + 1);
	listing_free(&l);
	seen_free(seen);
	return strbuf_take(&out);
}

static void
check(const char *dir, bool recursive, bool sourceless, const char *expected)
{
	char *got = list(dir, recursive, sourceless);

	assert_string_equal(got, expected);
	free(got);
}

static void
link_to(const char *dir, const char *name, const char *target)
{
	char *path = xasprintf("%s/%s", dir, name);

	assert_int_equal(symlink(target, path), 0);
	free(path);
}

static void
test_names(void **state)
{
	static const struct {
		const char *name;
		bool counts;
	} cases[] = {
		{"a.py", true},
		{".py", true},
		{"._a.py", true},
		{".hidden.py", true},
		{"_a.py", true},
		{"init__.py", true},
		{"a.b.py", true},
		{"__init__.py", false},
		{"__init__x.py", false},
		{".#a.py", false},
		{"a.py~", false},
		{"a.py.orig", false},
		{"a.PY", false},
		{"a.pyc", false},
		{"README", false},
		{"py", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(
			listing_is_version_name(cases[i].name), cases[i].counts);
}

static void
test_order(void **state)
{
	static const char *const files[] = {"b.py", "a.py", "B.py", "__init__.py",
		"README", "sub/c.py", "sub/__pycache__/d.py", "sub/deep/e.py"};

	for (size_t i = 0; i < COUNT_OF(files); i++)
		fixture_write(*state, files[i], "x = 1\n");
	check(*state, false, false, "B.py\na.py\nb.py\n");
	check(*state, true, false, "B.py\na.py\nb.py\nsub/c.py\nsub/deep/e.py\n");
}

static void
test_links(void **state)
{
	fixture_write(*state, "a.py", "x = 1\n");
	link_to(*state, "b.py", "a.py");
	link_to(*state, "loop.py", "loop.py");
	link_to(*state, "gone.py", "nowhere");
	fixture_write(*state, "sub/c.py", "x = 1\n");
	link_to(*state, "sub/up", "..");
	link_to(*state, "subs", "sub");
	check(*state, true, false, "a.py\n!gone.py\n!loop.py\nsub/c.py\n");
}

static void
test_odd_files(void **state)
{
	char *path = xasprintf("%s/fifo.py", (char *)*state);

	assert_int_equal(mkfifo(path, 0600), 0);
	fixture_write(*state, "dir.py/x.py", "");
	link_to(*state, "link.py", "dir.py");
	check(*state, false, false, "!dir.py\n!fifo.py\n");
	/* os.walk() calls no directory a file. */
	check(*state, true, false, "!fifo.py\ndir.py/x.py\n");
	free(path);
}

static void
test_sourceless(void **state)
{
	static const char *const files[] = {"a.py", "a.pyc", "b.pyc", "__init__.pyc",
		"__pycache__/a.cpython-311.pyc", "__pycache__/c.cpython-311.pyc"};

	for (size_t i = 0; i < COUNT_OF(files); i++)
		fixture_write(*state, files[i], "");
	check(*state, false, false, "a.py\n");
	check(*state, false, true, "a.py\n!b.pyc\n!__pycache__/c.cpython-311.pyc\n");
}

static void
test_not_a_directory(void **state)
{
	struct migrations_files *seen = seen_new();
	struct listing l;
	struct err e = {0};

	(void)state;
	listing_init(&l, seen);
	assert_false(listing_add(&l, "/nonexistent", &e));
	assert_string_equal(e.text, "No such file or directory");
	listing_free(&l);
	seen_free(seen);
}

static void
test_has_migrations(void **state)
{
	fixture_write(*state, "env.py", "x = 1\n");
	assert_false(listing_has_migrations(*state));
	fixture_write(*state, "a.py", "revision = f()\n");
	assert_true(listing_has_migrations(*state));
}

/* What is more than any migration is not followed, and that is said. */
static void
test_limits(void **state)
{
	struct migrations_files *seen = seen_new();
	struct strbuf tokens = {0}, branches = {0}, parents = {0};
	struct err e = {0};
	struct listing l;

	for (int i = 0; i <= PYTOKEN_MAX / 4; i++)
		strbuf_add(&tokens, "a=b\n");
	for (int i = 0; i < 20000; i++)
		strbuf_printf(&branches, "a%d = 1\n", i);
	for (int i = 0; i < 20000; i++)
		strbuf_add(&branches, "if x:\n a = 2\n");
	strbuf_add(&parents, "revision = 'r'\ndown_revision = (");
	for (int i = 0; i <= PYFILE_MAX_ITEMS; i++)
		strbuf_printf(&parents, "'p%d', ", i);
	strbuf_add(&parents, ")\n");
	fixture_write(*state, "a.py", tokens.s);
	fixture_write(*state, "b.py", branches.s);
	fixture_write(*state, "c.py", parents.s);
	listing_init(&l, seen);
	assert_true(listing_add(&l, *state, &e));
	assert_int_equal(l.n, 3);
	assert_string_equal(l.v[0].unreadable,
		"it is longer than 1000000 words and signs of Python");
	assert_string_equal(
		l.v[1].unreadable, "it has too many names and branches to be followed");
	assert_null(l.v[2].unreadable);
	assert_string_equal(
		l.v[2].py.fields[PYNAME_DOWN_REVISION].why, "more than 1000 names");
	listing_free(&l);
	seen_free(seen);
	strbuf_free(&tokens);
	strbuf_free(&branches);
	strbuf_free(&parents);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test_setup_teardown(
			test_order, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_links, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_odd_files, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_limits, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_sourceless, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_has_migrations, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_not_a_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

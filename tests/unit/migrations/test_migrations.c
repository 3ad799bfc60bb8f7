#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mem.h"
#include "migrations/seen.h"
#include "tests/unit/exhaust.h"

static void
check_list(const struct strvec *list, const char *expected)
{
	struct strbuf buf = {0};

	assert_string_equal(fixture_list(list, &buf), expected);
	strbuf_free(&buf);
}

static void
test_lists(void **state)
{
	struct migrations *h =
		fixture_graph(*state, "m: b c\na:\nc: a\nb: a\nd: m\ne: m m\n"
				      "z:\ny: z > d #side\n");

	assert_string_equal(h->tool, "alembic");
	assert_string_equal(h->path, *state);
	assert_int_equal(h->n_files, 8);
	assert_int_equal(h->n_revisions, 8);
	assert_string_equal(h->revisions[0].id, "a");
	assert_string_equal(h->revisions[7].id, "z");
	check_list(&h->bases, "a z");
	check_list(&h->heads, "d e y");
	check_list(&h->effective_heads, "e y");
	check_list(&h->branch_points, "a m");
	check_list(&h->merge_points, "e m");
	check_list(&migrations_find(h, "y")->labels, "side");
	check_list(&migrations_find(h, "y")->depends_on, "d");
	check_list(&migrations_find(h, "m")->down, "b c");
	assert_int_equal(migrations_find(h, "m")->down_line, 2);
	assert_null(migrations_find(h, "side"));
	migrations_free(h);
}

static void
test_what_files_say(void **state)
{
	struct migrations *h;

	fixture_write(*state, "a.py",
		"'''first\n\nCreate Date: 2024-05-01 12:30\n'''\nrevision = 'a'\n"
		"down_revision = None\n");
	fixture_write(*state, "b.py", "revision = 'b'\ndown_revision = 'a'\n");
	h = fixture_read(*state, "");
	assert_string_equal(migrations_find(h, "a")->message, "first");
	assert_string_equal(migrations_find(h, "a")->created, "2024-05-01 12:30");
	assert_null(migrations_find(h, "b")->message);
	assert_null(migrations_find(h, "b")->created);
	migrations_free(h);
}

/* What can be computed is, whatever else is wrong. */
static void
test_damaged(void **state)
{
	struct migrations *h;
	char *problems;

	fixture_revision(*state, "a", NULL, NULL);
	fixture_revision(*state, "b", "'a'", NULL);
	fixture_revision(*state, "c", "'gone'", NULL);
	fixture_write(*state, "d.py", "revision = f()\n");
	fixture_write(*state, "e.py", "revision = 'e'\ndown_revision = f()\n");
	fixture_write(*state, "f.py", "'''\n");
	fixture_write(*state, "g.py", "");
	h = fixture_read(*state, "");
	assert_int_equal(h->n_files, 7);
	check_list(&h->bases, "a");
	check_list(&h->heads, "b c e");
	problems = fixture_problems(h, *state);
	assert_string_equal(problems, "empty_file g.py:0 -\n"
				      "missing_parent c.py:2 c\n"
				      "syntax f.py:1 -\n"
				      "unreadable_value d.py:1 -\n"
				      "unreadable_value e.py:2 e\n");
	free(problems);
	migrations_free(h);
}

static void
test_several_directories(void **state)
{
	char *a = xasprintf("%s/a", (char *)*state),
	     *b = xasprintf("%s/b", (char *)*state);
	struct strvec more = {0};
	struct migrations_source src = {.tool = "alembic", .path = a, .more = &more};
	struct migrations *h;
	struct err e;

	fixture_revision(a, "1", NULL, NULL);
	fixture_write(*state, "a/sub/2.py", "revision = '2'\ndown_revision = '1'\n");
	fixture_revision(b, "3", "'1'", NULL);
	strvec_add(&more, b);
	strvec_add(&more, a);
	assert_true(migrations_read(&src, &h, &e));
	assert_int_equal(h->n_files, 2);
	check_list(&h->heads, "3");
	migrations_free(h);
	src.recursive = true;
	assert_true(migrations_read(&src, &h, &e));
	check_list(&h->heads, "2 3");
	migrations_free(h);
	strvec_add(&more, "/nonexistent");
	assert_false(migrations_read(&src, &h, &e));
	strvec_free(&more);
	free(a);
	free(b);
}

static void
test_refused(void **state)
{
	struct migrations_source src = {
		.tool = "alembic", .path = "/nonexistent/versions"};
	struct migrations *h;
	struct err e = {0};

	(void)state;
	assert_false(migrations_read(&src, &h, &e));
	assert_string_equal(
		e.text, "/nonexistent/versions: there is no such file or directory");
	src.tool = "flyway";
	assert_false(migrations_read(&src, &h, &e));
	assert_string_equal(e.text, "flyway is no known migration tool");
	assert_int_equal(e.code, ERR_CONFIG);
}

/* ---- Changes ---- */

/* Set the time of modification to long ago, so that a later write changes it whatever
 * the resolution of the clock is. */
static void
age(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct timespec times[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	free(path);
}

static void
test_unchanged(void **state)
{
	struct migrations *h;

	fixture_write(*state, "alembic.ini", "[alembic]\nscript_location = m\n");
	fixture_write(
		*state, "m/versions/a.py", "revision = 'a'\ndown_revision = None\n");
	h = fixture_read(*state, "alembic.ini");
	assert_true(seen_is_current(h->seen));
	assert_true(seen_is_current(h->seen));
	migrations_free(h);
}

static void
check_noticed(const char *dir, void change(const char *dir))
{
	struct migrations *h;

	fixture_write(dir, "alembic.ini", "[alembic]\nversion_locations = v w\n");
	fixture_write(dir, "v/a.py", "revision = 'a'\ndown_revision = None\n");
	fixture_write(dir, "v/b.py", "revision = 'b'\ndown_revision = 'a'\n");
	age(dir, "v/a.py");
	age(dir, "v");
	age(dir, "alembic.ini");
	h = fixture_read(dir, "alembic.ini");
	assert_true(seen_is_current(h->seen));
	change(dir);
	assert_false(seen_is_current(h->seen));
	migrations_free(h);
}

static void
change_text(const char *dir)
{
	fixture_write(dir, "v/a.py", "revision = 'x'\ndown_revision = None\n");
}

static void
add_file(const char *dir)
{
	fixture_write(dir, "v/c.py", "revision = 'c'\ndown_revision = 'b'\n");
}

static void
remove_file(const char *dir)
{
	fixture_remove(dir, "v/a.py");
}

static void
replace_file(const char *dir)
{
	char *new = xasprintf("%s/new", dir), *old = xasprintf("%s/v/a.py", dir);

	fixture_write(dir, "new", "revision = 'x'\ndown_revision = None\n");
	age(dir, "new");
	assert_int_equal(rename(new, old), 0);
	age(dir, "v");
	free(new);
	free(old);
}

static void
change_ini(const char *dir)
{
	fixture_write(dir, "alembic.ini", "[alembic]\nversion_locations = w v\n");
}

static void
add_location(const char *dir)
{
	fixture_write(dir, "w/d.py", "revision = 'd'\ndown_revision = 'b'\n");
}

static void
remove_directory(const char *dir)
{
	fixture_remove(dir, "v/a.py");
	fixture_remove(dir, "v/b.py");
	fixture_remove(dir, "v");
}

static void
test_changes(void **state)
{
	static void (*const changes[])(const char *dir) = {change_text, add_file,
		remove_file, replace_file, change_ini, add_location, remove_directory};

	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		void *dir;

		assert_int_equal(fixture_setup(&dir), 0);
		check_noticed(dir, changes[i]);
		assert_int_equal(fixture_teardown(&dir), 0);
	}
	(void)state;
}

/* ---- Sizes ---- */

/* A long line above many merges: no walk may recurse or be quadratic. */
static void
test_large(void **state)
{
	struct strbuf lines = {0};
	struct strvec none = {0};
	struct judgement j;
	struct migrations *h;
	int64_t began_us;

	strbuf_add(&lines, "m0:\n");
	for (int i = 1; i <= 1000; i++)
		strbuf_printf(&lines, "a%d: m%d\nb%d: m%d > a%d\nm%d: a%d b%d\n", i,
			i - 1, i, i - 1, i, i, i, i);
	strbuf_add(&lines, "l0: m1000\n");
	for (int i = 1; i < 4000; i++)
		strbuf_printf(&lines, "l%d: l%d\n", i, i - 1);
	h = fixture_graph(*state, lines.s);
	began_us = clock_thread_us();
	migrations_judge(h, &none, NULL, &j);
	assert_int_equal(j.pending.n, 1 + 3 * 1000 + 4000);
	assert_in_range(clock_thread_us() - began_us, 0, 2000000);
	judgement_fini(&j);
	migrations_free(h);
	strbuf_free(&lines);
}

/* No file is called unreadable for that, and it is read once there are some. */
static void
test_no_descriptor(void **state)
{
	const struct migrations_source src = {.tool = "alembic", .path = *state};
	struct migrations *h = NULL;
	struct rlimit was;
	struct err e;
	bool ok;

	migrations_free(fixture_graph(*state, "a:\nb: a\n"));
	was = exhaust();
	ok = migrations_read(&src, &h, &e);
	replenish(&was);
	assert_false(ok);
	assert_int_equal(e.code, ERR_INTERNAL);
	assert_non_null(strstr(e.text, "Too many open files"));
	assert_non_null(e.advice);
	assert_true(migrations_read(&src, &h, &e));
	assert_int_equal(h->n_problems, 0);
	migrations_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_what_files_say, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_lists, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_damaged, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_several_directories, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_no_descriptor, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_refused),
		cmocka_unit_test_setup_teardown(
			test_unchanged, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_changes),
		cmocka_unit_test_setup_teardown(
			test_large, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

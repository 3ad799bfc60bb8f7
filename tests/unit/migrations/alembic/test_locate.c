#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/locate.h"

/* The directories below `dir`, with blanks between, `*` behind if recursive; or the
 * error, in both cases without `dir`. */
static char *
find(const char *dir, const char *name, const char *section)
{
	char *path = xasprintf("%s%s%s", dir, *name ? "/" : "", name);
	struct migrations_files *seen = seen_new();
	struct location where = {.section = section};
	struct strbuf out = {0}, all = {0};
	struct err e = {0};

	if (locate(path, &where, seen, &e))
		strvec_join(&where.dirs, " ", &all);
	else
		strbuf_printf(&all, "! %s", e.text);
	strbuf_add(&all, where.recursive ? " *" : "");
	strbuf_add(&all, where.sourceless ? " compiled" : "");
	for (const char *p = all.s; *p; p++) {
		if (!strncmp(p, dir, strlen(dir)))
			p += strlen(dir);
		if (*p)
			strbuf_addc(&out, *p);
		else
			break;
	}
	strbuf_free(&all);
	location_free(&where);
	seen_free(seen);
	free(path);
	return strbuf_take(&out);
}

static void
check(const char *dir, const char *name, const char *expected)
{
	char *got = find(dir, name, NULL);

	assert_string_equal(got, expected);
	free(got);
}

static void
check_section(
	const char *dir, const char *name, const char *section, const char *expected)
{
	char *got = find(dir, name, section);

	assert_string_equal(got, expected);
	free(got);
}

struct ini_case {
	const char *ini, *expected;
};

static void
check_inis(const char *dir, const struct ini_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fixture_write(dir, "alembic.ini", cases[i].ini);
		check(dir, "alembic.ini", cases[i].expected);
	}
}

static void
test_directories(void **state)
{
	fixture_write(*state, "plain/a.py", "revision = 'a'\n");
	fixture_write(*state, "script/env.py", "");
	fixture_write(*state, "script/versions/a.py", "");
	fixture_write(*state, "empty/README", "");
	check(*state, "plain", "/plain");
	check(*state, "plain/", "/plain/");
	check(*state, "script", "/script/versions");
	check(*state, "script/versions", "/script/versions");
	check(*state, "empty", "/empty");
	check(*state, "plain/a.py",
		"! /plain/a.py is a version file: give its directory");
	check(*state, "gone", "! /gone: there is no such file or directory");
}

static void
test_script_location(void **state)
{
	static const struct ini_case cases[] = {
		{"[alembic]\nscript_location = m\n", "/m/versions"},
		{"[alembic]\nscript_location = %(here)s/m\n", "/m/versions"},
		{"[alembic]\nscript_location = ./m/\n", "/./m/versions"},
		{"[alembic]\nscript_location = nowhere\n",
			"! /alembic.ini: there is no directory /nowhere/versions"},
		{"[alembic]\nscript_location = pkg:m\n",
			"! /alembic.ini: script_location names a place in a Python "
			"package, "
			"pkg:m; give its directory instead"},
		{"[alembic]\nscript_location = %(x)s\n",
			"! /alembic.ini: script_location: `%(x)s` names no key"},
		{"[logging]\n", "! /alembic.ini: there is no section [alembic], "
				"and no other one that says where migrations are"},
		{"k = v\n", "! /alembic.ini:1: no section begins before this line"},
		/* Flask-Migrate */
		{"[alembic]\n", "/versions"},
		{"[alembic]\nscript_location = m\nrecursive_version_locations = true\n",
			"/m/versions *"},
		{"[alembic]\nscript_location = m\nrecursive_version_locations = True\n",
			"/m/versions"},
		{"[alembic]\nscript_location = m\nsourceless = true\n",
			"/m/versions compiled"},
	};

	fixture_write(*state, "m/versions/a.py", "");
	fixture_write(*state, "versions/a.py", "");
	check_inis(*state, cases, COUNT_OF(cases));
}

static void
test_version_locations(void **state)
{
	static const struct ini_case cases[] = {
		{"[alembic]\nversion_locations = a b\n", "/a /b"},
		{"[alembic]\nversion_locations = a, b,c\n", "/a /b /c"},
		{"[alembic]\nversion_locations = %(here)s/b:%(here)s/a\n"
		 "version_path_separator = os\n",
			"/b /a"},
		{"[alembic]\nversion_locations = a;b\npath_separator = ;\n", "/a /b"},
		{"[alembic]\nversion_locations = a b\npath_separator = space\n"
		 "version_path_separator = os\n",
			"/a /b"},
		{"[alembic]\nversion_locations =\n  a\n  gone\n  with blank\n"
		 "path_separator = newline\n",
			"/a /with blank"},
		{"[alembic]\nversion_locations = a b\npath_separator = nonsense\n",
			"! /alembic.ini: path_separator is nonsense; it must be os, "
			"space, "
			"newline, : or ;"},
		{"[alembic]\nversion_locations = gone\n",
			"! /alembic.ini: no directory of version_locations exists"},
		{"[alembic]\nversion_locations = a pkg:b\n",
			"! /alembic.ini: version_locations names a place in a Python "
			"package, pkg:b; give its directory instead"},
		/* Listed ones are the only ones; nothing listed is as if it were not
		   there. */
		{"[alembic]\nscript_location = m\nversion_locations = a\n", "/a"},
		{"[alembic]\nscript_location = m\nversion_locations =\n",
			"/m/versions"},
	};

	fixture_write(*state, "a/x", "");
	fixture_write(*state, "b/x", "");
	fixture_write(*state, "c/x", "");
	fixture_write(*state, "with blank/x", "");
	fixture_write(*state, "m/versions/x", "");
	check_inis(*state, cases, COUNT_OF(cases));
}

static void
test_pyproject(void **state)
{
	fixture_write(*state, "m/versions/x", "");
	fixture_write(*state, "n/versions/x", "");
	fixture_write(*state, "a/x", "");
	fixture_write(*state, "pyproject.toml",
		"[tool.alembic]\nscript_location = \"%(here)s/m\"\n");
	check(*state, "pyproject.toml", "/m/versions");
	check(*state, "", "/m/versions");
	/* The ini wins key by key. */
	fixture_write(*state, "alembic.ini", "[alembic]\n");
	check(*state, "alembic.ini", "/m/versions");
	fixture_write(*state, "alembic.ini", "[alembic]\nscript_location = n\n");
	check(*state, "pyproject.toml", "/n/versions");
	fixture_remove(*state, "alembic.ini");
	fixture_write(*state, "pyproject.toml",
		"[tool.alembic]\nversion_locations = [\"a\", '%(here)s/m/versions']\n"
		"recursive_version_locations = true\n");
	check(*state, "pyproject.toml", "/a /m/versions *");
	fixture_write(*state, "pyproject.toml",
		"[tool.alembic]\nversion_locations = \"a, m/versions\"\n");
	check(*state, "pyproject.toml", "/a /m/versions");
	fixture_write(*state, "pyproject.toml", "[tool.other]\n");
	check(*state, "pyproject.toml",
		"! /pyproject.toml: there is no section [tool.alembic]");
	check(*state, "", "");
}

/* The directory of a project, of Flask-Migrate, and of migrations with a stray ini. */
static void
test_ini_in_directory(void **state)
{
	fixture_write(*state, "alembic.ini", "[alembic]\nscript_location = m\n");
	fixture_write(*state, "setup.py", "x = 1\n");
	fixture_write(*state, "m/env.py", "");
	fixture_write(*state, "m/versions/a.py", "");
	check(*state, "", "/m/versions");
	fixture_write(*state, "m/alembic.ini", "[alembic]\n");
	check(*state, "m", "/m/versions");
	fixture_write(*state, "a.py", "revision = 'a'\n");
	check(*state, "", "");
}

static void
test_section(void **state)
{
	fixture_write(*state, "one/versions/a.py", "");
	fixture_write(*state, "two/a.py", "");
	fixture_write(*state, "alembic.ini",
		"[DEFAULT]\nroot = %(here)s\n[one]\nscript_location = one\n"
		"[two]\nversion_locations = %(root)s/two\n[three]\nx = y\n");
	check_section(*state, "alembic.ini", "one", "/one/versions");
	check_section(*state, "alembic.ini", "two", "/two");
	check_section(*state, "", "two", "/two");
	check_section(*state, "alembic.ini", NULL,
		"! /alembic.ini: there is no section [alembic]; the file has [one], "
		"[two]: name the one that is meant as `section` (--section)");
	check_section(*state, "alembic.ini", "Two",
		"! /alembic.ini: there is no section [Two]; the file has [one], [two]: "
		"name the one that is meant as `section` (--section)");
	check_section(*state, "one", "two",
		"! /one/alembic.ini: there is no file that could have a section [two]");
	fixture_write(
		*state, "pyproject.toml", "[tool.alembic]\nscript_location = 'one'\n");
	/* Alembic takes the table where the ini has nothing to say. */
	check_section(*state, "pyproject.toml", NULL, "/one/versions");
	check_section(*state, "pyproject.toml", "two", "/two");
	check_section(*state, "pyproject.toml", "four",
		"! /pyproject.toml: there is no section [four]; the file has [one], "
		"[two]: name the one that is meant as `section` (--section)");
	fixture_write(*state, "alembic.ini", "# nothing\n");
	fixture_remove(*state, "pyproject.toml");
	check_section(*state, "alembic.ini", NULL,
		"! /alembic.ini: there is no section [alembic], and no other one that "
		"says where migrations are");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_directories, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_script_location, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_version_locations, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_pyproject, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_ini_in_directory, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_section, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "build/ddl.h"

static struct ddl
read_text(const char *dir, const char *text)
{
	char *path = xasprintf("%s/file", dir);
	struct ddl ddl;

	fixture_write(dir, "file", text);
	assert_true(ddl_read(path, &ddl, NULL));
	free(path);
	return ddl;
}

static void
test_kinds(void **state)
{
	assert_false(read_text(*state, "").archive);
	assert_false(read_text(*state, "--\n-- PostgreSQL database dump\n").archive);
	assert_false(read_text(*state, "-- PGDMP\n").archive);
	assert_true(read_text(*state, "PGDMP\x01\x0e").archive);
	assert_true(read_text(*state, "toc.dat").archive);
}

static void
test_digest(void **state)
{
	struct ddl a = read_text(*state, "one"), b = read_text(*state, "two"),
		   c = read_text(*state, "one");

	assert_string_equal(a.digest, c.digest);
	assert_string_not_equal(a.digest, b.digest);
}

static void
test_includes(void **state)
{
	char *path = xasprintf("%s/file", (const char *)*state);
	struct ddl ddl;
	struct err e;

	fixture_write(*state, "file", "CREATE TABLE a ();\n\\ir b.sql\n");
	assert_false(ddl_read(path, &ddl, &e));
	assert_int_equal(e.code, ERR_FORMAT);
	assert_non_null(strstr(e.text, "/file:2: \\ir: "));
	/* No psql reads it. */
	fixture_write(*state, "file", "PGDMP\n\\ir b.sql\n");
	assert_true(ddl_read(path, &ddl, &e));
	free(path);
}

static void
test_none(void **state)
{
	struct ddl ddl;
	struct err e;

	assert_false(ddl_read(*state, &ddl, &e));
	assert_int_equal(e.code, ERR_IO);
	assert_non_null(strstr(e.text, *state));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_kinds, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_digest, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_includes, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_none, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

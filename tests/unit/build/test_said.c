#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "build/said.h"

static void
check(char *got, const char *expected)
{
	if (expected)
		assert_string_equal(got, expected);
	else
		assert_null(got);
	free(got);
}

static void
test_lines(void **state)
{
	(void)state;
	check(said_last_lines("", NULL), "");
	check(said_last_lines("one\ntwo\n\n", NULL), "one\ntwo");
	check(said_last_lines("a\033[1mb\tc\n", NULL), "a\\x1b[1mb\tc");
}

static void
test_frames(void **state)
{
	(void)state;
	check(said_last_lines(
		      "one\nTraceback (most recent call last):\n"
		      "  File \"/usr/lib/x.py\", line 1, in x\n    x()\n    ^^^\n"
		      "  File \"/srv/versions/a.py\", line 7, in upgrade\n"
		      "    op.x()\n"
		      "  File \"/usr/lib/y.py\", line 1, in y\n"
		      "E: no\n  File said\n",
		      NULL),
		"one\nTraceback (most recent call last):\n"
		"  File \"/srv/versions/a.py\", line 7, in upgrade\n    op.x()\n"
		"E: no\n  File said");
}

static void
test_cut(void **state)
{
	struct strbuf b = {0}, expected = {0};
	char *got;

	(void)state;
	for (int i = 0; i < 100; i++)
		strbuf_printf(&b, "line %d\n", i);
	for (int i = 80; i < 100; i++)
		strbuf_printf(&expected, "%sline %d", i > 80 ? "\n" : "", i);
	check(said_last_lines(b.s, NULL), expected.s);
	strbuf_clear(&b);
	for (int i = 0; i < 10000; i++)
		strbuf_add(&b, "0123456789");
	got = said_last_lines(b.s, NULL);
	assert_in_range(strlen(got), 3900, 4100);
	free(got);
	strbuf_free(&b);
	strbuf_free(&expected);
}

static void
test_secrets(void **state)
{
	char *got;

	(void)state;
	got = said_last_lines("with ge heim, ge%20heim\n"
			      "postgresql://u:other@h/d password=third x\n",
		"ge heim");
	assert_null(strstr(got, "heim"));
	assert_null(strstr(got, "other"));
	assert_null(strstr(got, "third"));
	assert_non_null(strstr(got, "postgresql://u:<secret>@h/d"));
	free(got);
}

static void
test_reason(void **state)
{
	(void)state;
	check(said_reason("a\n  b\n\n"), "b");
	check(said_reason("a"), "a");
	check(said_reason(""), "");
	check(said_reason("Error: b\n\n[SQL: ALTER]\n[parameters: {}]\n"
			  "(Background on this error at: https://sqlalche.me/e/x)"),
		"Error: b");
	check(said_reason("[SQL: ALTER]"), "");
}

static void
test_revision(void **state)
{
	(void)state;
	check(said_revision(
		      "INFO  [x] Running upgrade  -> a, one\n"
		      "INFO  [x] Running upgrade a, b -> c, two -> d\nTraceback\n"),
		"c");
	check(said_revision("INFO  [x] Running upgrade a -> b"), "b");
	check(said_revision("Running upgrade a\n-> b"), NULL);
	check(said_revision("nothing"), NULL);
}

static void
test_advice(void **state)
{
	(void)state;
	assert_null(said_advice("column \"a\" does not exist"));
	assert_non_null(strstr(
		said_advice("ERROR:  role \"app\" does not exist"), "CREATE ROLE"));
	assert_int_equal(said_fault("ERROR:  role \"app\" does not exist"), ERR_CONFIG);
	assert_int_equal(said_fault("column \"a\" does not exist"), ERR_FORMAT);
	assert_int_equal(said_fault("No module named 'app'"), ERR_FORMAT);
	assert_int_equal(said_fault(""), ERR_FORMAT);
	/* By psql, psycopg and asyncpg. */
	assert_int_equal(said_fault("psql: error: connection to server at \"h\" (::1), "
				    "port 1 failed: Connection timed out"),
		ERR_CONNECT);
	assert_int_equal(
		said_fault("asyncpg.exceptions.TooManyConnectionsError: sorry, "
			   "too many clients already"),
		ERR_CONNECT);
	assert_int_equal(
		said_fault("E: could not extend file \"base/1/2\": No space left on "
			   "device\nHINT:  Check free disk space."),
		ERR_CONNECT);
	assert_int_equal(
		said_fault("FATAL:  the database system is starting up"), ERR_CONNECT);
	assert_non_null(strstr(said_advice("fe_sendauth: no password supplied"),
		"say password or passfile in scratch_dsn"));
}

/* What was said before, or is quoted, is of something else. */
static void
test_the_last_error(void **state)
{
	(void)state;
	assert_int_equal(said_fault("WARNING redis: Connection refused\n"
				    "Traceback (most recent call last):\n"
				    "sqlalchemy.exc.ProgrammingError: no such column\n"
				    "[SQL: SELECT 'error: Connection lost']"),
		ERR_FORMAT);
	assert_null(said_advice("ERROR:  role \"app\" does not exist\n"
				"psql:a.sql:9: ERROR:  syntax error at \"x\""));
	/* It may have several lines, and others behind it. */
	assert_int_equal(said_fault("ValueError: one\n"
				    "psql: error: connection to server at \"h\" (::1), "
				    "port 1 failed:\n\tConnection refused\n"
				    "make: *** [Makefile:2: migrate] Error 2"),
		ERR_CONNECT);
	assert_int_equal(
		said_fault("psql:a.sql:1: FATAL:  terminating connection due "
			   "to administrator command\n"
			   "psql:a.sql:1: error: connection to server was lost"),
		ERR_CONNECT);
	/* What it comes from is as much of it. */
	assert_int_equal(
		said_fault("asyncpg.TooManyConnectionsError: sorry, too many clients\n"
			   "\nDuring handling of the above exception, another "
			   "exception occurred:\n\nTraceback (most recent call last):\n"
			   "sqlalchemy.exc.InterfaceError: connection is closed"),
		ERR_CONNECT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_secrets),
		cmocka_unit_test(test_reason),
		cmocka_unit_test(test_revision),
		cmocka_unit_test(test_advice),
		cmocka_unit_test(test_the_last_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

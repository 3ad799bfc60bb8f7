/* Links the real libpq, for the names of its options. */
#include "tests/unit/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "pg/files.h"
#include "pg/session.h"

/* Each test has a home of its own, and nothing from around it. */
static int
setup(void **state)
{
	int failed = fixture_setup(state);

	unsetenv("PGSERVICE");
	unsetenv("PGSERVICEFILE");
	unsetenv("PGSYSCONFDIR");
	return failed || setenv("HOME", *state, 1);
}

static char *
fifo_at(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);

	assert_int_equal(mkfifo(path, 0600), 0);
	return path;
}

static void
services_refused(const char *path, const char *why)
{
	struct err e = {0};

	assert_false(files_check_services(&e));
	assert_int_equal(e.code, ERR_CONNECT);
	assert_non_null(strstr(e.text, path));
	assert_non_null(strstr(e.text, why));
}

static bool
check_dsn(const char *dsn, struct err *e)
{
	PQconninfoOption *list = PQconninfoParse(dsn, NULL);
	bool ok;

	assert_non_null(list);
	ok = files_check_options(list, e);
	PQconninfoFree(list);
	return ok;
}

static void
test_services(void **state)
{
	char *named = fifo_at(*state, "services"), *own;

	assert_true(files_check_services(NULL));
	setenv("PGSERVICEFILE", named, 1);
	services_refused(named, "it is a FIFO");
	setenv("PGSERVICEFILE", "/dev/zero", 1);
	services_refused("/dev/zero", "it is a device");
	setenv("PGSERVICEFILE", "/dev/null", 1);
	assert_true(files_check_services(NULL));
	/* One that is named stands in place of that in the home. */
	own = fifo_at(*state, ".pg_service.conf");
	assert_true(files_check_services(NULL));
	unsetenv("PGSERVICEFILE");
	services_refused(own, "it is a FIFO");
	assert_int_equal(unlink(own), 0);
	free(own);
	own = fifo_at(*state, "pg_service.conf");
	setenv("PGSYSCONFDIR", *state, 1);
	services_refused(own, "it is a FIFO");
	free(own);
	free(named);
}

static void
test_options(void **state)
{
	static const char *const keywords[] = {
		"sslcert", "sslkey", "sslrootcert", "sslcrl"};
	char *fifo = fifo_at(*state, "fifo");

	assert_true(check_dsn("host=h sslrootcert=system sslcert=/gone", NULL));
	for (size_t i = 0; i < COUNT_OF(keywords); i++) {
		char *dsn = xasprintf("%s=%s", keywords[i], fifo);
		struct err e = {0};

		assert_false(check_dsn(dsn, &e));
		assert_int_equal(e.code, ERR_CONNECT);
		assert_non_null(strstr(e.text, fifo));
		free(dsn);
		dsn = xasprintf("%s=/dev/null", keywords[i]);
		assert_true(check_dsn(dsn, NULL));
		free(dsn);
	}
	free(fifo);
}

static void
test_defaults(void **state)
{
	static const char *const names[] = {".postgresql/postgresql.crt",
		".postgresql/postgresql.key", ".postgresql/root.crt",
		".postgresql/root.crl"};

	fixture_write(*state, ".postgresql/other", "");
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		char *fifo;

		assert_true(check_dsn("host=h", NULL));
		fifo = fifo_at(*state, names[i]);
		assert_false(check_dsn("host=h", NULL));
		assert_int_equal(unlink(fifo), 0);
		free(fifo);
	}
}

static void
test_large(void **state)
{
	char *path = xasprintf("%s/.pg_service.conf", (char *)*state);

	fixture_write(*state, ".pg_service.conf", "");
	assert_int_equal(truncate(path, (16 << 20) + 1), 0);
	services_refused(path, "it is larger than 16 MiB");
	free(path);
}

/* Of a directory of lists, those that OpenSSL may open. */
static void
test_directory_of_lists(void **state)
{
	char *dsn = xasprintf("sslcrldir=%s", (char *)*state), *fifo;
	struct err e = {0};

	assert_true(check_dsn("sslcrldir=/nowhere", NULL));
	free(fifo_at(*state, "README"));
	fixture_write(*state, "9d66eef0.r0", "");
	assert_true(check_dsn(dsn, NULL));
	fifo = fifo_at(*state, "9d66eef0.r1");
	assert_false(check_dsn(dsn, &e));
	assert_int_equal(e.code, ERR_CONNECT);
	assert_non_null(strstr(e.text, fifo));
	assert_non_null(strstr(e.text, "it is a FIFO"));
	free(fifo);
	free(dsn);
}

/* libpq looks through all of its file of passwords, however large. */
static void
test_passwords(void **state)
{
	char *own = fifo_at(*state, ".pgpass"), *dsn;
	struct err e = {0};

	assert_true(check_dsn("host=h", NULL));
	assert_int_equal(unlink(own), 0);
	fixture_write(*state, ".pgpass", "");
	assert_int_equal(truncate(own, 16 << 20), 0);
	assert_true(check_dsn("host=h", NULL));
	assert_int_equal(truncate(own, (16 << 20) + 1), 0);
	assert_false(check_dsn("host=h", &e));
	assert_non_null(strstr(e.text, "it is larger than 16 MiB"));
	assert_non_null(e.advice);
	assert_non_null(strstr(e.advice->next, "`passfile`"));
	assert_true(check_dsn("host=h passfile=/nowhere", NULL));
	dsn = xasprintf("passfile=%s", own);
	assert_false(check_dsn(dsn, NULL));
	free(dsn);
	free(own);
}

/* To say what a string has wrong, libpq's options are asked for: not of a FIFO. */
static void
test_message_of_a_string(void **state)
{
	char *fifo = fifo_at(*state, "services");
	struct err e = {0};

	setenv("PGSERVICE", "x", 1);
	setenv("PGSERVICEFILE", fifo, 1);
	alarm(10);
	assert_false(pg_dsn_check("pasword=geheim", &e));
	alarm(0);
	assert_non_null(strstr(e.text, "invalid connection option"));
	assert_null(strstr(e.text, "geheim"));
	free(fifo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_services, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_options, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_defaults, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_large, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_directory_of_lists, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_passwords, setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_message_of_a_string, setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "verdict/verdict.h"

/* A check that ended with `e`. */
static void
says(const struct err *e, enum check_status check, const char *hint)
{
	const struct verdict_input in = {.check = check,
		.revision_confirmed = true,
		.schema_confirmed = true,
		.error = e,
		.environment = "prod",
		.version_table = "public.alembic_version"};
	char *got = verdict_hint(&in);

	assert_int_equal(verdict_state(&in), STATE_UNKNOWN);
	assert_string_equal(got, hint);
	free(got);
}

static void
test_by_class(void **state)
{
	static const struct {
		enum err_code code;
		const char *text, *hint;
	} cases[] = {
		{ERR_CONNECT, "connection refused",
			"cannot connect: check that the server runs and that host and "
			"port of `dsn` are right (connection refused)"},
		{ERR_AUTH, "",
			"the login was refused: check user and password of `dsn`, "
			"`password_file` or `password_command`, and the server's "
			"pg_hba.conf"},
		{ERR_TIMEOUT, "no answer in 30s",
			"the check took too long: look for a lock or a load that holds "
			"it up, or raise `check_timeout` and `statement_timeout` (no "
			"answer in 30s)"},
		{ERR_PERMISSION, "permission denied for table alembic_version",
			"a right is missing: grant it to the role that pgdriftd "
			"connects as (permission denied for table alembic_version)"},
		{ERR_QUERY, "two\nlines",
			"a query failed: look for it in the log of the server (two "
			"lines)"},
		{ERR_INTERNAL, "no column probe",
			"the answer of the server was not understood: report it with "
			"the versions of pgdriftd and of the server (no column "
			"probe)"},
		{ERR_MOVED, "",
			"the catalog changed while it was read: nothing is to be done, "
			"it is read again soon"},
		{ERR_CONFIG, "",
			"the configuration is wrong: run `pgdriftd config check`"},
		{ERR_IO, "prod.pw",
			"a file cannot be read: check its path and its permissions "
			"(prod.pw)"},
		{ERR_FORMAT, "",
			"a file is not what it should be: write it again, a snapshot "
			"with `pgdriftd snapshot`"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err e;

		err_set(&e, cases[i].code, "%s", cases[i].text);
		strcpy(e.sqlstate, "XX000");
		says(&e, verdict_check_status(cases[i].code), cases[i].hint);
	}
}

/* The same class, but not the same cause. */
static void
test_by_circumstance(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_TIMEOUT, "no connection within 5s");
	says(&e, CHECK_UNREACHABLE,
		"the server does not answer: check host and port of `dsn` and what "
		"lies between, or raise `connect_timeout` (no connection within 5s)");
	err_set(&e, ERR_QUERY, "server version 9.6.24 is too old");
	says(&e, CHECK_ERROR,
		"the check could not be completed: see to that, then run `pgdriftd "
		"check` (server version 9.6.24 is too old)");
}

/* A check by hand does not find a password that systemd gives to the service alone. */
static void
test_of_a_service(void **state)
{
	struct err e;
	const struct verdict_input in = {.check = CHECK_ERROR,
		.error = &e,
		.environment = "prod",
		.unit = "drift"};
	char *got;

	(void)state;
	err_set(&e, ERR_QUERY, "server version 9.6.24 is too old");
	got = verdict_hint(&in);
	assert_string_equal(got,
		"the check could not be completed: see to that, then run `systemctl "
		"kill -s USR2 --kill-who=main drift` (server version 9.6.24 is too "
		"old)");
	free(got);
}

/* What pgdriftd itself finds to be missing is said once. */
static void
test_missing_right(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_PERMISSION,
		"mon may not read app.alembic_version: run `GRANT SELECT ON "
		"app.alembic_version TO mon`");
	says(&e, CHECK_ERROR,
		"a right is missing: mon may not read app.alembic_version: run `GRANT "
		"SELECT ON app.alembic_version TO mon`");
}

/* Advice of its own comes before what the class says, and before the server's text. */
static void
test_own_advice(void **state)
{
	static const struct advice advice = {"the role may not log in", "let it"};
	struct err e;

	(void)state;
	err_set(&e, ERR_AUTH, "role \"x\" is not permitted to log in");
	e.advice = &advice;
	says(&e, CHECK_ERROR,
		"the role may not log in: let it (role \"x\" is not permitted to log "
		"in)");
	/* A new error does not keep the advice of the one before. */
	err_set(&e, ERR_IO, "x");
	assert_null(e.advice);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_class),
		cmocka_unit_test(test_by_circumstance),
		cmocka_unit_test(test_of_a_service),
		cmocka_unit_test(test_missing_right),
		cmocka_unit_test(test_own_advice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/errors.h"
#include "pg/password.h"
#include "pg/remedies.h"

/* Part of what a refusal means; NULL: nothing is known beyond its class. */
static const struct {
	const char *message, *what;
} refusals[] = {
	{"a failed: FATAL:  3D000: database \"x\" does not exist\n", "no database"},
	{"a failed: FATAL:  55000: database \"template0\" is not currently accepting "
	 "connections\n",
		"takes no connections"},
	{"a failed: FATAL:  55000: cannot connect to invalid database \"x\"\n",
		"interrupted DROP"},
	{"a failed: FATAL:  53300: too many connections for role \"u\"\nLOCATION:  "
	 "InitializeSessionUserId, miscinit.c:696\n",
		"the role has as many"},
	{"a failed: FATAL:  53300: zu viele Verbindungen\nLOCATION:  "
	 "InitializeSessionUserId, miscinit.c:696\n",
		"the role has as many"},
	{"a failed: FATAL:  53300: too many connections for database \"x\"\n",
		"the database has as many"},
	{"a failed: FATAL:  53300: zu viele\nLOCATION:  CheckMyDatabase, "
	 "postinit.c:1\n",
		"the database has as many"},
	{"a failed: FATAL:  53300: sorry, too many clients already\nLOCATION:  "
	 "InitProcess, proc.c:359\n",
		"the server has as many"},
	{"a failed: FATAL:  28000: role \"u\" is not permitted to log in\nLOCATION:  "
	 "InitializeSessionUserId, miscinit.c:660\n",
		"may not log in"},
	{"a failed: FATAL:  28000: role \"u\" does not exist\nLOCATION:  "
	 "InitializeSessionUserId, miscinit.c:1\n",
		"no such role"},
	{"a failed: FATAL:  28000: Rolle »u« existiert nicht\nLOCATION:  "
	 "InitializeSessionUserId, miscinit.c:1\n",
		"does not exist or may not"},
	{"a failed: FATAL:  28000: no pg_hba.conf entry for host \"::1\", user \"u\", "
	 "database \"x\", no encryption\nLOCATION:  ClientAuthentication, auth.c:1\n",
		"pg_hba.conf"},
	{"a failed: FATAL:  28000: kein Eintrag\nLOCATION:  ClientAuthentication, "
	 "auth.c:1\n",
		"pg_hba.conf"},
	{"a failed: FATAL:  28000: Peer authentication failed for user \"u\"\n"
	 "LOCATION:  auth_failed, auth.c:335\n",
		"method of authentication"},
	{"a failed: FATAL:  28000: connection requires a valid client certificate\n"
	 "LOCATION:  ClientAuthentication, auth.c:1\n",
		"client certificate"},
	{"a failed: FATAL:  28P01: password authentication failed for user \"u\"\n",
		NULL},
	{"a failed: FATAL:  42501: permission denied for database \"x\"\nDETAIL:  User "
	 "does not have CONNECT privilege.\n",
		"CONNECT"},
	{"a failed: FATAL:  57P03: the database system is starting up\n", "starting"},
	{"a failed: FATAL:  57P03: the database system is not accepting connections\n"
	 "DETAIL:  Hot standby mode is disabled.\n",
		"a standby"},
	{"a failed: FATAL:  42704: unrecognized configuration parameter \"x\"\n",
		"option of the connection"},
	{"a failed: FATAL:  08P01: unsupported startup parameter: options\n",
		"startup parameter"},
	{"a failed: FATAL:  08P01: no such database: x\n", "pooler has no database"},
	{"a failed: FATAL:  08P01: database \"x\" does not exist\n",
		"has no database of that name"},
	{"a failed: FATAL:  08P01: no such user: x\n", "pooler refused the login"},
	{"a failed: FATAL:  08P01: no more connections allowed (max_client_conn)\n",
		"pooler has as many"},
	{"a failed: FATAL:  08P01: server login has been failing, try again later\n",
		"behind it"},
	{"definition of service \"x\" not found\n", "service"},
	{"service file \"/x\" not found\n", "service"},
	{"a failed: server does not support SSL, but SSL was required\n", "no TLS"},
	{"a failed: SSL error: certificate verify failed\n",
		"certificate of the server"},
	{"root certificate file \"/x\" does not exist\n", "certificate of the server"},
	{"a failed: fe_sendauth: no password supplied\n", "asks for a password"},
	{"a failed: session is read-only\n", "target_session_attrs"},
	{"a failed: received invalid response to SSL negotiation: H\n",
		"no PostgreSQL server"},
	{"a failed: SSL error: certificate verify failed\n", "was not accepted"},
	{"a failed: server certificate for \"db\" does not match host name \"x\"\n",
		"another host name"},
	{"a failed: server certificate for \"db\" (and 1 other name) does not match "
	 "host "
	 "name \"x\"\n",
		"another host name"},
	{"a failed: channel binding required, but SSL not in use\n", "channel_binding"},
	{"a failed: channel binding is required, but server did not offer an "
	 "authentication method that supports channel binding\n",
		"channel_binding"},
	{"a failed: channel binding required but not supported by server's "
	 "authentication request\n",
		"channel_binding"},
	{"a failed: private key file \"/k\" has group or world access; file must have "
	 "permissions u=rw (0600) or less if owned by the current user\n",
		"read by others"},
	{"a failed: certificate present, but not private key file \"/k\"\n",
		"client certificate"},
	{"a failed: could not load private key file \"/k\": bad decrypt\n",
		"client certificate"},
	{"a failed: SSL error: tlsv1 alert unknown ca\n", "refused the client"},
	{"a failed: SSL error: sslv3 alert certificate expired\n",
		"refused the client"},
	{"a failed: SSL error: wrong version number\n", "TLS with the server failed"},
	{"a failed: SSL SYSCALL error: EOF detected\n", "TLS with the server failed"},
	{"could not create socket: Too many open files\n", "as many open files"},
	{"a failed: FATAL:  57P03: the database system is shutting down\n",
		"starting, stopping"},
	{"a failed: FATAL:  57P03: the database system is in recovery mode\n",
		"recovering"},
	{"a failed: FATAL:  57P01: terminating connection due to administrator "
	 "command\n",
		"an administrator"},
	{"a failed: timeout expired\n", "does not answer"},
	{"a failed: No route to host\n", "does not answer"},
	{"connection to server on socket \"/x/.s.PGSQL.1\" failed: Permission denied\n"
	 "\tIs the server running locally and accepting connections on that socket?\n",
		"may not open the socket"},
	{"a failed: Connection refused\n", NULL},
	{"connection to server on socket \"/x/.s.PGSQL.1\" failed: No such file or "
	 "directory\n",
		NULL},
};

static void
test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(refusals); i++) {
		struct err e;

		errors_connect(&e, refusals[i].message);
		if (!refusals[i].what) {
			assert_null(e.advice);
			continue;
		}
		if (!e.advice || !strstr(e.advice->what, refusals[i].what))
			fail_msg("%s: %s", refusals[i].message,
				e.advice ? e.advice->what : "nothing is known");
	}
}

/* Whoever was answered is not told to look for the server. */
static void
test_who_answered(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(refusals); i++) {
		struct err e;

		errors_connect(&e, refusals[i].message);
		if (e.sqlstate[0] && e.advice) {
			assert_null(strstr(e.advice->next, "check host"));
			assert_null(strstr(e.advice->next, "check that the server"));
		}
	}
}

/* A pooler takes the connection first. */
static void
test_of_queries(void **state)
{
	struct err e;

	(void)state;
	errors_query(&e, "08P01", "pgbouncer cannot connect to server");
	assert_non_null(strstr(e.advice->what, "behind it"));
	errors_query(&e, "3D000", "database \"x\" does not exist");
	assert_non_null(strstr(e.advice->what, "no database"));
	errors_query(&e, "57P01", "terminating connection");
	assert_non_null(strstr(e.advice->what, "stopping"));
	errors_query(&e, "57014", "canceling statement due to user request");
	assert_non_null(strstr(e.advice->what, "somebody cancelled"));
	errors_query(&e, "57014", "canceling statement due to statement timeout");
	assert_non_null(strstr(e.advice->what, "statement_timeout"));
	/* A table's right is no matter of connecting. */
	errors_query(&e, "42501", "permission denied for table t");
	assert_null(e.advice);
	errors_query(&e, NULL, "server closed the connection unexpectedly");
	assert_null(e.advice);
}

static void
test_password_file(void **state)
{
	struct err e;

	(void)state;
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_null(password_read("/nowhere/prod.pw", &e));
	assert_int_equal(e.code, ERR_AUTH);
	assert_string_equal(e.text, "/nowhere/prod.pw: No such file or directory");
	assert_non_null(strstr(e.advice->next, "by hand"));
	setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x", 1);
	assert_null(password_read("/nowhere/prod.pw", &e));
	assert_non_null(strstr(e.advice->next, "LoadCredential="));
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_null(password_read("/", &e));
	assert_non_null(strstr(e.advice->what, "cannot be used"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_who_answered),
		cmocka_unit_test(test_of_queries),
		cmocka_unit_test(test_password_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

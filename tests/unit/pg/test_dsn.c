/* Links the real libpq: what a valid string is, is its word. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/session.h"

static void
test_check_takes(void **state)
{
	static const char *const good[] = {
		"",
		"service=x",
		"host=a,b port=1,2 dbname = 'x y'",
		"postgresql://u:p@h:1,h2/db?sslmode=require",
		"postgres://",
		"host=@abstract,/run port=5432,",
		"postgresql://u:p%40%2Fw@h:1,h2:2/d%40b?application_name=a@b",
		"host=h dbname=a@b user=c@d",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++)
		assert_true(pg_dsn_check(good[i], NULL));
}

/* Whatever libpq quotes of the string may be the secret. */
static void
test_check_refuses(void **state)
{
	static const struct {
		const char *dsn, *text;
	} cases[] = {
		{"password=foo geheim", "missing \"=\" after \"…\""},
		{"pasword=geheim", "(did you mean \"password\"?)"},
		{"geheim=x", "invalid connection option \"…\""},
		{"password='geheim", "unterminated quoted string"},
		{"postgresql://u:geheim%zz@h/d",
			"invalid percent-encoded token: \"…\""},
		{"postgresql://u:geheim@[h/d", "\"…\""},
		{"postgresql://u@h/d?pasword=geheim", "(did you mean \"password\"?)"},
		{"geheim", "missing \"=\" after \"…\""},
		{"postgresql+psycopg2://u:geheim@h/d", "without SQLAlchemy's +driver"},
		{"host=h port=geheim", "port is not a number"},
		{"host=h port=1,geheim", "port is not a number"},
		/* Not escaped, so that parts of the password stand for host and port.
		 */
		{"postgresql://u:pw@geheim@h/d", "write %40"},
		{"postgresql://u:geheim/pw@h/d", "write %40"},
		{"postgresql://u:5432/geheim@h/d", "write %40"},
		{"host=u@geheim", "write %40"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err e;

		assert_false(pg_dsn_check(cases[i].dsn, &e));
		assert_int_equal(e.code, ERR_CONFIG);
		assert_null(strstr(e.text, "geheim"));
		assert_null(strchr(e.text, '\n'));
		if (!strstr(e.text, cases[i].text))
			fail_msg("\"%s\" is not in \"%s\"", cases[i].text, e.text);
	}
}

static void
test_redact(void **state)
{
	static const struct {
		const char *dsn, *shown;
	} cases[] = {
		{"", ""},
		{"host=a dbname=b", "host=a dbname=b"},
		{"host=a password=geheim user=u", "host=a password=<secret> user=u"},
		{"password = 'ge\\'heim x' host=a", "password=<secret> host=a"},
		{"password=ge\\ heim host='a b'", "password=<secret> host='a b'"},
		{"sslpassword=geheim sslkey=k", "sslpassword=<secret> sslkey=k"},
		{"passfile=/x password=", "passfile=/x password=<secret>"},
		{"postgresql://u:geheim@h:1/d", "postgresql://u:<secret>@h:1/d"},
		{"postgres://u@h,i/d?a=b", NULL},
		{"postgresql://u@h/d?password=geheim&sslmode=require",
			"postgresql://u@h/d?password=<secret>&sslmode=require"},
		{"postgresql://h/d?sslmode=require&p%61ssword=geheim",
			"postgresql://h/d?sslmode=require&p%61ssword=<secret>"},
		{"postgresql://u:ge%40heim@[::1]:5/d?connect_timeout=3",
			"postgresql://u:<secret>@[::1]:5/d?connect_timeout=3"},
		{"postgresql:///d?host=/run", "postgresql:///d?host=/run"},
		{"postgresql://u:@h", "postgresql://u:<secret>@h"},
		{"password=geheim x", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *shown = pg_dsn_redact(cases[i].dsn);

		assert_string_equal(
			shown, cases[i].shown ? cases[i].shown : "<secret>");
		free(shown);
	}
}

static void
test_address(void **state)
{
	static const struct {
		const char *dsn, *address;
	} cases[] = {
		{"dbname=a", ":5432"},
		{"host=db dbname=a user=u password=geheim", "db:5432"},
		{"dbname=b port=5433 host=db", "db:5433"},
		{"postgresql://u:geheim@db:5433/b?host=db2&port=6", "db2:6"},
		{"postgresql://a,b:6/d", "a:5432,b:6"},
		{"host=db hostaddr=192.0.2.1", "192.0.2.1:5432"},
		{"host=/run/postgresql", "/run/postgresql:5432"},
		{"service=shop dbname=a", "service=shop :5432"},
		{"host=a =", ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *address = pg_dsn_address(cases[i].dsn);

		assert_string_equal(address, cases[i].address);
		free(address);
	}
}

static void
test_library_version(void **state)
{
	char buf[32];

	(void)state;
	assert_true(atoi(pg_library_version(buf, sizeof buf)) >= 14);
	assert_non_null(strchr(buf, '.'));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check_takes),
		cmocka_unit_test(test_check_refuses),
		cmocka_unit_test(test_redact),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_library_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

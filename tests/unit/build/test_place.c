#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "build/place.h"

#define NAME PLACE_PREFIX "0123456789abcdef"

static void
check_url(const char *dsn, const char *driver, bool with_password, const char *expected)
{
	struct place p;
	char *url;

	assert_true(place_of(dsn, NAME, &p, NULL));
	url = place_url(&p, driver, with_password);
	assert_string_equal(url, expected);
	free(url);
	place_free(&p);
}

static void
test_url(void **state)
{
	(void)state;
	check_url("host=h port=5433 user=u password='p@:/ %' dbname=x", NULL, true,
		"postgresql://u:p%40%3A%2F%20%25@h:5433/" NAME);
	check_url("host=h port=5433 user=u password='p@:/ %' dbname=x", "asyncpg",
		false, "postgresql+asyncpg://u@h:5433/" NAME);
	check_url("host=/run/pg port=5433 user=u", "", true,
		"postgresql://u@/" NAME "?host=%2Frun%2Fpg&port=5433");
	check_url(
		"postgresql://u@[::1]:6/x", NULL, true, "postgresql://u@[::1]:6/" NAME);
	check_url("host=a,b port=1,2", NULL, true, "postgresql:///" NAME);
	check_url("", NULL, true, "postgresql:///" NAME);
	/* What has a variable is left to it, the rest is libpq's alone. */
	check_url("host=h sslmode=require keepalives=0 sslpassword=x", "psycopg", true,
		"postgresql+psycopg://h/" NAME "?keepalives=0");
	check_url("host=h sslmode=require keepalives=0", "asyncpg", true,
		"postgresql+asyncpg://h/" NAME);
}

static void
test_env(void **state)
{
	struct strvec env = {0};
	struct strbuf b = {0};
	struct place p;

	(void)state;
	assert_true(place_of("host=h user=u password=p sslmode=require keepalives=0",
		NAME, &p, NULL));
	place_set_user(&p, "other");
	place_env(&p, &env);
	strvec_sort(&env);
	strvec_join(&env, " ", &b);
	assert_string_equal(b.s, "PGDATABASE=" NAME " PGHOST=h PGPASSWORD=p "
				 "PGSSLMODE=require PGUSER=u");
	strvec_free(&env);
	strbuf_free(&b);
	place_free(&p);
}

static void
test_dsn(void **state)
{
	struct place p;
	char *dsn;

	(void)state;
	assert_true(place_of("postgresql://h/x", NAME, &p, NULL));
	place_set_user(&p, "me");
	dsn = place_dsn(&p);
	assert_string_equal(dsn, "user='me' dbname='" NAME "' host='h'");
	free(dsn);
	place_free(&p);
}

/* Where the server is and how it is known for sure is the same for the command as for
 * us, whoever says so; who asks, the string says alone. */
static void
test_inherited(void **state)
{
	static const char *const variables[][2] = {{"PGHOST", "/run/scratch"},
		{"PGPORT", "5499"}, {"PGSSLMODE", "verify-full"},
		{"PGSSLROOTCERT", "/etc/ca.pem"}, {"PGUSER", "me"},
		{"PGDATABASE", "prod"}, {"PGPASSWORD", "geheim"},
		{"PGPASSFILE", "/etc/passwords"}, {"PGSSLCERT", "/etc/me.pem"},
		{"PGSSLKEY", "/etc/me.key"}};
	struct place p;
	char *dsn;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(variables); i++)
		setenv(variables[i][0], variables[i][1], 1);
	assert_true(place_of("port=6000", NAME, &p, NULL));
	dsn = place_dsn(&p);
	assert_string_equal(dsn, "dbname='" NAME "' host='/run/scratch' port='6000' "
				 "sslmode='verify-full' sslrootcert='/etc/ca.pem'");
	for (size_t i = 0; i < COUNT_OF(variables); i++)
		unsetenv(variables[i][0]);
	free(dsn);
	place_free(&p);
}

static void
test_service(void **state)
{
	struct place p = {0};
	struct err e;

	(void)state;
	assert_false(place_of("service=scratch user=u", NAME, &p, &e));
	assert_int_equal(e.code, ERR_CONFIG);
	assert_non_null(strstr(e.text, "service"));
}

/* Nothing else is ever dropped. */
static void
test_names(void **state)
{
	char one[PLACE_NAME_LEN], two[PLACE_NAME_LEN];

	(void)state;
	place_name(one);
	place_name(two);
	assert_string_not_equal(one, two);
	assert_true(place_is_name(one));
	assert_true(place_is_name(NAME));
	assert_false(place_is_name("postgres"));
	assert_false(place_is_name(PLACE_PREFIX "0123456789abcde"));
	assert_false(place_is_name(PLACE_PREFIX "0123456789abcdeg"));
	assert_false(place_is_name(PLACE_PREFIX "0123456789abcdef0"));
	assert_false(place_is_name("x" NAME));
	assert_false(place_is_name(PLACE_PREFIX "mine"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_url),
		cmocka_unit_test(test_env),
		cmocka_unit_test(test_dsn),
		cmocka_unit_test(test_inherited),
		cmocka_unit_test(test_service),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Links the real libpq, which says what a string means. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/parts.h"
#include "pg/session.h"

static void
check(const char *dsn, const char *expected)
{
	struct pg_parts parts;
	struct strbuf b = {0};

	assert_true(pg_parts_of(dsn, &parts, NULL));
	pg_parts_print(&parts, &b);
	assert_string_equal(b.s ? b.s : "", expected);
	assert_true(pg_dsn_check(b.s ? b.s : "", NULL));
	strbuf_free(&b);
	pg_parts_free(&parts);
}

static void
test_print(void **state)
{
	(void)state;
	check("", "");
	check("host=a port=1", "host='a' port='1'");
	check("postgresql://u:p%40%27%5c@h/d%20b?sslmode=require",
		"user='u' password='p@\\'\\\\' dbname='d b' host='h' "
		"sslmode='require'");
}

static void
test_set(void **state)
{
	struct pg_parts parts;

	(void)state;
	assert_true(pg_parts_of("host=a dbname=b", &parts, NULL));
	pg_parts_set(&parts, "dbname", "c");
	assert_string_equal(pg_parts_get(&parts, "dbname"), "c");
	assert_null(pg_parts_get(&parts, "user"));
	pg_parts_set(&parts, "user", "u");
	assert_string_equal(pg_parts_get(&parts, "user"), "u");
	pg_parts_free(&parts);
}

static void
test_variables(void **state)
{
	struct pg_parts parts;
	bool host = false, keepalives = false;

	(void)state;
	assert_true(pg_parts_of("host=a keepalives=0", &parts, NULL));
	for (size_t i = 0; i < parts.n; i++) {
		if (!strcmp(parts.v[i].keyword, "host"))
			host = !strcmp(parts.v[i].variable, "PGHOST");
		if (!strcmp(parts.v[i].keyword, "keepalives"))
			keepalives = !parts.v[i].variable;
	}
	assert_true(host && keepalives);
	pg_parts_free(&parts);
}

/* What the string says stands; of the rest, what is of the server. */
static void
test_complete(void **state)
{
	struct pg_parts parts;
	struct strbuf b = {0};

	(void)state;
	setenv("PGHOST", "other", 1);
	setenv("PGPORT", "5432", 1); /* the usual one */
	setenv("PGSSLMODE", "require", 1);
	setenv("PGPASSWORD", "geheim", 1);
	assert_true(pg_parts_of("host=a", &parts, NULL));
	pg_parts_complete(&parts);
	pg_parts_print(&parts, &b);
	assert_string_equal(b.s, "host='a' sslmode='require'");
	unsetenv("PGHOST");
	unsetenv("PGPORT");
	unsetenv("PGSSLMODE");
	unsetenv("PGPASSWORD");
	strbuf_free(&b);
	pg_parts_free(&parts);
}

static void
test_refused(void **state)
{
	struct pg_parts parts;
	struct err e;

	(void)state;
	assert_false(pg_parts_of("nonsense", &parts, &e));
	assert_int_equal(e.code, ERR_CONFIG);
	pg_parts_free(&parts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "build/inicopy.h"

static void
check(const char *text, const char *section, const char *expected)
{
	const struct inicopy c = {section, "postgresql://u:a%40b@h/d", "/srv/a%b"};
	struct strbuf out = {0};

	inicopy_write(text, &c, &out);
	assert_string_equal(out.s, expected);
	strbuf_free(&out);
}

#define DEFAULTS "[DEFAULT]\nhere = /srv/a%%b\n"
#define URL "sqlalchemy.url = postgresql://u:a%%40b@h/d\n"

static void
test_url(void **state)
{
	(void)state;
	check("[alembic]\nscript_location = x\nsqlalchemy.url = driver://\nlast = 1\n",
		"alembic",
		DEFAULTS "[alembic]\n" URL "script_location = x\nlast = 1\n");
	/* There is none, or it is of another section. */
	check("# said\n[other]\nsqlalchemy.url = a\n\n[alembic]", "alembic",
		DEFAULTS "# said\n[other]\nsqlalchemy.url = a\n\n[alembic]\n" URL);
	check("[alembic]\nsqlalchemy.url = a\n[two]\nSQLAlchemy.URL: b\n", "two",
		DEFAULTS "[alembic]\nsqlalchemy.url = a\n[two]\n" URL);
}

/* A value goes on on lines that are indented more; comments and blank lines in it do
 * not end it. */
static void
test_lines(void **state)
{
	(void)state;
	check("[a]\n  sqlalchemy.url =\n\n  # c\n    one\n  key = 1\n    [more]\n", "a",
		DEFAULTS "[a]\n" URL "  key = 1\n    [more]\n");
	check("[a]\r\nsqlalchemy.url = x\r\nkey = 1\r\n", "a",
		DEFAULTS "[a]\r\n" URL "key = 1\r\n");
	check("\xef\xbb\xbf[a]\nkey = 1\n", "a", DEFAULTS "[a]\n" URL "key = 1\n");
	check("[a]\nsqlalchemy.url.more = x\n", "a",
		DEFAULTS "[a]\n" URL "sqlalchemy.url.more = x\n");
}

static void
test_defaults(void **state)
{
	(void)state;
	check("[a]\nk = 1\n[DEFAULT]\nhere = /x\nsqlalchemy.url = y\n", "a",
		"[a]\n" URL "k = 1\n" DEFAULTS "sqlalchemy.url = y\n");
}

static void
check_driver(const char *url, const char *expected)
{
	char *driver = inicopy_driver(url);

	assert_string_equal(driver, expected);
	free(driver);
}

static void
test_driver(void **state)
{
	(void)state;
	check_driver("postgresql+asyncpg://u@h/d", "asyncpg");
	check_driver("postgres+psycopg://", "psycopg");
	check_driver("postgresql://u:+@h/d", "");
	check_driver("driver://user:pass@localhost/dbname", "");
	check_driver("postgresql+x", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_url),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

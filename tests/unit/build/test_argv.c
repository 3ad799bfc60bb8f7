#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "build/argv.h"

/* The words with `|` between, or the error. */
static void
check_split(const char *text, const char *expected)
{
	struct strvec words = {0};
	struct strbuf b = {0};
	struct err e;

	if (argv_split(text, &words, &e))
		strvec_join(&words, "|", &b);
	else
		strbuf_printf(&b, "! %s", e.text);
	assert_string_equal(b.s, expected);
	strbuf_free(&b);
	strvec_free(&words);
}

static void
test_split(void **state)
{
	(void)state;
	check_split("alembic upgrade {revision}", "alembic|upgrade|{revision}");
	check_split("  a\tb\n c ", "a|b|c");
	check_split("a 'b c' \"d e\" f\\ g", "a|b c|d e|f g");
	check_split("a '' b", "a||b");
	check_split("a'b c'd", "ab cd");
	check_split("\"a \\\"b\\\" $c\" 'd \\ $e'", "a \"b\" $c|d \\ $e");
	check_split("sh -c 'a && b | c'", "sh|-c|a && b | c");
	check_split("A=1 B='2 3' run", "A=1|B=2 3|run");
}

static void
test_refused(void **state)
{
	(void)state;
	check_split("", "! there is no command in it");
	check_split("A=1 B=2", "! there is no command in it");
	check_split("a 'b", "! a quote in a command is not closed");
	check_split("a \"b\\\"", "! a quote in a command is not closed");
	check_split("a && b",
		"! & in a command: no shell reads it; put it in quotes if it is meant "
		"as it stands, or say sh -c '…'");
	check_split("a $HOME",
		"! $ in a command: no shell reads it; put it in quotes if it is meant "
		"as it stands, or say sh -c '…'");
}

static void
check_assignments(const char *text, size_t n)
{
	struct strvec words = {0};

	assert_true(argv_split(text, &words, NULL));
	assert_int_equal(argv_assignments(&words), n);
	strvec_free(&words);
}

static void
test_assignments(void **state)
{
	(void)state;
	check_assignments("alembic upgrade a=b", 0);
	check_assignments("A=1 alembic", 1);
	check_assignments("A=1 _b2= alembic C=3", 2);
	check_assignments("2A=1 alembic", 0);
	check_assignments("=1 alembic", 0);
}

static const char *
value_of(void *arg, const char *name)
{
	(void)arg;
	return !strcmp(name, "revision") ? "ab{url}" : !strcmp(name, "e") ? "" : NULL;
}

static void
check_fill(const char *word, const char *expected)
{
	char *got = argv_fill(word, value_of, NULL);

	assert_string_equal(got, expected);
	free(got);
}

static void
test_fill(void **state)
{
	(void)state;
	check_fill("upgrade", "upgrade");
	check_fill("{revision}", "ab{url}");
	check_fill("x={revision}:{e}:{revision}y", "x=ab{url}::ab{url}y");
	check_fill("{\"a\": \"{revision}\"}", "{\"a\": \"ab{url}\"}");
	check_fill("{other} {", "{other} {");
	check_fill("", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_assignments),
		cmocka_unit_test(test_fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

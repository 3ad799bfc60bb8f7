#include "tests/unit/unit.h"

#include "base/mem.h"
#include "diff/whitespace.h"

struct pair {
	const char *language, *a, *b;
};

static void
check(const struct pair *p, size_t n, bool same)
{
	for (size_t i = 0; i < n; i++)
		if (whitespace_same_body(p[i].language, p[i].a, p[i].b) != same ||
			whitespace_same_body(p[i].language, p[i].b, p[i].a) != same)
			fail_msg("%s: %s", p[i].a, same ? "differs" : "is the same");
}

static void
test_same(void **state)
{
	static const struct pair pairs[] = {
		{"plpgsql", "BEGIN\r\n  RETURN 1;\r\nEND\r\n",
			"BEGIN\n\tRETURN 1;\nEND"},
		{"sql", "SELECT a,b FROM t", "\n  SELECT a , b\n\n  FROM t \n"},
		{"plpgsql", "x:=a+1;", "x := a + 1 ;"},
		{"sql", "SELECT f( x )::int", "SELECT f (x) :: int"},
		{"sql", "SELECT 1 -- one  two \r\n, 2", "SELECT 1 --one two\n,2"},
		{"sql", "/* a\n   * b */ SELECT 1", "/* a * b */ SELECT 1"},
		{"sql", "SELECT 'a  b'||E'\\'  x'", "SELECT 'a  b' || E'\\'  x'"},
		{"plpgsql", "EXECUTE $q$ SELECT  1 $q$;",
			"EXECUTE  $q$ SELECT  1 $q$ ;"},
		{"plpython3u", "if x:\r\n  y\r\n", "if x:  \n  y\n\n"},
		{"plperl", "my $x = 1; \n\n", "my $x = 1;"},
		{"sql", "", " \n"},
	};

	(void)state;
	check(pairs, COUNT_OF(pairs), true);
}

/* White space that means something, and more than white space. */
static void
test_different(void **state)
{
	static const struct pair pairs[] = {
		{"sql", "SELECT 'a b'", "SELECT 'a  b'"},
		{"sql", "SELECT 'a\r\nb'", "SELECT 'a\nb'"},
		{"sql", "SELECT E'\\' a'", "SELECT E'\\'  a'"},
		{"sql", "SELECT \"a b\"", "SELECT \"a  b\""},
		{"sql", "SELECT $$a b$$", "SELECT $$a  b$$"},
		{"sql", "SELECT $x$a $$ b$x$", "SELECT $x$a $$  b$x$"},
		{"sql", "SELECT a b", "SELECT ab"},
		{"sql", "SELECT a < = b", "SELECT a <= b"},
		{"sql", "SELECT a - -b", "SELECT a --b"},
		{"sql", "SELECT 1 -- x\n, 2", "SELECT 1 -- x , 2"},
		{"sql", "SELECT 'a'\n'b'", "SELECT 'a' 'b'"},
		{"sql", "SELECT E 'a'", "SELECT E'a'"},
		{"sql", "SELECT 1.5", "SELECT 1. 5"},
		{"sql", "SELECT a$1 b", "SELECT a$1  c"},
		{"plpython3u", "if x:\n  y\nz", "if x:\n  y\n  z"},
		{"plpython3u", "x = 'a b'", "x = 'a  b'"},
		{"plpgsql", "RETURN 1;", "RETURN 2;"},
		{"sql", "SELECT 'open", "SELECT  'open "},
	};

	(void)state;
	check(pairs, COUNT_OF(pairs), false);
}

static void
test_note(void **state)
{
	static const struct {
		const char *a, *b, *note;
	} cases[] = {
		{"a\r\nb\r\n", "a\nb\n",
			"differs in white space only (CRLF line ends)"},
		{"a\nb", "a\n\nb\n", "differs in white space only (empty lines)"},
		{"a \nb", "a\nb", "differs in white space only (ends of lines)"},
		{"  a\n\tb", "a\r\nb", "differs in white space only (indentation)"},
		{"a b", "a  b", "differs in white space only"},
		{"'a b'", "'ab'", "differs in white space only"},
		{"a", "b", NULL},
		{"a ", "a b", NULL},
		{"", "a", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *there = whitespace_note(cases[i].a, cases[i].b);
		const char *back = whitespace_note(cases[i].b, cases[i].a);

		if (!cases[i].note) {
			assert_null(there);
			assert_null(back);
			continue;
		}
		assert_string_equal(there, cases[i].note);
		assert_string_equal(back, cases[i].note);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_different),
		cmocka_unit_test(test_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

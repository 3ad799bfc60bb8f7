/* Other files that psql would read, and what only looks as if it would. */
#include "build/includes.h"

#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"

static void
test_found(void **state)
{
	static const struct {
		const char *text, *word;
		unsigned line;
	} cases[] = {
		{"\\i a.sql", "\\i", 1},
		{"SELECT 1;\n\n  \\ir 'a b.sql'\n", "\\ir", 3},
		{"\\include a", "\\include", 1},
		{"\\include_relative a", "\\include_relative", 1},
		{"SELECT 1 \\i a", "\\i", 1},
		{"\\i:file", "\\i", 1},
		{"\\set x 1\n\\i :x\n", "\\i", 2},
		{"SELECT 'it''s'; \\i a", "\\i", 1},
		{"SELECT 'c:\\'; \\i a", "\\i", 1},
		{"SELECT E'\\\\'; \\i a", "\\i", 1},
		{"/* /* */ */ \\i a", "\\i", 1},
		{"-- x\n\\i a", "\\i", 2},
		{"DO $a$ $b$ $a$; \\i a", "\\i", 1},
		{"SELECT $1; \\i a -- $1", "\\i", 1},
		{"CREATE TABLE a$b (); \\i a", "\\i", 1},
		{"COPY a TO STDOUT;\n\\i a\n", "\\i", 2},
		{"COPY a FROM stdin;\n1\t\\N\n'\n\\.\n\\i a\n", "\\i", 5},
		{"copy a FROM STDIN WITH (FORMAT csv);\n\\.\n\\ir a\n", "\\ir", 3},
		{"COPY a FROM stdin;\n\\.\nCOPY b FROM stdin;\nx\n\\.\n\\i a", "\\i",
			6},
		/* What else stands in the line. */
		{"COPY a FROM stdin; \\i a\nx\n\\.\n", "\\i", 1},
		{"\\echo \\i a", "\\i", 1},
		{"\\set x '\\'' \\i a", "\\i", 1},
		{"\\echo x \\\\ SELECT 1; \\i a", "\\i", 1},
		/* Data of the next line belongs to nobody. */
		{"SELECT 1 AS copy, 2 AS stdin;\n\\i a\n", "\\i", 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct include found;

		if (!includes_find(cases[i].text, strlen(cases[i].text), &found))
			fail_msg("not found: %s", cases[i].text);
		assert_string_equal(found.word, cases[i].word);
		assert_int_equal(found.line, cases[i].line);
	}
}

static void
test_not_found(void **state)
{
	static const char *const cases[] = {"", "SELECT 1;", "\\", "\\.", "\\connect x",
		"\\if true", "\\ignored x", "\\set i 'a \\' \\i'",
		"\\echo \"\\i\" '\\i' `\\i`", "\\! echo \\i a",
		"\\copy a from '\\i' \\i", "SELECT '\\i a';", "SELECT '\n\\i a\n';",
		"SELECT E'\\'\n\\i a\n';", "SELECT \"\n\\i a\";", "-- \\i a",
		"/* \\i a\n /* \\i b */ \\ir c */", "/* \\i a", "DO $$\n\\i a\n$$;",
		"DO $x$ $$ \\i a $$ \\i b $x$;", "DO $$\n\\i a\n", "'\n\\i a",
		"COPY a FROM stdin;\n\\i a\n\\.\n",
		"COPY a (b, c) FROM stdin;\n'\n\\ir\n", "\\unrestrict abc\n"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct include found;

		if (includes_find(cases[i], strlen(cases[i]), &found))
			fail_msg("found in: %s", cases[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pystring.h"

static void
test_begins(void **state)
{
	static const char *const yes[] = {
		"'", "\"", "u'", "R\"", "bR'", "rb'", "f'", "Rf'", "t\"", "'''"};
	static const char *const no[] = {
		"", "u", "ur'", "bu'", "ff'", "bf'", "fur'", "x'", "u x'"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(yes); i++)
		assert_true(pystring_begins(yes[i]));
	for (size_t i = 0; i < COUNT_OF(no); i++)
		assert_false(pystring_begins(no[i]));
	assert_true(pystring_is_triple("r'''x"));
	assert_false(pystring_is_triple("r''x"));
}

/* Each text is a literal, and `rest` follows it; no literal where `rest` is NULL. */
static void
test_end(void **state)
{
	static const struct {
		const char *text, *rest;
	} cases[] = {
		{"'a' + 'b'", " + 'b'"},
		{"''", ""},
		{"'''''' x", " x"},
		{"'''a'b''c''' x", " x"},
		{"'''a\nb'''", ""},
		{"'a\\'b'x", "x"},
		{"r'a\\'b'x", "x"},
		{"'a\\\nb'x", "x"},
		{"'a\nb'", NULL},
		{"'a", NULL},
		{"'''a''", NULL},
		{"'a\\", NULL},
		{"f'{x}' y", " y"},
		{"f'{d['k']}' y", " y"},
		{"f'{d[\"k\"]}' y", " y"},
		{"f'{x!r:>{w}}' y", " y"},
		{"f'{{' y", " y"},
		{"f'{ {'a': '}'} }' y", " y"},
		{"f'\\N{DIGIT ONE}' y", " y"},
		{"f'{f'{f'{1}'}'}' y", " y"},
		{"f'''{\nx\n}''' y", " y"},
		{"f'{x:%H:%M}' y", " y"},
		{"f'{' y", " y"},
		{"rf'\\{x}' y", " y"},
		{"rf'\\d{{3}}' y", " y"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *end = pystring_end(cases[i].text);

		assert_int_equal(end != NULL, cases[i].rest != NULL);
		if (end)
			assert_string_equal(end, cases[i].rest);
	}
}

static void
test_decode(void **state)
{
	static const struct {
		const char *literal;
		enum pystring found;
		const char *text;
	} cases[] = {
		{"''", PYSTRING_TEXT, ""},
		{"'a'", PYSTRING_TEXT, "a"},
		{"'''a'b\"'''", PYSTRING_TEXT, "a'b\""},
		{"'\\\\\\'\\\"\\a\\b\\f\\n\\r\\t\\v'", PYSTRING_TEXT,
			"\\'\"\a\b\f\n\r\t\v"},
		{"'\\1012'", PYSTRING_TEXT, "A2"},
		{"'\\7'", PYSTRING_TEXT, "\a"},
		{"'\\777'", PYSTRING_TEXT, "ǿ"},
		{"'\\x41\\u00e9\\U0001f600'", PYSTRING_TEXT, "Aé😀"},
		{"'\\z\\8'", PYSTRING_TEXT, "\\z\\8"},
		{"r'\\x41\\'", PYSTRING_TEXT, "\\x41\\"},
		{"u'é'", PYSTRING_TEXT, "é"},
		{"F'a{{b}}'", PYSTRING_TEXT, "a{b}"},
		{"f'{a}'", PYSTRING_COMPUTED, ""},
		{"f'a}'", PYSTRING_COMPUTED, ""},
		{"t'a'", PYSTRING_COMPUTED, ""},
		{"'\\N{BULLET}'", PYSTRING_COMPUTED, ""},
		{"'\\N'", PYSTRING_REFUSED, ""},
		{"'\\N{'", PYSTRING_REFUSED, ""},
		{"b'a\\x41\\u\\N'", PYSTRING_BYTES, ""},
		{"b'\\x4'", PYSTRING_REFUSED, ""},
		{"'\\x4'", PYSTRING_REFUSED, ""},
		{"'\\xg0'", PYSTRING_REFUSED, ""},
		{"'\\u123'", PYSTRING_REFUSED, ""},
		{"'\\U00110000'", PYSTRING_REFUSED, ""},
		{"'\\Users'", PYSTRING_REFUSED, ""},
		{"'\\0'", PYSTRING_ODD, ""},
		{"'\\ud83d'", PYSTRING_ODD, ""},
		{"'\xff'", PYSTRING_ODD, ""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *s = cases[i].literal;
		struct strbuf out = {0};

		strbuf_add(&out, "");
		assert_int_equal(pystring_decode(s, strlen(s), &out), cases[i].found);
		assert_string_equal(out.s, cases[i].text);
		strbuf_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_begins),
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_decode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

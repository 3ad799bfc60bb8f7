#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/pysource.h"

static void
test_decode(void **state)
{
	static const struct {
		const char *bytes, *text;
		unsigned refused; /* line; 0: none */
	} cases[] = {
		{"", "", 0},
		{"a\r\nb\rc\nd", "a\nb\nc\nd", 0},
		{"a\r\r\n\n", "a\n\n\n", 0},
		{"\xef\xbb\xbf"
		 "a",
			"a", 0},
		{"é\n", "é\n", 0},
		/* A comment that is no cookie, where a cookie might be. */
		{"# Café\nx", "# Café\nx", 0},
		{"# Café: coding by night\n# é", "# Café: coding by night\n# é", 0},
		{"#!x\n# coding: \né", "#!x\n# coding: \né", 0},
		{"# Caf\xe9\n", "# Caf\xe9\n", 1},
		{"a\n\xe9\n", "a\n\xe9\n", 2},
		{"a\r\n\xe9\n", "a\n\xe9\n", 2},
		{"# coding: latin-1\n\xe9", "# coding: latin-1\né", 0},
		{"# -*- coding: ISO_8859_1 -*-\n\xe9",
			"# -*- coding: ISO_8859_1 -*-\né", 0},
		{"#!x\r\n# vim: fileencoding=cp1251\r\n\xe9",
			"#!x\n# vim: fileencoding=cp1251\nй", 0},
		{"# coding: utf8\né", "# coding: utf8\né", 0},
		{"# coding: UTF_8-unix\né", "# coding: UTF_8-unix\né", 0},
		{"x\n# coding: latin-1\n\xe9", "x\n# coding: latin-1\n\xe9", 3},
		{"\n\n# coding: latin-1\n\xe9", "\n\n# coding: latin-1\n\xe9", 4},
		{"x = 'coding: latin-1'\n\xe9", "x = 'coding: latin-1'\n\xe9", 2},
		{"# coding: no-such-thing\nabc", "# coding: no-such-thing\nabc", 0},
		{"# coding: ascii\n\xe9", "# coding: ascii\n\xe9", 1},
		{"\xef\xbb\xbf# coding: latin-1\né", "# coding: latin-1\né", 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct pysource s;

		pysource_decode(cases[i].bytes, strlen(cases[i].bytes), &s);
		assert_string_equal(s.text, cases[i].text);
		assert_int_equal(s.len, strlen(s.text));
		assert_int_equal(s.refused_line, cases[i].refused);
		assert_int_equal(s.refused != NULL, cases[i].refused != 0);
		pysource_free(&s);
	}
}

static void
test_nul(void **state)
{
	static const char bytes[] = "a\nb\0c";
	struct pysource s;

	(void)state;
	pysource_decode(bytes, sizeof bytes - 1, &s);
	assert_string_equal(s.text, "a\nb");
	assert_int_equal(s.len, 3);
	assert_int_equal(s.refused_line, 2);
	pysource_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

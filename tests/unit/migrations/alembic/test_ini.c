#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/ini.h"

/* The value of `key` with here = /h, NULL if it is absent, "!" if it is refused. */
static char *
value_of(const char *text, const char *key)
{
	struct err e = {0};
	struct ini *ini = ini_parse(text, "x.ini", "alembic", &e);
	char *value = NULL;

	assert_non_null(ini);
	if (!ini_get(ini, key, "/h", &value, &e))
		value = xstrdup("!");
	ini_free(ini);
	return value;
}

static void
test_values(void **state)
{
	static const struct {
		const char *text, *value;
	} cases[] = {
		{"[alembic]\nk = v\n", "v"},
		{"[alembic]\nk=v", "v"},
		{"[alembic]\r\nK : v w \r\n", "v w"},
		{"\xef\xbb\xbf[alembic]\nk = v\n", "v"},
		{"[alembic]\nk =\n", ""},
		{"[alembic]\n", NULL},
		{"[other]\nk = v\n", NULL},
		{"[DEFAULT]\nk = v\n[alembic]\n", "v"},
		{"[DEFAULT]\nk = v\n[alembic]\nk = w\n", "w"},
		{"[alembic]\nk = v\n[other]\nk = w\n", "v"},
		{"[alembic]\n# k = c\n; k = c\nk = v ; w # x\n", "v ; w # x"},
		{"[alembic]\nk = a\n  b\n\n\tc\nx = y\n", "a\nb\n\nc"},
		{"[alembic]\nk =\n  a\n  # no\n  b\n", "\na\nb"},
		{"[DEFAULT]\na = 1\n[alembic]\nk = v\n[DEFAULT]\nb = 2\n", "v"},
		{"[DEFAULT]\nk = 1\n[alembic]\nk = v\n", "v"},
		{"[alembic] ; why\nk = v\n", "v"},
		{"[alembic]\n  k = a\n  l = b\n", "a"},
		{"[alembic]\nk = a\n\n\n", "a"},
		{"[alembic]\nk = %(here)s/x%%y\n", "/h/x%y"},
		{"[alembic]\nd = %(here)s/d\nk = %(D)s/x\n", "/h/d/x"},
		{"[alembic]\nk = %(nothing)s\n", "!"},
		{"[alembic]\nk = 100%\n", "!"},
		{"[alembic]\nk = %(here)d\n", "!"},
		{"[alembic]\nk = %(k)s%(k)s\n", "!"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *got = value_of(cases[i].text, "k");

		if (!cases[i].value)
			assert_null(got);
		else
			assert_string_equal(got, cases[i].value);
		free(got);
	}
}

static void
test_no_section(void **state)
{
	struct err e = {0};
	struct ini *ini = ini_parse("[other]\n", "x.ini", "alembic", &e);

	(void)state;
	assert_false(ini_has_section(ini));
	ini_free(ini);
	assert_null(ini_parse("# c\nk = v\n", "x.ini", "alembic", &e));
	assert_string_equal(e.text, "x.ini:2: no section begins before this line");
}

/* Another section is read as the usual one is; which there are is known. */
static void
test_sections(void **state)
{
	static const char text[] =
		"[DEFAULT]\nbase = /d\nscript_location = /default\n"
		"[one]\nscript_location = %(base)s/1\n"
		"[Two]\nversion_locations = /2\n[loggers]\nkeys = x\n";
	static const struct {
		const char *section, *value; /* NULL: there is no such section */
	} cases[] = {{"one", "/d/1"}, {"Two", "/default"}, {"loggers", "/default"},
		{"two", NULL}, {"alembic", NULL}, {"DEFAULT", NULL}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct ini *ini = ini_parse(text, "x.ini", cases[i].section, NULL);
		struct err e = {0};
		char *value;

		assert_int_equal(ini_has_section(ini), cases[i].value != NULL);
		if (cases[i].value) {
			assert_true(ini_get(ini, "script_location", "/", &value, &e));
			assert_string_equal(value, cases[i].value);
			free(value);
		}
		assert_int_equal(ini_sections(ini)->n, 2);
		assert_string_equal(ini_sections(ini)->v[1], "Two");
		ini_free(ini);
	}
}

/* What ConfigParser refuses, it refuses as a whole. */
static void
test_refused(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"[alembic]\nk\n",
			"x.ini:2: this is neither a section nor KEY = VALUE"},
		{"[other]\n\n= v\n",
			"x.ini:3: this is neither a section nor KEY = VALUE"},
		{"[other]\n[]\n", "x.ini:2: this is neither a section nor KEY = VALUE"},
		{"[other]\nk = v\n[other]\n",
			"x.ini:3: there is already a section of this name"},
		{"[other]\nk = v\nK: w\n", "x.ini:3: the section has this key already"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err e = {0};

		assert_null(ini_parse(cases[i].text, "x.ini", "alembic", &e));
		assert_string_equal(e.text, cases[i].error);
	}
}

static void
test_interpolate(void **state)
{
	struct err e = {0};
	char *value;

	(void)state;
	assert_true(ini_interpolate("%(here)s/a", "/h", &value, &e));
	assert_string_equal(value, "/h/a");
	free(value);
	assert_false(ini_interpolate("%(other)s", "/h", &value, &e));
	assert_string_equal(e.text, "`%(other)s` names no key");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_no_section),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_interpolate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/alembic/toml.h"

/* "a", "[a|b]", NULL if it is absent. */
static char *
value_of(const char *text, bool *found)
{
	struct strbuf out = {0};
	struct toml t;
	const struct toml_value *v;

	toml_parse(text, &t);
	*found = t.found;
	v = toml_get(&t, "k");
	if (v) {
		strbuf_add(&out, v->array ? "[" : "");
		strvec_join(&v->items, "|", &out);
		strbuf_add(&out, v->array ? "]" : "");
	}
	toml_free(&t);
	return v ? strbuf_take(&out) : NULL;
}

static void
test_values(void **state)
{
	static const struct {
		const char *text, *value;
		bool found;
	} cases[] = {
		{"", NULL, false},
		{"k = 'a'\n", NULL, false},
		{"[tool.alembic]\nk = 'a'\n", "a", true},
		{"[tool.alembic]\nk = \"a\" # c\n", "a", true},
		{" [ tool . \"alembic\" ] # c\n\tk= 'a'", "a", true},
		{"[tool]\nalembic.k = 'a'\n", "a", true},
		{"tool.alembic.k = 'a'\n", "a", true},
		{"[tool.alembic]\nk = \"a\\t\\\"\\u00e9\\U0001F600\\\\\"\n",
			"a\t\"é😀\\", true},
		{"[tool.alembic]\nk = 'a\\t'\n", "a\\t", true},
		{"[tool.alembic]\nk = '''\na\nb'''\n", "a\nb", true},
		{"[tool.alembic]\nk = \"\"\"a\\\n   b\"\"\"\n", "ab", true},
		{"[tool.alembic]\nk = true\n", "true", true},
		{"[tool.alembic]\nk = ['a', \"b\"]\n", "[a|b]", true},
		{"[tool.alembic]\nk = [\n  'a', # c ]\n\n  'b',\n]\nj = 'c'\n", "[a|b]",
			true},
		{"[tool.alembic]\nk = []\n", "[]", true},
		{"[tool.alembic]\nk = 12\n", NULL, true},
		{"[tool.alembic]\nk = ['a', 1]\nj = 'b'\n", NULL, true},
		{"[tool.alembic]\nj = {a = ']', b = [1,\n2]}\nk = 'a'\n", "a", true},
		{"[tool.alembic]\nk = 'a'\n[tool.other]\nk = 'b'\n", "a", true},
		{"[[tool.alembic]]\nk = 'a'\n", NULL, false},
		{"[tool.alembic.x]\nk = 'a'\n", NULL, true},
		{"[other]\ntext = \"\"\"\n[tool.alembic]\nk = 'a'\n\"\"\"\n", NULL,
			false},
		{"[other]\na = [\n'[tool.alembic]',\n]\n", NULL, false},
		{"[tool.alembic]\nk = 'a\n", NULL, true},
		{"[tool.alembic\nk = 'a'\n", "a", true},
		{"=\n]\n[tool.alembic]\nk = 'a'", "a", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		bool found;
		char *got = value_of(cases[i].text, &found);

		assert_int_equal(found, cases[i].found);
		if (!cases[i].value)
			assert_null(got);
		else
			assert_string_equal(got, cases[i].value);
		free(got);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Tokens are written with blanks between, `;` for the end of a line, `>` and `<` for
 * indentation, `?` for what is no token. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "migrations/alembic/pytoken.h"

static char *
show(const struct pytokens *t)
{
	struct strbuf out = {0};

	for (size_t i = 0; i < t->n; i++) {
		const struct pytoken *k = &t->v[i];

		if (i && k->kind != PYTOKEN_END)
			strbuf_addc(&out, ' ');
		switch (k->kind) {
		case PYTOKEN_NEWLINE:
			strbuf_addc(&out, ';');
			break;
		case PYTOKEN_INDENT:
			strbuf_addc(&out, '>');
			break;
		case PYTOKEN_DEDENT:
			strbuf_addc(&out, '<');
			break;
		case PYTOKEN_ERROR:
			strbuf_addc(&out, '?');
			break;
		default:
			strbuf_addn(&out, k->at, k->len);
		}
	}
	assert_int_equal(t->v[t->n - 1].kind, PYTOKEN_END);
	return strbuf_take(&out);
}

static void
test_scan(void **state)
{
	static const struct {
		const char *text, *tokens;
		unsigned error; /* line; 0: none */
	} cases[] = {
		{"", "", 0},
		{"# c\n\n  # d", "", 0},
		{"a=1", "a = 1 ;", 0},
		{"a**=b//c->d:=e...f<>g", "a **= b // c -> d := e ... f <> g ;", 0},
		{"(a,\n\n# c\n b)\nc", "( a , b ) ; c ;", 0},
		{"a \\\n  b\nc", "a b ; c ;", 0},
		{"if a:\n  b\n\n # c\n  d\ne", "if a : ; > b ; d ; < e ;", 0},
		{"if a:\n\tif b:\n\t\tc", "if a : ; > if b : ; > c ; < <", 0},
		{"if a:\n  b\n\f\nc", "if a : ; > b ; < c ;", 0},
		{"if a:\n  b\n\\\n  c", "if a : ; > b ; c ; <", 0},
		{"1_0 0x_f 1.5e-3j .5 1. 0b1 00 1if",
			"1_0 0x_f 1.5e-3j .5 1. 0b1 00 1 if ;", 0},
		{"1abc", "1abc ;", 1},
		{"a\n0777", "a ; 0777 ;", 2},
		{"ä = 日本", "ä = 日本 ;", 0},
		{"a→b", "a→b ;", 1},
		{"a $ b", "a ? b ;", 1},
		{"a \\ b", "a ? b ;", 1},
		{"a\n'b\nc", "a ; ? ; c ;", 2},
		{"a\n'''b\nc", "a ; ? ;", 2},
		{"a\n(b\nc", "a ; ( b c ;", 2},
		{"a\nb)\nc", "a ; b ;", 2},
		{"a\n(b]\nc", "a ; ( b ;", 2},
		{"if a:\n    b\n  c", "if a : ; > b ; < c ;", 3},
		{"if a:\n        b\n\tc", "if a : ; > b ; c ; <", 3},
		{"<<<<<<< HEAD\na\n=======\nb\n>>>>>>> c\nd", "a ; b ; d ;", 1},
		{"<<<<<<<\na", "a ;", 1},
		{"a <<<<<<< b", "a << << << < b ;", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct pytokens t;
		char *got;

		pytoken_scan(cases[i].text, &t);
		got = show(&t);
		assert_string_equal(got, cases[i].tokens);
		assert_int_equal(t.error_line, cases[i].error);
		assert_int_equal(t.error != NULL, cases[i].error != 0);
		free(got);
		pytoken_free(&t);
	}
}

static void
test_lines(void **state)
{
	struct pytokens t;

	(void)state;
	pytoken_scan("a\n'''b\n'''\n(c,\n d)\n", &t);
	assert_int_equal(t.v[0].line, 1);
	assert_int_equal(t.v[2].line, 2);
	assert_int_equal(t.v[3].kind, PYTOKEN_NEWLINE);
	assert_int_equal(t.v[4].line, 4);
	assert_true(pytoken_is(&t.v[7], "d"));
	assert_int_equal(t.v[7].line, 5);
	pytoken_free(&t);
}

static void
test_conflict(void **state)
{
	struct pytokens t;

	(void)state;
	pytoken_scan("a\n<<<<<<< x\nb\n||||||| y\nc\n=======\nd\n>>>>>>> z\ne\n", &t);
	assert_false(t.v[0].conflict);
	for (size_t i = 2; i < 8; i += 2)
		assert_true(t.v[i].conflict);
	assert_false(t.v[8].conflict);
	pytoken_free(&t);
}

static void
test_limits(void **state)
{
	struct strbuf text = {0};
	struct pytokens t;

	(void)state;
	for (int i = 0; i < 201; i++)
		strbuf_addc(&text, '(');
	pytoken_scan(text.s, &t);
	assert_string_equal(t.error, "brackets are nested too deep");
	pytoken_free(&t);
	strbuf_clear(&text);
	for (int i = 0; i < 101; i++)
		strbuf_printf(&text, "%*sif x:\n", i, "");
	pytoken_scan(text.s, &t);
	assert_string_equal(t.error, "the indentation is too deep");
	pytoken_free(&t);
	strbuf_free(&text);
}

static void
test_refuse(void **state)
{
	struct pytokens t = {0};

	(void)state;
	pytoken_refuse(&t, "later", 5);
	pytoken_refuse(&t, "earlier", 3);
	pytoken_refuse(&t, "same", 3);
	assert_string_equal(t.error, "earlier");
	assert_int_equal(t.error_line, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

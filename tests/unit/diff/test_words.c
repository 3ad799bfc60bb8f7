#include "tests/unit/unit.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "diff/words.h"

/* Words with a blank between them; casts with :: before. */
static void
print_words(const char *text, struct strbuf *out)
{
	struct words w = {0};

	words_read(&w, text);
	strbuf_addn(out, "", 0);
	for (size_t i = 0; i < w.n; i++)
		strbuf_printf(out, "%s%s%.*s", i ? " " : "",
			w.v[i].type == WORD_CAST ? "::" : "", (int)w.v[i].n, w.v[i].s);
	words_free(&w);
}

static void
test_words(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"", ""},
		{"a  +\n b", "a + b"},
		{"a <-1.5e3 AND b<>'x y'", "a <- 1.5e3 AND b <> 'x y'"},
		{"\"a\".\"B c\"", "a . \"B c\""},
		{"x::timestamp(3) with time zone[] AT",
			"x ::timestamp(3) with time zone[] AT"},
		{"x::s.\"T\"(1) || y", "x ::s.\"T\"(1) || y"},
		{"x::double precision::interval day to second",
			"x ::double precision ::interval day to second"},
		/* brackets around one operand */
		{"(a)", "a"},
		{"(((a)))", "a"},
		{"((a)::text)::name", "a ::text ::name"},
		{"((a.b)::text = f((x), (y)::z))",
			"( a . b ::text = f ( x , y ::z ) )"},
		{"((a + b))", "( a + b )"},
		{"f((a))", "f ( a )"},
		{"(f(a, b))::text", "f ( a , b ) ::text"},
		/* which mean something */
		{"(a).b", "( a ) . b"},
		{"(a)[1]", "( a ) [ 1 ]"},
		{"(- a)", "( - a )"},
		{"count(*)", "count ( * )"},
		{"f()", "f ( )"},
		/* what no server prints */
		{"((a", "( ( a"},
		{"a)) ::", "a ) )"},
		{"'open", "'open"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf b = {0};

		print_words(cases[i].text, &b);
		assert_string_equal(b.s, cases[i].words);
		strbuf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

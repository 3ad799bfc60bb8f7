#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "migrations/sqltoken.h"

static void
check(const char *sql, const char *expected)
{
	static const char marks[] = {'w', 'q', 's', 'o', 'e'};
	struct sqltokens t;
	struct strbuf out = {0};

	sqltoken_scan(sql, &t);
	for (size_t i = 0; i + 1 < t.n; i++)
		strbuf_printf(&out, "%s%c%u<%s>", i ? " " : "", marks[t.v[i].kind],
			t.v[i].depth, t.v[i].text);
	assert_int_equal(t.v[t.n - 1].kind, SQLTOKEN_END);
	assert_string_equal(out.s ? out.s : "", expected);
	strbuf_free(&out);
	sqltoken_free(&t);
}

static void
test_kinds(void **state)
{
	(void)state;
	check("Select \"A\"\"b\" 'x''y' E'\\'z' $q$it's$q$", "w0<select> q0<A\"b> "
							     "s0<x'y> s0<'z> "
							     "s0<it's>");
	check("a.b -- c\n/* /* d */ */ e$1 $1", "w0<a> o0<.> w0<b> w0<e$1> w0<$1>");
	check("", "");
}

static void
test_depth(void **state)
{
	(void)state;
	check("f(a(b)) c", "w0<f> o0<(> w1<a> o1<(> w2<b> o1<)> o0<)> w0<c>");
	check("(a; b)", "o0<(> w1<a> o1<;> w0<b> o0<)>");
}

static void
test_what_is_not_closed(void **state)
{
	(void)state;
	check("'a", "s0<a>");
	check("\"a", "q0<a>");
	check("$$a", "s0<a>");
	check("/* a", "");
	check("E'\\", "s0<\\>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_what_is_not_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

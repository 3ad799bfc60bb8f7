/* Request targets: decoding, refusals, parameters. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/target.h"

/* "a|b?k=v&k=v": segments and parameters joined. */
static char *
shown(const char *raw)
{
	struct strbuf b = {0};
	struct target t;
	struct err e;

	if (!target_parse(raw, &t, &e))
		return xasprintf("error: %s", e.text);
	strvec_join(&t.path, "|", &b);
	for (size_t i = 0; i < t.keys.n; i++)
		strbuf_printf(&b, "%c%s=%s", i ? '&' : '?', t.keys.v[i], t.values.v[i]);
	target_fini(&t);
	return strbuf_take(&b);
}

static void
check(const char *raw, const char *expected)
{
	char *s = shown(raw);

	assert_string_equal(s, expected);
	free(s);
}

static void
test_paths(void **state)
{
	(void)state;
	check("/", "");
	check("/status", "status");
	check("/status/", "status|");
	check("/status//x", "status||x");
	check("/status/a%20b/diff", "status|a b|diff");
	check("/status/a%2Fb", "status|a/b");
	check("/status/a+b", "status|a+b");
	check("/status/%c3%a9", "status|\303\251");
	check("http://host:1/status?x=1", "status?x=1");
	check("http://host", "");
	check("https://host?x=1", "?x=1");
	check("/a://b/c", "a:||b|c");
	check("*", "*");
}

static void
test_queries(void **state)
{
	(void)state;
	check("/?", "");
	check("/?a", "?a=");
	check("/?a=1&b=2&a=3", "?a=1&b=2&a=3");
	check("/?&&a=b=c&", "?a=b=c");
	check("/?a=x+y%2Bz", "?a=x y+z");
	check("/?a=http://b", "?a=http://b");
	check("/?=v", "?=v");
}

static void
test_refused(void **state)
{
	static const char none[] =
		"error: the target begins neither with / nor with http://";

	(void)state;
	check("", none);
	check("status", none);
	check("?state=drifted", none);
	check("status?u=http://h/healthz", none);
	check("://h/healthz", none);
	check("h:80", none);
	check("/a%00b", "error: the target holds a NUL");
	check("/?a=%00", "error: the target holds a NUL");
	check("/%ff", "error: the target is not valid UTF-8");
	check("/\xc0\xaf", "error: the target is not valid UTF-8");
	check("/?a=%ed%a0%80", "error: the target is not valid UTF-8");
	check("/%", "error: the target holds a % that two hex digits do not follow");
	check("/%4", "error: the target holds a % that two hex digits do not follow");
	check("/%zz/", "error: the target holds a % that two hex digits do not follow");
	check("/?%g0", "error: the target holds a % that two hex digits do not follow");
}

static void
test_too_many_parameters(void **state)
{
	struct strbuf b = {0};
	struct target t;
	struct err e;

	(void)state;
	strbuf_add(&b, "/?");
	for (int i = 0; i < TARGET_MAX_PARAMETERS; i++)
		strbuf_add(&b, "a&");
	assert_true(target_parse(b.s, &t, &e));
	target_fini(&t);
	strbuf_add(&b, "a");
	assert_false(target_parse(b.s, &t, &e));
	strbuf_free(&b);
}

static void
test_values(void **state)
{
	struct strvec v = {0};
	struct target t;
	struct err e;

	(void)state;
	assert_true(target_parse("/?a=1,2&b=x&a=3", &t, &e));
	assert_int_equal(t.query_length, strlen("a=1,2&b=x&a=3"));
	assert_string_equal(target_value(&t, "a"), "3");
	assert_null(target_value(&t, "c"));
	target_values(&t, "a", false, &v);
	assert_int_equal(v.n, 2);
	assert_string_equal(v.v[0], "1,2");
	strvec_free(&v);
	target_values(&t, "a", true, &v);
	assert_int_equal(v.n, 3);
	assert_string_equal(v.v[1], "2");
	strvec_free(&v);
	target_fini(&t);
}

static void
test_raw_path(void **state)
{
	static const char *const cases[][2] = {{"/a%20b?x=/y", "/a%20b"},
		{"http://h:1/a?b", "/a"}, {"/a", "/a"}, {"*", "*"}};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *s = target_raw_path(cases[i][0]);

		assert_string_equal(s, cases[i][1]);
		free(s);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_queries),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_too_many_parameters),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_raw_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

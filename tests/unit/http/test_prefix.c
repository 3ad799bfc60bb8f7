/* Behind a proxy: with the prefix of external_url and without it, and whatever the
 * proxy, or somebody in its place, says of itself. */
#include "http/prefix.h"

#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/state.h"

static const char url[] = "https://ops.example.org/a/drift";

static void
check_take(
	const char *prefix, const char *raw, enum prefix_found found, const char *rest)
{
	struct strbuf path = {0};
	struct external x;
	struct target t;
	struct err e;

	assert_true(external_parse(prefix, &x, &e));
	assert_true(target_parse(raw, &t, &e));
	assert_int_equal(prefix_take(&x, &t), found);
	strvec_join(&t.path, "|", &path);
	assert_string_equal(path.s ? path.s : "", rest);
	strbuf_free(&path);
	target_fini(&t);
	external_fini(&x);
}

static void
test_take(void **state)
{
	(void)state;
	check_take("http://h/d", "/d/status", PREFIX_TAKEN, "status");
	check_take("http://h/d", "/%64/status", PREFIX_TAKEN, "status");
	check_take("http://h/d", "http://h/d/status", PREFIX_TAKEN, "status");
	check_take("http://h/d", "/d/", PREFIX_TAKEN, "");
	check_take("http://h/d", "/d/?q=x", PREFIX_TAKEN, "");
	check_take("http://h/d", "/d", PREFIX_BARE, "d");
	check_take("http://h/d", "/d?q=x", PREFIX_BARE, "d");
	check_take("http://h/d", "/", PREFIX_ABSENT, "");
	check_take("http://h/d", "/dx/status", PREFIX_ABSENT, "dx|status");
	check_take("http://h/d", "/D/status", PREFIX_ABSENT, "D|status");
	check_take("http://h/d", "/status/d", PREFIX_ABSENT, "status|d");
	check_take("http://h/d", "//d/status", PREFIX_ABSENT, "|d|status");
	/* Once only: behind it any name may stand. */
	check_take("http://h/d", "/d/d/status", PREFIX_TAKEN, "d|status");
	check_take("http://h/d/e", "/d/e/status", PREFIX_TAKEN, "status");
	check_take("http://h/d/e", "/d/status", PREFIX_ABSENT, "d|status");
	check_take("http://h/d/e", "/d%2Fe/status", PREFIX_ABSENT, "d/e|status");
	check_take("http://h/d/e", "/d", PREFIX_ABSENT, "d");
	check_take("http://h", "/d/status", PREFIX_ABSENT, "d|status");
}

/* ---- The server ---- */

static void
check_get(struct site *s, const char *target, int status, const char *holds)
{
	struct reading r = site_get(s, target, "");

	if (r.status != status || !strstr(r.body, holds))
		fail_msg("%s: expected %d with %s, got %d: %s", target, status, holds,
			r.status, r.body);
	reading_free(&r);
}

static void
check_header(struct site *s, const char *target, int status, const char *name,
	const char *value)
{
	struct reading r = site_get(s, target, "");

	assert_int_equal(r.status, status);
	assert_string_equal(reading_header(&r, name), value);
	reading_free(&r);
}

static int
set_up(void **state)
{
	int result = site_setup(state);

	http_server_set_external(((struct site *)*state)->server, url);
	return result;
}

static void
test_both_ways(void **state)
{
	static const char *const paths[] = {"/", "/status", "/status/", "/status/dev",
		"/status/dev/", "/status/a%2Fb%20%C3%A9", "/status/a/b%20%C3%A9",
		"/history", "/migrations", "/migrations/app", "/metrics", "/healthz",
		"/readyz", "/version"};

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		char *with = xasprintf("/a/drift%s", paths[i]);

		check_get(*state, paths[i], 200, "");
		check_get(*state, with, 200, "");
		free(with);
	}
	check_get(*state, "/a/status", 404, "no such path");
	check_get(*state, "/a/driftx/status", 404, "no such path");
	check_get(*state, "/a/drift/a/drift/status", 404, "no such path");
	check_get(*state, "/a/drift/metric", 404, "did you mean /a/drift/metrics?");
	check_get(*state, "/metric", 404, "did you mean /a/drift/metrics?");
	/* The instance is what the client asked for. */
	check_get(*state, "/a/drift/status/prdo", 404,
		"\"instance\":\"/a/drift/status/prdo\"");
}

/* Pages lead to each other wherever they stand. */
static void
test_roots(void **state)
{
	static const struct {
		const char *target, *part;
	} cases[] = {
		{"/", " href=\"./\""},
		{"/?q=a", " href=\"./\""},
		{"/a/drift/", " href=\"./\""},
		{"/a/drift/?q=a/b", " href=\"./\""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		check_get(*state, cases[i].target, 200, cases[i].part);
}

static void
test_redirect(void **state)
{
	struct reading r;

	check_header(*state, "/a/drift", 308, "Location", "/a/drift/");
	check_header(*state, "/a/drift?q=a%20b", 308, "Location", "/a/drift/?q=a%20b");
	r = site_ask(*state, "POST", "/a/drift", "");
	assert_int_equal(r.status, 405);
	reading_free(&r);
}

static void
test_links(void **state)
{
	static const char next[] = "</a/drift/status?limit=1&after=dev>; rel=\"next\"";
	static const char own[] = "</status?limit=1&after=dev>; rel=\"next\"";
	struct site *s = *state;

	check_header(s, "/status?limit=1", 200, "Link", next);
	check_header(s, "/a/drift/status?limit=1", 200, "Link", next);
	check_get(s, "/status?limit=1", 200, "\"next\":\"/status?limit=1&after=dev\"");
	check_get(s, "/status", 200,
		"\"external_url\":\"https://ops.example.org/a/drift\"");
	/* Another configuration is in force at once, for what is kept as well. */
	http_server_set_external(s->server, NULL);
	check_header(s, "/status?limit=1", 200, "Link", own);
	check_get(s, "/status", 200, "\"external_url\":null");
	check_get(s, "/a/drift/status", 404, "no such path");
	http_server_set_external(s->server, "http://h");
	check_header(s, "/status?limit=1", 200, "Link", own);
	check_get(s, "/status", 200, "\"external_url\":\"http://h\"");
}

/* Whoever stands in between, or says so, changes nothing of what is answered. */
static void
test_forwarded_headers(void **state)
{
	static const char lies[] =
		"X-Forwarded-Prefix: /evil\r\nX-Forwarded-Host: evil.example\r\n"
		"X-Forwarded-Proto: gopher\r\nX-Forwarded-For: 127.0.0.1\r\n"
		"X-Forwarded-Port: 666\r\nX-Real-IP: ::1\r\nX-Script-Name: /evil\r\n"
		"Forwarded: for=127.0.0.1;host=evil.example;proto=gopher\r\n"
		"X-Original-URL: /metrics\r\nX-Rewrite-URL: /metrics\r\n"
		"X-HTTP-Method-Override: POST\r\n"
		"X-Remote-User: admin\r\nREMOTE_USER: admin\r\n";
	static const char *const targets[] = {"/", "/status?limit=1", "/status/dev",
		"/a/drift", "/a/drift/nothing", "/evil/status", "/migrations"};
	static const char *const headers[] = {"Location", "Link", "ETag"};

	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct reading plain = site_get(*state, targets[i], "");
		struct reading lied = site_get(*state, targets[i], lies);

		assert_int_equal(plain.status, lied.status);
		assert_null(strstr(lied.body, "evil.example"));
		for (size_t k = 0; k < COUNT_OF(headers); k++) {
			const char *value = reading_header(&plain, headers[k]);
			char *expected = xstrdup(value ? value : "");

			value = reading_header(&lied, headers[k]);
			assert_string_equal(value ? value : "", expected);
			free(expected);
		}
		reading_free(&plain);
		reading_free(&lied);
	}
}

/* A proxy makes whoever asks one of nobody knows where. */
static void
test_forwarded_headers_allow_nothing(void **state)
{
	static const char *const each[] = {"X-Forwarded-For: 127.0.0.1\r\n",
		"X-Forwarded-Host: localhost\r\n", "X-Forwarded-Port: 1\r\n",
		"X-Forwarded-Prefix: /\r\n", "X-Forwarded-Proto: http\r\n",
		"X-Real-IP: 127.0.0.1\r\n", "Forwarded: for=127.0.0.1\r\n"};

	for (size_t i = 0; i < COUNT_OF(each); i++) {
		struct reading r =
			site_ask(*state, "POST", "/a/drift/check/dev", each[i]);

		assert_int_equal(r.status, 403);
		assert_non_null(strstr(r.body, "came through a proxy"));
		reading_free(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take),
		cmocka_unit_test_setup_teardown(test_both_ways, set_up, site_teardown),
		cmocka_unit_test_setup_teardown(test_roots, set_up, site_teardown),
		cmocka_unit_test_setup_teardown(test_redirect, set_up, site_teardown),
		cmocka_unit_test_setup_teardown(test_links, set_up, site_teardown),
		cmocka_unit_test_setup_teardown(
			test_forwarded_headers, set_up, site_teardown),
		cmocka_unit_test_setup_teardown(
			test_forwarded_headers_allow_nothing, set_up, site_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Paths to routes. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "http/route.h"
#include "tests/unit/http/state.h"

static const char *
handler_of(const char *raw, char *name, size_t size)
{
	const struct route *r;
	const char *found;
	struct target t;
	struct err e;

	assert_true(target_parse(raw, &t, &e));
	r = route_find(&t.path, &found);
	snprintf(name, size, "%s", found ? found : "(none)");
	target_fini(&t);
	return r ? r->handler : NULL;
}

static void
check(const char *raw, const char *handler, const char *name)
{
	char found[64];
	const char *h = handler_of(raw, found, sizeof found);

	assert_string_equal(h ? h : "(none)", handler);
	assert_string_equal(found, name);
}

static void
test_find(void **state)
{
	(void)state;
	check("/", "dashboard", "(none)");
	check("/status", "status", "(none)");
	check("/status?x=/y", "status", "(none)");
	check("/status/", "status", "(none)");
	check("/status/prod/", "environment", "prod");
	check("/status/prod/diff/", "diff", "prod");
	check("/history/?limit=1", "history", "(none)");
	check("/status//", "environment", "");
	check("/status/prod", "environment", "prod");
	check("/status/a%2Fdiff", "environment", "a/diff");
	check("/status/NAME", "environment", "NAME");
	check("/status/prod/diff", "diff", "prod");
	check("/history", "history", "(none)");
	check("/migrations", "migrations", "(none)");
	check("/migrations/app", "migration", "app");
	check("/-/healthy", "healthz", "(none)");
	check("/-/ready", "readyz", "(none)");
}

static void
test_nothing_there(void **state)
{
	static const char *const paths[] = {"/statu", "/Status", "/status/prod//",
		"/status/prod/dif", "/status/prod/diff/x", "//status", "/history//",
		"//", "/migrations/app/x", "/-", "/-/", "*"};

	(void)state;
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		check(paths[i], "(none)", "(none)");
}

/* What a proxy made of "/status/a%2Fb". */
static void
test_names_taken_apart(void **state)
{
	static const struct {
		const char *raw, *handler, *name;
	} cases[] = {
		{"/status/a/b%20%C3%A9", "environment", "a/b \xc3\xa9"},
		{"/status/a/b%20%C3%A9/", "environment", "a/b \xc3\xa9"},
		{"/status/a/b%20%C3%A9/diff", "diff", "a/b \xc3\xa9"},
		{"/status/a/b%20%C3%A9/diff/", "diff", "a/b \xc3\xa9"},
		{"/status/a/c", "(none)", "(none)"},
		{"/status/a/c/diff", "(none)", "(none)"},
		{"/status/prod/dif", "(none)", "(none)"},
		{"/history/a/b%20%C3%A9", "(none)", "(none)"},
		/* Who may not ask learns nothing of names. */
		{"/check/a/c", "check", "a/c"},
	};
	struct published p = {0};

	(void)state;
	state_fill(&p);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct route *r;
		const char *name;
		struct target t;
		struct err e;

		assert_true(target_parse(cases[i].raw, &t, &e));
		r = route_find_apart(&t.path, &p, &name);
		assert_string_equal(r ? r->handler : "(none)", cases[i].handler);
		assert_string_equal(name ? name : "(none)", cases[i].name);
		target_fini(&t);
	}
}

/* A prefix that begins as one of ours could not be told from it. */
static void
test_no_prefix_is_ours(void **state)
{
	const char *path;

	(void)state;
	for (size_t i = 1; (path = route_path(i)); i++) {
		char *url = xasprintf(
			"http://h/%.*s/drift", (int)strcspn(path + 1, "/"), path + 1);
		struct external x;
		struct err e;

		if (external_parse(url, &x, &e))
			fail_msg("%s: conf/external.c does not know it", url);
		free(url);
	}
}

static void
test_near(void **state)
{
	(void)state;
	assert_string_equal(route_near("/metric"), "/metrics");
	assert_string_equal(route_near("/health"), "/healthz");
	assert_null(route_near("/favicon.ico"));
}

static void
check_unknown(const char *raw, const char *unknown, const char *near)
{
	const struct route *r;
	const char *name, *found, *meant = NULL;
	struct target t;
	struct err e;

	assert_true(target_parse(raw, &t, &e));
	r = route_find(&t.path, &name);
	found = route_unknown_parameter(r, &t, &meant);
	assert_string_equal(found ? found : "(none)", unknown);
	assert_string_equal(meant ? meant : "(none)", near);
	target_fini(&t);
}

static void
test_parameters(void **state)
{
	(void)state;
	check_unknown(
		"/status?environment=a&state=b&environment=c", "(none)", "(none)");
	check_unknown("/status?enviroment=a", "enviroment", "environment");
	check_unknown("/history?since=1&zzz=2", "zzz", "(none)");
	check_unknown("/status/a?fail-on=x", "fail-on", "fail_on");
	check_unknown("/status/a/diff?x", "x", "(none)");
	/* Routes without parameters ignore what caches are told apart by. */
	check_unknown("/metrics?x=1", "(none)", "(none)");
	check_unknown("/readyz?_=1", "(none)", "(none)");
	check_unknown("/?sate=drifted", "sate", "state");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_nothing_there),
		cmocka_unit_test(test_names_taken_apart),
		cmocka_unit_test(test_no_prefix_is_ours),
		cmocka_unit_test(test_near),
		cmocka_unit_test(test_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

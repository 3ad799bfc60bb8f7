/* The URL of the daemon as people see it: what it is taken apart into, what is none. */
#include "conf/external.h"

#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"

static void
test_parts(void **state)
{
	static const struct {
		const char *text, *url, *origin, *path;
		size_t segments;
	} cases[] = {
		{"https://drift.example.org", "https://drift.example.org",
			"https://drift.example.org", "", 0},
		{"https://drift.example.org/", "https://drift.example.org",
			"https://drift.example.org", "", 0},
		{"http://ops.example.org/drift", "http://ops.example.org/drift",
			"http://ops.example.org", "/drift", 1},
		{"http://ops.example.org/drift/", "http://ops.example.org/drift",
			"http://ops.example.org", "/drift", 1},
		{"http://h/a/b-c_d.e~f/", "http://h/a/b-c_d.e~f", "http://h",
			"/a/b-c_d.e~f", 2},
		/* What begins like a path of ours is another. */
		{"http://h/statuses", "http://h/statuses", "http://h", "/statuses", 1},
		{"http://h/ops/status", "http://h/ops/status", "http://h",
			"/ops/status", 2},
		/* An origin is written as a browser writes it. */
		{"HTTPS://Drift.Example.ORG:443/Up", "HTTPS://Drift.Example.ORG:443/Up",
			"https://drift.example.org", "/Up", 1},
		{"http://h:80", "http://h:80", "http://h", "", 0},
		{"http://h:443", "http://h:443", "http://h:443", "", 0},
		{"https://h:08443", "https://h:08443", "https://h:8443", "", 0},
		{"http://[::1]:10432/d", "http://[::1]:10432/d", "http://[::1]:10432",
			"/d", 1},
		{"http://[2001:DB8::1]", "http://[2001:DB8::1]", "http://[2001:db8::1]",
			"", 0},
		{"http://10.0.0.1:8080", "http://10.0.0.1:8080", "http://10.0.0.1:8080",
			"", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct external x;
		struct err e;

		assert_true(external_parse(cases[i].text, &x, &e));
		assert_string_equal(x.url, cases[i].url);
		assert_string_equal(x.origin, cases[i].origin);
		assert_string_equal(x.path, cases[i].path);
		assert_int_equal(x.segments.n, cases[i].segments);
		external_fini(&x);
	}
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{"", "no URL such as"},
		{"/drift", "no URL such as"},
		{"drift.example.org", "no URL such as"},
		{"//h/drift", "no URL such as"},
		{"ftp://h/", "no URL such as"},
		{"javascript://h/", "no URL such as"},
		{" https://h", "no URL such as"},
		{"https:/h", "no URL such as"},
		{"https://", "names no host"},
		{"https:///drift", "names no host"},
		{"https://:443", "names no host"},
		{"https://.h", "names no host"},
		{"https://h h/", "names no host"},
		{"https://h\xc3\xa9", "names no host"},
		{"https://[::1", "names no host"},
		{"https://[]", "names no host"},
		{"https://[::g]/", "names no host"},
		{"https://h\\drift", "names no host"},
		{"https://h:", "no port"},
		{"https://h:0", "no port"},
		{"https://h:65536", "no port"},
		{"https://h:x", "no port"},
		{"https://[::1]8", "names no host"},
		{"https://joe:hunter2@h/", "it holds a user"},
		{"https://joe@h", "it holds a user"},
		{"https://h/d?x=1", "a query or a fragment"},
		{"https://h?x", "a query or a fragment"},
		{"https://h/d#x", "a query or a fragment"},
		{"https://h/d%20e", "may hold letters"},
		{"https://h/d e", "may hold letters"},
		{"https://h/<script>", "may hold letters"},
		{"https://h/\xe2\x80\xae", "may hold letters"},
		{"https://h//", "empty"},
		{"https://h//d", "empty"},
		{"https://h/d//e", "empty"},
		{"https://h/d/../e", "\"..\""},
		{"https://h/.", "\"..\""},
		{"https://h/status", "begins with /status"},
		{"https://h/web/drift", "begins with /web"},
		{"https://h/-/drift", "begins with /-"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct external x;
		struct err e;

		if (external_parse(cases[i].text, &x, &e))
			fail_msg("taken: %s", cases[i].text);
		if (!strstr(e.text, cases[i].part) || strstr(e.text, "hunter2"))
			fail_msg("%s: %s", cases[i].text, e.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

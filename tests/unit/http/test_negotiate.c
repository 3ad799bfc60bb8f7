/* Accept-Encoding, Accept and If-None-Match. */
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "http/negotiate.h"

struct expectation {
	const char *header;
	bool expected;
};

static void
check(bool (*f)(const char *), const struct expectation *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (f(cases[i].header) != cases[i].expected)
			fail_msg("\"%s\": not %s",
				cases[i].header ? cases[i].header : "(none)",
				cases[i].expected ? "true" : "false");
}

static void
test_gzip(void **state)
{
	static const struct expectation cases[] = {
		{NULL, false},
		{"", false},
		{"gzip", true},
		{"GZip", true},
		{"x-gzip", true},
		{"deflate, gzip;q=1.0, *;q=0.5", true},
		{"deflate, br", false},
		{"*", true},
		{"*;q=0", false},
		{"gzip;q=0", false},
		{"gzip;q=0.000", false},
		{"gzip ; q=0.001", true},
		{"gzip;q=0, *", false},
		{"*;q=0, gzip", true},
		{"identity;q=1, gzip;q=0.5", false},
		{"identity;q=0.5, gzip;q=0.5", true},
		{"identity", false},
		{"gzippy", false},
		{",,gzip,", true},
	};

	(void)state;
	check(negotiate_gzip, cases, COUNT_OF(cases));
}

static void
test_openmetrics(void **state)
{
	static const struct expectation cases[] = {
		{NULL, false},
		{"*/*", false},
		{"text/plain", false},
		{"text/html, */*;q=0.1", false},
		{"application/json", false},
		{"application/openmetrics-text", true},
		{"application/openmetrics-text; version=1.0.0; charset=utf-8", true},
		{"application/openmetrics-text;version=\"1.0.0\"", true},
		{"application/openmetrics-text;version=2.0.0", false},
		/* Prometheus 2 */
		{"application/openmetrics-text;version=1.0.0;q=0.5,"
		 "application/openmetrics-text;version=0.0.1;q=0.4,"
		 "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
			true},
		/* Prometheus 3, told to prefer the text format */
		{"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,"
		 "text/plain;version=0.0.4;q=0.5,"
		 "application/openmetrics-text;version=1.0.0;q=0.4,*/*;q=0.2",
			false},
		{"application/openmetrics-text;q=0", false},
		{"application/openmetrics-text;q=0.5, text/plain", false},
		{"application/openmetrics-text, text/plain", true},
		{"text/plain, application/openmetrics-text", false},
		{"*/*, application/openmetrics-text;q=0.9, text/plain;q=0.1", true},
	};

	(void)state;
	check(negotiate_openmetrics, cases, COUNT_OF(cases));
}

static void
test_html(void **state)
{
	static const struct expectation cases[] = {
		{NULL, false},
		{"", false},
		{"*/*", false},
		{"text/*", false},
		{"application/json", false},
		{"text/plain, */*", false},
		{"text/html", true},
		{"Text/HTML;charset=utf-8", true},
		{"text/html;q=0", false},
		/* Firefox, Chromium */
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
			true},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
		 "image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;"
		 "q=0.7",
			true},
		/* lynx, w3m */
		{"text/html, text/plain, text/sgml, text/css, */*;q=0.01", true},
		{"text/html, text/*;q=0.5, image/*, application/*", true},
		{"application/json, text/html", false},
		{"text/html, application/json", true},
		{"text/html;q=0.5, application/json", false},
		{"text/html;q=0.9, application/json;q=0.5", true},
		{"*/*, text/html", false},
		{"*/*;q=0.9, text/html", true},
		/* What is named is not wished for by a wildcard. */
		{"application/json;q=0.1, text/html;q=0.2, */*", true},
		{"application/json;q=0, text/html;q=0.1", true},
		{"text/htmlx", false},
	};

	(void)state;
	check(negotiate_html, cases, COUNT_OF(cases));
}

static bool
matches_abc(const char *header)
{
	return negotiate_etag(header, "\"abc\"");
}

static void
test_etag(void **state)
{
	static const struct expectation cases[] = {
		{NULL, false},
		{"", false},
		{"\"abc\"", true},
		{"W/\"abc\"", true},
		{"\"x\", \"abc\"", true},
		{"\"x\",W/\"abc\" , \"y\"", true},
		{"*", true},
		{" * ", true},
		{"abc", false},
		{"\"abcd\"", false},
		{"\"ab\"", false},
		{"\"a,\"abc\"", false},
		{"\"*\"", false},
		{"\"unterminated", false},
	};

	(void)state;
	check(matches_abc, cases, COUNT_OF(cases));
	/* Ours may be a weak one. */
	assert_true(negotiate_etag("W/\"abc\"", "W/\"abc\""));
	assert_true(negotiate_etag("\"x\", \"abc\"", "W/\"abc\""));
	assert_false(negotiate_etag("W/\"x\"", "W/\"abc\""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gzip),
		cmocka_unit_test(test_openmetrics),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_etag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

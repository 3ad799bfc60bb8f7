/* What libmicrohttpd refuses by itself is a problem document as any other refusal,
 * where the library was not linked with -Bsymbolic-functions. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/library.h"
#include "tests/unit/http/tls_client.h"

/* Else it answers by itself, and nobody can change what it says. */
static void
skip_unless_asked(void)
{
	if (!library_asks())
		skip();
}

static void
check(struct site *s, const char *request, int status, const char *title)
{
	struct client c;
	struct reading r;
	cJSON *o;

	client_open(&c, s);
	client_send(&c, request);
	client_wait_closed(&c);
	r = client_take(&c, false);
	assert_int_equal(c.got.len, 0);
	if (r.status != status)
		fail_msg("%.60s: %d, not %d", request, r.status, status);
	assert_string_equal(
		reading_header(&r, "Content-Type"), "application/problem+json");
	assert_string_equal(reading_header(&r, "X-Content-Type-Options"), "nosniff");
	assert_string_equal(reading_header(&r, "Connection"), "close");
	assert_non_null(reading_header(&r, "Date"));
	o = cJSON_Parse(r.body);
	assert_non_null(o);
	assert_int_equal(cJSON_GetObjectItem(o, "status")->valueint, status);
	assert_string_equal(cJSON_GetObjectItem(o, "title")->valuestring, title);
	assert_true(strlen(cJSON_GetObjectItem(o, "detail")->valuestring) > 0);
	assert_null(cJSON_GetObjectItem(o, "instance"));
	cJSON_Delete(o);
	reading_free(&r);
	client_close(&c);
}

static void
test_malformed(void **state)
{
	skip_unless_asked();
	check(*state, "GET /healthz HTTP/9.9\r\nHost: t\r\n\r\n", 505,
		"HTTP Version Not Supported");
	check(*state, "GET /healthz FTP/1.1\r\nHost: t\r\n\r\n", 400, "Bad Request");
}

/* Of these libmicrohttpd 0.9.75 would write the head twice. */
static void
test_lengths(void **state)
{
	skip_unless_asked();
	check(*state,
		"GET /healthz HTTP/1.1\r\nHost: t\r\nContent-Length: many\r\n\r\n", 400,
		"Bad Request");
	check(*state,
		"GET /healthz HTTP/1.1\r\nHost: t\r\n"
		"Content-Length: 99999999999999999999999\r\n\r\n",
		413, "Content Too Large");
}

#define GOOD_BEFORE "GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n"

/* The answer to what was asked before is there, and whole. */
static void
check_after_another(struct site *s, const char *request)
{
	struct client c;
	struct reading r;

	client_open(&c, s);
	client_send(&c, request);
	client_wait_closed(&c);
	r = client_take(&c, false);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "ok\n");
	reading_free(&r);
	r = client_take(&c, false);
	assert_int_equal(r.status, 431);
	assert_int_equal(c.got.len, 0);
	reading_free(&r);
	client_close(&c);
}

static void
test_too_long(void **state)
{
	enum { BYTES = 40000 };
	char *word, *request;

	skip_unless_asked();
	word = xcalloc(BYTES + 1, 1);
	memset(word, 'a', BYTES);
	request = xasprintf("GET /%s HTTP/1.1\r\nHost: t\r\n\r\n", word);
	check(*state, request, 414, "URI Too Long");
	free(request);
	request = xasprintf("GET / HTTP/1.1\r\nHost: t\r\nX-Long: %s\r\n\r\n", word);
	check(*state, request, 431, "Request Header Fields Too Large");
	free(request);
	/* Cookies are copied, so that there is room for half of that. */
	request = xasprintf(
		"GET / HTTP/1.1\r\nHost: t\r\nCookie: %.20000s\r\n\r\n", word);
	check(*state, request, 431, "Request Header Fields Too Large");
	free(request);
	request = xasprintf(
		GOOD_BEFORE "GET / HTTP/1.1\r\nHost: t\r\nX: %s\r\n\r\n", word);
	check_after_another(*state, request);
	free(request);
	free(word);
}

static void
test_over_tls(void **state)
{
	char dir[] = "/tmp/pgdriftd-refusals-XXXXXX";
	char *cert, *key;
	struct tls_client c;
	struct site s;

	(void)state;
	skip_unless_asked();
	assert_non_null(mkdtemp(dir));
	cert = xasprintf("%s/cert.pem", dir);
	key = xasprintf("%s/key.pem", dir);
	tls_write_pair(cert, key, time(NULL) + 3600);
	site_init(&s);
	s.options.tls.cert = cert;
	s.options.tls.key = key;
	site_start(&s);
	tls_open(&c, &s, NULL, 0);
	c.raw = "GET /healthz HTTP/9.9\r\nHost: t\r\n\r\n";
	tls_run(&c);
	assert_non_null(strstr(c.got.s, "HTTP/1.1 505 HTTP Version Not Supported\r\n"));
	assert_non_null(
		strstr(c.got.s, "\r\nContent-Type: application/problem+json\r\n"));
	assert_non_null(strstr(c.got.s, "\"status\":505"));
	tls_close(&c);
	site_fini(&s);
	unlink(cert);
	unlink(key);
	rmdir(dir);
	free(cert);
	free(key);
}

/* Our own answers are what they were, before and after. */
static void
test_others(void **state)
{
	struct reading r = site_get(*state, "/nope", "");

	assert_int_equal(r.status, 404);
	assert_non_null(strstr(r.body, "\"instance\":\"/nope\""));
	reading_free(&r);
	r = site_get(*state, "/healthz", "");
	assert_string_equal(r.body, "ok\n");
	reading_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_malformed, site_setup, site_teardown),
		cmocka_unit_test_setup_teardown(
			test_lengths, site_setup, site_teardown),
		cmocka_unit_test_setup_teardown(
			test_too_long, site_setup, site_teardown),
		cmocka_unit_test(test_over_tls),
		cmocka_unit_test_setup_teardown(test_others, site_setup, site_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

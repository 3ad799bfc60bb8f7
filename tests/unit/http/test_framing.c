/* Where a request ends: whatever could be read in two ways is refused, and what would
 * follow it is not read. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/library.h"

#define HEAD "GET /healthz HTTP/1.1\r\nHost: test\r\n"
/* What a proxy might have passed on as a body, or as a request of its own. */
#define REST "\r\nhelloGET /version HTTP/1.1\r\nHost: test\r\n\r\n"

#define CASE(said, bytes)                            \
	{                                            \
		said, said, bytes, sizeof(bytes) - 1 \
	}
/* What libmicrohttpd refuses by itself from 1.0 on. */
#define EARLY(said, bytes)                                  \
	{                                                   \
		said, "malformed", bytes, sizeof(bytes) - 1 \
	}
/* What it then closes the connection for without a word. */
#define MUTE(said, bytes)                                  \
	{                                                  \
		said, said, bytes, sizeof(bytes) - 1, true \
	}

static const struct {
	const char *said, *or_said, *bytes;
	size_t n;
	bool mute;
} refused[] = {
	CASE("malformed", HEAD "Content-Length : 5\r\n" REST),
	CASE("malformed", HEAD "Content-Length\t: 5\r\n" REST),
	CASE("malformed", HEAD "Transfer-Encoding : chunked\r\n" REST),
	CASE("two Content-Length",
		HEAD "Content-Length: 5\r\nContent-Length: 6\r\n" REST),
	CASE("two Content-Length",
		HEAD "Content-Length: 5\r\ncontent-length: 5\r\n" REST),
	EARLY("exclude each other",
		HEAD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" REST),
	EARLY("exclude each other",
		HEAD "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" REST),
	CASE("two Transfer-Encoding",
		HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n" REST),
	CASE("two Host", HEAD "Host: other\r\n" REST),
	CASE("two Host", HEAD "HOST: test\r\n" REST),
	CASE("neither a name nor an address",
		"GET /healthz HTTP/1.1\r\nHost: a b\r\n" REST),
	CASE("neither a name nor an address",
		"GET /healthz HTTP/1.1\r\nHost: a/b\r\n" REST),
	CASE("neither a name nor an address",
		"GET /healthz HTTP/1.1\r\nHost: u@a\r\n" REST),
	CASE("neither a name nor an address",
		"GET /healthz HTTP/1.0\r\nHost: \xc3\xbc\r\n" REST),
	CASE("two Authorization", HEAD "Authorization: a\r\nAuthorization: b\r\n" REST),
	MUTE("malformed", "GET /healthz\0x HTTP/1.1\r\nHost: test\r\n" REST),
	MUTE("malformed", "GET /healthz?a=\0x HTTP/1.1\r\nHost: test\r\n" REST),
	CASE("malformed", "GET /heal\x01thz HTTP/1.1\r\nHost: test\r\n" REST),
	MUTE("malformed", "G\0T /healthz HTTP/1.1\r\nHost: test\r\n" REST),
	CASE("malformed", "G(T /healthz HTTP/1.1\r\nHost: test\r\n" REST),
	CASE("malformed", "GET  /healthz HTTP/1.1\r\nHost: test\r\n" REST),
	CASE("malformed", "GET /healthz  HTTP/1.1\r\nHost: test\r\n" REST),
	CASE("malformed", "GET /healthz x HTTP/1.1\r\nHost: test\r\n" REST),
	CASE("malformed", HEAD "X: a\0b\r\n" REST),
	CASE("malformed", HEAD "X: a\0\r\n" REST),
	CASE("malformed", HEAD "Content-Length: 5\0 6\r\n" REST),
	CASE("malformed", HEAD "X: \0Content-Length: 5\r\n" REST),
	CASE("malformed", HEAD "X: a\r\n b\r\n" REST),
	CASE("malformed", HEAD "X: a\r\n\tb\r\n" REST),
	CASE("malformed", HEAD "X: a\r\n \r\n" REST),
	CASE("malformed", HEAD "Content-Length:\r\n 5\r\n" REST),
	CASE("malformed",
		"GET /healthz HTTP/1.1\r\n Content-Length: 5\r\nHost: test\r\n" REST),
	CASE("malformed", HEAD "X: a\nContent-Length: 5\r\n" REST),
	CASE("malformed", HEAD "X: a\rContent-Length: 5\r\n" REST),
	CASE("malformed", HEAD "X: a\x7f\r\n" REST),
	CASE("malformed", "GET /healthz HTTP/1.1\nHost: test\n" REST),
	CASE("malformed", HEAD "X: a\r\n\nGET /version HTTP/1.1\r\nHost: test\r\n\r\n"),
	CASE("malformed", HEAD ": a\r\n" REST),
	CASE("malformed", HEAD "X\x01Y: a\r\n" REST),
	CASE("malformed", HEAD "X(Y): a\r\n" REST),
	CASE("knows no Transfer-Encoding",
		"GET /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n" REST),
	EARLY("a Host header is missing", "GET /healthz HTTP/1.1\r\nX: y\r\n" REST),
	CASE("malformed", "POST /check/dev HTTP/1.1\r\nHost: test\r\nContent-Length : "
			  "5\r\n" REST),
};

static bool
is_said(size_t i, const char *body)
{
	return strstr(body, refused[i].said) || strstr(body, refused[i].or_said) ||
	       (!library_asks() && !strncmp(body, "<html>", strlen("<html>")));
}

static void
test_refused(void **state)
{
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct client c;
		struct reading r;

		client_open(&c, *state);
		assert_int_equal(
			send(c.fd, refused[i].bytes, refused[i].n, 0), refused[i].n);
		client_wait_closed(&c);
		if (refused[i].mute && !c.got.len) {
			client_close(&c);
			continue;
		}
		r = client_take(&c, false);
		if (r.status != 400 || !r.body || !is_said(i, r.body) ||
			!reading_header(&r, "Connection") || c.got.len)
			fail_msg("case %zu: %d %s, then %zu bytes", i, r.status, r.body,
				c.got.len);
		reading_free(&r);
		client_close(&c);
	}
}

static void
check_served(void **state, const char *request)
{
	struct client c;
	struct reading r;

	client_open(&c, *state);
	client_send(&c, request);
	client_send(&c, "GET /version HTTP/1.1\r\nHost: test\r\n\r\n");
	client_wait(&c, 2);
	for (int i = 0; i < 2; i++) {
		r = client_take(&c, false);
		if (r.status != 200)
			fail_msg("%s: %d", request, r.status);
		reading_free(&r);
	}
	client_close(&c);
}

static void
test_served(void **state)
{
	check_served(state, HEAD "\r\n");
	check_served(state, "\r\n" HEAD "\r\n");
	check_served(state, "GET /healthz HTTP/1.1\r\nHost:\r\n\r\n");
	check_served(state, "GET /healthz HTTP/1.1\r\nHost: [::1%25e]:80\r\n\r\n");
	check_served(state, "GET /healthz HTTP/1.1\r\nHost: a_b.example:1\r\n\r\n");
	check_served(state, HEAD "X:\r\nY:a\r\nZ: \t a \t \r\n\r\n");
	check_served(state, HEAD "X: a:b\r\nCookie: a=b; c=d\r\n\r\n");
	check_served(state, HEAD "Accept: a\r\nAccept: b\r\nX: \xc3\xa9\r\n\r\n");
	check_served(state, HEAD "Content-Length: 5\r\n\r\nhello");
}

/* The buffer grows as more lines come. */
static void
test_many_lines_in_pieces(void **state)
{
	struct strbuf b = {0};
	struct client c;
	struct reading r;

	strbuf_add(&b, HEAD);
	for (int i = 0; i < 150; i++)
		strbuf_printf(&b, "X-%d: %0100d\r\n", i, i);
	strbuf_add(&b, "\r\n");
	client_open(&c, *state);
	for (size_t at = 0; at < b.len; at += 700) {
		char *piece =
			xstrndup(b.s + at, b.len - at < 700 ? b.len - at : (size_t)700);

		client_send(&c, piece);
		free(piece);
	}
	client_wait(&c, 1);
	r = client_take(&c, false);
	assert_int_equal(r.status, 200);
	reading_free(&r);
	strbuf_free(&b);
	client_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_refused, site_setup, site_teardown),
		cmocka_unit_test_setup_teardown(test_served, site_setup, site_teardown),
		cmocka_unit_test_setup_teardown(
			test_many_lines_in_pieces, site_setup, site_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

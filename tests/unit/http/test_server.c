/* The server as a server: connections, validation, encodings, limits, the cache. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"
#include "http/listen.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/library.h"
#include "tests/unit/http/state.h"

#define GET(target) "GET " target " HTTP/1.1\r\nHost: test\r\n\r\n"

static void
check_next(struct client *c, int status, const char *holds)
{
	struct reading r = client_take(c, false);

	if (r.status != status || !strstr(r.body, holds))
		fail_msg("expected %d with %s, got %d: %s", status, holds, r.status,
			r.body);
	reading_free(&r);
}

/* ---- Connections ---- */

static void
test_keep_alive(void **state)
{
	struct client c;

	client_open(&c, *state);
	for (int i = 0; i < 3; i++) {
		client_send(&c, GET("/status/dev"));
		client_wait(&c, 1);
		check_next(&c, 200, "\"dev\"");
	}
	/* Errors and small bodies do not end it. */
	client_send(&c, GET("/nope"));
	client_wait(&c, 1);
	check_next(&c, 404, "");
	client_send(
		&c, "GET /healthz HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\n\r\nabc");
	client_wait(&c, 1);
	check_next(&c, 200, "ok\n");
	client_send(&c, "DELETE /status HTTP/1.1\r\nHost: t\r\n\r\n");
	client_wait(&c, 1);
	check_next(&c, 405, "");
	client_send(&c, GET("/healthz"));
	client_wait(&c, 1);
	check_next(&c, 200, "ok\n");
	assert_false(c.closed);
	client_close(&c);
}

static void
test_pipelining(void **state)
{
	struct client c;

	client_open(&c, *state);
	client_send(&c, GET("/status/dev") GET("/nope") GET("/status/prod"));
	client_wait(&c, 3);
	check_next(&c, 200, "\"dev\"");
	check_next(&c, 404, "no such path");
	check_next(&c, 200, "\"prod\"");
	assert_int_equal(c.got.len, 0);
	assert_false(c.closed);
	client_close(&c);
}

static void
test_host_is_asked_for(void **state)
{
	struct client c;

	client_open(&c, *state);
	client_send(&c, GET("/status"));
	client_send(&c, "GET /status HTTP/1.1\r\n\r\n");
	client_wait(&c, 2);
	check_next(&c, 200, "");
	/* Who says so is the matter of libmicrohttpd's version. */
	check_next(&c, 400, library_asks() ? "\"status\":400" : "Host");
	assert_int_equal(c.got.len, 0);
	client_close(&c);
}

static void
test_byte_by_byte(void **state)
{
	const char *request = GET("/healthz");
	struct client c;

	client_open(&c, *state);
	for (size_t i = 0; request[i]; i++)
		client_send(&c, (char[]){request[i], '\0'});
	client_wait(&c, 1);
	check_next(&c, 200, "ok\n");
	client_close(&c);
}

static void
test_http_1_0_closes(void **state)
{
	struct client c;

	client_open(&c, *state);
	client_send(&c, "GET /healthz HTTP/1.0\r\n\r\n");
	client_wait_closed(&c);
	assert_non_null(strstr(c.got.s, " 200 "));
	assert_non_null(strstr(c.got.s, "\r\n\r\nok\n"));
	client_close(&c);
}

/* With room for two, a third waits until one has gone, and is then served although
 * nothing else happens. */
static void
test_connection_limit(void **state)
{
	struct site s;
	struct client a, b, c;

	(void)state;
	site_init(&s);
	s.options.max_connections = 2;
	site_start(&s);
	client_open(&a, &s);
	client_send(&a, GET("/healthz"));
	client_wait(&a, 1);
	client_open(&b, &s);
	client_send(&b, GET("/healthz"));
	client_wait(&b, 1);
	client_open(&c, &s);
	client_send(&c, GET("/healthz"));
	/* Both places work while the third waits. */
	client_send(&a, GET("/status/dev"));
	client_wait(&a, 2);
	client_send(&b, GET("/status/dev"));
	client_wait(&b, 2);
	assert_int_equal(c.got.len, 0);
	client_close(&a);
	client_wait(&c, 1);
	check_next(&c, 200, "ok\n");
	client_close(&b);
	client_close(&c);
	site_fini(&s);
}

struct trickle {
	struct timer *timer;
	struct client *client;
	unsigned sent;
};

static void
send_a_little(void *arg)
{
	struct trickle *t = arg;

	client_send(t->client, t->sent++ ? "a" : "GET /healthz HTTP/1.1\r\nX: ");
	timer_set(t->timer, 10);
}

/* A client that is never silent, and never done, is put out. */
static void
test_slow_client(void **state)
{
	struct site s;
	struct client c;
	struct trickle t = {.client = &c};

	(void)state;
	site_init(&s);
	s.options.idle_timeout_ms = 100;
	site_start(&s);
	client_open(&c, &s);
	t.timer = timer_new(s.loop, send_a_little, &t);
	timer_set(t.timer, 0);
	client_wait_closed(&c);
	assert_true(t.sent > 1);
	assert_int_equal(c.got.len, 0);
	timer_free(t.timer);
	client_close(&c);
	site_fini(&s);
}

/* The end of a peer is seen also where it comes together with what was before it. */
static void
test_peer_that_has_gone(void **state)
{
	static const char *const requests[] = {"GET /hea", GET("/healthz")};

	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		struct client c;

		client_open(&c, *state);
		client_send(&c, requests[i]);
		shutdown(c.fd, SHUT_WR);
		client_wait_closed(&c);
		client_close(&c);
	}
}

/* ---- Limits of a request ---- */

static void
test_too_large(void **state)
{
	struct client c;

	client_open(&c, *state);
	client_send(
		&c, "GET /status HTTP/1.1\r\nHost: t\r\nContent-Length: 4097\r\n\r\n");
	client_wait_closed(&c);
	check_next(&c, 413, "no body here");
	client_close(&c);
	client_open(&c, *state);
	client_send(&c,
		"GET /status HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n"
		"\r\n0\r\n\r\n");
	client_wait_closed(&c);
	check_next(&c, 413, "no body here");
	client_close(&c);
	/* What follows a body that is not read must not count as a request. */
	client_open(&c, *state);
	client_send(&c,
		"POST /status HTTP/1.1\r\nHost: t\r\nContent-Length: 80\r\n\r\n" GET(
			"/healthz"));
	client_wait_closed(&c);
	check_next(&c, 405, "GET and HEAD");
	assert_int_equal(c.got.len, 0);
	client_close(&c);
}

static void
test_oversize_headers(void **state)
{
	struct client c;
	struct strbuf b = {0};

	strbuf_add(&b, "GET /status HTTP/1.1\r\nHost: t\r\nX-Long: ");
	for (int i = 0; i < 40000; i++)
		strbuf_addc(&b, 'x');
	strbuf_add(&b, "\r\n\r\n");
	client_open(&c, *state);
	client_send(&c, b.s);
	client_wait_closed(&c);
	if (c.got.len)
		assert_non_null(strstr(c.got.s, "HTTP/1.1 431"));
	client_close(&c);
	strbuf_clear(&b);
	strbuf_add(&b, "GET /");
	for (int i = 0; i < 40000; i++)
		strbuf_addc(&b, 'x');
	strbuf_add(&b, " HTTP/1.1\r\nHost: t\r\n\r\n");
	client_open(&c, *state);
	client_send(&c, b.s);
	client_wait_closed(&c);
	if (c.got.len)
		assert_non_null(strstr(c.got.s, "HTTP/1.1 414"));
	client_close(&c);
	strbuf_free(&b);
	/* It goes on. */
	client_open(&c, *state);
	client_send(&c, GET("/healthz"));
	client_wait(&c, 1);
	check_next(&c, 200, "ok\n");
	client_close(&c);
}

static void
test_garbage(void **state)
{
	static const char *const requests[] = {"\x16\x03\x01\x02\r\n\r\n",
		"GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET \r\n\r\n",
		"GET / HTTP/1.1\r\nHost: t\r\nno colon\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: t\r\nContent-Length: -1\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: t\r\nContent-Length: x\r\n\r\n"};

	for (size_t i = 0; i < COUNT_OF(requests); i++) {
		struct client c;

		client_open(&c, *state);
		client_send(&c, requests[i]);
		client_wait_closed(&c);
		if (c.got.len && strncmp(c.got.s, "HTTP/1.1 4", 10) &&
			strncmp(c.got.s, "HTTP/1.1 5", 10))
			fail_msg("%zu: %s", i, c.got.s);
		client_close(&c);
	}
}

/* ---- Validation and encodings ---- */

static char *
etag_of(struct site *s, const char *target, const char *headers)
{
	struct reading r = site_get(s, target, headers);
	char *etag;

	assert_int_equal(r.status, 200);
	assert_non_null(reading_header(&r, "ETag"));
	etag = xstrdup(reading_header(&r, "ETag"));
	reading_free(&r);
	return etag;
}

static void
test_not_modified(void **state)
{
	struct site *s = *state;
	char *etag = etag_of(s, "/status", "");
	char *known = xasprintf("If-None-Match: \"x\", W/%s\r\n", etag);
	struct reading r = site_get(s, "/status", known);

	assert_int_equal(r.status, 304);
	assert_string_equal(reading_header(&r, "ETag"), etag);
	assert_string_equal(reading_header(&r, "Cache-Control"), "no-cache");
	assert_string_equal(reading_header(&r, "Vary"), "Accept-Encoding");
	reading_free(&r);
	r = site_ask(s, "HEAD", "/status", known);
	assert_int_equal(r.status, 304);
	reading_free(&r);
	/* Only for what would have been a 200. */
	r = site_get(s, "/status/prod?fail_on=unstamped", "If-None-Match: *\r\n");
	assert_int_equal(r.status, 503);
	assert_null(reading_header(&r, "ETag"));
	reading_free(&r);
	s->state.generation++;
	s->state.at_ms += 1000;
	r = site_get(s, "/status", known);
	assert_int_equal(r.status, 200);
	reading_free(&r);
	free(known);
	free(etag);
}

/* What a gzipped body holds; the caller frees. */
static char *
unpacked(const struct reading *packed)
{
	enum { ROOM = 1 << 20 };
	char *text = xcalloc(ROOM, 1);
	z_stream z = {0};

	assert_string_equal(reading_header(packed, "Content-Encoding"), "gzip");
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (Bytef *)packed->body;
	z.avail_in = (uInt)packed->body_n;
	z.next_out = (Bytef *)text;
	z.avail_out = ROOM - 1;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.avail_in, 0);
	inflateEnd(&z);
	return text;
}

static void
test_gzip(void **state)
{
	struct site *s = *state;
	struct reading plain = site_get(s, "/status", "");
	struct reading packed = site_get(s, "/status", "Accept-Encoding: gzip\r\n");
	char *text = unpacked(&packed);

	assert_null(reading_header(&plain, "Content-Encoding"));
	assert_string_equal(reading_header(&packed, "Vary"), "Accept-Encoding");
	assert_string_equal(text, plain.body);
	free(text);
	reading_free(&plain);
	reading_free(&packed);
	/* Refused, or not worth it. */
	plain = site_get(s, "/status", "Accept-Encoding: gzip;q=0, *\r\n");
	assert_null(reading_header(&plain, "Content-Encoding"));
	reading_free(&plain);
	plain = site_get(s, "/healthz", "Accept-Encoding: gzip\r\n");
	assert_null(reading_header(&plain, "Content-Encoding"));
	reading_free(&plain);
}

/* Of /metrics what is of the environments: no request changes it. */
static char *
environments_of(char *text)
{
	char *end = strstr(text, "# HELP pgdriftd_migrations_problems");

	assert_non_null(end);
	*end = '\0';
	return text;
}

/* What is kept of it is the same in either encoding, and follows what is published. */
static void
test_metrics_in_pieces(void **state)
{
	static const char drifted[] =
		"\npgdriftd_state{environment=\"dev\",state=\"drifted\"} ";
	struct site *s = *state;

	for (int i = 0; i < 2; i++) {
		struct reading plain = site_get(s, "/metrics", "");
		struct reading packed =
			site_get(s, "/metrics", "Accept-Encoding: gzip\r\n");
		char *text = unpacked(&packed), *value;

		assert_string_equal(environments_of(text), environments_of(plain.body));
		value = strstr(text, drifted);
		assert_non_null(value);
		assert_int_equal(value[strlen(drifted)], '0' + i);
		free(text);
		reading_free(&plain);
		reading_free(&packed);
		state_environment(0)->state = STATE_DRIFTED;
		s->state.generation++;
	}
	state_fill(&s->state);
}

static void
test_each_encoding_has_its_etag(void **state)
{
	char *plain = etag_of(*state, "/status", "");
	char *packed = etag_of(*state, "/status", "Accept-Encoding: gzip\r\n");
	char *known =
		xasprintf("Accept-Encoding: gzip\r\nIf-None-Match: %s\r\n", packed);
	struct reading r = site_get(*state, "/status", known);

	assert_string_not_equal(plain, packed);
	assert_int_equal(r.status, 304);
	assert_string_equal(reading_header(&r, "ETag"), packed);
	reading_free(&r);
	free(plain);
	free(packed);
	free(known);
}

/* ---- Rendered once per publication ---- */

static void
test_once_per_publication(void **state)
{
	struct site *s = *state;
	struct reading r = site_get(s, "/status/dev", "");

	assert_non_null(strstr(r.body, "in_sync"));
	reading_free(&r);
	/* Published state never changes in place: only the test can tell by it that
	 * nothing was rendered again. */
	state_environment(0)->state = STATE_DRIFTED;
	r = site_get(s, "/status/dev", "");
	assert_non_null(strstr(r.body, "\"state\":\"in_sync\""));
	reading_free(&r);
	s->state.generation++;
	r = site_get(s, "/status/dev", "");
	assert_non_null(strstr(r.body, "\"state\":\"drifted\""));
	reading_free(&r);
	state_fill(&s->state);
}

static void
expect_answer(struct site *s, const char *target, int status)
{
	struct reading r = site_get(s, target, "");

	if (r.status != status)
		fail_msg("%s: %d: %s", target, r.status, r.body);
	if (status == 503)
		assert_string_equal(reading_header(&r, "Retry-After"), "5");
	reading_free(&r);
}

/* Once answers take as much memory as they may, no other is made; what is there is sent
 * on, and whoever asks how the service is hears it. */
static void
test_answers_take_bounded_memory(void **state)
{
	struct site s;

	(void)state;
	site_init(&s);
	s.options.max_held = 1;
	site_start(&s);
	for (int i = 0; i < 2; i++) {
		/* This one is kept until something else is published. */
		expect_answer(&s, "/status/dev", 200);
		expect_answer(&s, "/status/prod", 503);
		expect_answer(&s, "/metrics", 503);
		expect_answer(&s, "/", 503);
		expect_answer(&s, "/nope", 404);
		expect_answer(&s, "/status/dev", 200);
		expect_answer(&s, "/healthz", 200);
		expect_answer(&s, "/readyz", 200);
		expect_answer(&s, "/version", 200);
		s.state.generation++;
	}
	/* What was sent and is not kept takes nothing any more. */
	for (int i = 0; i < 3; i++) {
		struct reading r = site_get(&s, "/status/prod?fail_on=unstamped", "");

		assert_int_equal(r.status, 503);
		assert_null(reading_header(&r, "Retry-After"));
		reading_free(&r);
	}
	site_fini(&s);
}

/* One that asks and does not read. */
static void
open_slow(struct client *c, struct site *s)
{
	client_open(c, s);
	client_send(c, GET("/status"));
	watch_clear(c->watch);
	expect_answer(s, "/healthz", 200);
	expect_answer(s, "/healthz", 200);
}

/* Publish another name of some megabytes, and have the answers made anew. */
static void
publish_name(struct site *s, char *name)
{
	state_environment(0)->name = name;
	s->state.generation++;
	expect_answer(s, "/status?after=staging&limit=1", 200);
}

/* However many are sent the same, it counts once, and only when it is kept for nobody
 * but them. */
static void
test_slow_clients_share(void **state)
{
	enum { CLIENTS = 4, NAME = 3 << 20, DOCUMENT = 3 * NAME };
	char *names[2];
	struct client c[CLIENTS];
	struct site s;

	(void)state;
	for (int i = 0; i < 2; i++) {
		names[i] = xcalloc(NAME + 1, 1);
		memset(names[i], 'x' + i, NAME);
	}
	site_init(&s);
	s.options.max_held = DOCUMENT + DOCUMENT / 2;
	site_start(&s);
	publish_name(&s, names[0]);
	for (int i = 0; i < CLIENTS - 1; i++)
		open_slow(&c[i], &s);
	expect_answer(&s, "/status/prod", 200);
	publish_name(&s, names[1]);
	expect_answer(&s, "/status/prod", 200);
	open_slow(&c[CLIENTS - 1], &s);
	publish_name(&s, names[0]);
	expect_answer(&s, "/status/prod", 503);
	expect_answer(&s, "/healthz", 200);
	for (int i = 0; i < CLIENTS; i++)
		client_close(&c[i]);
	for (int i = 0; i < CLIENTS; i++)
		expect_answer(&s, "/healthz", 200);
	expect_answer(&s, "/status/prod", 200);
	site_fini(&s);
	state_fill(&s.state);
	for (int i = 0; i < 2; i++)
		free(names[i]);
}

/* More targets than are kept, and all are answered. */
static void
test_cache_is_bounded(void **state)
{
	struct client c;
	char request[128];

	client_open(&c, *state);
	for (int i = 0; i < 1100; i++) {
		snprintf(request, sizeof request,
			"GET /migrations/app?open=%d HTTP/1.1\r\nHost: t\r\n\r\n", i);
		client_send(&c, request);
		client_wait(&c, 1);
		check_next(&c, 200, "\"app\"");
	}
	client_close(&c);
}

/* ---- Listening ---- */

static void
test_several_addresses(void **state)
{
	struct site s;
	struct err e = {0};
	struct strvec both = {0};
	struct http_server *second;
	const struct http_source source = {NULL, NULL, NULL};

	(void)state;
	site_init(&s);
	strvec_add(&s.listen, "localhost:0");
	site_start(&s);
	assert_true(http_server_port(s.server, 0) > 0);
	assert_true(http_server_port(s.server, 1) > 0);
	assert_int_equal(http_server_port(s.server, 2), 0);
	/* The second address of another server is taken: it has none then. */
	strvec_add(&both, "127.0.0.1:0");
	strvec_take(&both, xasprintf("127.0.0.1:%u", http_server_port(s.server, 1)));
	s.options.listen = &both;
	second = http_server_new(s.loop, &s.options, &source, &e);
	assert_null(second);
	assert_non_null(strstr(e.text, "in use"));
	strvec_free(&both);
	site_fini(&s);
}

static void
test_sockets_handed_over(void **state)
{
	struct site s;
	struct err e;
	struct reading r;
	int fd = listen_open("127.0.0.1:0", NULL, &e);
	unsigned port = listen_port(fd);

	(void)state;
	site_init(&s);
	s.options.listen_fds = &fd;
	s.options.n_listen_fds = 1;
	site_start(&s);
	assert_int_equal(http_server_port(s.server, 0), port);
	assert_int_equal(http_server_port(s.server, 1), 0);
	r = site_get(&s, "/healthz", "");
	assert_int_equal(r.status, 200);
	reading_free(&r);
	site_fini(&s);
}

/* Nothing is left behind by a server that ends while it is busy. */
static void
test_free_with_open_connections(void **state)
{
	struct site s;
	struct client idle, half;

	(void)state;
	site_init(&s);
	site_start(&s);
	client_open(&idle, &s);
	client_send(&idle, GET("/healthz"));
	client_wait(&idle, 1);
	client_open(&half, &s);
	client_send(&half, "GET /hea");
	client_send(&idle, GET("/status"));
	client_wait(&idle, 2);
	http_server_free(s.server);
	s.server = NULL;
	client_close(&idle);
	client_close(&half);
	site_fini(&s);
}

int
main(void)
{
#define WITH_SITE(f) cmocka_unit_test_setup_teardown(f, site_setup, site_teardown)
	const struct CMUnitTest tests[] = {
		WITH_SITE(test_keep_alive),
		WITH_SITE(test_pipelining),
		WITH_SITE(test_host_is_asked_for),
		WITH_SITE(test_byte_by_byte),
		WITH_SITE(test_http_1_0_closes),
		cmocka_unit_test(test_connection_limit),
		cmocka_unit_test(test_slow_client),
		WITH_SITE(test_peer_that_has_gone),
		WITH_SITE(test_too_large),
		WITH_SITE(test_oversize_headers),
		WITH_SITE(test_garbage),
		WITH_SITE(test_not_modified),
		WITH_SITE(test_gzip),
		WITH_SITE(test_metrics_in_pieces),
		WITH_SITE(test_each_encoding_has_its_etag),
		WITH_SITE(test_once_per_publication),
		WITH_SITE(test_cache_is_bounded),
		cmocka_unit_test(test_answers_take_bounded_memory),
		cmocka_unit_test(test_slow_clients_share),
		cmocka_unit_test(test_several_addresses),
		cmocka_unit_test(test_sockets_handed_over),
		cmocka_unit_test(test_free_with_open_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Users and TLS, through a real server. */
#include "tests/unit/unit.h"

#include <crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "tests/unit/http/client.h"
#include "tests/unit/http/state.h"
#include "tests/unit/http/tls_client.h"

/* A directory for the files of a test. */
struct files {
	char dir[32];
	char *users, *cert, *key, *other_key;
	time_t expires; /* of the certificate that is written next */
};

static void
write_pair(const struct files *f)
{
	tls_write_pair(f->cert, f->key, f->expires);
	tls_write_pair(NULL, f->other_key, 0);
}

static void
write_user(const struct files *f, const char *password)
{
	struct crypt_data *data = xcalloc(1, sizeof *data);
	char *line =
		xasprintf("ann:%s\n", crypt_r(password, "$5$rounds=1000$salt", data));

	tls_write_file(f->users, line, strlen(line));
	free(line);
	free(data);
}

static int
make_files(void **state)
{
	struct files *f = xcalloc(1, sizeof *f);

	snprintf(f->dir, sizeof f->dir, "/tmp/test_auth.XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->users = xasprintf("%s/users", f->dir);
	f->cert = xasprintf("%s/cert.pem", f->dir);
	f->key = xasprintf("%s/key.pem", f->dir);
	f->other_key = xasprintf("%s/other.pem", f->dir);
	write_user(f, "s:cret");
	f->expires = time(NULL) + 3600;
	write_pair(f);
	*state = f;
	return 0;
}

static int
remove_files(void **state)
{
	struct files *f = *state;
	char *const paths[] = {f->users, f->cert, f->key, f->other_key};

	for (size_t i = 0; i < COUNT_OF(paths); i++) {
		unlink(paths[i]);
		free(paths[i]);
	}
	rmdir(f->dir);
	free(f);
	return 0;
}

/* "ann:s:cret" and "ann:wrong" in base64. */
#define GOOD "Authorization: Basic YW5uOnM6Y3JldA==\r\n"
#define WRONG "Authorization: Basic YW5uOndyb25n\r\n"

static void
check_status(struct site *s, const char *target, const char *headers, int status)
{
	struct reading r = site_get(s, target, headers);

	if (r.status != status)
		fail_msg("%s with %s: %d, not %d", target, headers, r.status, status);
	reading_free(&r);
}

static void
test_users(void **state)
{
	const struct files *f = *state;
	struct reading r;
	struct site s;

	site_init(&s);
	s.options.users_file = f->users;
	site_start(&s);
	r = site_get(&s, "/status", "");
	assert_int_equal(r.status, 401);
	assert_string_equal(reading_header(&r, "WWW-Authenticate"),
		"Basic realm=\"pgdriftd\", charset=\"UTF-8\"");
	assert_string_equal(
		reading_header(&r, "Content-Type"), "application/problem+json");
	reading_free(&r);
	check_status(&s, "/status", GOOD, 200);
	/* What is kept for those who may is not for the others. */
	check_status(&s, "/status", "", 401);
	check_status(&s, "/status", WRONG, 401);
	check_status(&s, "/status", "Authorization: Bearer x\r\n", 401);
	check_status(&s, "/status", "Authorization: Basic !!!\r\n", 401);
	check_status(&s, "/", "", 401);
	check_status(&s, "/metrics", "", 401);
	check_status(&s, "/metrics", GOOD, 200);
	check_status(&s, "/no/such/path", "", 401);
	check_status(&s, "/healthz", "", 200);
	check_status(&s, "/-/ready", "", 200);
	site_fini(&s);
}

/* How many logins failed, as /metrics says. */
static int
failures(struct site *s)
{
	static const char name[] = "\npgdriftd_http_login_failures_total ";
	struct reading r = site_get(s, "/metrics", GOOD);
	const char *line = strstr(r.body, name);
	int n;

	assert_non_null(line);
	n = atoi(line + strlen(name));
	reading_free(&r);
	return n;
}

/* One that nobody looks at any more is one as well. */
static void
test_guesses_are_refused_for_a_while(void **state)
{
	int guesses = 0;
	const struct files *f = *state;
	struct reading r = {0};
	struct site s;
	struct err e;

	site_init(&s);
	s.options.users_file = f->users;
	site_start(&s);
	check_status(&s, "/status", GOOD, 200);
	/* The last letters hold a password of one byte. */
	for (char c = 'g'; c <= 'v' && r.status != 429; c++) {
		char line[] = "Authorization: Basic YW5uOmE=\r\n";

		strchr(line, '=')[-2] = c;
		reading_free(&r);
		r = site_get(&s, "/status", line);
		guesses++;
	}
	assert_int_equal(r.status, 429);
	assert_int_equal(failures(&s), guesses);
	assert_string_equal(reading_header(&r, "Retry-After"), "1");
	reading_free(&r);
	check_status(&s, "/status", GOOD, 200);
	/* A reload forgets nobody. */
	assert_true(site_reload(&s, &e));
	check_status(&s, "/status", GOOD, 200);
	site_fini(&s);
}

/* ---- TLS ---- */

static void
ask_over_tls(struct site *s)
{
	struct tls_client c;

	tls_open(&c, s, "/status/dev", 0);
	tls_run(&c);
	assert_non_null(strstr(c.got.s, "HTTP/1.1 200 OK"));
	assert_non_null(strstr(c.got.s, "\"name\":\"dev\""));
	assert_true(gnutls_protocol_get_version(c.session) >= GNUTLS_TLS1_2);
	tls_close(&c);
}

static void
test_tls(void **state)
{
	const struct files *f = *state;
	struct site s;

	site_init(&s);
	s.options.tls.cert = f->cert;
	s.options.tls.key = f->key;
	site_start(&s);
	ask_over_tls(&s);
	site_fini(&s);
}

/* What /metrics says of the certificate is `at`. */
static void
check_expiry(struct site *s, time_t at)
{
	char *line = xasprintf(
		"\npgdriftd_tls_certificate_expiry_timestamp_seconds %lld.000\n",
		(long long)at);
	struct tls_client c;

	tls_open(&c, s, "/metrics", 0);
	tls_run(&c);
	if (!strstr(c.got.s, line))
		fail_msg("no %s in %s", line, c.got.s);
	tls_close(&c);
	free(line);
}

static void
test_expiry(void **state)
{
	struct files *f = *state;
	time_t soon = time(NULL) + 600, late = soon + 86400;
	struct strbuf chain = {0}, issuer = {0};
	struct site s;
	struct err e;

	f->expires = late;
	write_pair(f);
	site_init(&s);
	s.options.tls.cert = f->cert;
	s.options.tls.key = f->key;
	site_start(&s);
	check_expiry(&s, late);
	/* Another that expires sooner stands behind it. */
	f->expires = soon;
	write_pair(f);
	assert_true(file_read(f->cert, FILE_MAX_PEM, &issuer, &e));
	f->expires = late;
	write_pair(f);
	assert_true(file_read(f->cert, FILE_MAX_PEM, &chain, &e));
	strbuf_addn(&chain, issuer.s, issuer.len);
	tls_write_file(f->cert, chain.s, chain.len);
	/* What is served is still what was read before. */
	check_expiry(&s, late);
	assert_true(site_reload(&s, &e));
	check_expiry(&s, soon);
	write_pair(f);
	site_fini(&s);
	strbuf_free(&chain);
	strbuf_free(&issuer);
}

static void
check_refused(struct site *s, const char *said)
{
	const struct http_source source = {NULL, NULL, NULL};
	struct err e = {0};

	assert_null(http_server_new(s->loop, &s->options, &source, &e));
	if (!strstr(e.text, said))
		fail_msg("\"%s\" is not in \"%s\"", said, e.text);
}

static void
test_bad_files(void **state)
{
	const struct files *f = *state;
	struct site s;

	site_init(&s);
	s.options.users_file = "/nonexistent/users";
	check_refused(&s, "/nonexistent/users: No such file");
	s.options.users_file = NULL;
	s.options.tls.cert = f->cert;
	check_refused(&s, "cert_file and key_file go together");
	s.options.tls.key = "/nonexistent/key";
	check_refused(&s, "/nonexistent/key: No such file");
	s.options.tls.key = f->other_key;
	check_refused(&s, "cert_file");
	s.options.tls.key = f->cert;
	check_refused(&s, "cert_file");
	site_fini(&s);
}

/* ---- Reload ---- */

static void
test_reload_users(void **state)
{
	const struct files *f = *state;
	struct client kept;
	struct site s;
	struct err e;

	site_init(&s);
	s.options.users_file = f->users;
	site_start(&s);
	check_status(&s, "/status", GOOD, 200);
	client_open(&kept, &s);
	client_send(&kept, "GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n");
	client_wait(&kept, 1);
	write_user(f, "wrong");
	check_status(&s, "/status", WRONG, 401);
	assert_true(site_reload(&s, &e));
	check_status(&s, "/status", WRONG, 200);
	check_status(&s, "/status", GOOD, 401);
	/* A bad file changes nothing. */
	tls_write_file(f->users, "ann\n", 4);
	assert_false(site_reload(&s, &e));
	check_status(&s, "/status", WRONG, 200);
	/* Users alone end no connection. */
	client_send(&kept, "GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n");
	client_wait(&kept, 2);
	assert_false(kept.closed);
	client_close(&kept);
	write_user(f, "s:cret");
	site_fini(&s);
}

/* Who has been connected by the kernel is answered, though nobody has accepted it
 * before the socket went. */
static void
test_reload_addresses(void **state)
{
	enum { CLIENTS = 14 }; /* more than one turn accepts */
	struct client c[CLIENTS];
	struct site s;
	struct err e;
	char all[32];

	(void)state;
	site_init(&s);
	site_start(&s);
	snprintf(all, sizeof all, "*:%u", http_server_port(s.server, 0));
	for (int i = 0; i < CLIENTS; i++)
		client_open(&c[i], &s);
	free(s.listen.v[0]);
	s.listen.v[0] = xstrdup(all);
	if (!site_reload(&s, &e))
		fail_msg("%s", e.text);
	for (int i = 0; i < CLIENTS; i++) {
		struct reading r;

		client_send(&c[i], "GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n");
		client_wait(&c[i], 1);
		r = client_take(&c[i], false);
		assert_int_equal(r.status, 200);
		assert_string_equal(reading_header(&r, "Connection"), "close");
		reading_free(&r);
		client_close(&c[i]);
	}
	check_status(&s, "/healthz", "", 200);
	site_fini(&s);
}

static void
test_reload_certificate(void **state)
{
	struct files *f = *state;
	struct site s;
	struct err e;
	unsigned port;

	site_init(&s);
	s.options.tls.cert = f->cert;
	s.options.tls.key = f->key;
	site_start(&s);
	port = http_server_port(s.server, 0);
	ask_over_tls(&s);
	tls_write_file(f->cert, "nonsense", 8);
	assert_false(site_reload(&s, &e));
	ask_over_tls(&s);
	write_pair(f);
	assert_true(site_reload(&s, &e));
	assert_int_equal(http_server_port(s.server, 0), port);
	ask_over_tls(&s);
	site_fini(&s);
}

/* One whose answer is under way has all of it, and is closed then; one that waits with
 * nothing under way is closed at once. */
static void
test_another_certificate_lets_answers_finish(void **state)
{
	enum { BYTES = 4 << 20 };
	struct files *f = *state;
	struct tls_client slow, idle;
	char *text = xcalloc(BYTES + 1, 1);
	struct site s;
	struct err e;

	memset(text, ' ', BYTES);
	memcpy(text, "{}", 2);
	site_init(&s);
	s.history_answer = text;
	s.options.tls.cert = f->cert;
	s.options.tls.key = f->key;
	site_start(&s);
	tls_open(&idle, &s, "/healthz", 1);
	tls_run(&idle);
	tls_open(&slow, &s, "/history", 10000);
	tls_run(&slow);
	assert_false(slow.closed);
	write_pair(f);
	assert_true(site_reload(&s, &e));
	ask_over_tls(&s);
	slow.pause_at = idle.pause_at = 0;
	tls_run(&slow);
	assert_in_range(slow.got.len, BYTES, BYTES + 1000);
	tls_run(&idle);
	tls_close(&slow);
	tls_close(&idle);
	site_fini(&s);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_guesses_are_refused_for_a_while),
		cmocka_unit_test(test_tls),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_reload_users),
		cmocka_unit_test(test_reload_addresses),
		cmocka_unit_test(test_reload_certificate),
		cmocka_unit_test(test_another_certificate_lets_answers_finish),
	};

	return cmocka_run_group_tests(tests, make_files, remove_files);
}

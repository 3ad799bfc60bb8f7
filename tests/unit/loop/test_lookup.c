/* Against a name server of our own on the loopback address. */
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/loop.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, RCODE_NXDOMAIN = 3 };

struct server {
	struct loop *loop;
	struct watch *watch;
	int fd;
	char dir[32], conf[64];
	int dead; /* a name server that never answers */
	int queries;
	/* How it answers. */
	bool a, aaaa; /* with an address of the kind; neither: no such name */
	bool silent_aaaa, silent;
	/* What the owner of the lookup was told. */
	int told;
	struct strvec got;
	struct err err;
};

/* The question's type stands behind its name. */
static int
question_type(const unsigned char *q, size_t n, size_t *end)
{
	size_t at = 12;

	while (at < n && q[at])
		at += q[at] + 1u;
	assert_true(at + 5 <= n);
	*end = at + 5;
	return q[at + 1] << 8 | q[at + 2];
}

static size_t
add_answer(unsigned char *p, int type)
{
	unsigned char head[] = {
		0xc0, 12, 0, (unsigned char)type, 0, 1, 0, 0, 0, 60, 0, 4};

	head[11] = type == TYPE_A ? 4 : 16;
	memcpy(p, head, sizeof head);
	if (type == TYPE_A)
		inet_pton(AF_INET, "192.0.2.7", p + sizeof head);
	else
		inet_pton(AF_INET6, "2001:db8::7", p + sizeof head);
	return sizeof head + head[11];
}

static void
on_query(void *arg, int what)
{
	struct server *s = arg;
	struct sockaddr_in from;
	socklen_t from_len = sizeof from;
	unsigned char q[1024];
	ssize_t n = recvfrom(
		s->fd, q, sizeof q - 64, 0, (struct sockaddr *)&from, &from_len);
	size_t end;
	int type;
	bool has;

	(void)what;
	assert_true(n > 12);
	s->queries++;
	type = question_type(q, (size_t)n, &end);
	if (s->silent || (type == TYPE_AAAA && s->silent_aaaa))
		return;
	has = type == TYPE_A ? s->a : s->aaaa;
	q[2] |= 0x80;
	q[3] = s->a || s->aaaa ? 0x80 : 0x80 | RCODE_NXDOMAIN;
	q[7] = has;
	q[9] = q[11] = 0;
	if (has)
		end += add_answer(q + end, type);
	assert_int_equal(
		sendto(s->fd, q, end, 0, (struct sockaddr *)&from, from_len), end);
}

static int
port_of(int fd)
{
	struct sockaddr_in at;
	socklen_t len = sizeof at;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	return ntohs(at.sin_port);
}

static int
bind_loopback(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	return fd;
}

static void
write_resolv_conf(struct server *s, bool dead_too)
{
	FILE *f = fopen(s->conf, "w");

	assert_non_null(f);
	if (dead_too)
		fprintf(f, "nameserver 127.0.0.1:%d\n", port_of(s->dead));
	fprintf(f, "nameserver 127.0.0.1:%d\n", port_of(s->fd));
	fclose(f);
	loop_resolv_conf(s->loop, s->conf);
}

static int
set_up(void **state)
{
	struct server *s = xcalloc(1, sizeof *s);

	s->loop = loop_new();
	s->fd = bind_loopback();
	s->dead = bind_loopback();
	strcpy(s->dir, "/tmp/test_lookup.XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(s->conf, sizeof s->conf, "%s/resolv.conf", s->dir);
	write_resolv_conf(s, false);
	s->watch = watch_new(s->loop, on_query, s);
	watch_keep(s->watch, s->fd, WATCH_READ);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct server *s = *state;

	watch_free(s->watch);
	loop_free(s->loop);
	close(s->fd);
	close(s->dead);
	unlink(s->conf);
	rmdir(s->dir);
	strvec_free(&s->got);
	free(s);
	return 0;
}

static void
on_result(void *arg, const char *const *addresses, size_t n, const struct err *e)
{
	struct server *s = arg;

	s->told++;
	assert_int_equal(n == 0, e != NULL);
	for (size_t i = 0; i < n; i++)
		strvec_add(&s->got, addresses[i]);
	if (e)
		s->err = *e;
	loop_stop(s->loop);
}

static void
resolve(struct server *s, const char *host, int64_t timeout_ms)
{
	loop_resolve(s->loop, host, timeout_ms, on_result, s);
	assert_int_equal(s->told, 0);
	loop_run(s->loop);
	assert_int_equal(s->told, 1);
}

static void
test_numeric(void **state)
{
	struct server *s = *state;

	resolve(s, "2001:db8::1", 100000);
	assert_int_equal(s->got.n, 1);
	assert_string_equal(s->got.v[0], "2001:db8::1");
	s->told = 0;
	resolve(s, "192.0.2.1", 100000);
	assert_string_equal(s->got.v[1], "192.0.2.1");
	assert_int_equal(s->queries, 0);
}

static void
test_hosts_file(void **state)
{
	struct server *s = *state;

	resolve(s, "localhost", 100000);
	assert_true(strvec_has(&s->got, "127.0.0.1"));
	assert_int_equal(s->queries, 0);
}

static void
test_both_families(void **state)
{
	struct server *s = *state;

	s->a = s->aaaa = true;
	resolve(s, "db.test.", 100000);
	assert_int_equal(s->got.n, 2);
	assert_true(strvec_has(&s->got, "192.0.2.7"));
	assert_true(strvec_has(&s->got, "2001:db8::7"));
}

static void
test_one_family(void **state)
{
	struct server *s = *state;

	s->aaaa = true;
	resolve(s, "db.test.", 100000);
	assert_int_equal(s->got.n, 1);
	assert_string_equal(s->got.v[0], "2001:db8::7");
}

/* A server that drops questions for IPv6 only delays the answer. */
static void
test_one_family_silent(void **state)
{
	struct server *s = *state;

	s->a = true;
	s->silent_aaaa = true;
	resolve(s, "db.test.", 4000);
	assert_int_equal(s->got.n, 1);
	assert_string_equal(s->got.v[0], "192.0.2.7");
}

/* One name server that is down must not use up the time. */
static void
test_dead_name_server(void **state)
{
	struct server *s = *state;

	s->a = s->aaaa = true;
	for (int i = 0; i < 4; i++) {
		write_resolv_conf(s, true);
		s->told = 0;
		resolve(s, "db.test.", 4000);
		assert_int_equal(s->err.code, ERR_NONE);
		assert_true(strvec_has(&s->got, "192.0.2.7"));
	}
}

static void
test_no_such_name(void **state)
{
	struct server *s = *state;

	resolve(s, "nowhere.test.", 100000);
	assert_int_equal(s->err.code, ERR_CONNECT);
	assert_non_null(strstr(s->err.text, "\"nowhere.test.\""));
}

static void
test_deadline(void **state)
{
	struct server *s = *state;

	s->silent = true;
	resolve(s, "db.test.", 5);
	assert_int_equal(s->err.code, ERR_TIMEOUT);
	assert_non_null(strstr(s->err.text, "\"db.test.\""));
}

static void
stop(void *arg)
{
	loop_stop(arg);
}

static void
test_cancel(void **state)
{
	struct server *s = *state;
	struct timer *t = timer_new(s->loop, stop, s->loop);
	struct lookup *k;

	s->silent = true;
	k = loop_resolve(s->loop, "db.test.", 100000, on_result, s);
	timer_set(t, 2);
	loop_run(s->loop);
	lookup_cancel(k);
	lookup_cancel(loop_resolve(s->loop, "192.0.2.1", 100000, on_result, s));
	timer_set(t, 2);
	loop_run(s->loop);
	assert_int_equal(s->told, 0);
	timer_free(t);
}

/* The sanitizers see whether anything is left behind. */
static void
test_loop_freed_with_lookups(void **state)
{
	struct server *s = *state;

	s->silent = true;
	loop_resolve(s->loop, "a.test.", 100000, on_result, s);
	loop_resolve(s->loop, "b.test.", 100000, on_result, s);
	loop_resolve(s->loop, "192.0.2.1", 100000, on_result, s);
	watch_free(s->watch);
	loop_free(s->loop);
	s->loop = loop_new();
	s->watch = NULL;
	assert_int_equal(s->told, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_numeric, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_hosts_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_both_families, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_one_family, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_one_family_silent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_dead_name_server, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_such_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_deadline, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cancel, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_loop_freed_with_lookups, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

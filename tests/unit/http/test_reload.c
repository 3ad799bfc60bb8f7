/* A reload of what clients come to: all of it or nothing, and what stays is not
 * disturbed. */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tests/unit/http/client.h"

#define ASK "GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n"

static char dir[] = "/tmp/pgdriftd-reload-XXXXXX";
static char *address;

static int
make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	address = xasprintf("unix:%s/s", dir);
	return 0;
}

static int
remove_directory(void **state)
{
	(void)state;
	free(address);
	return rmdir(dir);
}

static void
must_reload(struct site *s)
{
	struct err e;

	if (!site_reload(s, &e))
		fail_msg("%s", e.text);
}

/* One more answer, after which the connection stays open or not. */
static void
check_answer(struct client *c, bool stays)
{
	struct reading r;

	client_send(c, ASK);
	client_wait(c, 1);
	r = client_take(c, false);
	assert_int_equal(r.status, 200);
	if (stays)
		assert_null(reading_header(&r, "Connection"));
	else
		assert_string_equal(reading_header(&r, "Connection"), "close");
	reading_free(&r);
}

static void
open_kept(struct client *c, struct site *s)
{
	client_open(c, s);
	check_answer(c, true);
}

/* The first address is for all from now on, on the same port. */
static void
widen(struct site *s)
{
	char all[32];

	snprintf(all, sizeof all, "*:%u", http_server_port(s->server, 0));
	free(s->listen.v[0]);
	s->listen.v[0] = xstrdup(all);
}

static void
test_what_stays_keeps_its_connections(void **state)
{
	struct client kept;
	struct site s;

	(void)state;
	site_init(&s);
	site_start(&s);
	open_kept(&kept, &s);
	/* Another one comes, and goes. */
	strvec_add(&s.listen, address);
	must_reload(&s);
	check_answer(&kept, true);
	assert_int_equal(access(address + 5, F_OK), 0);
	free(s.listen.v[--s.listen.n]);
	must_reload(&s);
	check_answer(&kept, true);
	assert_int_not_equal(access(address + 5, F_OK), 0);
	must_reload(&s);
	check_answer(&kept, true);
	/* It is itself another one. */
	widen(&s);
	must_reload(&s);
	check_answer(&kept, false);
	client_close(&kept);
	site_fini(&s);
}

/* The lowest number that no descriptor has. */
static rlim_t
first_free(void)
{
	int fd = dup(0);

	close(fd);
	return (rlim_t)fd;
}

static int
count_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Wherever it is on the way to new listeners that descriptors run out. */
static void
test_all_or_nothing(void **state)
{
	struct rlimit was, few;
	struct client kept;
	struct site s;
	struct err e;
	int failed = 0, had;
	bool ok;

	(void)state;
	site_init(&s);
	site_start(&s);
	open_kept(&kept, &s);
	had = count_descriptors();
	widen(&s);
	strvec_add(&s.listen, address);
	getrlimit(RLIMIT_NOFILE, &was);
	do {
		few = (struct rlimit){first_free() + (rlim_t)failed, was.rlim_max};
		setrlimit(RLIMIT_NOFILE, &few);
		ok = site_reload(&s, &e);
		setrlimit(RLIMIT_NOFILE, &was);
		failed += !ok;
		if (ok)
			break;
		assert_true(*e.text);
		assert_int_not_equal(access(address + 5, F_OK), 0);
		assert_int_equal(count_descriptors(), had);
		check_answer(&kept, true);
	} while (failed < 100);
	assert_true(ok);
	/* Sockets, and an epoll set of each listener at least. */
	assert_true(failed >= 4);
	check_answer(&kept, false);
	client_close(&kept);
	site_fini(&s);
}

/* Nothing has come for it, however often the loop turns for another. */
static void
check_waits(struct client *c, struct client *other)
{
	char byte;

	for (int i = 0; i < 3; i++)
		check_answer(other, true);
	assert_int_equal(recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT), -1);
}

/* Those that were open before count as well as those that come. */
static void
test_the_limit_holds_over_a_reload(void **state)
{
	struct client old[2], kept, first, second;
	struct site s;

	(void)state;
	site_init(&s);
	s.options.max_connections = 4;
	strvec_add(&s.listen, "localhost:0");
	site_start(&s);
	for (int i = 0; i < 2; i++) {
		open_kept(&old[i], &s);
		client_send(&old[i], "GET /healthz HTTP/1.1\r\n");
	}
	client_open_at(&kept, &s, 1);
	check_answer(&kept, true);
	widen(&s);
	must_reload(&s);
	client_open(&first, &s);
	check_answer(&first, true);
	client_open(&second, &s);
	client_send(&second, ASK);
	check_waits(&second, &kept);
	client_send(&old[0], "Host: t\r\n\r\n");
	client_wait_closed(&old[0]);
	client_wait(&second, 1);
	for (int i = 0; i < 2; i++)
		client_close(&old[i]);
	client_close(&kept);
	client_close(&first);
	client_close(&second);
	site_fini(&s);
}

/* As where the service manager holds the socket, and starts another at once. */
static void
test_an_end_cuts_nobody_off(void **state)
{
	struct client half, idle;
	struct reading r;
	struct site s;

	(void)state;
	site_init(&s);
	strvec_add(&s.listen, address);
	site_start(&s);
	client_open(&half, &s);
	client_send(&half, "GET /healthz HTTP/1.1\r\n");
	open_kept(&idle, &s);
	http_server_end(s.server);
	assert_int_not_equal(access(address + 5, F_OK), 0);
	assert_false(http_server_has_ended(s.server));
	client_send(&half, "Host: t\r\n\r\n");
	client_wait_closed(&half);
	r = client_take(&half, false);
	assert_int_equal(r.status, 200);
	assert_string_equal(reading_header(&r, "Connection"), "close");
	reading_free(&r);
	client_wait_closed(&idle);
	assert_true(http_server_has_ended(s.server));
	client_close(&half);
	client_close(&idle);
	site_fini(&s);
}

/* A browser, or who collects metrics, keeps a connection for minutes. */
static void
test_an_end_waits_for_no_idle_one(void **state)
{
	enum { ANSWERING_MS = 500 }; /* what an end waits for others */
	int64_t least_ms = ANSWERING_MS;

	(void)state;
	/* Others may keep the machine busy. */
	for (int i = 0; i < 5 && least_ms >= ANSWERING_MS; i++) {
		struct client idle;
		struct site s;
		int64_t begun_ms;

		site_init(&s);
		site_start(&s);
		open_kept(&idle, &s);
		begun_ms = clock_mono_ms();
		http_server_end(s.server);
		client_wait_closed(&idle);
		least_ms = clock_mono_ms() - begun_ms;
		assert_true(http_server_has_ended(s.server));
		client_close(&idle);
		site_fini(&s);
	}
	assert_true(least_ms < ANSWERING_MS);
}

/* Who has been connected by the kernel is answered, though nobody has accepted it
 * before the end: from the first moment it is known that the end has to wait for it. */
static void
test_an_end_answers_who_waits_at_the_door(void **state)
{
	enum { CLIENTS = 14 }; /* more than one turn accepts */
	struct client c[CLIENTS];
	struct site s;

	(void)state;
	site_init(&s);
	s.options.max_connections = CLIENTS;
	site_start(&s);
	for (int i = 0; i < CLIENTS; i++) {
		client_open(&c[i], &s);
		/* Some have said all, some nothing. */
		client_send(&c[i], i % 2 ? ASK : "GET");
	}
	http_server_end(s.server);
	assert_false(http_server_has_ended(s.server));
	for (int i = 0; i < CLIENTS; i++) {
		struct reading r;

		client_send(&c[i], i % 2 ? "" : &ASK[3]);
		client_wait_closed(&c[i]);
		r = client_take(&c[i], false);
		assert_int_equal(r.status, 200);
		assert_string_equal(reading_header(&r, "Connection"), "close");
		reading_free(&r);
	}
	assert_true(http_server_has_ended(s.server));
	for (int i = 0; i < CLIENTS; i++)
		client_close(&c[i]);
	site_fini(&s);
}

/* However many come at once: none is let in that has no place. */
static void
test_the_limit_holds_at_once(void **state)
{
	enum { CLIENTS = 8, MOST = 4 };
	struct client c[CLIENTS];
	struct site s;
	int in = 0;
	char byte;

	(void)state;
	site_init(&s);
	s.options.max_connections = MOST;
	site_start(&s);
	for (int i = 0; i < CLIENTS; i++) {
		client_open(&c[i], &s);
		client_send(&c[i], ASK);
	}
	client_wait(&c[0], 1);
	for (int i = 0; i < 3; i++)
		check_answer(&c[0], true);
	for (int i = 0; i < CLIENTS; i++)
		in += c[i].got.len ||
		      recv(c[i].fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
	assert_int_equal(in, MOST - 1);
	for (int i = 0; i < CLIENTS; i++)
		client_close(&c[i]);
	site_fini(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_stays_keeps_its_connections),
		cmocka_unit_test(test_all_or_nothing),
		cmocka_unit_test(test_the_limit_holds_over_a_reload),
		cmocka_unit_test(test_an_end_cuts_nobody_off),
		cmocka_unit_test(test_an_end_waits_for_no_idle_one),
		cmocka_unit_test(test_an_end_answers_who_waits_at_the_door),
		cmocka_unit_test(test_the_limit_holds_at_once),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}

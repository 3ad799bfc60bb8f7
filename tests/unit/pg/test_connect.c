#include "tests/unit/pg/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

static void
test_connect(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT,
			.text = "client_encoding=UTF8 fallback_application_name=test"},
	};
	struct fixture *f = *state;

	fake_script("host=/run", steps, COUNT_OF(steps));
	assert_false(pg_session_is_open(f->session));
	assert_int_equal(pg_session_server_version(f->session), 0);
	connect_to(f, "host=/run");
	assert_int_equal(f->err.code, ERR_NONE);
	assert_true(pg_session_is_open(f->session));
	assert_int_equal(pg_session_server_version(f->session), 150018);
	assert_int_equal(pg_session_round_trips(f->session), 0);
}

/* libpq is never left to resolve a name. */
static void
test_connect_resolves(void **state)
{
	static const struct fake_step steps[] = {
		/* localhost may have one address or two. */
		{FAKE_CONNECT, .text = "localhost,192.0.2.1,/run hostaddr="},
	};
	struct fixture *f = *state;

	fake_script("port=1,2,3", steps, COUNT_OF(steps));
	connect_to(f, "host=localhost,192.0.2.1,/run port=1,2,3");
	assert_int_equal(f->err.code, ERR_NONE);
}

static void
test_connect_refused(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .answer = FAKE_FAIL, .message = "Connection refused"},
	};
	struct fixture *f = *state;

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	expect_error(f, ERR_CONNECT,
		"connection to server at \"fake\", port 5432 failed: Connection "
		"refused");
	assert_false(pg_session_is_open(f->session));
}

static void
test_connect_refused_by_name(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .answer = FAKE_FAIL,
			.message = "x at \"127.0.0.1\", port 1: refused"},
	};
	struct fixture *f = *state;

	fake_script("host=localhost", steps, COUNT_OF(steps));
	connect_to(f, "host=localhost");
	assert_non_null(
		strstr(f->err.text, "x at \"localhost\" (127.0.0.1), port 1: refused"));
}

static void
test_connect_unauthorized(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .answer = FAKE_FAIL, .sqlstate = "28P01",
			.message = "password geheim failed"},
	};
	struct fixture *f = *state;

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run password=geheim");
	expect_error(f, ERR_AUTH,
		"connection to server at \"fake\", port 5432 failed: password <secret> "
		"failed");
	assert_string_equal(f->err.sqlstate, "28P01");
}

static void
test_connect_needs_password(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .answer = FAKE_FAIL, .message = "no password supplied",
			.needs_password = true},
	};
	struct fixture *f = *state;

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_to(f, "host=/run");
	assert_int_equal(f->err.code, ERR_AUTH);
}

static void
test_connect_timeout(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .answer = FAKE_SILENT},
	};
	const struct pg_target t = {.dsn = "host=/run", .connect_timeout_ms = 2000};
	struct fixture *f = *state;

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_with(f, &t);
	expect_error(f, ERR_TIMEOUT,
		"no connection within 2s: /fake, port 5432 has taken it and does "
		"not "
		"answer");
	assert_true(f->err.unanswered);
	assert_int_equal(fake_cancels(), 0);
}

/* A pipe at each end of what a thread does. */
struct held {
	int begun[2], gate[2];
};

static void
hold(struct held *h)
{
	assert_int_equal(pipe(h->begun), 0);
	assert_int_equal(pipe(h->gate), 0);
	fake_hold(h->begun[1], h->gate[0]);
}

static void
let_go(struct held *h)
{
	assert_int_equal(write(h->gate[1], "g", 1), 1);
}

static void
end_hold(struct held *h)
{
	for (int i = 0; i < 2; i++) {
		close(h->begun[i]);
		close(h->gate[i]);
	}
}

static void
stop_at_end(void *arg, const struct err *e)
{
	struct fixture *f = arg;

	on_connected(arg, e);
	loop_stop(f->loop);
}

/* Its step goes on and ends after it. */
static void
test_connect_timeout_of_a_step(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .answer = FAKE_OK},
		{FAKE_CLOSE},
	};
	const struct pg_target t = {.dsn = "host=/run", .connect_timeout_ms = 5};
	struct fixture *f = *state;
	struct held held;

	hold(&held);
	fake_script("host=/run", steps, COUNT_OF(steps));
	pg_session_connect(f->session, &t, stop_at_end, f);
	loop_run(f->loop);
	assert_int_equal(f->connected, 1);
	expect_error(f, ERR_TIMEOUT,
		"no connection within 5ms: what the server asks for in the login takes "
		"longer");
	assert_true(f->err.unanswered);
	let_go(&held);
	loop_run(f->loop);
	assert_int_equal(f->connected, 1);
	end_hold(&held);
}

static void
stop_at_begun(void *arg, int what)
{
	(void)what;
	loop_stop(arg);
}

/* The first connection, which is made so, is closed in its step; another one goes on,
 * and enters once that is back. */
static void
close_in_a_step(struct fixture *f, const struct fake_step *steps, size_t n)
{
	static const struct fake_step well[] = {
		{FAKE_CONNECT, .answer = FAKE_OK},
		{FAKE_CLOSE},
	};
	struct pg_servers *servers = pg_servers_new(f->loop, NULL, NULL);
	const struct pg_target t = {
		.dsn = "host=/run", .connect_timeout_ms = 100000, .servers = servers};
	struct pg_session *other = pg_session_new(f->loop);
	struct watch *watch = watch_new(f->loop, stop_at_begun, f->loop);
	struct held held;

	hold(&held);
	fake_script("host=/run", steps, n);
	fake_script("host=/run", well, COUNT_OF(well));
	pg_session_connect(f->session, &t, on_connected, f);
	watch_set(watch, held.begun[0], WATCH_READ, -1);
	loop_run(f->loop);
	pg_session_close(f->session);
	assert_string_equal(pg_session_server(f->session), "");
	pg_session_connect(other, &t, stop_at_end, f);
	let_go(&held);
	let_go(&held);
	loop_run(f->loop);
	assert_int_equal(f->connected, 1);
	assert_int_equal(f->err.code, ERR_NONE);
	assert_int_equal(fake_connects(), 2);
	watch_free(watch);
	pg_session_free(other);
	pg_servers_free(servers);
	end_hold(&held);
}

/* Nobody touches the connection while it is in a thread, whatever becomes of the
 * session. */
static void
test_close_in_a_step(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .answer = FAKE_OK},
		{FAKE_CLOSE},
	};

	close_in_a_step(*state, steps, COUNT_OF(steps));
}

/* Whom it was at does not answer for another one. */
static void
test_close_in_a_step_to_the_next_host(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .answer = FAKE_SILENT},
		{FAKE_CLOSE},
	};

	fake_move("/other");
	close_in_a_step(*state, steps, COUNT_OF(steps));
}

/* The name server is one that does not exist. */
static void
test_connect_unresolvable(void **state)
{
	const struct pg_target t = {
		.dsn = "host=nowhere.invalid", .connect_timeout_ms = 20};
	struct fixture *f = *state;
	char path[] = "/tmp/test_session.XXXXXX";
	FILE *out = fdopen(mkstemp(path), "w");

	fprintf(out, "nameserver 127.0.0.1:1\n");
	fclose(out);
	loop_resolv_conf(f->loop, path);
	connect_with(f, &t);
	unlink(path);
	assert_true(f->err.code == ERR_CONNECT || f->err.code == ERR_TIMEOUT);
	assert_non_null(strstr(f->err.text, "\"nowhere.invalid\""));
	assert_int_equal(fake_connects(), 0);
}

static void
test_connect_bad_dsn(void **state)
{
	struct fixture *f = *state;

	connect_to(f, "host=/run password=a geheim");
	assert_int_equal(f->err.code, ERR_CONFIG);
	assert_null(strstr(f->err.text, "geheim"));
	assert_int_equal(fake_connects(), 0);
}

static void
test_password_file(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .text = "password=geheim "},
		{FAKE_CLOSE},
	};
	struct fixture *f = *state;
	char path[] = "/tmp/test_session.XXXXXX";
	const struct pg_target t = {.dsn = "host=/run",
		.password_file = path,
		.connect_timeout_ms = 100000};
	FILE *out = fdopen(mkstemp(path), "w");

	fprintf(out, "geheim\n");
	fclose(out);
	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_with(f, &t);
	assert_int_equal(f->err.code, ERR_NONE);
	unlink(path);
	connect_with(f, &t);
	assert_int_equal(f->err.code, ERR_AUTH);
	assert_non_null(strstr(f->err.text, path));
	assert_int_equal(fake_connects(), 1);
}

static void
test_password_command(void **state)
{
	static const struct fake_step steps[] = {
		{FAKE_CONNECT, .text = "password=geheim "},
	};
	struct fixture *f = *state;
	struct pg_target t = {.dsn = "host=/run",
		.password_command = "echo geheim",
		.connect_timeout_ms = 100000};

	fake_script("host=/run", steps, COUNT_OF(steps));
	connect_with(f, &t);
	assert_int_equal(f->err.code, ERR_NONE);
	t.password_command = "echo geheim; exit 3";
	connect_with(f, &t);
	expect_error(f, ERR_AUTH, "password_command: exit status 3");
	t.password_command = "sleep 1000";
	t.connect_timeout_ms = 5;
	connect_with(f, &t);
	expect_error(f, ERR_TIMEOUT, "password_command: not done in time");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_connect),
		TEST(test_connect_resolves),
		TEST(test_connect_refused),
		TEST(test_connect_refused_by_name),
		TEST(test_connect_unauthorized),
		TEST(test_connect_needs_password),
		TEST(test_connect_timeout),
		TEST(test_connect_timeout_of_a_step),
		TEST(test_close_in_a_step),
		TEST(test_close_in_a_step_to_the_next_host),
		TEST(test_connect_unresolvable),
		TEST(test_connect_bad_dsn),
		TEST(test_password_file),
		TEST(test_password_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

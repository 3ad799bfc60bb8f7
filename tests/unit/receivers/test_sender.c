/* Against a process that answers one request with bytes that it was given. */
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "receivers/sender.h"

enum { PLENTY_MS = 20000, DAY_MS = 86400000 };

struct fixture {
	struct loop *loop;
	struct sender *sender;
	struct answer answer;
	int calls;
};

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);

	f->loop = loop_new();
	f->sender = sender_new(f->loop);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	sender_free(f->sender);
	loop_free(f->loop);
	free(f);
	return 0;
}

/* A socket that listens on loopback, and its URL. */
static int
listen_anywhere(char **url)
{
	struct sockaddr_in a = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	*url = xasprintf("http://127.0.0.1:%d/", ntohs(a.sin_port));
	return fd;
}

/* Takes one request and says that. */
static pid_t
serve(int listener, const char *answer)
{
	pid_t pid = fork();
	char request[65536];
	int fd;

	assert_true(pid >= 0);
	if (pid)
		return pid;
	fd = accept(listener, NULL, NULL);
	if (read(fd, request, sizeof request) <= 0 ||
		write(fd, answer, strlen(answer)) < 0)
		_exit(1);
	_exit(0);
}

static void
on_answer(void *arg, const struct answer *a)
{
	struct fixture *f = arg;

	f->answer = *a;
	f->calls++;
	loop_stop(f->loop);
}

static struct delivery *
post(struct fixture *f, const char *url, int64_t timeout_ms)
{
	const struct parcel p = {.url = url,
		.authorization = "Bearer x",
		.id = "id",
		.body = "{}",
		.timeout_ms = timeout_ms};

	return sender_post(f->sender, &p, on_answer, f);
}

static void
test_answers(void **state)
{
	static const struct {
		const char *said;
		struct answer answer;
	} cases[] = {
		{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", {.status = 200}},
		{"HTTP/1.1 204 No Content\r\n\r\n", {.status = 204}},
		/* It has said so, whatever is missing behind it. */
		{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", {.status = 200}},
		{"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
			{.status = 429, .retry_after_ms = 7000}},
		{"HTTP/1.1 503 No\r\nRetry-After: 999999\r\nContent-Length: 0\r\n\r\n",
			{.status = 503, .retry_after_ms = DAY_MS}},
		{"HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:1/\r\n"
		 "Content-Length: 0\r\n\r\n",
			{.status = 302}},
		{"", {.trouble = TROUBLE_CUT}},
		{"garbage\r\n\r\n", {.trouble = TROUBLE_GARBAGE}},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *url;
		int listener = listen_anywhere(&url);
		pid_t pid = serve(listener, cases[i].said);

		post(f, url, PLENTY_MS);
		loop_run(f->loop);
		assert_int_equal(f->answer.status, cases[i].answer.status);
		assert_int_equal(f->answer.trouble, cases[i].answer.trouble);
		/* libcurl 8 takes no more than six hours for such an answer. */
		if (cases[i].answer.retry_after_ms == DAY_MS)
			assert_in_range(f->answer.retry_after_ms, DAY_MS / 4, DAY_MS);
		else
			assert_int_equal(f->answer.retry_after_ms,
				cases[i].answer.retry_after_ms);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		close(listener);
		free(url);
	}
	assert_int_equal(f->calls, COUNT_OF(cases));
}

static void
test_nobody(void **state)
{
	struct fixture *f = *state;
	char *url;

	close(listen_anywhere(&url));
	post(f, url, PLENTY_MS);
	loop_run(f->loop);
	assert_int_equal(f->answer.trouble, TROUBLE_CONNECT);
	free(url);
}

/* It listens, and never takes what comes. */
static void
test_silence(void **state)
{
	struct fixture *f = *state;
	char *url;
	int listener = listen_anywhere(&url);

	post(f, url, 50);
	loop_run(f->loop);
	assert_int_equal(f->answer.trouble, TROUBLE_TIMEOUT);
	close(listener);
	free(url);
}

/* Nobody is told, and nothing is left behind (a sanitizer would say so). */
static void
test_cancelled(void **state)
{
	struct fixture *f = *state;
	struct delivery *first, *second;
	char *url;
	int listener = listen_anywhere(&url);

	first = post(f, url, PLENTY_MS);
	second = post(f, url, PLENTY_MS);
	post(f, url, 50);
	delivery_cancel(second);
	loop_run(f->loop);
	delivery_cancel(first);
	assert_int_equal(f->calls, 1);
	post(f, url, PLENTY_MS);
	close(listener);
	free(url);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nobody, setup, teardown),
		cmocka_unit_test_setup_teardown(test_silence, setup, teardown),
		cmocka_unit_test_setup_teardown(test_cancelled, setup, teardown),
	};

	unsetenv("http_proxy");
	unsetenv("all_proxy");
	unsetenv("ALL_PROXY");
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

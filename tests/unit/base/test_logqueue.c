/* The queue in front of a sink that is slow, stands, or fails. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/logqueue.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/thread.h"

enum { PATIENCE_MS = 10000 };

/* A sink that writes as often as it may. */
struct gate {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	size_t may, entered;
	bool fails;
	struct strvec lines;
};

static bool
pass(const struct log_record *r, void *arg)
{
	struct gate *g = arg;
	bool ok;

	pthread_mutex_lock(&g->mutex);
	g->entered++;
	pthread_cond_broadcast(&g->changed);
	while (!g->may)
		pthread_cond_wait(&g->changed, &g->mutex);
	g->may--;
	ok = !g->fails;
	if (ok)
		strvec_add(&g->lines, r->msg);
	pthread_mutex_unlock(&g->mutex);
	return ok;
}

static void
gate_init(struct gate *g, size_t may)
{
	*g = (struct gate){.may = may};
	pthread_mutex_init(&g->mutex, NULL);
	thread_cond_init(&g->changed);
}

static void
gate_open(struct gate *g, size_t may)
{
	pthread_mutex_lock(&g->mutex);
	g->may = may;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->mutex);
}

/* Until the sink has been called so often. */
static void
gate_await(struct gate *g, size_t entered)
{
	int64_t until_ms = clock_mono_ms() + PATIENCE_MS;

	pthread_mutex_lock(&g->mutex);
	while (g->entered < entered)
		assert_true(thread_cond_wait(&g->changed, &g->mutex, until_ms));
	pthread_mutex_unlock(&g->mutex);
}

static bool
put(struct logqueue *q, int n)
{
	char msg[32];

	snprintf(msg, sizeof msg, "line %d", n);
	return logqueue_sink(&(struct log_record){.level = LEVEL_INFO,
				     .time_ms = 1,
				     .msg = msg,
				     .fields = &(struct log_field){"key", msg, false},
				     .n_fields = 1},
		q);
}

static void
test_nothing_is_lost_at_the_end(void **state)
{
	struct gate g;
	struct logqueue *q;
	uint64_t before = log_lost();

	(void)state;
	gate_init(&g, SIZE_MAX);
	q = logqueue_new(1 << 20, pass, &g);
	assert_non_null(q);
	for (int i = 0; i < 1000; i++)
		assert_true(put(q, i));
	logqueue_end(q, PATIENCE_MS);
	assert_int_equal(g.lines.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(atoi(g.lines.v[i] + strlen("line ")), i);
	assert_int_equal(log_lost(), before);
	strvec_free(&g.lines);
}

/* What finds no room is counted, and said where it would stand. */
static void
test_lost_lines_are_said_in_their_place(void **state)
{
	struct gate g;
	struct logqueue *q;
	uint64_t before = log_lost();
	int kept = 0, lost = 0;
	char said[96];

	(void)state;
	gate_init(&g, 0);
	q = logqueue_new(10000, pass, &g);
	while (put(q, kept))
		assert_in_range(++kept, 1, 1000);
	for (lost = 1; lost < 50; lost++)
		assert_false(put(q, kept + lost));
	assert_int_equal(log_lost() - before, 50);
	gate_open(&g, (size_t)kept + 1);
	gate_await(&g, (size_t)kept + 1);
	/* Drained; said without a further line. */
	gate_open(&g, SIZE_MAX);
	while (!put(q, -1))
		;
	logqueue_end(q, PATIENCE_MS);
	assert_int_equal(g.lines.n, kept + 2);
	snprintf(said, sizeof said,
		"50 lines were lost here: the log could not be written");
	assert_string_equal(g.lines.v[kept], said);
	assert_string_equal(g.lines.v[kept + 1], "line -1");
	strvec_free(&g.lines);
}

static void
test_a_sink_that_fails(void **state)
{
	struct gate g;
	struct logqueue *q;
	uint64_t before = log_lost();

	(void)state;
	gate_init(&g, 0);
	g.fails = true;
	q = logqueue_new(1 << 20, pass, &g);
	put(q, 1);
	gate_await(&g, 1);
	put(q, 2);
	gate_open(&g, 1);
	/* The word of the first line's loss fails as well, and the second with it. */
	gate_await(&g, 2);
	put(q, 3);
	gate_open(&g, 1);
	gate_await(&g, 3);
	g.fails = false;
	gate_open(&g, SIZE_MAX);
	logqueue_end(q, PATIENCE_MS);
	assert_int_equal(log_lost() - before, 2);
	assert_int_equal(g.lines.n, 2);
	assert_non_null(strstr(g.lines.v[0], "2 lines were lost here"));
	assert_string_equal(g.lines.v[1], "line 3");
	strvec_free(&g.lines);
}

/* Nobody reads: the end does not wait for ever, and the thread is left where it is. */
static void
test_the_end_is_bounded(void **state)
{
	static struct gate g;
	struct logqueue *q;

	(void)state;
	gate_init(&g, 0);
	q = logqueue_new(1 << 20, pass, &g);
	put(q, 1);
	gate_await(&g, 1);
	logqueue_end(q, 20);
	assert_int_equal(g.lines.n, 0);
}

static void
test_another_outlet(void **state)
{
	struct gate one, other;
	struct logqueue *q;

	(void)state;
	gate_init(&one, SIZE_MAX);
	gate_init(&other, SIZE_MAX);
	q = logqueue_new(1 << 20, pass, &one);
	put(q, 1);
	logqueue_set_outlet(q, pass, &other);
	put(q, 2);
	logqueue_end(q, PATIENCE_MS);
	assert_int_equal(one.lines.n, 1);
	assert_int_equal(other.lines.n, 1);
	assert_string_equal(other.lines.v[0], "line 2");
	strvec_free(&one.lines);
	strvec_free(&other.lines);
}

/* ---- Standard error itself ---- */

/* Put `fd` in the place of standard error; the former one. */
static int
redirect(int fd)
{
	int before = dup(STDERR_FILENO);

	assert_true(before >= 0);
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	return before;
}

static void
restore(int before)
{
	assert_int_equal(dup2(before, STDERR_FILENO), STDERR_FILENO);
	close(before);
}

/* A file that may not grow takes a part of a line; the next one begins a line. */
static void
test_a_torn_line(void **state)
{
	const struct log_record r = {.level = LEVEL_INFO, .time_ms = 1, .msg = "word"};
	struct rlimit limit, small;
	char path[] = "/tmp/test_logqueue.XXXXXX", text[512];
	int fd = mkstemp(path), before = redirect(fd);
	ssize_t n;
	bool ok[3];

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	small = limit;
	small.rlim_cur = 10;
	setrlimit(RLIMIT_FSIZE, &small);
	ok[0] = log_sink_logfmt(&r, NULL);
	ok[1] = log_sink_logfmt(&r, NULL);
	setrlimit(RLIMIT_FSIZE, &limit);
	ok[2] = log_sink_logfmt(&r, NULL);
	restore(before);
	assert_false(ok[0]);
	assert_false(ok[1]);
	assert_true(ok[2]);
	n = pread(fd, text, sizeof text - 1, 0);
	text[n] = '\0';
	assert_string_equal(
		text, "time=1970-\ntime=1970-01-01T00:00:00Z level=info msg=word\n");
	close(fd);
	unlink(path);
}

/* Somebody else made the pipe non-blocking: a whole line all the same. */
static void
test_a_pipe_that_does_not_block(void **state)
{
	char *long_msg = xcalloc(1, 200001);
	const struct log_record r = {
		.level = LEVEL_INFO, .time_ms = 1, .msg = long_msg};
	struct logqueue *q;
	int fds[2], before;
	size_t got = 0;
	char bytes[4096];

	(void)state;
	memset(long_msg, 'x', 200000);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	fcntl(fds[1], F_SETFL, O_NONBLOCK);
	before = redirect(fds[1]);
	close(fds[1]);
	q = logqueue_new(1 << 20, log_sink_logfmt, NULL);
	logqueue_sink(&r, q);
	while (got < 200000) {
		ssize_t n = read(fds[0], bytes, sizeof bytes);

		if (n <= 0)
			break;
		got += (size_t)n;
	}
	logqueue_end(q, PATIENCE_MS);
	restore(before);
	assert_in_range(got, 200000, 200100);
	close(fds[0]);
	free(long_msg);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_lost_at_the_end),
		cmocka_unit_test(test_lost_lines_are_said_in_their_place),
		cmocka_unit_test(test_a_sink_that_fails),
		cmocka_unit_test(test_the_end_is_bounded),
		cmocka_unit_test(test_another_outlet),
		cmocka_unit_test(test_a_torn_line),
		cmocka_unit_test(test_a_pipe_that_does_not_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

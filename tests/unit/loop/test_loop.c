#include "tests/unit/unit.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/loop.h"

/* What happened, in order, one letter an event. */
struct trace {
	struct loop *loop;
	struct timer *timer;
	struct watch *watch;
	char seen[16];
	size_t n;
	int what;
	int left; /* rounds before the end */
	int fd;
};

static void
note(struct trace *t, char c)
{
	assert_true(t->n + 1 < sizeof t->seen);
	t->seen[t->n++] = c;
}

static void
note_d(void *arg)
{
	note(arg, 'd');
}

static void
on_tick(void *arg)
{
	struct trace *t = arg;

	note(t, 't');
	loop_defer(t->loop, note_d, t);
	note(t, 'x');
	if (--t->left > 0)
		timer_set(t->timer, 0);
}

static void
test_timer_and_defer(void **state)
{
	struct trace t = {.loop = loop_new(), .left = 2};

	(void)state;
	t.timer = timer_new(t.loop, on_tick, &t);
	assert_false(timer_is_set(t.timer));
	timer_set(t.timer, 1);
	assert_true(timer_is_set(t.timer));
	loop_run(t.loop);
	assert_string_equal(t.seen, "txdtxd");
	assert_false(timer_is_set(t.timer));
	timer_free(t.timer);
	loop_free(t.loop);
}

static void
test_timer_replaced_and_cleared(void **state)
{
	struct trace t = {.loop = loop_new(), .left = 1};

	(void)state;
	t.timer = timer_new(t.loop, on_tick, &t);
	timer_set(t.timer, 1000000);
	timer_set(t.timer, 0);
	loop_run(t.loop);
	assert_string_equal(t.seen, "txd");
	timer_set(t.timer, 0);
	timer_clear(t.timer);
	loop_run(t.loop);
	assert_string_equal(t.seen, "txd");
	timer_free(t.timer);
	loop_free(t.loop);
}

static void
free_self(void *arg)
{
	struct trace *t = arg;

	note(t, 'f');
	timer_free(t->timer);
}

static void
test_timer_freed_by_itself(void **state)
{
	struct trace t = {.loop = loop_new()};

	(void)state;
	t.timer = timer_new(t.loop, free_self, &t);
	timer_set(t.timer, 0);
	loop_run(t.loop);
	assert_string_equal(t.seen, "f");
	loop_free(t.loop);
}

static void
defer_again(void *arg)
{
	struct trace *t = arg;

	note(t, 'a');
	loop_defer(t->loop, note_d, t);
	note(t, 'b');
}

static void
test_defer_alone(void **state)
{
	struct trace t = {.loop = loop_new()};

	(void)state;
	loop_defer(t.loop, defer_again, &t);
	loop_run(t.loop);
	assert_string_equal(t.seen, "abd");
	loop_defer(t.loop, defer_again, &t);
	loop_free(t.loop);
	assert_string_equal(t.seen, "abdabd");
}

static void
on_watch(void *arg, int what)
{
	struct trace *t = arg;
	char c;

	t->what = what;
	if (what & WATCH_TIMEOUT)
		note(t, 'o');
	if (what & WATCH_WRITE)
		note(t, 'w');
	if (what & WATCH_READ && read(t->fd, &c, 1) == 1)
		note(t, c);
	if (t->left && --t->left == 0)
		loop_stop(t->loop);
}

static void
test_watch_once(void **state)
{
	struct trace t = {.loop = loop_new()};
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	t.fd = fds[0];
	t.watch = watch_new(t.loop, on_watch, &t);
	watch_set(t.watch, fds[0], WATCH_READ, 1);
	loop_run(t.loop);
	assert_string_equal(t.seen, "o");
	assert_int_equal(write(fds[1], "12", 2), 2);
	watch_set(t.watch, fds[0], WATCH_READ, 100000);
	loop_run(t.loop);
	assert_string_equal(t.seen, "o1");
	watch_set(t.watch, fds[0], WATCH_READ | WATCH_WRITE, 100000);
	loop_run(t.loop);
	assert_int_equal(t.what, WATCH_READ | WATCH_WRITE);
	assert_string_equal(t.seen, "o1w2");
	watch_set(t.watch, fds[0], WATCH_WRITE, 100000);
	watch_clear(t.watch);
	loop_run(t.loop);
	assert_string_equal(t.seen, "o1w2");
	watch_free(t.watch);
	close(fds[0]);
	close(fds[1]);
	loop_free(t.loop);
}

/* Of a socket at its end, too: it is readable. */
static void
test_watch_keeps(void **state)
{
	struct trace t = {.loop = loop_new(), .left = 3};
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	t.fd = fds[0];
	t.watch = watch_new(t.loop, on_watch, &t);
	watch_keep(t.watch, fds[0], WATCH_READ);
	assert_int_equal(write(fds[1], "12", 2), 2);
	close(fds[1]);
	loop_run(t.loop);
	assert_string_equal(t.seen, "12");
	assert_int_equal(t.what, WATCH_READ);
	watch_free(t.watch);
	close(fds[0]);
	loop_free(t.loop);
}

static void
on_signal(void *arg)
{
	struct trace *t = arg;

	note(t, 's');
	loop_stop(t->loop);
}

static void
test_signal(void **state)
{
	struct trace t = {.loop = loop_new()};
	struct signal_watch *s = signal_new(t.loop, SIGUSR1, on_signal, &t);

	(void)state;
	raise(SIGUSR1);
	loop_run(t.loop);
	assert_string_equal(t.seen, "s");
	signal_free(s);
	loop_free(t.loop);
}

/* A stop before the run counts: the run returns at once, and the next one runs. */
static void
test_stop_first(void **state)
{
	struct trace t = {.loop = loop_new(), .left = 1};

	(void)state;
	t.timer = timer_new(t.loop, on_tick, &t);
	timer_set(t.timer, 0);
	loop_stop(t.loop);
	loop_run(t.loop);
	assert_string_equal(t.seen, "");
	loop_run(t.loop);
	assert_string_equal(t.seen, "txd");
	timer_free(t.timer);
	loop_free(t.loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timer_and_defer),
		cmocka_unit_test(test_timer_replaced_and_cleared),
		cmocka_unit_test(test_timer_freed_by_itself),
		cmocka_unit_test(test_defer_alone),
		cmocka_unit_test(test_watch_once),
		cmocka_unit_test(test_watch_keeps),
		cmocka_unit_test(test_signal),
		cmocka_unit_test(test_stop_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

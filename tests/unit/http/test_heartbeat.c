/* A loop that is held up is late; a process that stood still is not. */
#include "http/heartbeat.h"

#include "tests/unit/unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { STALL_MS = 1300, HELD_UP_MS = 2000 };

static void
count(void *arg)
{
	int *beats = arg;

	++*beats;
}

static void
work(int64_t ms)
{
	int64_t until_ms = clock_mono_ms() + ms;

	while (clock_mono_ms() < until_ms)
		;
}

static void
on_end(void *arg)
{
	loop_stop(arg);
}

static void
test_held_up(void **state)
{
	struct loop *l = loop_new();
	struct timer *end = timer_new(l, on_end, l);
	int beats = 0;
	struct heartbeat *h = heartbeat_new(l, STALL_MS, count, &beats);

	(void)state;
	assert_int_equal(beats, 1);
	assert_false(heartbeat_is_late(h));
	work(HELD_UP_MS);
	assert_true(heartbeat_is_late(h));
	/* It turns again. */
	timer_set(end, 1);
	loop_run(l);
	assert_true(beats >= 2);
	assert_false(heartbeat_is_late(h));
	heartbeat_free(h);
	heartbeat_free(NULL);
	timer_free(end);
	loop_free(l);
}

static int
be_stopped(void)
{
	int beats = 0;
	struct loop *l = loop_new();
	struct heartbeat *h = heartbeat_new(l, STALL_MS, count, &beats);
	bool late;

	raise(SIGSTOP);
	late = heartbeat_is_late(h);
	heartbeat_free(h);
	loop_free(l);
	return late;
}

static void
test_stopped(void **state)
{
	int status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(be_stopped());
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
	work(HELD_UP_MS);
	assert_int_equal(kill(pid, SIGCONT), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_held_up),
		cmocka_unit_test(test_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A loop that is held up is late; a process that stood still is not. */
#include "http/heartbeat.h"

#include "tests/unit/unit.h"

#include "tests/unit/stopped.h"

enum { STALL_MS = 1300, HELD_UP_MS = 2000 };

static void
count(void *arg)
{
	int *beats = arg;

	++*beats;
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
	(void)state;
	stand_still(be_stopped, HELD_UP_MS);
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

#include "tests/unit/unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/work.h"

/* What a job does and what becomes of it.  A job waits at its gate, a pipe, and says at
 * another one that it has begun. */
struct scene {
	struct loop *loop;
	pthread_t loop_thread;
	int gate[2], begun[2];
	int done, dropped;
	char order[8];
};

struct job {
	struct scene *scene;
	char name;
	bool waits, ran, elsewhere, signals;
};

static void
pass(int fd)
{
	char c;

	assert_int_equal(read(fd, &c, 1), 1);
}

static void
open_gate(int fd)
{
	assert_int_equal(write(fd, "", 1), 1);
}

static void
run_job(void *arg)
{
	struct job *j = arg;
	sigset_t blocked;

	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	j->signals = !sigismember(&blocked, SIGTERM);
	j->elsewhere = !pthread_equal(pthread_self(), j->scene->loop_thread);
	j->ran = true;
	if (!j->waits)
		return;
	open_gate(j->scene->begun[1]);
	pass(j->scene->gate[0]);
}

static void
on_done(void *arg)
{
	struct job *j = arg;

	assert_true(j->ran && j->elsewhere && !j->signals);
	assert_true(pthread_equal(pthread_self(), j->scene->loop_thread));
	j->scene->order[j->scene->done++] = j->name;
	free(j);
}

static void
on_drop(void *arg)
{
	struct job *j = arg;

	assert_true(pthread_equal(pthread_self(), j->scene->loop_thread));
	j->scene->dropped++;
	free(j);
}

static const struct work_kind files = {WORK_FILES, run_job, on_done, on_drop};

static struct work *
start(struct scene *s, const struct work_kind *kind, char name, bool waits)
{
	struct job *j = xcalloc(1, sizeof *j);

	*j = (struct job){.scene = s, .name = name, .waits = waits};
	return work_start(s->loop, kind, j);
}

static int
set_up(void **state)
{
	struct scene *s = xcalloc(1, sizeof *s);

	s->loop = loop_new();
	s->loop_thread = pthread_self();
	assert_int_equal(pipe(s->gate), 0);
	assert_int_equal(pipe(s->begun), 0);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct scene *s = *state;

	loop_free(s->loop);
	for (int i = 0; i < 2; i++) {
		close(s->gate[i]);
		close(s->begun[i]);
	}
	free(s);
	return 0;
}

/* The loop ends once nothing is left to wait for. */
static void
test_runs_in_order_in_another_thread(void **state)
{
	struct scene *s = *state;

	for (char c = 'a'; c <= 'e'; c++)
		start(s, &files, c, false);
	loop_run(s->loop);
	assert_string_equal(s->order, "abcde");
	start(s, &files, 'f', false);
	loop_run(s->loop);
	assert_string_equal(s->order, "abcdef");
	assert_int_equal(s->dropped, 0);
}

static void
on_other_done(void *arg)
{
	struct scene *s = ((struct job *)arg)->scene;

	on_done(arg);
	open_gate(s->gate[1]);
}

/* The first ends only because the second is done. */
static void
test_the_loop_and_other_lanes_go_on(void **state)
{
	static const struct work_kind other = {
		WORK_PASSWORDS, run_job, on_other_done, on_drop};
	struct scene *s = *state;

	start(s, &files, 'f', true);
	pass(s->begun[0]);
	start(s, &other, 'p', false);
	loop_run(s->loop);
	assert_string_equal(s->order, "pf");
}

static const struct work_kind catalogs = {WORK_CATALOGS, run_job, on_done, on_drop};

/* All of them are under way at the same time: none goes on before the last has begun.
 */
static void
test_a_pool_works_side_by_side(void **state)
{
	struct scene *s = *state;

	work_set_threads(s->loop, 3);
	for (char c = 'a'; c <= 'c'; c++)
		start(s, &catalogs, c, true);
	for (int i = 0; i < 3; i++)
		pass(s->begun[0]);
	start(s, &catalogs, 'd', false);
	for (int i = 0; i < 3; i++)
		open_gate(s->gate[1]);
	loop_run(s->loop);
	assert_int_equal(s->done, 4);
}

static void
test_one_thread_keeps_the_order(void **state)
{
	struct scene *s = *state;

	work_set_threads(s->loop, 1);
	for (char c = 'a'; c <= 'e'; c++)
		start(s, &catalogs, c, false);
	loop_run(s->loop);
	assert_string_equal(s->order, "abcde");
}

/* Those at work meanwhile end what they have. */
static void
test_a_pool_shrinks_and_grows(void **state)
{
	struct scene *s = *state;

	work_set_threads(s->loop, 3);
	for (char c = 'a'; c <= 'c'; c++)
		start(s, &catalogs, c, true);
	for (int i = 0; i < 3; i++)
		pass(s->begun[0]);
	work_set_threads(s->loop, 1);
	for (int i = 0; i < 3; i++)
		open_gate(s->gate[1]);
	loop_run(s->loop);
	assert_int_equal(s->done, 3);
	s->done = 0;
	memset(s->order, 0, sizeof s->order);
	for (char c = 'd'; c <= 'g'; c++)
		start(s, &catalogs, c, false);
	loop_run(s->loop);
	assert_string_equal(s->order, "defg");
	s->done = 0;
	start(s, &catalogs, 'h', true);
	start(s, &catalogs, 'i', true);
	pass(s->begun[0]);
	work_set_threads(s->loop, 2);
	pass(s->begun[0]);
	open_gate(s->gate[1]);
	open_gate(s->gate[1]);
	loop_run(s->loop);
	assert_int_equal(s->done, 2);
}

static void
test_how_many_threads(void **state)
{
	(void)state;
	assert_int_equal(work_threads(7), 7);
	assert_in_range(work_threads(0), 1, 4);
}

static void
test_nobody_waits_for_what_is_cancelled(void **state)
{
	struct scene *s = *state;
	struct work *running = start(s, &files, 'r', true);
	struct work *waiting = start(s, &files, 'w', true);

	start(s, &files, 'l', false);
	pass(s->begun[0]);
	work_cancel(running);
	work_cancel(waiting);
	assert_int_equal(s->dropped, 0);
	open_gate(s->gate[1]);
	loop_run(s->loop);
	assert_string_equal(s->order, "l");
	assert_int_equal(s->dropped, 2);
}

static void
test_the_end_of_the_loop_drops_all(void **state)
{
	struct scene *s = *state;

	start(s, &files, 'r', true);
	start(s, &files, 'w', false);
	pass(s->begun[0]);
	open_gate(s->gate[1]);
	loop_free(s->loop);
	assert_int_equal(s->done, 0);
	assert_int_equal(s->dropped, 2);
	s->loop = NULL;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_runs_in_order_in_another_thread, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_the_loop_and_other_lanes_go_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_pool_works_side_by_side, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_one_thread_keeps_the_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_pool_shrinks_and_grows, set_up, tear_down),
		cmocka_unit_test(test_how_many_threads),
		cmocka_unit_test_setup_teardown(
			test_nobody_waits_for_what_is_cancelled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_the_end_of_the_loop_drops_all, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

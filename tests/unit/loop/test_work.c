#include "tests/unit/unit.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
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

/* "ac": those from the one to the other. */
static void
start_some(struct scene *s, const struct work_kind *kind, const char *range, bool wait)
{
	for (char c = range[0]; c <= range[1]; c++)
		start(s, kind, c, wait);
}

static void
pass_begun(struct scene *s, int n)
{
	while (n--)
		pass(s->begun[0]);
}

static void
open_gates(struct scene *s, int n)
{
	while (n--)
		open_gate(s->gate[1]);
}

/* The loop ends once nothing is left to wait for; what was done since the last time,
 * in order. */
static const char *
finish(struct scene *s)
{
	memset(s->order, 0, sizeof s->order);
	s->done = 0;
	loop_run(s->loop);
	return s->order;
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

static void
test_runs_in_order_in_another_thread(void **state)
{
	struct scene *s = *state;

	start_some(s, &files, "ae", false);
	assert_string_equal(finish(s), "abcde");
	start(s, &files, 'f', false);
	assert_string_equal(finish(s), "f");
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
	pass_begun(s, 1);
	start(s, &other, 'p', false);
	assert_string_equal(finish(s), "pf");
}

static const struct work_kind catalogs = {WORK_CATALOGS, run_job, on_done, on_drop};

/* All of them are under way at the same time: none goes on before the last has begun.
 */
static void
test_a_pool_works_side_by_side(void **state)
{
	struct scene *s = *state;

	work_set_threads(s->loop, 3);
	start_some(s, &catalogs, "ac", true);
	pass_begun(s, 3);
	start(s, &catalogs, 'd', false);
	open_gates(s, 3);
	assert_int_equal(strlen(finish(s)), 4);
}

static void
test_one_thread_keeps_the_order(void **state)
{
	struct scene *s = *state;

	work_set_threads(s->loop, 1);
	start_some(s, &catalogs, "ae", false);
	assert_string_equal(finish(s), "abcde");
}

/* Those at work meanwhile end what they have. */
static void
test_a_pool_shrinks(void **state)
{
	struct scene *s = *state;

	work_set_threads(s->loop, 3);
	start_some(s, &catalogs, "ac", true);
	pass_begun(s, 3);
	work_set_threads(s->loop, 1);
	open_gates(s, 3);
	assert_int_equal(strlen(finish(s)), 3);
	start_some(s, &catalogs, "dg", false);
	assert_string_equal(finish(s), "defg");
}

/* What waits has another thread at once. */
static void
test_a_pool_grows(void **state)
{
	struct scene *s = *state;

	work_set_threads(s->loop, 1);
	start_some(s, &catalogs, "ab", true);
	pass_begun(s, 1);
	work_set_threads(s->loop, 2);
	pass_begun(s, 1);
	open_gates(s, 2);
	assert_int_equal(strlen(finish(s)), 2);
}

static void
on_late_done(void *arg)
{
	struct scene *s = ((struct job *)arg)->scene;

	on_done(arg);
	if (s->done == 1)
		open_gates(s, 5);
}

/* Those before end only because the last, which waited for a thread, is done. */
static void
test_long_logins_hold_up_no_other(void **state)
{
	static const struct work_kind logins = {
		WORK_LOGINS, run_job, on_late_done, on_drop};
	struct scene *s = *state;
	const char *order;

	start_some(s, &logins, "ae", true);
	pass_begun(s, 1);
	start(s, &logins, 'z', false);
	order = finish(s);
	assert_int_equal(strlen(order), 6);
	assert_int_equal(order[0], 'z');
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
	pass_begun(s, 1);
	work_cancel(running);
	work_cancel(waiting);
	assert_int_equal(s->dropped, 0);
	open_gates(s, 1);
	assert_string_equal(finish(s), "l");
	assert_int_equal(s->dropped, 2);
}

static void
test_the_end_of_the_loop_drops_all(void **state)
{
	struct scene *s = *state;

	start(s, &files, 'r', true);
	start(s, &files, 'w', false);
	pass_begun(s, 1);
	open_gates(s, 1);
	loop_free(s->loop);
	assert_int_equal(s->done, 0);
	assert_int_equal(s->dropped, 2);
	s->loop = NULL;
}

/* As a library does that waits for a disk. */
static void
run_reader(void *arg)
{
	struct job *j = arg;

	flockfile(stdin);
	run_job(j);
}

static const struct work_kind reading = {WORK_LOGINS, run_reader, on_done, on_drop};

static _Noreturn void
leave_one_behind(void)
{
	struct scene *s;

	alarm(60);
	set_up((void **)&s);
	start(s, &reading, 'r', true);
	pass_begun(s, 1);
	loop_free(s->loop);
	exit(7);
}

/* A process ends as it wants to, whatever a thread is in the middle of. */
static void
test_the_end_of_the_process(void **state)
{
	pid_t pid = fork();
	int status = 0;

	(void)state;
	if (pid == 0)
		leave_one_behind();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_end_of_the_process),
		cmocka_unit_test_setup_teardown(
			test_runs_in_order_in_another_thread, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_the_loop_and_other_lanes_go_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_a_pool_works_side_by_side, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_one_thread_keeps_the_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_pool_shrinks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_pool_grows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_long_logins_hold_up_no_other, set_up, tear_down),
		cmocka_unit_test(test_how_many_threads),
		cmocka_unit_test_setup_teardown(
			test_nobody_waits_for_what_is_cancelled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_the_end_of_the_loop_drops_all, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/child.h"

struct result {
	struct loop *loop;
	struct strbuf output;
	struct err err;
	int told;
};

static void
on_done(void *arg, const char *output, size_t n, const struct err *e)
{
	struct result *r = arg;

	r->told++;
	assert_int_equal(output == NULL, e != NULL);
	if (e)
		r->err = *e;
	else
		assert_int_equal(output[n], '\0');
	strbuf_addn(&r->output, output ? output : "", n);
	loop_stop(r->loop);
}

static int
set_up(void **state)
{
	struct result *r = xcalloc(1, sizeof *r);

	r->loop = loop_new();
	*state = r;
	return 0;
}

static int
tear_down(void **state)
{
	struct result *r = *state;

	loop_free(r->loop);
	strbuf_free(&r->output);
	free(r);
	return 0;
}

static void
run(struct result *r, const char *command, int64_t timeout_ms)
{
	child_run(r->loop, command, timeout_ms, on_done, r);
	assert_int_equal(r->told, 0);
	loop_run(r->loop);
	assert_int_equal(r->told, 1);
}

static void
test_output(void **state)
{
	struct result *r = *state;

	run(r, "printf 'one\\ntwo\\n'", 100000);
	assert_int_equal(r->err.code, ERR_NONE);
	assert_string_equal(r->output.s, "one\ntwo\n");
}

static void
test_no_output(void **state)
{
	struct result *r = *state;

	run(r, "true", 100000);
	assert_int_equal(r->err.code, ERR_NONE);
	assert_int_equal(r->output.len, 0);
}

static void
test_large_output(void **state)
{
	struct result *r = *state;

	run(r, "head -c 1048576 /dev/zero", 100000);
	assert_int_equal(r->err.code, ERR_NONE);
	assert_int_equal(r->output.len, CHILD_MAX_OUTPUT);
}

static void
test_too_large_output(void **state)
{
	struct result *r = *state;

	run(r, "head -c 1048577 /dev/zero", 100000);
	assert_int_equal(r->err.code, ERR_FORMAT);
	assert_string_equal(r->err.text, "more than 1048576 bytes of output");
}

static void
test_exit_status(void **state)
{
	struct result *r = *state;

	run(r, "echo secret; exit 3", 100000);
	assert_int_equal(r->err.code, ERR_IO);
	assert_string_equal(r->err.text, "exit status 3");
}

static void
test_killed(void **state)
{
	struct result *r = *state;

	run(r, "kill -TERM $$", 100000);
	assert_string_equal(r->err.text, "killed by signal 15");
}

static void
test_deadline(void **state)
{
	struct result *r = *state;

	run(r, "sleep 1000; :", 5);
	assert_int_equal(r->err.code, ERR_TIMEOUT);
}

/* A process that stays behind with the pipe open holds up nothing. */
static void
test_background(void **state)
{
	struct result *r = *state;
	struct strbuf kill = {0};

	run(r, "sleep 1000 & echo $!", 100000);
	assert_int_equal(r->err.code, ERR_NONE);
	strbuf_printf(&kill, "kill %s", r->output.s);
	assert_int_equal(system(kill.s), 0);
	strbuf_free(&kill);
}

/* Nothing of ours is open in it, and it can be interrupted. */
static void
test_inherits_nothing(void **state)
{
	struct result *r = *state;
	int fd = dup(2);

	signal(SIGPIPE, SIG_IGN);
	run(r,
		"cat; ls /proc/self/fd | tr '\\n' ' '; "
		"echo $((0x$(sed -n 's/SigIgn:.//p' /proc/self/status) & 0x1000))",
		100000);
	signal(SIGPIPE, SIG_DFL);
	close(fd);
	assert_string_equal(r->output.s, "0 1 2 3 0\n");
}

static void
test_cancel(void **state)
{
	struct result *r = *state;

	child_cancel(child_run(r->loop, "sleep 1000", 100000, on_done, r));
	loop_run(r->loop);
	assert_int_equal(r->told, 0);
}

static void
test_freed_while_running(void **state)
{
	struct result *r = *state;

	child_run(r->loop, "sleep 1000", 100000, on_done, r);
	child_run(r->loop, "sleep 1000", 100000, on_done, r);
	loop_free(r->loop);
	r->loop = loop_new();
	assert_int_equal(r->told, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* Two at once, each with its own end; a stranger's child is left alone. */
static void
test_several(void **state)
{
	struct result *r = *state;
	pid_t stranger = fork();

	if (stranger == 0)
		_exit(7);
	child_run(r->loop, "echo a", 100000, on_done, r);
	child_run(r->loop, "echo a", 100000, on_done, r);
	while (r->told < 2)
		loop_run(r->loop);
	assert_string_equal(r->output.s, "a\na\n");
	assert_int_equal(waitpid(stranger, NULL, 0), stranger);
}

static void
raise_flag(void *arg)
{
	atomic_store((atomic_int *)arg, fcntl(3, F_GETFD) < 0 ? 1 : 2);
}

static void
add_ten(void *arg)
{
	atomic_fetch_add((atomic_int *)arg, 10);
}

static void
test_call(void **state)
{
	struct result *r = *state;
	atomic_int *flag = mmap(NULL, sizeof *flag, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	child_call(r->loop, 100000, raise_flag, add_ten, flag);
	loop_run(r->loop); /* until it is reaped */
	assert_int_equal(atomic_load(flag), 11);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	munmap(flag, sizeof *flag);
}

/* The end of the loop waits for it. */
static void
test_call_then_free(void **state)
{
	struct result *r = *state;
	atomic_int *flag = mmap(NULL, sizeof *flag, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	child_call(r->loop, 100000, raise_flag, add_ten, flag);
	loop_free(r->loop);
	r->loop = loop_new();
	assert_int_equal(atomic_load(flag), 11);
	munmap(flag, sizeof *flag);
}

/* ---- child_start() ---- */

static void
on_end(void *arg, const char *output, size_t n, const struct err *e)
{
	struct result *r = arg;

	r->told++;
	if (e)
		r->err = *e;
	strbuf_addn(&r->output, output, n);
	loop_stop(r->loop);
}

static struct child_plan
shell_plan(const char *const *argv)
{
	static const char *const env[] = {"A=eins", NULL};

	return (struct child_plan){
		.argv = argv, .env = env, .dir = "/tmp", .timeout_ms = 100000};
}

static void
start(struct result *r, const struct child_plan *plan)
{
	child_start(r->loop, plan, on_end, r);
	assert_int_equal(r->told, 0);
	loop_run(r->loop);
	assert_int_equal(r->told, 1);
}

/* Both outputs, its environment, its directory, no descriptor but three, whatever is
 * open here. */
static void
test_start(void **state)
{
	struct result *r = *state;
	const char *const argv[] = {"/bin/sh", "-c",
		"echo $A$B; pwd >&2; for i in /proc/$$/fd/*; do"
		" case $i in */[012]) ;; *) [ -e $i ] && echo open $i; esac; done;"
		" read x || echo none",
		NULL};
	struct child_plan plan = shell_plan(argv);
	int fd = dup(2), high = fcntl(2, F_DUPFD, 100);

	setenv("B", "zwei", 1);
	start(r, &plan);
	close(fd);
	close(high);
	assert_int_equal(r->err.code, ERR_NONE);
	assert_string_equal(r->output.s, "eins\n/tmp\nnone\n");
}

static void
test_start_fails(void **state)
{
	struct result *r = *state;
	const char *const argv[] = {"/bin/sh", "-c", "echo said; exit 3", NULL};
	const char *const nowhere[] = {"/bin/no-such-program", NULL};
	struct child_plan plan = shell_plan(argv);

	start(r, &plan);
	assert_int_equal(r->err.code, ERR_IO);
	assert_string_equal(r->err.text, "exit status 3");
	assert_string_equal(r->output.s, "said\n");
	r->told = 0;
	plan = shell_plan(nowhere);
	start(r, &plan);
	assert_string_equal(
		r->err.text, "could not start it: No such file or directory");
	assert_int_equal(r->err.code, ERR_CONFIG);
	r->told = 0;
	plan = shell_plan(argv);
	plan.dir = "/tmp/no-such-directory";
	start(r, &plan);
	assert_string_equal(r->err.text,
		"could not enter its directory: No such file or directory");
}

static void
test_start_too_long(void **state)
{
	struct result *r = *state;
	const char *const argv[] = {"/bin/sh", "-c", "echo begun; sleep 1000", NULL};
	struct child_plan plan = shell_plan(argv);

	plan.timeout_ms = 3000;
	start(r, &plan);
	assert_int_equal(r->err.code, ERR_TIMEOUT);
	assert_string_equal(r->output.s, "begun\n");
}

static void
test_start_tail(void **state)
{
	struct result *r = *state;
	const char *const argv[] = {"/bin/sh", "-c",
		"i=0; while [ $i -lt 30000 ]; do echo line $i; i=$((i+1)); done", NULL};
	struct child_plan plan = shell_plan(argv);

	start(r, &plan);
	assert_int_equal(r->err.code, ERR_NONE);
	assert_in_range(r->output.len, CHILD_TAIL, 3 * CHILD_TAIL);
	assert_string_equal(r->output.s + r->output.len - 11, "line 29999\n");
}

/* What it leaves behind goes with it. */
static void
test_start_leaves_nothing(void **state)
{
	struct result *r = *state;
	const char *const argv[] = {
		"/bin/sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $!", NULL};
	struct child_plan plan = shell_plan(argv);
	char path[64], state_of[256];

	start(r, &plan);
	snprintf(path, sizeof path, "/proc/%d/stat", atoi(r->output.s));
	for (;;) {
		FILE *f = fopen(path, "r");
		bool alive = f && fgets(state_of, sizeof state_of, f) &&
			     !strstr(state_of, ") Z");

		if (f)
			fclose(f);
		if (!alive)
			break;
		usleep(1000);
	}
}

/* Of a process that is killed before it can do anything about it: it has the command
 * say which it is, and dies. */
static _Noreturn void
start_and_die(int to)
{
	const char *const env[] = {NULL};
	struct child_plan plan = {.env = env, .dir = "/tmp", .timeout_ms = 100000};
	struct loop *l = loop_new();
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/fd/%d", getpid(), to);
	plan.argv = (const char *const[]){"/bin/sh", "-c",
		"echo $$ >$0; exec sleep 1000 >/dev/null 2>&1", path, NULL};
	child_start(l, &plan, on_end, NULL);
	loop_run(l);
	_exit(0);
}

/* It dies with whoever runs it. */
static void
test_start_dies_with_us(void **state)
{
	int fds[2], status;
	char said[32] = "";
	pid_t daemon, command;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	/* What is orphaned becomes ours. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	daemon = fork();
	if (daemon == 0)
		start_and_die(fds[1]);
	assert_true(read(fds[0], said, sizeof said - 1) > 0);
	command = atoi(said);
	kill(daemon, SIGKILL);
	assert_int_equal(waitpid(daemon, &status, 0), daemon);
	assert_int_equal(waitpid(command, &status, 0), command);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(fds[0]);
	close(fds[1]);
}

static void
test_start_as(void **state)
{
	struct result *r = *state;
	const char *const argv[] = {"/bin/sh", "-c", "id -u; id -g; id -G", NULL};
	static const gid_t groups[] = {4321, 4322};
	struct child_plan plan = shell_plan(argv);

	if (geteuid() != 0)
		skip();
	plan.other_user = true;
	plan.user = 4320;
	plan.group = 4321;
	plan.groups = groups;
	plan.n_groups = COUNT_OF(groups);
	start(r, &plan);
	assert_string_equal(r->output.s, "4320\n4321\n4321 4322\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_output, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_output, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_large_output, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_too_large_output, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_exit_status, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_killed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_deadline, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_background, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_inherits_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cancel, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_freed_while_running, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_several, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_call, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_call_then_free, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_start_fails, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_start_too_long, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_start_tail, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_start_leaves_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_start_dies_with_us, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_start_as, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

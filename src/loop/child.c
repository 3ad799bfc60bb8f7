/* A command's output without popen(), which blocks, and without a SIGCHLD handler
 * that reaps what is not ours: each child waits for its own pid only. */
#include "loop/child.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "loop/internal.h"
#include "loop/spawn.h"

/* So often it is read from one that is dead: more than a pipe holds.  A grandchild that
 * never ends to write would hold up the loop. */
enum { LAST_READS = 256 };

/* How long loop_free() waits for what child_call() started. */
enum { LAST_WAIT_MS = 1000 };

struct child {
	struct child *prev, *next;
	struct tenant *tenant; /* in whose list it is */
	pid_t pid;             /* 0: reaped, or never started */
	bool group;
	bool tail; /* of its output the last is kept */
	int fd;    /* read end of its standard output; -1: none, or at its end */
	int start; /* … of what spawn_failed() reads; or -1 */
	struct strbuf output;
	child_fn *fn;            /* of child_run(); NULL: nobody waits */
	void (*done)(void *arg); /* of child_call() */
	void *arg;
	struct watch *watch;
	struct timer *deadline;
	struct signal_watch *sigchld;
	struct err err; /* the first thing that went wrong */
};

static void
child_free(void *arg)
{
	struct child *c = arg;

	if (c->next)
		c->next->prev = c->prev;
	if (c->prev)
		c->prev->next = c->next;
	else
		c->tenant->first = c->next;
	if (c->fd >= 0)
		close(c->fd);
	if (c->start >= 0)
		close(c->start);
	watch_free(c->watch);
	timer_free(c->deadline);
	signal_free(c->sigchld);
	if (c->output.s)
		explicit_bzero(c->output.s, c->output.cap);
	strbuf_free(&c->output);
	free(c);
}

/* Once. */
static void
tell(void *arg)
{
	struct child *c = arg;
	child_fn *fn = c->fn;
	void (*done)(void *arg) = c->done;

	c->fn = NULL;
	c->done = NULL;
	if (done)
		done(c->arg);
	else if (fn && (c->tail || c->err.code == ERR_NONE))
		fn(c->arg, c->output.s ? c->output.s : "", c->output.len,
			c->err.code == ERR_NONE ? NULL : &c->err);
	else if (fn)
		fn(c->arg, NULL, 0, &c->err);
}

static void
tell_and_free(void *arg)
{
	tell(arg);
	child_free(arg);
}

static void
stop_waiting(struct child *c)
{
	watch_clear(c->watch);
	timer_clear(c->deadline);
}

/* It is dead and reaped. */
static void
finish(struct child *c)
{
	stop_waiting(c);
	c->pid = 0;
	signal_free(c->sigchld);
	c->sigchld = NULL;
	loop_defer(c->tenant->loop, tell_and_free, c);
}

/* A command with all it started, as its output may hang on a grandchild. */
static void
kill_child(struct child *c)
{
	kill(c->group ? -c->pid : c->pid, SIGKILL);
}

/* The owner hears it now; the object stays until the process can be reaped. */
static void
give_up(struct child *c)
{
	assert(c->err.code != ERR_NONE && c->pid);
	stop_waiting(c);
	kill_child(c);
	loop_defer(c->tenant->loop, tell, c);
}

/* Room for one more read; what held a secret before is wiped, not left behind. */
static void
grow_output(struct strbuf *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 4096;
	char *s;

	if (b->cap - b->len > more)
		return;
	while (cap - b->len <= more)
		cap *= 2;
	s = xmalloc(cap);
	if (b->s) {
		memcpy(s, b->s, b->len + 1);
		explicit_bzero(b->s, b->cap);
		free(b->s);
	}
	b->s = s;
	b->cap = cap;
}

/* … leaving out what came first. */
static void
keep_tail(struct strbuf *b)
{
	if (b->len <= 2 * CHILD_TAIL)
		return;
	memmove(b->s, b->s + b->len - CHILD_TAIL, CHILD_TAIL + 1);
	b->len = CHILD_TAIL;
}

/* Take what is there; false when there is no more for now. */
static bool
read_some(struct child *c)
{
	char buf[4096];
	ssize_t n = read(c->fd, buf, sizeof buf);

	if (n > 0 && c->tail)
		keep_tail(&c->output);
	if (n > 0 && c->output.len + (size_t)n <= CHILD_MAX_OUTPUT) {
		grow_output(&c->output, (size_t)n);
		strbuf_addn(&c->output, buf, (size_t)n);
	} else if (n > 0) {
		err_set(&c->err, ERR_FORMAT, "more than %d bytes of output",
			CHILD_MAX_OUTPUT);
	} else if (n == 0) {
		watch_clear(c->watch);
		close(c->fd);
		c->fd = -1;
	}
	explicit_bzero(buf, sizeof buf);
	return n > 0 && c->err.code == ERR_NONE;
}

static void
on_output(void *arg, int what)
{
	struct child *c = arg;

	(void)what;
	if (!read_some(c) && c->err.code != ERR_NONE)
		give_up(c);
}

/* True if it has come so far as to run. */
static bool
has_run(struct child *c)
{
	const char *what;
	int rc = c->start >= 0 ? spawn_failed(c->start, &what) : 0;

	if (rc) {
		err_errno(&c->err, ERR_CONFIG, rc);
		err_prefix(&c->err, "%s", what);
	}
	return !rc;
}

/* What the dead process wrote last may still be in the pipe. */
static void
judge_exit(struct child *c, int status)
{
	if (c->err.code != ERR_NONE || !has_run(c))
		return;
	for (int i = 0; i < LAST_READS && c->fd >= 0 && read_some(c); i++)
		;
	if (c->err.code != ERR_NONE)
		return;
	if (WIFSIGNALED(status))
		err_set(&c->err, ERR_IO, "killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		err_set(&c->err, ERR_IO, "exit status %d", WEXITSTATUS(status));
}

/* While the dead process is not reaped yet, its group is still its own. */
static void
kill_rest(const struct child *c)
{
	siginfo_t info = {.si_pid = 0};

	if (waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		info.si_pid)
		kill(-c->pid, SIGKILL);
}

/* Called for the death of any child: WNOHANG tells whether it was this one. */
static void
on_sigchld(void *arg)
{
	struct child *c = arg;
	int status;
	pid_t pid;

	if (c->tail)
		kill_rest(c);
	pid = waitpid(c->pid, &status, WNOHANG);

	if (pid == 0)
		return;
	/* Somebody who ignores SIGCHLD leaves nothing to wait for. */
	if (pid < 0)
		err_set(&c->err, ERR_IO, "waitpid: %s", strerror(errno));
	else
		judge_exit(c, status);
	finish(c);
}

static void
on_deadline(void *arg)
{
	struct child *c = arg;

	/* It may have ended while this process stood still. */
	on_sigchld(c);
	if (!c->pid)
		return;
	err_set(&c->err, ERR_TIMEOUT, "not done in time");
	give_up(c);
}

static void mute_all(struct tenant *t);
static void end_all(struct tenant *t);

static const struct tenant_kind children = {TENANT_CHILDREN, mute_all, end_all};

static struct child *
child_new(struct loop *l)
{
	struct child *c = xcalloc(1, sizeof *c);

	c->tenant = loop_tenant(l, &children);
	c->fd = c->start = -1;
	c->watch = watch_new(l, on_output, c);
	c->deadline = timer_new(l, on_deadline, c);
	/* Before the start, so that no death is missed. */
	c->sigchld = signal_new(l, SIGCHLD, on_sigchld, c);
	c->next = c->tenant->first;
	if (c->next)
		c->next->prev = c;
	c->tenant->first = c;
	return c;
}

/* Signals that the daemon ignores or blocks would stay so across exec. */
static int
set_up_spawn(posix_spawn_file_actions_t *files, posix_spawnattr_t *attr, int out)
{
	sigset_t all, none;
	int rc = 0;

	sigfillset(&all);
	sigemptyset(&none);
	rc |= posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDONLY, 0);
	rc |= posix_spawn_file_actions_adddup2(files, out, 1);
	/* What it says there may hold what it was asked for. */
	rc |= posix_spawn_file_actions_addopen(files, 2, "/dev/null", O_WRONLY, 0);
	rc |= posix_spawn_file_actions_addclosefrom_np(files, 3);
	rc |= posix_spawnattr_setsigdefault(attr, &all);
	rc |= posix_spawnattr_setsigmask(attr, &none);
	rc |= posix_spawnattr_setpgroup(attr, 0);
	rc |= posix_spawnattr_setflags(attr,
		POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	return rc;
}

/* Zero, or an errno value. */
static int
spawn_shell(const char *command, int out, pid_t *pid)
{
	char *argv[] = {xstrdup("sh"), xstrdup("-c"), xstrdup(command), NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int rc;

	if (posix_spawn_file_actions_init(&files) || posix_spawnattr_init(&attr))
		mem_fatal();
	rc = set_up_spawn(&files, &attr, out);
	if (rc == 0)
		rc = posix_spawn(pid, "/bin/sh", &files, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	for (size_t i = 0; argv[i]; i++)
		free(argv[i]);
	return rc;
}

/* A shell for `command`, or else what `plan` says.  The parent's end does not block;
 * the child's does. */
static int
start(struct child *c, const char *command, const struct child_plan *plan)
{
	int fds[2];
	int rc;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return errno;
	c->fd = fds[0];
	if (fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0)
		rc = errno;
	else if (command)
		rc = spawn_shell(command, fds[1], &c->pid);
	else
		rc = spawn_run(plan, fds[1], &c->pid, &c->start);
	close(fds[1]);
	return rc;
}

static void
wait_for_it(struct child *c, int64_t timeout_ms, int rc)
{
	if (!rc) {
		timer_set(c->deadline, timeout_ms);
		watch_keep(c->watch, c->fd, WATCH_READ);
		return;
	}
	err_errno(&c->err, c->tail ? ERR_CONFIG : ERR_IO, rc);
	err_prefix(&c->err, c->tail ? "could not start it" : "could not start /bin/sh");
	finish(c);
}

struct child *
child_run(struct loop *l, const char *command, int64_t timeout_ms, child_fn *fn,
	void *arg)
{
	struct child *c = child_new(l);

	c->fn = fn;
	c->arg = arg;
	c->group = true;
	wait_for_it(c, timeout_ms, start(c, command, NULL));
	return c;
}

struct child *
child_start(struct loop *l, const struct child_plan *plan, child_fn *fn, void *arg)
{
	struct child *c = child_new(l);

	c->fn = fn;
	c->arg = arg;
	c->group = c->tail = true;
	wait_for_it(c, plan->timeout_ms, start(c, NULL, plan));
	return c;
}

void
child_cancel(struct child *c)
{
	assert(c->fn);
	c->fn = NULL;
	if (!c->pid || c->err.code != ERR_NONE)
		return;
	err_set(&c->err, ERR_INTERNAL, "cancelled");
	give_up(c);
}

/* No exit handler runs in here, and alarm() ends it whatever `fn` waits for. */
static _Noreturn void
be_the_copy(int64_t timeout_ms, void (*fn)(void *arg), void *arg)
{
	sigset_t none;
	unsigned seconds = (unsigned)((timeout_ms + 999) / 1000);

	sigemptyset(&none);
	signal(SIGALRM, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(seconds ? seconds : 1);
	closefrom(3);
	fn(arg);
	_exit(0);
}

void
child_call(struct loop *l, int64_t timeout_ms, void (*fn)(void *arg),
	void (*done)(void *arg), void *arg)
{
	struct child *c = child_new(l);

	c->done = done;
	c->arg = arg;
	c->pid = fork();
	if (c->pid == 0)
		be_the_copy(timeout_ms, fn, arg);
	if (c->pid < 0)
		finish(c);
}

static void
mute_all(struct tenant *t)
{
	for (struct child *c = t->first; c; c = c->next)
		c->fn = NULL;
}

/* Of this process, that is, not a command. */
static bool
has_copy(const struct tenant *t)
{
	const struct child *c = t->first;

	while (c && c->group)
		c = c->next;
	return c;
}

static void
raise_flag(void *arg)
{
	*(bool *)arg = true;
}

static void
wait_for_copies(struct tenant *t)
{
	bool enough = false;
	struct timer *limit = timer_new(t->loop, raise_flag, &enough);

	timer_set(limit, LAST_WAIT_MS);
	while (has_copy(t) && !enough)
		loop_turn(t->loop);
	timer_free(limit);
}

/* Kill and reap every command, wait a moment for forked copies.  What is deferred may
 * be about a child, so it goes first.  A copy that takes too long is left to its own
 * time limit. */
static void
end_all(struct tenant *t)
{
	loop_run_deferred(t->loop);
	wait_for_copies(t);
	while (t->first) {
		struct child *c = t->first;

		if (c->group)
			kill_child(c);
		waitpid(c->pid, NULL, c->group ? 0 : WNOHANG);
		tell_and_free(c);
	}
}

/* Between fork and exec only what is async-signal-safe is called, since other threads
 * of this process may hold any lock.  What fails there comes back through a pipe, which
 * a successful exec closes. */
#include "loop/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

enum step { STEP_FILES, STEP_USER, STEP_DIR, STEP_PROGRAM };

static const char *const steps[] = {
	[STEP_FILES] = "could not set up its files",
	[STEP_USER] = "could not become that user",
	[STEP_DIR] = "could not enter its directory",
	[STEP_PROGRAM] = "could not start it",
};

struct failure {
	enum step step;
	int number;
};

static _Noreturn void
fail(int to, enum step step)
{
	struct failure f = {step, errno};
	ssize_t n = write(to, &f, sizeof f);

	_exit(n == sizeof f ? 127 : 126);
}

static void
reset_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* `to` becomes 3, which exec closes. */
static int
set_up_files(int out, int to)
{
	int in = open("/dev/null", O_RDONLY);

	/* None of them is where another is to go. */
	out = fcntl(out, F_DUPFD, 10);
	to = fcntl(to, F_DUPFD, 10);
	if (in < 0 || out < 0 || to < 0)
		fail(to, STEP_FILES);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0 ||
		dup3(to, 3, O_CLOEXEC) < 0)
		fail(to, STEP_FILES);
	closefrom(4);
	return 3;
}

static bool
become(const struct child_plan *p)
{
	return !p->other_user || (setgroups(p->n_groups, p->groups) == 0 &&
					 setgid(p->group) == 0 && setuid(p->user) == 0);
}

/* Who has died before that was said kills nobody. */
static void
die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
}

static _Noreturn void
be_the_child(const struct child_plan *p, pid_t parent, int out, int to)
{
	reset_signals();
	setpgid(0, 0);
	to = set_up_files(out, to);
	if (!become(p))
		fail(to, STEP_USER);
	die_with(parent);
	if (chdir(p->dir) < 0)
		fail(to, STEP_DIR);
	execve(p->argv[0], (char *const *)p->argv, (char *const *)p->env);
	fail(to, STEP_PROGRAM);
}

int
spawn_failed(int from, const char **what)
{
	struct failure f;
	ssize_t n;

	do
		n = read(from, &f, sizeof f);
	while (n < 0 && errno == EINTR);
	if (n != sizeof f)
		return 0;
	*what = steps[f.step];
	return f.number ? f.number : EIO;
}

int
spawn_run(const struct child_plan *plan, int out, pid_t *pid, int *from)
{
	pid_t parent = getpid();
	int fds[2], rc;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return errno;
	*pid = fork();
	if (*pid == 0)
		be_the_child(plan, parent, out, fds[1]);
	rc = *pid < 0 ? errno : 0;
	close(fds[1]);
	*from = fds[0];
	if (!rc)
		setpgid(*pid, *pid);
	return rc;
}

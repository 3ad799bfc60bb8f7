/* Processes that are held up, and such that stand still. */
#ifndef TESTS_UNIT_STOPPED_H
#define TESTS_UNIT_STOPPED_H

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

/* Busy for `ms`, as a loop may be. */
static inline void
work(int64_t ms)
{
	int64_t until_ms = clock_mono_ms() + ms;

	while (clock_mono_ms() < until_ms)
		;
}

/* Run `child` in a process of its own, which stops itself and is let go after `ms`; it
 * returns 0 if all is as it has to be then. */
static inline void
stand_still(int (*child)(void), int64_t ms)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(child());
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
	work(ms);
	assert_int_equal(kill(pid, SIGCONT), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

#endif

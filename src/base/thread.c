#include "base/thread.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <time.h>

bool
thread_start(pthread_t *thread, void *(*fn)(void *arg), void *arg)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(thread, NULL, fn, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc == 0;
}

void
thread_cond_init(pthread_cond_t *cond)
{
	pthread_condattr_t attr;
	int rc;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	rc = pthread_cond_init(cond, &attr);
	assert(rc == 0);
	pthread_condattr_destroy(&attr);
}

bool
thread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t until_mono_ms)
{
	const struct timespec until = {
		.tv_sec = (time_t)(until_mono_ms / 1000),
		.tv_nsec = (long)(until_mono_ms % 1000 * 1000000),
	};

	return pthread_cond_timedwait(cond, mutex, &until) != ETIMEDOUT;
}

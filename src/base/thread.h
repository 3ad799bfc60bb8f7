/* The few threads beside the loop: each does one thing that may block, and touches
 * nothing that it was not given. */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* Start `fn` with all signals blocked, so that each is delivered to the thread of the
 * loop.  False if the system has no thread left. */
bool thread_start(pthread_t *thread, void *(*fn)(void *arg), void *arg);

/* A condition whose waits end by the monotonic clock. */
void thread_cond_init(pthread_cond_t *cond);
/* Wait for `cond` until the monotonic time `until_ms`; false if that has come. */
bool
thread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, int64_t until_mono_ms);

#endif

#include "base/standstill.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

enum { LATE_MS = 500 };

struct standstill {
	pthread_t thread;
	pthread_mutex_t mutex; /* of all below */
	pthread_cond_t changed;
	bool started, ending;
	int64_t due_ms; /* when the thread looks again, if it can */
	int64_t total_ms;
};

int64_t
standstill_of(int64_t due_ms, int64_t now_ms)
{
	return now_ms - due_ms < LATE_MS ? 0 : now_ms - due_ms;
}

/* The mutex is held. */
static void
look(struct standstill *s, int64_t now_ms)
{
	int64_t stood_ms = standstill_of(s->due_ms, now_ms);

	s->total_ms += stood_ms;
	if (stood_ms)
		s->due_ms = now_ms;
}

static void *
wait_on(void *arg)
{
	struct standstill *s = arg;

	pthread_mutex_lock(&s->mutex);
	while (!s->ending) {
		thread_cond_wait(&s->changed, &s->mutex, s->due_ms);
		look(s, clock_mono_ms());
		s->due_ms = clock_mono_ms() + STANDSTILL_SLICE_MS;
	}
	pthread_mutex_unlock(&s->mutex);
	return NULL;
}

struct standstill *
standstill_new(void)
{
	struct standstill *s = xcalloc(1, sizeof *s);

	pthread_mutex_init(&s->mutex, NULL);
	thread_cond_init(&s->changed);
	s->due_ms = clock_mono_ms() + STANDSTILL_SLICE_MS;
	s->started = thread_start(&s->thread, wait_on, s);
	return s;
}

void
standstill_free(struct standstill *s)
{
	if (!s)
		return;
	pthread_mutex_lock(&s->mutex);
	s->ending = true;
	pthread_cond_signal(&s->changed);
	pthread_mutex_unlock(&s->mutex);
	if (s->started)
		pthread_join(s->thread, NULL);
	pthread_cond_destroy(&s->changed);
	pthread_mutex_destroy(&s->mutex);
	free(s);
}

/* Whoever asks may be the first to run again. */
int64_t
standstill_total_ms(struct standstill *s)
{
	int64_t total_ms;

	pthread_mutex_lock(&s->mutex);
	if (s->started)
		look(s, clock_mono_ms());
	total_ms = s->total_ms;
	pthread_mutex_unlock(&s->mutex);
	return total_ms;
}

/* A thread for each lane, made with its first job.  A job is a hand-over: while it is
 * in the thread nobody else knows its argument, so a lane's lists are all that is
 * shared. */
#include "loop/work.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "loop/internal.h"

/* How long loop_free() waits for a job that runs. */
enum { LAST_WAIT_MS = 2000 };

struct work {
	struct work *next;
	struct lane *lane;
	const struct work_kind *kind;
	void *arg;
	bool dropped; /* under the mutex */
};

struct list {
	struct work *first, **end;
};

struct lane {
	pthread_t thread;
	pthread_mutex_t mutex; /* of what follows */
	pthread_cond_t changed;
	struct list waiting, finished;
	bool stop, ended;
	int event_fd; /* of all lanes; written to before `stop` only */
};

/* All of a loop. */
struct hall {
	struct lane *lanes[WORK_LANES]; /* NULL: not yet needed */
	struct watch *watch;
	int event_fd;
	size_t n; /* jobs whose callback is yet to come */
	bool muted;
};

static void
push(struct list *l, struct work *w)
{
	w->next = NULL;
	*(l->first ? l->end : &l->first) = w;
	l->end = &w->next;
}

static struct work *
pop(struct list *l)
{
	struct work *w = l->first;

	if (w)
		l->first = w->next;
	return w;
}

/* ---- In the thread ---- */

static void
finish(struct lane *lane, struct work *w)
{
	uint64_t one = 1;

	push(&lane->finished, w);
	/* Fails only if the loop has not looked for 2^64 jobs. */
	if (!lane->stop && write(lane->event_fd, &one, sizeof one) < 0)
		abort();
}

/* The mutex is held but for the job itself. */
static void *
labour(void *arg)
{
	struct lane *lane = arg;

	pthread_mutex_lock(&lane->mutex);
	while (!lane->stop) {
		struct work *w = pop(&lane->waiting);

		if (!w) {
			pthread_cond_wait(&lane->changed, &lane->mutex);
			continue;
		}
		if (!w->dropped) {
			pthread_mutex_unlock(&lane->mutex);
			w->kind->run(w->arg);
			pthread_mutex_lock(&lane->mutex);
		}
		finish(lane, w);
	}
	lane->ended = true;
	pthread_cond_broadcast(&lane->changed);
	pthread_mutex_unlock(&lane->mutex);
	return NULL;
}

/* ---- In the loop ---- */

static void
tell(struct hall *hall, struct work *w)
{
	const struct work_kind *kind = w->kind;
	void *arg = w->arg;
	bool drop = w->dropped || hall->muted;

	hall->n--;
	free(w);
	(drop ? kind->drop : kind->done)(arg);
}

static void
collect(struct hall *hall, struct lane *lane)
{
	struct work *w;

	do {
		pthread_mutex_lock(&lane->mutex);
		w = pop(&lane->finished);
		pthread_mutex_unlock(&lane->mutex);
		if (w)
			tell(hall, w);
	} while (w);
}

static void
on_finished(void *arg, int what)
{
	struct hall *hall = arg;
	uint64_t n;

	(void)what;
	if (read(hall->event_fd, &n, sizeof n) < 0)
		return;
	for (size_t i = 0; i < WORK_LANES; i++)
		if (hall->lanes[i])
			collect(hall, hall->lanes[i]);
	if (!hall->n)
		watch_clear(hall->watch);
}

static void
lane_free(struct lane *lane)
{
	pthread_cond_destroy(&lane->changed);
	pthread_mutex_destroy(&lane->mutex);
	free(lane);
}

/* NULL if there is no thread to be had. */
static struct lane *
lane_new(int event_fd)
{
	struct lane *lane = xcalloc(1, sizeof *lane);

	lane->event_fd = event_fd;
	pthread_mutex_init(&lane->mutex, NULL);
	thread_cond_init(&lane->changed);
	if (thread_start(&lane->thread, labour, lane))
		return lane;
	lane_free(lane);
	return NULL;
}

static void mute_all(struct tenant *t);
static void end_all(struct tenant *t);

static const struct tenant_kind halls = {TENANT_WORK, mute_all, end_all};

static struct hall *
hall_of(struct loop *l)
{
	struct tenant *t = loop_tenant(l, &halls);
	struct hall *hall = t->first;

	if (hall)
		return hall;
	hall = xcalloc(1, sizeof *hall);
	hall->watch = watch_new(l, on_finished, hall);
	hall->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	t->first = hall;
	return hall;
}

static struct lane *
lane_of(struct hall *hall, enum work_lane which)
{
	if (!hall->lanes[which] && hall->event_fd >= 0)
		hall->lanes[which] = lane_new(hall->event_fd);
	return hall->lanes[which];
}

/* A job that ran without a thread. */
struct inline_work {
	struct hall *hall;
	struct work *work;
};

static void
tell_inline(void *arg)
{
	struct inline_work *in = arg;

	tell(in->hall, in->work);
	free(in);
}

static void
run_here(struct loop *l, struct hall *hall, struct work *w)
{
	struct inline_work *in = xmalloc(sizeof *in);

	log_msg(LEVEL_WARN, "no thread to be had for a long calculation (limit of "
			    "tasks?): other work waits for it");
	w->kind->run(w->arg);
	*in = (struct inline_work){hall, w};
	loop_defer(l, tell_inline, in);
}

struct work *
work_start(struct loop *l, const struct work_kind *kind, void *arg)
{
	struct hall *hall = hall_of(l);
	struct work *w = xcalloc(1, sizeof *w);

	*w = (struct work){.lane = lane_of(hall, kind->lane), .kind = kind, .arg = arg};
	if (!hall->n++ && hall->event_fd >= 0)
		watch_keep(hall->watch, hall->event_fd, WATCH_READ);
	if (!w->lane) {
		run_here(l, hall, w);
		return w;
	}
	pthread_mutex_lock(&w->lane->mutex);
	push(&w->lane->waiting, w);
	pthread_cond_signal(&w->lane->changed);
	pthread_mutex_unlock(&w->lane->mutex);
	return w;
}

void
work_cancel(struct work *w)
{
	if (w->lane)
		pthread_mutex_lock(&w->lane->mutex);
	w->dropped = true;
	if (w->lane)
		pthread_mutex_unlock(&w->lane->mutex);
}

/* ---- The end ---- */

static void
mute_all(struct tenant *t)
{
	struct hall *hall = t->first;

	hall->muted = true;
}

/* True if the thread has come to its end.  What it has not begun is dropped. */
static bool
stop_thread(struct lane *lane)
{
	int64_t until_ms = clock_mono_ms() + LAST_WAIT_MS;
	bool ended, in_time = true;
	struct work *w;

	pthread_mutex_lock(&lane->mutex);
	lane->stop = true;
	while ((w = pop(&lane->waiting)))
		push(&lane->finished, w);
	pthread_cond_broadcast(&lane->changed);
	while (!lane->ended && in_time)
		in_time = thread_cond_wait(&lane->changed, &lane->mutex, until_ms);
	ended = lane->ended;
	pthread_mutex_unlock(&lane->mutex);
	return ended;
}

static void
end_all(struct tenant *t)
{
	struct hall *hall = t->first;

	loop_run_deferred(t->loop);
	for (size_t i = 0; i < WORK_LANES; i++) {
		struct lane *lane = hall->lanes[i];
		bool ended = lane && stop_thread(lane);

		if (!lane)
			continue;
		collect(hall, lane);
		if (ended) {
			pthread_join(lane->thread, NULL);
			lane_free(lane);
		} else {
			pthread_detach(lane->thread);
		}
	}
	watch_free(hall->watch);
	if (hall->event_fd >= 0)
		close(hall->event_fd);
	free(hall);
	t->first = NULL;
}

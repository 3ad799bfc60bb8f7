/* Threads of a lane are made as its jobs need them.  A job is a hand-over: while it is
 * in a thread nobody else knows its argument, so a lane's lists are all that is
 * shared. */
#include "loop/work.h"

#include <assert.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "loop/internal.h"

/* How long loop_free() waits for jobs that run; how many threads a pool has where
 * nobody says it; those of logins, and after what time in one a thread is another one's
 * to replace. */
enum { LAST_WAIT_MS = 2000, MOST_BY_ITSELF = 4, LOGIN_THREADS = 2, LONG_MS = 200 };

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

/* A thread of a lane: it ends itself where there are to be fewer. */
struct hand {
	struct lane *lane;
	pthread_t thread;
	bool made;        /* for the loop only: to be joined */
	bool ended;       /* under the mutex, like what follows */
	int64_t since_ms; /* clock_mono_ms() when its job began; 0: it has none */
};

struct lane {
	struct hand hands[WORK_MOST_THREADS];
	pthread_mutex_t mutex; /* of what follows */
	pthread_cond_t changed;
	struct list waiting, finished;
	int most;  /* the first so many hands may be at work */
	int alive; /* threads that have not ended */
	int idle;  /* … and have nothing to do */
	size_t n_waiting;
	bool stop;
	int event_fd; /* of all lanes; written to before `stop` only */
	int replaces; /* 0, or how many may be at work besides those at it for long */
	int n_open;   /* for the loop only: jobs that it was not told of */
};

/* All of a loop. */
struct hall {
	struct lane *lanes[WORK_LANES]; /* NULL: not yet needed */
	struct watch *watch;
	struct timer *relief; /* while jobs wait in a lane that replaces threads */
	int event_fd;         /* counts the jobs that have finished */
	size_t n;             /* jobs whose callback is yet to come */
	int workers;          /* threads of a pool */
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

/* ---- In a thread ---- */

static void
finish(struct lane *lane, struct work *w)
{
	uint64_t one = 1;

	push(&lane->finished, w);
	/* Fails only if the loop has not looked for 2^64 jobs. */
	if (!lane->stop && write(lane->event_fd, &one, sizeof one) < 0)
		abort();
}

/* The next job to be done; NULL: wait, or end. */
static struct work *
next_job(struct lane *lane)
{
	struct work *w = pop(&lane->waiting);

	lane->n_waiting -= w != NULL;
	return w;
}

/* The mutex is held but for the job itself. */
static void
serve(struct hand *hand, struct work *w)
{
	struct lane *lane = hand->lane;

	if (!w->dropped) {
		hand->since_ms = clock_mono_ms();
		pthread_mutex_unlock(&lane->mutex);
		w->kind->run(w->arg);
		pthread_mutex_lock(&lane->mutex);
		hand->since_ms = 0;
	}
	finish(lane, w);
}

static void *
labour(void *arg)
{
	struct hand *hand = arg;
	struct lane *lane = hand->lane;

	pthread_mutex_lock(&lane->mutex);
	while (!lane->stop && hand - lane->hands < lane->most) {
		struct work *w = next_job(lane);

		if (w) {
			serve(hand, w);
			continue;
		}
		lane->idle++;
		pthread_cond_wait(&lane->changed, &lane->mutex);
		lane->idle--;
	}
	hand->ended = true;
	lane->alive--;
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

/* Tell of one that has finished; false: none has. */
static bool
collect(struct hall *hall, struct lane *lane)
{
	struct work *w;

	pthread_mutex_lock(&lane->mutex);
	w = pop(&lane->finished);
	pthread_mutex_unlock(&lane->mutex);
	lane->n_open -= w != NULL;
	if (w)
		tell(hall, w);
	return w != NULL;
}

/* One a turn: what is made of a result may take a while, and others have their turns
 * in between. */
static void
on_finished(void *arg, int what)
{
	struct hall *hall = arg;
	bool found = false;
	uint64_t one;

	(void)what;
	if (read(hall->event_fd, &one, sizeof one) < 0)
		return;
	for (size_t i = 0; !found && i < WORK_LANES; i++)
		found = hall->lanes[i] && collect(hall, hall->lanes[i]);
	if (!hall->n)
		watch_clear(hall->watch);
}

static struct lane *
lane_new(int event_fd, int most, int replaces)
{
	struct lane *lane = xcalloc(1, sizeof *lane);

	lane->event_fd = event_fd;
	lane->most = most;
	lane->replaces = replaces;
	pthread_mutex_init(&lane->mutex, NULL);
	thread_cond_init(&lane->changed);
	return lane;
}

static void
lane_free(struct lane *lane)
{
	for (size_t i = 0; i < WORK_MOST_THREADS; i++)
		if (lane->hands[i].made)
			pthread_join(lane->hands[i].thread, NULL);
	pthread_cond_destroy(&lane->changed);
	pthread_mutex_destroy(&lane->mutex);
	free(lane);
}

/* The mutex is held. */
static void
engage(struct lane *lane, struct hand *hand)
{
	if (hand->made && !hand->ended)
		return;
	if (hand->made)
		pthread_join(hand->thread, NULL);
	*hand = (struct hand){.lane = lane};
	hand->made = thread_start(&hand->thread, labour, hand);
	lane->alive += hand->made;
}

/* As many threads as its jobs can use, if they are to be had; the mutex is held. */
static void
staff(struct lane *lane)
{
	for (int i = 0; i < lane->most && (size_t)lane->idle < lane->n_waiting; i++)
		if (!lane->hands[i].made || lane->hands[i].ended) {
			engage(lane, &lane->hands[i]);
			return;
		}
}

/* Those that have been at one job for long count no more; the mutex is held. */
static void
relieve(struct lane *lane)
{
	int64_t now_ms = clock_mono_ms();
	int most = lane->replaces;

	if (!lane->replaces)
		return;
	for (size_t i = 0; i < WORK_MOST_THREADS; i++) {
		int64_t since_ms = lane->hands[i].since_ms;

		most += since_ms && now_ms - since_ms >= LONG_MS;
	}
	lane->most = most < WORK_MOST_THREADS ? most : WORK_MOST_THREADS;
}

/* A moment ago jobs waited for those that were at work then. */
static void
on_relief(void *arg)
{
	struct hall *hall = arg;
	struct lane *lane = hall->lanes[WORK_LOGINS];
	bool some_wait;

	pthread_mutex_lock(&lane->mutex);
	relieve(lane);
	staff(lane);
	some_wait = lane->n_waiting > 0;
	pthread_mutex_unlock(&lane->mutex);
	if (some_wait)
		timer_set(hall->relief, LONG_MS);
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
	hall->relief = timer_new(l, on_relief, hall);
	hall->event_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC | EFD_SEMAPHORE);
	hall->workers = work_threads(0);
	t->first = hall;
	return hall;
}

static struct lane *
lane_of(struct hall *hall, enum work_lane which)
{
	const int most[WORK_LANES] = {[WORK_FILES] = 1,
		[WORK_PASSWORDS] = 1,
		[WORK_CATALOGS] = hall->workers,
		[WORK_LOGINS] = LOGIN_THREADS};
	int replaces = which == WORK_LOGINS ? LOGIN_THREADS : 0;

	if (!hall->lanes[which] && hall->event_fd >= 0)
		hall->lanes[which] = lane_new(hall->event_fd, most[which], replaces);
	return hall->lanes[which];
}

int
work_threads(int n)
{
	cpu_set_t set;
	int cores = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);

	if (n)
		return n;
	return cores < MOST_BY_ITSELF ? cores : MOST_BY_ITSELF;
}

void
work_set_threads(struct loop *l, int n)
{
	struct hall *hall = hall_of(l);
	struct lane *lane = hall->lanes[WORK_CATALOGS];

	assert(n >= 0 && n <= WORK_MOST_THREADS);
	hall->workers = work_threads(n);
	if (!lane)
		return;
	pthread_mutex_lock(&lane->mutex);
	lane->most = hall->workers;
	staff(lane);
	pthread_cond_broadcast(&lane->changed);
	pthread_mutex_unlock(&lane->mutex);
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

/* False: no thread is there to do it. */
static bool
hand_over(struct lane *lane, struct work *w)
{
	bool taken;

	pthread_mutex_lock(&lane->mutex);
	lane->n_waiting++;
	relieve(lane);
	staff(lane);
	taken = lane->alive > 0;
	if (taken)
		push(&lane->waiting, w);
	else
		lane->n_waiting--;
	pthread_cond_signal(&lane->changed);
	pthread_mutex_unlock(&lane->mutex);
	return taken;
}

struct work *
work_start(struct loop *l, const struct work_kind *kind, void *arg)
{
	struct hall *hall = hall_of(l);
	struct work *w = xcalloc(1, sizeof *w);

	*w = (struct work){.lane = lane_of(hall, kind->lane), .kind = kind, .arg = arg};
	if (!hall->n++ && hall->event_fd >= 0)
		watch_keep(hall->watch, hall->event_fd, WATCH_READ);
	if (!w->lane || !hand_over(w->lane, w)) {
		w->lane = NULL;
		run_here(l, hall, w);
	} else if (++w->lane->n_open > w->lane->replaces && w->lane->replaces &&
		   !timer_is_set(hall->relief)) {
		timer_set(hall->relief, LONG_MS);
	}
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

	if (hall)
		hall->muted = true;
}

/* True if its threads have come to their end.  What none has begun is dropped. */
static bool
stop_threads(struct lane *lane)
{
	int64_t until_ms = clock_mono_ms() + LAST_WAIT_MS;
	bool ended, in_time = true;
	struct work *w;

	pthread_mutex_lock(&lane->mutex);
	lane->stop = true;
	while ((w = next_job(lane)))
		push(&lane->finished, w);
	pthread_cond_broadcast(&lane->changed);
	while (lane->alive && in_time)
		in_time = thread_cond_wait(&lane->changed, &lane->mutex, until_ms);
	ended = !lane->alive;
	pthread_mutex_unlock(&lane->mutex);
	return ended;
}

/* Libraries take themselves down at exit, under whoever is in the middle of them, who
 * may also hold a file that is read. */
static void
exit_at_once(int status, void *arg)
{
	(void)arg;
	fflush(stdout);
	fflush(stderr);
	_exit(status);
}

/* Threads that go on keep what they work on. */
static void
leave_behind(struct lane *lane)
{
	on_exit(exit_at_once, NULL);
	for (size_t i = 0; i < WORK_MOST_THREADS; i++)
		if (lane->hands[i].made)
			pthread_detach(lane->hands[i].thread);
}

static void
end_all(struct tenant *t)
{
	struct hall *hall = t->first;

	if (!hall)
		return;
	loop_run_deferred(t->loop);
	for (size_t i = 0; i < WORK_LANES; i++) {
		struct lane *lane = hall->lanes[i];
		bool ended = lane && stop_threads(lane);

		if (!lane)
			continue;
		while (collect(hall, lane))
			continue;
		(ended ? lane_free : leave_behind)(lane);
	}
	watch_free(hall->watch);
	timer_free(hall->relief);
	if (hall->event_fd >= 0)
		close(hall->event_fd);
	free(hall);
	t->first = NULL;
}

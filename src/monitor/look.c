/* See look.h.  A verdict is from files as they were after its database was read, so
 * each check asks; what thousands of files cost is bounded by the pauses, which all who
 * ask meanwhile share. */
#include "monitor/look.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "loop/work.h"

/* A twentieth of one processor. */
enum { SHARE = 20, LONGEST_PAUSE_MS = 10000 };

/* One of them, while it is made. */
struct run {
	struct look *look; /* not to be touched once it is cancelled */
	const struct look_kind *kind;
	void *job;
	int64_t pause_us; /* before the next one */
};

struct look {
	struct loop *loop;
	const struct look_kind *kind;
	void *arg;
	struct timer *timer; /* the end of a pause */
	struct work *work;   /* what is being made, or NULL */
	uint64_t begun, done;
	bool wanted; /* another one */
	int64_t not_before_ms;
};

static void start(struct look *k);

static void
run_make(void *arg)
{
	struct run *r = arg;
	int64_t begun = clock_thread_us();
	bool read = r->kind->run(r->job);

	r->pause_us = (clock_thread_us() - begun) * (read ? 1 : SHARE);
}

static void
take(struct look *k, void *job)
{
	k->done = k->begun;
	k->kind->take(k->arg, job);
}

static void
run_done(void *arg)
{
	struct run *r = arg;
	struct look *k = r->look;
	int64_t pause_ms = r->pause_us / 1000;

	k->work = NULL;
	k->not_before_ms = clock_mono_ms() +
			   (pause_ms < LONGEST_PAUSE_MS ? pause_ms : LONGEST_PAUSE_MS);
	take(k, r->job);
	free(r);
	start(k);
}

static void
run_drop(void *arg)
{
	struct run *r = arg;

	r->kind->drop(r->job);
	free(r);
}

static const struct work_kind making = {WORK_FILES, run_make, run_done, run_drop};

static void
start_work(struct look *k)
{
	struct run *r = xcalloc(1, sizeof *r);

	*r = (struct run){.look = k, .kind = k->kind, .job = k->kind->begin(k->arg)};
	k->work = work_start(k->loop, &making, r);
}

/* Where one is wanted, and none is under way. */
static void
start(struct look *k)
{
	int64_t now_ms = clock_mono_ms();

	if (!k->wanted || k->work)
		return;
	if (now_ms < k->not_before_ms) {
		if (!timer_is_set(k->timer))
			timer_set(k->timer, k->not_before_ms - now_ms);
		return;
	}
	k->wanted = false;
	k->begun++;
	start_work(k);
}

static void
on_pause_over(void *arg)
{
	start(arg);
}

struct look *
look_new(struct loop *l, const struct look_kind *kind, void *arg)
{
	struct look *k = xcalloc(1, sizeof *k);

	*k = (struct look){.loop = l, .kind = kind, .arg = arg};
	if (l)
		k->timer = timer_new(l, on_pause_over, k);
	return k;
}

void
look_free(struct look *k)
{
	if (!k)
		return;
	if (k->work)
		work_cancel(k->work);
	if (k->timer)
		timer_free(k->timer);
	free(k);
}

uint64_t
look_ask(struct look *k)
{
	void *job;

	if (k->loop) {
		uint64_t number = k->begun + 1;

		k->wanted = true;
		start(k);
		return number;
	}
	job = k->kind->begin(k->arg);
	(void)k->kind->run(job);
	k->begun++;
	take(k, job);
	return k->begun;
}

bool
look_is_done(const struct look *k, uint64_t number)
{
	return k->done >= number;
}

/* Long calculations in threads of their own, so that the loop goes on meanwhile. */
#ifndef LOOP_WORK_H
#define LOOP_WORK_H

#include "loop/loop.h"

/* What waits behind long jobs of its kind never waits behind another kind's: each lane
 * has threads of its own.  Jobs of one run one at a time, in order, in its one thread;
 * but those of WORK_CATALOGS and WORK_LOGINS side by side, in a pool of threads: they
 * begin in order, and whoever needs one after the other starts it when that is done.
 * How long one of WORK_LOGINS takes, others decide: whoever has been at one for long
 * holds up none of the rest, as there is another thread then, up to
 * WORK_MOST_THREADS. */
enum work_lane { WORK_FILES, WORK_PASSWORDS, WORK_CATALOGS, WORK_LOGINS, WORK_LANES };

enum { WORK_MOST_THREADS = 64 };

/* What a job does.  `run` is called in the thread: it may touch nothing but what hangs
 * off its argument and constants, and may not log; where it waits, it waits for files
 * only.  Exactly one of the others is called afterwards, in a turn of the loop, never
 * from inside work_start() or work_cancel(): `done`, or, after work_cancel() or when
 * the loop is freed, `drop`, which is for freeing.  Both own the argument. */
struct work_kind {
	enum work_lane lane;
	void (*run)(void *arg);
	void (*done)(void *arg);
	void (*drop)(void *arg);
};

struct work;

/* How many threads the pool has that is to have `n`: 0 stands for as many as there are
 * processors that this process may use, at most 4. */
int work_threads(int n);
/* From now on, up to WORK_MOST_THREADS; where there are more, they end with the jobs
 * that they have. */
void work_set_threads(struct loop *l, int n);

/* `kind` has to stay.  Where no thread can be had, the job runs at once, in here.
 * loop_free() waits a moment for the job that runs; one that takes longer keeps its
 * memory and its thread until the process ends. */
struct work *work_start(struct loop *l, const struct work_kind *kind, void *arg);
/* Nobody waits for it any more; before the callback only.  What runs runs on. */
void work_cancel(struct work *w);

#endif

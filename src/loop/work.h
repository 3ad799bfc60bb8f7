/* Long calculations in threads of their own, so that the loop goes on meanwhile. */
#ifndef LOOP_WORK_H
#define LOOP_WORK_H

#include "loop/loop.h"

/* Jobs of one lane run one at a time, in order, in the lane's own thread: what waits
 * behind long ones of its kind never waits behind another kind's. */
enum work_lane { WORK_FILES, WORK_PASSWORDS, WORK_CATALOGS, WORK_LANES };

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

/* `kind` has to stay.  Where no thread can be had, the job runs at once, in here.
 * loop_free() waits a moment for the job that runs; one that takes longer keeps its
 * memory and its thread until the process ends. */
struct work *work_start(struct loop *l, const struct work_kind *kind, void *arg);
/* Nobody waits for it any more; before the callback only.  What runs runs on. */
void work_cancel(struct work *w);

#endif

/* What a process before read last of an environment: what the first check of this one
 * finds unchanged is not read again.  Beside the newest interval (timeline.h) the store
 * has what the change probe said of that catalog, and who was asked by which program;
 * where anything of it is not what it was, or cannot be had, all is read. */
#ifndef MONITOR_RESUME_H
#define MONITOR_RESUME_H

#include "catalog/program.h"
#include "monitor/environment.h"

struct resuming;

/* What is to be stored beside the catalog of env->facts, sealed by its own hash; NULL
 * if that is none that can be proven later.  The caller frees. */
char *resume_text(const struct environment *env, struct program *p);

/* Before a check: take up what `text` of the store says, where it is the first since
 * the start, nothing was read yet, and the store has the catalog.  True if that takes a
 * while, in a thread: `done` is called with `env` in a turn of its own, and no check
 * begins before.  Afterwards env->resumed is what a reading is told it read last time;
 * NULL: nothing. */
bool resume_begin(struct environment *env, void (*done)(void *env));
/* It is read by now, or will be another: break off, and let go of it. */
void resume_end(struct environment *env);

#endif

/* A process that runs as somebody else, elsewhere: what posix_spawn(3) cannot. */
#ifndef LOOP_SPAWN_H
#define LOOP_SPAWN_H

#include "loop/child.h"

/* Begin it, with `out` as standard output and error, nothing as input, no other
 * descriptor, default signals, in a process group of its own; it is killed if the
 * thread that calls this ends.  Zero, or an errno value.  Whether it comes so far as to
 * run, which may wait for disks, is not waited for: *from tells spawn_failed(), and is
 * to be closed. */
int spawn_run(const struct child_plan *plan, int out, pid_t *pid, int *from);
/* Once it is dead: zero if it has run, else an errno value with what failed in *what
 * (static). */
int spawn_failed(int from, const char **what);

#endif

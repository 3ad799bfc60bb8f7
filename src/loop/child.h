/* Child processes that the loop waits for and never blocks on. */
#ifndef LOOP_CHILD_H
#define LOOP_CHILD_H

#include <sys/types.h>

#include "loop/loop.h"

struct child;

/* Most that child_run() takes from standard output; more is an error, not a cut. */
enum { CHILD_MAX_OUTPUT = 1024 * 1024 };

/* What the command wrote to standard output (NUL-terminated beside its length; gone
 * when the call returns), or an error with output NULL (of child_start() with its last
 * output): ERR_TIMEOUT at the deadline,
 * ERR_IO if it could not be started or did not exit with 0, ERR_FORMAT if it wrote too
 * much. */
typedef void child_fn(void *arg, const char *output, size_t n, const struct err *e);

/* Run `/bin/sh -c command` in a process group of its own: standard input empty,
 * standard error nowhere (what is said there may be secret), no other descriptor,
 * default signals.  The exit of the shell ends it, not the end of its output, so a
 * process left in the background does not matter.  At the deadline the group is killed.
 * Calls `fn` exactly once, never from inside child_run(). */
struct child *child_run(struct loop *l, const char *command, int64_t timeout_ms,
	child_fn *fn, void *arg);
/* A command without a shell. */
struct child_plan {
	const char *const *argv; /* ends with NULL; argv[0] is the path of a program */
	const char *const *env;  /* ends with NULL */
	const char *dir;         /* to run it in */
	/* Whom to run it as, if `other_user`; this process is root then. */
	bool other_user;
	uid_t user;
	gid_t group;
	const gid_t *groups;
	size_t n_groups;
	int64_t timeout_ms;
};

/* Of what such a command says the last so many bytes are kept, at least. */
enum { CHILD_TAIL = 16 * 1024 };

/* Run it as child_run() does (ERR_CONFIG if it could not be started); but what it says
 * on standard error is taken as well, `fn` gets the last of it in any case, also with
 * an error, and whatever it has left running in its group is killed, as it is itself if
 * this process dies. */
struct child *
child_start(struct loop *l, const struct child_plan *plan, child_fn *fn, void *arg);
/* Kill the group and forget it; before the callback only. */
void child_cancel(struct child *c);

/* Call `fn` in a forked copy of this process that has only standard descriptors and
 * ends after `timeout_ms` at the latest, then `done` here, exactly once and never from
 * inside child_call(); also if the fork failed.  For a library's call that would
 * block; `fn` may use async-signal-safe functions only.  loop_free() waits a moment
 * for it. */
void child_call(struct loop *l, int64_t timeout_ms, void (*fn)(void *arg),
	void (*done)(void *arg), void *arg);

#endif

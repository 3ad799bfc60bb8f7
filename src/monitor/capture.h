/* What a trusted environment has at a revision, written as a snapshot of it
 * (capture = "snapshots:DIR"), once; another catalog of that revision is never written
 * over, and is a problem of the migrations. */
#ifndef MONITOR_CAPTURE_H
#define MONITOR_CAPTURE_H

#include "migrations/problem.h"
#include "monitor/environment.h"

struct capture_owner {
	struct loop *loop;
	struct library *kept_in;
	int64_t now_ms; /* of clock_mono_ms() */
	/* In a turn of the loop: capture_problem() says something else of `env`. */
	void (*changed)(struct environment *env);
};

/* `env` was judged by a check, and `graph` is its migrations, or NULL.  Once two checks
 * in a row have found the same, of a revision that they have, and nothing that speaks
 * against it, that is written in a thread; whatever fails is tried again at later
 * checks. */
void capture_see(struct capture **at, const struct capture_owner *owner,
	struct environment *env, const struct migrations *graph);
/* Forget it; what is written now may still be. */
void capture_end(struct capture **at);
/* Append what is wrong, if anything is. */
void capture_problem(const struct environment *env, struct problems *out);

#endif

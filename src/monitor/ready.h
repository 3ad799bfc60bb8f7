/* Who is ready to be checked, by server: of each, no more are under way than it is to
 * bear, and who has to wait for that delays nobody else. */
#ifndef MONITOR_READY_H
#define MONITOR_READY_H

#include "base/heap.h"
#include "base/strmap.h"
#include "monitor/environment.h"

/* One server: known by its system identifier, or before that by its address. */
struct ready_server;

/* All zero is empty. */
struct ready {
	struct strmap *servers; /* by both */
	struct heap open;       /* those where somebody may begin */
	int most;               /* under way on one server; 0: any number */
};

/* `list` is all there is: go over to it.  What it says of PHASE_DUE and PHASE_READING
 * counts; env->server and env->in_ready are set anew, whatever they were.  Then
 * ready_known() has to be called for each. */
void ready_take(struct ready *r, int most, struct environment *const *list, size_t n);
/* Spread them over the interval: env->place.  Those of each server evenly, and servers
 * beside each other. */
void ready_place(struct environment *const *list, size_t n);
void ready_fini(struct ready *r);

/* It may begin, as far as its server may; nothing where that is known. */
void ready_add(struct ready *r, struct environment *env);
void ready_remove(struct ready *r, struct environment *env);
/* env->urgent has changed. */
void ready_moved(struct ready *r, struct environment *env);
/* Of the servers that are below their cap, those with an urgent check come first, then
 * those where least is under way; of them and of one's environments, who has been due
 * for longest.  NULL: none. */
struct environment *ready_first(const struct ready *r);
/* Its check has begun, after ready_remove(); it has ended. */
void ready_begin(struct ready *r, struct environment *env);
void ready_end(struct ready *r, struct environment *env);
/* Somebody else asks the server of that address, or has asked it (`change`: -1); and
 * true if it is below its cap. */
void ready_count(struct ready *r, const char *address, int change);
bool ready_has_room(struct ready *r, const char *address);
/* Its server may be another one than it was, by what was read of it.  Whoever has that
 * address and was not read yet goes with it. */
void ready_known(struct ready *r, struct environment *env);

#endif

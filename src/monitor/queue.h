/* Whose check begins next, and when a check began. */
#ifndef MONITOR_QUEUE_H
#define MONITOR_QUEUE_H

#include "monitor/environment.h"
#include "monitor/ready.h"

/* Plain data; all zero but for the environments is an empty queue. */
struct queue {
	struct environment *const *environments; /* borrowed */
	size_t n;
	struct environment **followers; /* those of each */
	struct ready ready;
	struct heap due;        /* a set: all of PHASE_DUE */
	struct heap unanswered; /* a set: whose servers take connections only */
	/* Counts all that has to be known in its order: what was asked for, what began,
	 * and each look of a reading (`moments` of its options). */
	uint64_t turns;
	int running; /* checks that are under way */
	/* Wall clock: when the last check began, and before when none begins any more.
	 */
	int64_t last_ms, floor_ms;
};

/* Go over to `list`, in which those that environments refer to are looked up; on one
 * server as many checks as `per_server` (0: any number) are under way. */
void
queue_take(struct queue *q, struct environment *const *list, size_t n, int per_server);
void queue_fini(struct queue *q);

/* A check of it is due; nothing where one is due or under way. */
void queue_due(struct queue *q, struct environment *env);
/* As queue_due(); it has been due since `since_ms` of clock_mono_ms(). */
void queue_due_since(struct queue *q, struct environment *env, int64_t since_ms);
/* As queue_due(), but where one is under way another one follows it. */
void queue_again(struct queue *q, struct environment *env);
/* As queue_due(), and it is next, one that is due already as well. */
void queue_urgent(struct queue *q, struct environment *env);
/* After queue_take(): a check is due of those whose migrations are others in `now` than
 * in `before`, or what they refer to is; they stay what they are themselves. */
void queue_reload(struct queue *q, const struct conf *before, const struct conf *now);
/* A check of it (NULL: of all), and before that of what it refers to, that begin after
 * this call.  However often it is asked for, one is made.  Returns what `started_ms` of
 * such a check is at least. */
int64_t queue_ask(struct queue *q, struct environment *env);

/* Who waits for nobody, and is not unread, of those whose server bears one more:
 * ready_first(); or NULL. */
struct environment *queue_next(struct queue *q);
/* It is not unread any more. */
void queue_let(struct queue *q, struct environment *env);
/* The check of what queue_next() gave begins; the check of `env` has ended. */
void queue_begin(struct queue *q, struct environment *env);
void queue_end(struct queue *q, struct environment *env);
/* Somebody asks the server of that address for something else than a check, if it bears
 * one more; false: it does not.  queue_ask_ends() follows, and after each queue_take()
 * meanwhile queue_asks_still(). */
bool queue_may_ask(struct queue *q, const char *address) MUST_CHECK;
void queue_asks_still(struct queue *q, const char *address);
void queue_ask_ends(struct queue *q, const char *address);
/* `env` has taken over what was read of it, or why nothing was. */
void queue_known(struct queue *q, struct environment *env);
/* A server that took connections only answers again: those where that was so are due.
 */
void queue_answered(struct queue *q);
/* What is due or under way of it is of no use any more.  To be called before
 * queue_take(): who waits for it is not told. */
void queue_break_off(struct queue *q, struct environment *env);

#endif

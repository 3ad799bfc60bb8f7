/* What one receiver was told, is being told and is to be told: a place each for every
 * environment, so that it never holds more of one than that.  Pure: no clock, no I/O.
 *
 * What waits and was never tried gives way to what comes after it, as nobody knows of
 * it yet: a state to the next, which counts it as unsaid, and a problem to its own end,
 * so that neither is told.  What was tried stays as it is until there is an answer. */
#ifndef RECEIVERS_LEDGER_H
#define RECEIVERS_LEDGER_H

#include "receivers/notice.h"
#include "receivers/outcome.h"

struct clock_step;

enum ledger_place {
	LEDGER_TOLD,    /* the problem that stands by what was delivered */
	LEDGER_SENDING, /* of the message that is being tried */
	LEDGER_WAITING, /* for the next message */
	LEDGER_PLACES
};

/* What became of a change. */
enum ledger_result {
	RESULT_DELIVERED,
	RESULT_REFUSED,    /* by the receiver, for good */
	RESULT_EXPIRED,    /* it could not be delivered for too long */
	RESULT_DROPPED,    /* the queue was full */
	RESULT_SUPERSEDED, /* by what came after it, before it was told */
	RESULT_COUNT
};
const char *ledger_result_word(enum ledger_result r);

struct ledger_limits {
	int64_t batch_wait_ms, retry_for_ms;
	size_t max_queue; /* of what waits while the receiver fails */
	size_t max_batch;
	bool send_resolved;
	int64_t renew_ms; /* what stands is told again after that; 0: never */
};

struct ledger_entry {
	char *environment;
	struct notice *at[LEDGER_PLACES]; /* NULL: nothing */
	int64_t waiting_since_ms;         /* monotonic */
	size_t index;                     /* in `entries` */
	bool renewing;                    /* it is part of what is told again now */
	bool renewed;                     /* it had its turn in this pass */
	bool dirty;                       /* not as it is stored */
	struct ledger_entry *next_dirty;
	struct ledger_entry *before, *after; /* of those that wait */
};

/* All that stands is told again, slice by slice. */
struct ledger_pass {
	int64_t began_ms;   /* monotonic; 0: there is none */
	bool taken, missed; /* a slice of it was, or could not be told */
};

struct ledger {
	struct ledger_limits limits;
	struct ledger_entry **entries; /* in no particular order */
	size_t n, cap;
	struct ledger_entry *first_waiting, *last_waiting; /* who waits longest first */
	struct ledger_entry *dirty;
	struct strmap *by_environment;
	size_t count[LEDGER_PLACES];
	size_t slice; /* what was taken of one that is too large, or less; 0: all */
	unsigned failures;   /* of the message that is tried, or of passes, in a row */
	int64_t retry_at_ms; /* monotonic; not before that is anything tried */
	int64_t renew_at_ms; /* monotonic */
	struct ledger_pass pass;
	uint64_t results[RESULT_COUNT];
};

/* Zeroed otherwise. */
void ledger_init(struct ledger *l);
void ledger_fini(struct ledger *l);

/* Put what was stored in its place, unless there is something; takes over `n`. */
void ledger_restore(
	struct ledger *l, enum ledger_place place, struct notice *n, int64_t mono_ms);
/* All of it is restored: what waited before that may be no news. */
void ledger_settle(struct ledger *l);
/* It was seen, for the first time in this process, which of that still stands: it may
 * be told again, which before waits for as long as one time of it. */
void ledger_looked(struct ledger *l, int64_t mono_ms);
/* The last word on an environment, as far as the receiver has it or is to have it;
 * NULL: nothing. */
const struct notice *ledger_last(const struct ledger *l, const char *environment);
/* That without what waits: what the receiver has, or may have. */
const struct notice *ledger_said(const struct ledger *l, const char *environment);
/* A problem is there, or it is over; takes over `n`.  False if that is no news. */
bool ledger_note(struct ledger *l, struct notice *n, int64_t mono_ms);
/* Rename an environment, and all that a template of that name stands for, if none has
 * the new name. */
void ledger_rename(struct ledger *l, const char *from, const char *to);
/* All times of the clock before are of the one that is now. */
void ledger_clock_set(struct ledger *l, const struct clock_step *step);

/* When there is something to do, monotonic; -1: there is nothing. */
int64_t ledger_next_ms(const struct ledger *l);
/* Give up what is too old at `wall_ms`: how many changes that were.  To be called
 * before ledger_begin(). */
size_t ledger_expire(struct ledger *l, int64_t wall_ms);
/* True if a message is to be tried now: that of before, or else what waits becomes it;
 * then all with something at LEDGER_SENDING are its parts. */
bool ledger_begin(struct ledger *l, int64_t mono_ms);
/* True if what stands is to be told again now, never while there is a message; then all
 * that are `renewing` are its parts. */
bool ledger_renews(struct ledger *l, int64_t mono_ms);

/* The message was delivered, or dropped. */
void ledger_end(struct ledger *l, enum ledger_result r);
/* Those parts were told again, or the first was told: the next of them follow at once,
 * and all of it `renew_ms` after that began.  True if by now all was told of what
 * stands, and nothing of it failed. */
bool ledger_renewed(struct ledger *l, int64_t mono_ms);
/* The message could not be delivered, or that slice of what stands, after which the
 * others have their turn; again after outcome_backoff_ms(), and what stands by
 * `renew_ms` at the latest unless the receiver asked for more time. */
void
ledger_failed(struct ledger *l, bool renewing, const struct answer *a, int64_t mono_ms);

/* That message, or what stands, was too large: it is tried in halves, at once.  How
 * many changes that are one by one too large it was, which are given up, and after
 * those there is a pause. */
size_t ledger_too_large(
	struct ledger *l, bool renewing, const struct answer *a, int64_t mono_ms);

/* Something is not as it is stored. */
bool ledger_is_dirty(const struct ledger *l);
/* All of it is stored now; environments without anything are forgotten. */
void ledger_saved(struct ledger *l);
/* Nothing of it is. */
void ledger_unsaved(struct ledger *l);
/* How many changes wait or are being tried. */
size_t ledger_queued(const struct ledger *l);

#endif

/* What the files of receivers.h share; nobody else includes this. */
#ifndef RECEIVERS_INTERNAL_H
#define RECEIVERS_INTERNAL_H

#include "base/log.h"
#include "receivers/ledger.h"
#include "receivers/receivers.h"
#include "receivers/sender.h"

struct receiver {
	struct receivers *all;
	const struct conf_receiver *conf;
	struct ledger ledger;
	struct timer *timer;
	struct delivery *delivery; /* on its way */
	bool renewing;             /* it tells again what stands */
	const char *failing;       /* the reason that was logged; NULL: all is well */
	bool refused;              /* the last message */
	char *last_error;          /* why it was not delivered; or NULL */
	bool lost;                 /* something was that may stand: look again, … */
	int64_t look_at_ms;    /* … where nothing new is taken not before that, … */
	int64_t look_pause_ms; /* … and then after so long; 0: at once */
	bool full;             /* that its queue is was logged */
	uint64_t failures;
	int64_t last_success_ms;
};

struct receivers {
	struct loop *loop;
	struct store *store;
	struct sender *sender;
	const struct published *(*published)(void *arg);
	void *arg;
	const struct conf *conf; /* borrowed */
	struct receiver **v;     /* in the order of the configuration */
	size_t n;
	char *external_url;
	int64_t ahead_ms; /* by how much the wall clock was ahead of that of the boot */
	struct timer *look, *save;
	bool seen;   /* all that are known, since a look was asked for */
	bool looked; /* that was so once */
	bool loaded, ending;
	struct receiving *facts;
};

struct receiver *receiver_find(struct receiver *const *v, size_t n, const char *name);

/* The time by which changes grow old: the wall clock, but for what it was put forward
 * since it was looked at last. */
int64_t receivers_now_ms(const struct receivers *all);

/* ---- sending.c ---- */

/* A line of the log that begins with its name. */
void receiver_say(const struct receiver *r, enum log_level level, const char *reason,
	const char *fmt, ...) PRINTF_LIKE(4, 5);
/* So many changes are not told to it. */
void receiver_say_lost(
	const struct receiver *r, size_t n, const char *reason, const char *why);
/* Set its timer for what it has to do next. */
void receiver_arm(struct receiver *r);
/* Do that; the callback of its timer. */
void receiver_step(void *arg);
/* At once, whatever it waits for. */
void receiver_step_now(struct receiver *r);

/* ---- kept.c ---- */

/* Store what is not stored; outside of transactions. */
void kept_save(struct receivers *all);
/* True if what waits outlives the process: it is stored. */
bool kept_is_stored(const struct receivers *all);
/* In a turn of its own: in this one others may have a transaction. */
void kept_save_soon(struct receivers *all);
void kept_on_save(void *all); /* the callback of its timer */
/* Take up what a process before left, and forget what is of nobody. */
void kept_load(struct receivers *all);
/* Forget all of a receiver. */
void kept_drop(struct receivers *all, const char *receiver);

#endif

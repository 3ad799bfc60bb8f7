/* What the daemon keeps in its state directory: the store while it works and while it
 * does not, signs of life, and what is too old. */
#ifndef DAEMON_KEEPER_H
#define DAEMON_KEEPER_H

#include "loop/loop.h"
#include "monitor/life.h"
#include "monitor/monitor.h"
#include "receivers/receivers.h"
#include "report/changes.h"
#include "report/story.h"
#include "store/store.h"

struct keeper {
	struct store *store; /* NULL: there is no state directory */
	/* From keeper_start() on. */
	struct monitor *monitor;
	struct receivers *receivers;    /* set by whoever has them */
	const struct conf *const *conf; /* the present one */
	struct timer *prune, *look, *beat;
	struct life life;
	bool was_up;
	size_t told_waiting;
	int64_t whole_ms;  /* when all is to be looked at again; clock_mono_ms() */
	int64_t told_size; /* the limit that history is known to be beyond; 0: none */
};

/* Open the store.  False if another daemon has it; whatever else is wrong with it is
 * said, and may be over later. */
bool keeper_open(struct keeper *k, const char *state_dir, struct err *e) MUST_CHECK;
/* Fill the timers; after that the daemon has started. */
void keeper_start(struct keeper *k, struct loop *l, struct monitor *m,
	const struct conf *const *conf);
void keeper_begin_life(struct keeper *k);
/* The last sign of life; what could not be written is tried once more, and said. */
void keeper_end_life(struct keeper *k);
/* Forget the timers; before the loop ends. */
void keeper_stop(struct keeper *k);
void keeper_close(struct keeper *k);

/* The document of /history, or NULL; the caller frees. */
char *keeper_history(
	struct keeper *k, const char *environment, int64_t since_ms, size_t limit);
/* The document of changes_document(), or NULL; the caller deletes it. */
cJSON *keeper_changes(struct keeper *k, const struct changes_wish *w);
/* The document of story_document(), or NULL: nothing is kept or, with `*failed`, it
 * cannot be read.  The caller deletes it. */
cJSON *keeper_story(struct keeper *k, const struct story_wish *w, bool *failed);
/* True if there is any of that name, or that cannot be told now. */
bool keeper_has_history(const struct keeper *k, const char *environment);

#endif

/* What the files of built.h share; nobody else includes this. */
#ifndef MONITOR_BUILTINTERNAL_H
#define MONITOR_BUILTINTERNAL_H

#include "monitor/builtgroup.h"
#include "monitor/packings.h"

struct built {
	struct built_owner o;
	struct built_shelf shelf;
	const struct conf *conf;
	struct builds *builds;
	struct built_group **groups;
	size_t n, cap;
	struct tallies tallies;
	struct timer *timer;         /* something is to be begun */
	struct built_group *running; /* whose recipe that is; NULL: none runs */
	struct arrival *arrived; /* what came of it, until its files are looked at */
	uint64_t look;           /* … which that is */
	struct timer *look_again;
	uint64_t moves;           /* of its files, when it was begun */
	size_t steps;             /* that are still to be told of it */
	struct packings packings; /* what of it is built and not kept yet */
	int64_t begun_ms;         /* of clock_mono_ms() */
	bool held;                /* something was not to be begun yet */
	bool ended;
	bool waits_for_all; /* somebody is held against all that can be built */
	int64_t keep_ms;    /* when the store is told next, of that */
};

/* Of b->timer: begin what is next, unless something runs. */
void built_begin_next(void *built);
/* Of b->packings. */
void built_packed(void *built, const char *key, struct snapshot *s,
	const struct store_packed *packed);
/* Of b->look_again. */
void built_look(void *built);
/* What is built and not kept yet is not wanted. */
void built_forget(struct built *b);
/* What runs is not wanted any more. */
void built_break_off(struct built *b);

#endif

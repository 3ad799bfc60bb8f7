/* A comparison that may be made by any thread: it refers to, or has copies of, all that
 * it needs. */
#ifndef DIFF_COMPARING_H
#define DIFF_COMPARING_H

#include "diff/memo.h"

struct comparing;

/* NULL if `m` knows what comes out, or could not remember it. */
struct comparing *comparing_new(struct memo *m, const struct snapshot *expected,
	const struct snapshot *found, const struct compare_options *o);
void comparing_free(struct comparing *c); /* NULL is fine */
/* Of both catalogs: how long it takes goes by that. */
size_t comparing_objects(const struct comparing *c);

/* In a thread. */
void comparing_run(struct comparing *c);
/* Afterwards, where the memo is at home: it knows from now on. */
void comparing_tell(const struct comparing *c, struct memo *m);

#endif

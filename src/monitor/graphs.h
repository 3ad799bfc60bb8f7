/* The revision graphs of all migrations blocks, read again when their files change. */
#ifndef MONITOR_GRAPHS_H
#define MONITOR_GRAPHS_H

#include "conf/conf.h"
#include "monitor/look.h"
#include "monitor/published.h"

struct graphs;

/* False if an `allow` of any block is wrong; `e` says where. */
bool graphs_check(const struct conf *conf, struct err *e) MUST_CHECK;
/* Read one block, whatever is known of it.  The caller frees. */
bool graphs_read(const struct conf_migrations *c, struct migrations **out,
	struct err *e) MUST_CHECK;

/* Every block of `conf`, which has to outlive the result.  Takes over `from` (or NULL):
 * what it has of blocks that did not change stays, with the numbers of its looks.  The
 * rest is unread, and its first look begins.  Of a look at block NAME `w` is told with
 * NAME; then graphs_refresh() has what it says. */
struct graphs *
graphs_new(const struct look_watcher *w, const struct conf *conf, struct graphs *from);
void graphs_free(struct graphs *h);

/* True as long as nothing at all is known of block `name`; its `error` says so. */
bool graphs_is_unread(const struct graphs *h, const char *name);

/* Have the files of block `name` looked at in a thread, after this call; the number of
 * that look (look.h). */
uint64_t graphs_look(struct graphs *h, const char *name);
bool graphs_has_looked(const struct graphs *h, const char *name, uint64_t number);
/* How many looks that were taken by graphs_refresh() found its files to be others than
 * are held, if only in their times: while that stays, whoever has read them has read
 * what is held. */
uint64_t graphs_moves(const struct graphs *h, const char *name);

enum graphs_change {
	GRAPHS_SAME,
	GRAPHS_CHANGED, /* another graph, or another reason why there is none */
	/* The files are being written: what is known of them stays what it was.  Ask
	 * again after GRAPHS_LOOK_MS. */
	GRAPHS_SETTLING
};
enum { GRAPHS_LOOK_MS = 1500 };

/* True as long as the files of block `name` are being written. */
bool graphs_is_settling(const struct graphs *h, const char *name);
/* Take what the last look says of the files of block `name`.  What they say now is
 * taken once two looks have found them the same, later where it is worse than before.
 * `now_ms` is of clock_mono_ms(). */
enum graphs_change graphs_refresh(struct graphs *h, const char *name, int64_t now_ms);

/* For the notices of a block: takes over what `notices` holds. */
struct problems;
struct published_migrations *graphs_block(struct graphs *h, size_t i);
void graphs_set_notices(struct published_migrations *m, struct problems *notices);
/* The same of what could not be built, and the like. */
void graphs_set_failed(struct published_migrations *m, struct problems *failed);

/* What is known of block `name`; NULL if there is none of that name. */
const struct published_migrations *
graphs_find(const struct graphs *h, const char *name);
const struct published_migrations *graphs_list(const struct graphs *h, size_t *n);

#endif

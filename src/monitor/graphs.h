/* The revision graphs of all migrations blocks, read again when their files change. */
#ifndef MONITOR_GRAPHS_H
#define MONITOR_GRAPHS_H

#include "conf/conf.h"
#include "monitor/published.h"

struct graphs;

/* Read every block of `conf`, which has to outlive the result. */
struct graphs *graphs_new(const struct conf *conf);
void graphs_free(struct graphs *h);

/* Read block `name` again if any of its files has changed, or if it could not be read;
 * true if that made a difference. */
bool graphs_refresh(struct graphs *h, const char *name);

/* For the notices of a block: takes over what `notices` holds. */
struct problems;
struct published_migrations *graphs_block(struct graphs *h, size_t i);
void graphs_set_notices(struct published_migrations *m, struct problems *notices);

/* What is known of block `name`; NULL if there is none of that name. */
const struct published_migrations *
graphs_find(const struct graphs *h, const char *name);
const struct published_migrations *graphs_list(const struct graphs *h, size_t *n);

#endif

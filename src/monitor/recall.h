/* What a database was before this process began, where it cannot be read since: those
 * that are held against it are judged as they would be without a restart. */
#ifndef MONITOR_RECALL_H
#define MONITOR_RECALL_H

#include "monitor/environment.h"

/* What was read of `env` last; before its first reading, if a check of it has ended, by
 * a process before.  NULL: it is not known; without a catalog: only what it recorded.
 * Valid until the next check of it. */
const struct facts *recall_facts(struct environment *env, struct store *s);

/* The same, as it was last answered. */
const struct facts *recall_last(const struct environment *env);

/* What is read of it is what was known of it: it has been so since then. */
void recall_follow(struct facts *f, const struct published_environment *known);

#endif

/* What is to be known of an environment that another is held against. */
#ifndef MONITOR_REFERENCE_H
#define MONITOR_REFERENCE_H

#include "monitor/environment.h"
#include "monitor/graphs.h"

/* True if a revision is expected of that environment. */
bool reference_is_watched(const struct conf_environment *c);
/* Why `ref`, which was read, is no reference for what differs from it in `env`; NULL:
 * it is one.  `m`: the migrations of `ref`, or NULL.  The caller frees. */
char *reference_unfit(const struct environment *ref, const struct environment *env,
	const struct published_migrations *m);
/* What else whoever is held against `ref` has to know: that it cannot be read now, is
 * migrating or has itself drifted; NULL: nothing.  The caller frees. */
char *reference_note(const struct environment *ref);

#endif

/* What follows from a verdict: it is told, kept, and published. */
#ifndef MONITOR_JUDGED_H
#define MONITOR_JUDGED_H

#include "monitor/environment.h"
#include "monitor/monitor.h"
#include "monitor/publication.h"

/* Judge `env` by `x`.  True if that was a sighting: of a reading that was not judged
 * yet.
 */
bool judged(struct publication *p, struct environment *env, const struct expectation *x,
	const struct monitor_options *o, const struct conf_service *c);

#endif

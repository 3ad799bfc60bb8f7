/* What is said in the log of what the monitor finds. */
#ifndef DAEMON_EVENTS_H
#define DAEMON_EVENTS_H

#include "monitor/monitor.h"
#include "monitor/published.h"
#include "receivers/receivers.h"

/* Have all that the monitor tells go to the log, and changes to the receivers too. */
void events_tell(struct monitor_options *o, struct receivers *receivers);
/* "3 environments, 1 drifted, 2 in_sync", or that nothing is watched; the caller frees.
 */
char *events_counts(const struct published *p);
/* Those counts, and a line of each environment. */
void events_summary(const struct published *p);

#endif

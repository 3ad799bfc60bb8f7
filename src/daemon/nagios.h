/* What plugins of Nagios and its like print (monitoring-plugins.org): one line,
 * "SERVICE STATUS - text | performance data", and a status that says the same. */
#ifndef DAEMON_NAGIOS_H
#define DAEMON_NAGIOS_H

#include "monitor/published.h"

/* Print what was found of the environments named (none: all); `incomplete`: not all of
 * them were checked.  The exit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN. */
int
nagios_print(const struct published *p, const struct strvec *names, bool incomplete);
/* Nothing could be checked; returns 3. */
int nagios_fail(const char *why);

#endif

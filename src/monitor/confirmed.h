/* Which of what was found is confirmed, and which of it comes and goes. */
#ifndef MONITOR_CONFIRMED_H
#define MONITOR_CONFIRMED_H

#include "monitor/environment.h"

/* Once the axes in `p` are judged and `in` is filled: count what they hold.  Sets what
 * `in` and `p` say of confirmation and of flapping, p->confirmed_findings first of all;
 * `sighting` as for environment_evaluate(). */
void confirmed_fill(struct published_environment *p, struct environment *env,
	struct verdict_input *in, bool sighting, int64_t now_ms);

#endif

/* A recorded revision that is another one: "when did r2 reach prod?", and whether it
 * was there before. */
#ifndef MONITOR_REVISED_H
#define MONITOR_REVISED_H

#include "monitor/environment.h"

/* Hold what was read last, and is not published yet, against what is published. Another
 * revision is a happening; env->gone_back is from where it went back, until it moves
 * forward again. */
void revised_see(struct environment *env, const struct expectation *x);

#endif

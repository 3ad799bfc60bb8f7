/* The notices of each migrations block: what its files say, and what the environments
 * say of them. */
#ifndef MONITOR_NOTICES_H
#define MONITOR_NOTICES_H

#include "monitor/environment.h"
#include "monitor/graphs.h"

/* Compute them anew.  `tell` gets for each block those that were not there before, in
 * `n` > 0; it may be NULL. */
void notices_refresh(struct graphs *graphs, struct environment *const *environments,
	size_t n_environments, notices_fn *tell, void *arg);

#endif

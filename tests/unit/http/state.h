/* Published state made by hand: what the HTTP tests serve. */
#ifndef TESTS_UNIT_HTTP_STATE_H
#define TESTS_UNIT_HTTP_STATE_H

#include "monitor/published.h"

/* Four environments: "dev" in sync, "prod" unstamped, "staging" drifted with findings
 * that hold markup, "a/b é" unreachable; one block of migrations, "app", with a
 * problem.  The caller may change it and has nothing to free. */
void state_fill(struct published *p);
/* The `i`-th environment, to be changed by a test; state_fill() sets it back. */
struct published_environment *state_environment(size_t i);

#endif

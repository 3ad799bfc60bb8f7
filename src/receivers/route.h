/* Who is told what: the routes of a receiver, held against a state.  Pure. */
#ifndef RECEIVERS_ROUTE_H
#define RECEIVERS_ROUTE_H

#include "conf/conf.h"
#include "monitor/published.h"

enum route {
	ROUTE_PROBLEM, /* it is to be told */
	ROUTE_QUIET,   /* nothing is decided: whatever was told stands */
	ROUTE_OVER     /* whatever was told is over */
};

/* True if the environment is one of the receiver's. */
bool route_has(const struct conf_receiver *r, const struct published_environment *e);
/* What the receiver is to be told of it.  A migration that runs, a finding that is not
 * confirmed and, where it is not among the states of the receiver, an unknown state end
 * nothing that was told. */
enum route
route_of(const struct conf_receiver *r, const struct published_environment *e);

#endif

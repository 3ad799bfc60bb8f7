/* A published state of four environments, built by hand, for the tests of report/. */
#ifndef TESTS_UNIT_REPORT_FIXTURE_H
#define TESTS_UNIT_REPORT_FIXTURE_H

#include "monitor/published.h"

/* In the order of the list: prod is unstamped but its schema matches dev, staging has
 * drifted (two findings), dev is in sync, far has never been reached. */
struct fixture {
	struct published_environment prod, staging, dev, far;
	struct published_environment *list[4];
	struct diff same, differs;
	struct finding findings[2];
	struct migrations graph;
	struct problem problems[1];
	struct published_migrations migrations[2];
	struct published_ddl ddl;
	struct published published;
};

void fixture_set(struct fixture *f);
void fixture_fini(struct fixture *f);

#endif

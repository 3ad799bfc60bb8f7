/* Problems that a project means: they are there, and do not count. */
#ifndef MIGRATIONS_ALLOW_H
#define MIGRATIONS_ALLOW_H

#include "migrations/migrations.h"

/* True if `text` is CODE[:WHAT][ reason="TEXT"].  WHAT is a glob over the id of the
 * problem's revision and over the name of its file, with and without directory; without
 * it all problems of that code are meant. */
bool allow_check(const char *text, struct err *e) MUST_CHECK;

/* Mark the problems and notices of `h` that any of `texts` allows, move such problems
 * behind those that count, keep the texts in h->allow, and note which of them matched
 * nothing in h->unused_allow.  False for one that allow_check() refuses. */
bool
allow_apply(struct migrations *h, const struct strvec *texts, struct err *e) MUST_CHECK;

/* True if what `h` allows covers a notice of that code about `r`: of those that only
 * what is recorded somewhere tells. */
bool allow_covers(
	const struct migrations *h, enum problem_code code, const struct revision *r);

/* Mark one that is of no list of `h`, if what `h` allows covers it. */
void allow_mark(const struct migrations *h, struct problem *p);

#endif

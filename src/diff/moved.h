/* An extension that is in another schema is one difference; all that names one of its
 * members says the schema as well, and is none. */
#ifndef DIFF_MOVED_H
#define DIFF_MOVED_H

#include "diff/across.h"
#include "diff/comparison.h"

/* Look which extensions moved, and pair what is known by arguments that are members of
 * one (functions, casts, operators), and what is on its members.  After the merge. */
void moved_find(struct comparison *c);
/* Forget what that found. */
void moved_forget(struct comparison *c);

/* Append a text of that side without the schemas of members, so that both sides' are
 * the same. */
void moved_neutral(const struct comparison *c, enum side side, const char *text,
	struct strbuf *out);
/* across_compare(), with that aside. */
enum across moved_compare(const struct comparison *c, const struct property *p,
	const char *expected, const char *found);

#endif

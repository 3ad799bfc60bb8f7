/* Whether two readings can be held side by side at all. */
#ifndef DIFF_COMPARABLE_H
#define DIFF_COMPARABLE_H

#include "diff/comparison.h"

/* True if so.  Else append everything that stands against it to `why`: one database
 * that was read twice, or schemas of which there is nothing on either side.  The names
 * of schemas that matched nothing are appended to diff->unused_schemas in any case.
 * Needs options, sides and diff. */
bool comparable_check(const struct comparison *c, struct strbuf *why);
/* How the two that were read stand to each other, as far as that matters: two roles of
 * one database are not the same. */
enum instance_relation comparable_relation(const struct compare_options *o);
/* True if both are one database, and schemas of it are compared with each other: what
 * is of none of those is the same row on both sides. */
bool comparable_is_one(const struct compare_options *o);
/* The schema that `o` is in or on, or NULL. */
const char *comparable_schema(const struct object *o);
/* True if one of `globs` matches; no globs match all. */
bool comparable_wanted(const struct strvec *globs, const char *schema);

/* Append that sentence; nothing if all matched. */
void comparable_say_unused(const struct strvec *unused, struct strbuf *out);

#endif

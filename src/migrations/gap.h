/* Where the graph has gaps: revisions whose parents or dependencies are not all known.
 */
#ifndef MIGRATIONS_GAP_H
#define MIGRATIONS_GAP_H

#include "migrations/migrations.h"

/* The first parent or dependency of `r` that no file has, or NULL. */
const char *gap_missing(const struct migrations *h, const struct revision *r);
/* True if something may come before `r` that the graph does not say: what that is
 * looked for in as the graph is built, and known afterwards. */
bool gap_is_before(const struct migrations *h, const struct revision *r);
bool gap_at(const struct migrations *h, const struct revision *r);

/* Flag in `maybe` every revision that may be an ancestor of one in `set` although the
 * graph does not say so: where a parent or dependency in `set` could not be read. */
void gap_mark_maybe(const struct migrations *h, const bool *set, bool *maybe);

#endif

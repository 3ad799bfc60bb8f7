/* What a team may want to know of its migrations although nothing is wrong with them.
 */
#ifndef MIGRATIONS_NOTICE_H
#define MIGRATIONS_NOTICE_H

#include "migrations/problem.h"

/* The notices of the revisions. */
void notice_graph(const struct migrations *h, struct problems *out);
/* Directories with migrations beside and, unless `recursive`, right below the `n_dirs`
 * first of `known`, which were read; none of `known`, real paths all. */
void notice_directories(const struct strvec *known, size_t n_dirs, bool recursive,
	struct problems *out);

#endif

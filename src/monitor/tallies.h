/* How often catalogs were built, by what they are made of. */
#ifndef MONITOR_TALLIES_H
#define MONITOR_TALLIES_H

#include "conf/conf.h"
#include "monitor/published.h"

/* Whose catalogs: those of a migrations block, or of a file of SQL; the other is NULL.
 */
struct built_origin {
	const char *migrations, *ddl;
};

/* All zero: none. */
struct tallies {
	struct tally *blocks; /* they outlast what is expected */
	size_t n, cap;
	struct published_ddl *ddl; /* that are expected, by path */
	size_t n_ddl;
};

/* Go over to the files of SQL that are expected in `conf`, which has to stay until the
 * next call; what stays expected is counted on. */
void tallies_take(struct tallies *t, const struct conf *conf);
void tallies_fini(struct tallies *t);
/* Those of `of`, to be counted on; NULL for a file that nobody expects.  Valid until
 * the next one is asked for. */
struct published_builds *tallies_of(struct tallies *t, const struct built_origin *of);
/* Those of block `name`. */
struct published_builds tallies_of_block(const struct tallies *t, const char *name);

#endif

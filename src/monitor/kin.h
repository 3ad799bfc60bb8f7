/* Which environments are one database: its primary, and those that replay it.  Several
 * may be one of them, since a server has several names. */
#ifndef MONITOR_KIN_H
#define MONITOR_KIN_H

#include "base/heap.h"
#include "base/strmap.h"
#include "monitor/environment.h"

/* All zero: none. */
struct kin {
	struct strmap *databases;
};

/* Of one database: sets. */
struct kin_database {
	struct heap primaries, standbys;
};

/* Go over to these, whatever they were before. */
void kin_take(struct kin *k, struct environment *const *list, size_t n);
void kin_fini(struct kin *k);
/* What was read of it may be another database, or have become a standby. */
void kin_see(struct kin *k, struct environment *env);

#endif

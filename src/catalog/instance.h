/* Which database of which server a catalog was read from. */
#ifndef CATALOG_INSTANCE_H
#define CATALOG_INSTANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rows.h"

/* Plain data.  A copy of the files of a server has its system identifier and the oids
 * of its databases; but each postmaster was started at its own time. */
struct instance {
	char system[24];   /* system identifier; "": not known */
	char database[12]; /* oid */
	bool in_recovery;
	int64_t started_us, read_us; /* by the clock of the server, since 1970 */
	char role[64];               /* who read; of no matter for what it is */
};

/* INSTANCE_PERHAPS: one was started after the other had been read, so that it may be
 * the same server started anew. */
enum instance_relation { INSTANCE_OTHER, INSTANCE_SAME, INSTANCE_PERHAPS };

/* Take it from the one row of checksql_info. */
void instance_read(struct instance *i, const struct rows *info);
/* How two readings stand to each other.  A standby is never its primary. */
enum instance_relation
instance_compare(const struct instance *a, const struct instance *b);

#endif

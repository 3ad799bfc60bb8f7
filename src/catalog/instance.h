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
	/* In the write-ahead log, in bytes from its beginning; 0: not known. */
	uint64_t position;   /* up to where a primary has logged, a standby replayed */
	uint64_t received;   /* of a standby: up to where it has got it */
	int64_t replayed_us; /* when what a standby replayed last was committed; 0: no
				idea */
	bool paused;         /* replay is */
	char name[256];      /* of the database */
	char address[300];   /* "10.0.0.7:5432", as the server calls it; "": a socket */
};

/* Which database it is: the same after a restart, a failover, or a change of its
 * address. */
struct instance_id {
	char system[24], database[12]; /* as of struct instance */
	char name[256];                /* which may change */
};

void instance_id_of(struct instance_id *out, const struct instance *i);
bool instance_id_is_known(const struct instance_id *i);
bool instance_id_same(const struct instance_id *a, const struct instance_id *b);

/* INSTANCE_PERHAPS: one was started after the other had been read, so that it may be
 * the same server started anew. */
enum instance_relation { INSTANCE_OTHER, INSTANCE_SAME, INSTANCE_PERHAPS };

/* Take it from the one row of checksql_info. */
void instance_read(struct instance *i, const struct rows *info);
/* Where that says no address (a socket): the one that it was reached at. */
void instance_reached(struct instance *i, const char *address);
/* Take the rest from the one row of checksql_position. */
void instance_read_position(struct instance *i, const struct rows *position);
/* True if both are known to be one database, read from a primary or a standby. */
bool instance_is_same_database(const struct instance *a, const struct instance *b);
/* True if `standby` replays what is written on the server of `primary`, and both are
 * the same database of it. */
bool
instance_is_standby_of(const struct instance *standby, const struct instance *primary);
/* How two readings stand to each other.  A standby is never its primary. */
enum instance_relation
instance_compare(const struct instance *a, const struct instance *b);

#endif

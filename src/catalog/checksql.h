/* How the session that reads a catalog is set up, and how it is asked what moved. */
#ifndef CATALOG_CHECKSQL_H
#define CATALOG_CHECKSQL_H

#include "base/declared.h"
#include "base/strbuf.h"

/* One SELECT of set_config(…, true) calls: everything that decides how the server
 * prints (facts: search_path, TimeZone, DateStyle, …), for the transaction only; and
 * the key for secrets, which the statements of the kinds table rely on.
 * Timeouts are in ms; append to `out`. */
void
checksql_setup(struct strbuf *out, long statement_timeout_ms, long lock_timeout_ms);

/* One row, columns: server_version, server_version_num, in_recovery,
 * role, system_identifier, database_oid, started_us, read_us
 * (instance.h), version_exists (t/f), version_stands (t/f: what has its name now, and
 * its rows, are what the snapshot has), version_readable (t/f: SELECT on version_num
 * and USAGE on its schema), version_has_column (t/f), version_kind (relkind of what has
 * its name), version_generated (t/f: the column is), version_type (what type the column
 * has if it is not one that comes with the server; else NULL), version_filtered (t/f:
 * row security would hide rows of it), version_policies (their names, quoted; or NULL),
 * migrating (t/f: another session holds
 * a lock that a migration takes; of several, the one whose transaction is the oldest),
 * migrating_pid, migrating_application, migrating_since_ms and migrating_held_ms (of
 * its transaction; NULL where there is none, or the role may not see it),
 * migrating_perhaps (t: it is one only if a revision is pending), migrating_waits (for
 * which relation it waits; NULL: for none), blocker_pid, blocker_application and
 * blocker_since_ms (whose lock that is), user_tables (t/f).  $1 is the version table's
 * schema, $2 its name. */
extern const char checksql_info[];
extern const struct declared checksql_info_gives;

/* One row: wal_position, received, replayed_us, paused (instance.h); null where it is
 * not known, and what a standby has on a primary.  Some servers of clouds refuse it. */
extern const char checksql_position[];
extern const struct declared checksql_position_gives;

/* One row: still (a text: where it is what it was, nothing at all has been written on
 * that server since, and who asks is the same), read_us (instance.h), quiet (t/f:
 * nobody locks anything in this database as a migration might).  It needs the position
 * in the log; and to come after the rows of the version table. */
extern const char checksql_still[];
extern const struct declared checksql_still_gives;
/* The same where checksql_info comes later in the transaction; then `quiet` goes by
 * locks alone, not by DETACH CONCURRENTLY, which holds none while it waits.  What looks
 * at sessions before checksql_info makes that see them as they were then. */
extern const char checksql_still_before_info[];

/* One row: standing (a text: where it and the probe are what they were, and it is
 * quiet, checksql_info and versionsql_facts say what they said), version_stands (as
 * that of checksql_info).  $1 is the version table's schema, $2 its name. */
extern const char checksql_standing[];
extern const struct declared checksql_standing_gives;

/* A statement for that server; its one row has two columns.  `probe`: a text that
 * changes whenever a committed catalog row that a snapshot depends on changes (sums of
 * hashes of the xmin of user objects; pg_class and role names by value).  Hints,
 * ANALYZE, VACUUM, TRUNCATE and temporary objects do not move it.  Two texts can be
 * compared only if both are of the same database.  `parts`: the same by catalog,
 * "server HASH,pg_am none,pg_amop HASH…"; where `probe` is equal it is. */
const char *checksql_probe(int server_version_num);
extern const struct declared checksql_probe_gives;
/* The same for later looks of one reading, but no row where checksql_still says $1, as
 * it did when the probe was asked for: then it is what it was.  Another text, too,
 * where a sequence or an index has been renamed since and has its name again; $2 is the
 * first look's horizon, as added_horizon() gives it.  Not of a standby.  The caller
 * frees it. */
char *checksql_probe_unless(int server_version_num);
extern const struct declared checksql_probe_unless_gives;
/* True unless the `parts` of two probes say that nothing in that catalog has changed
 * from one to the other ("pg_attribute"; "toast" for the options of TOAST tables). */
bool checksql_has_moved(const char *before, const char *now, const char *catalog);
/* True if `parts` say that the catalog has no row that the probe counts. */
bool checksql_has_none(const char *parts, const char *catalog);

#endif

/* One reading of one database: connect, ask what moved, read the recorded revision and
 * the catalog, make sure that nothing moved meanwhile.  All or an error. */
#ifndef READING_READING_H
#define READING_READING_H

#include "loop/loop.h"
#include "pg/session.h"
#include "reading/facts.h"
#include "reading/link.h"
#include "verdict/verdict.h"

/* True if a migration is pending in a database that was read as far as `f` says, so
 * that who locks tables as one does is one (migration_lock.perhaps). */
typedef bool pending_fn(void *arg, const struct facts *f);

/* The SQLSTATE of a reading that moved (ERR_MOVED) since its only_schema is not there.
 */
#define READING_NO_SCHEMA "3F000"

struct reading_options {
	struct pg_target target;
	const char *version_schema, *version_table;
	int64_t timeout_ms; /* for everything, connecting included */
	int64_t statement_timeout_ms, lock_timeout_ms;
	int64_t max_bytes; /* that all answers may take, at least 1 MiB */
	/* A migration counts as one for so long (0: for ever); and who was seen to hold
	 * its lock last time, or NULL. */
	int64_t migrating_max_ms;
	const struct migration_lock *lock_seen;
	pending_fn *pending; /* with the argument of reading_fn; NULL: none ever is */
	/* Nothing of others is read, and it is to be there, see READING_NO_SCHEMA;
	 * NULL: all is. */
	const char *only_schema;
	bool catalog;           /* false: the recorded revision is enough */
	bool revision_optional; /* a version table that cannot be read is none */
	bool even_migrating;    /* read the catalog although a migration runs */
	/* Counts the looks of all readings that are held against each other, so that it
	 * is known which came first; NULL: this one is held against none. */
	uint64_t *moments;
	/* Where its session is left to the next, or was; outlives it; NULL: nowhere. */
	struct link_kept *kept;
	/* Where the snapshot is kept; NULL: nowhere. */
	struct library *kept_in;
	/* What was read last time; NULL: nothing.  If nothing has changed since, its
	 * snapshot is handed out again. */
	const struct facts *last;
};

struct reading;

/* Called exactly once, never from inside reading_start().  On success the facts are
 * handed over; on error (ERR_MOVED: try again soon) there are none. */
typedef void reading_fn(void *arg, struct facts *facts, const struct err *e);

struct reading *reading_start(
	struct loop *l, const struct reading_options *o, reading_fn *fn, void *arg);
/* True once the connection stood. */
bool reading_has_connected(const struct reading *r);
/* Give up; nothing is called back.  Also to be called after the callback, to free. */
void reading_free(struct reading *r);

#endif

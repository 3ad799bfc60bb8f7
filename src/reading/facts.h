/* What is known of a database from one reading of it. */
#ifndef READING_FACTS_H
#define READING_FACTS_H

#include "catalog/instance.h"
#include "catalog/snapshot.h"
#include "verdict/verdict.h"
#include "verdict/version.h"

/* Over which time something is known to have been so: from a moment at which it had
 * been seen to one at which it was yet to be seen again; both counted.  Seen
 * once only, in one answer, `from` (when the answer was there) comes after `to` (when
 * it was asked for): it was so at a moment between them. */
struct held {
	uint64_t from, to;
};
/* True if both were so at one moment.  Where that cannot be told, false. */
bool held_together(const struct held *a, const struct held *b);

/* What a complete reading says of a database. */
struct facts {
	int server_version_num;
	char server_version[32];
	bool in_recovery;
	struct instance instance; /* of this reading, whether the snapshot is or not */
	/* A migration runs: no catalog was read, and the recorded revision only if it
	 * could be had without waiting (`revision_known`). */
	bool migrating;
	struct migration_lock lock; /* also where it has held it for too long */
	bool revision_known;
	bool user_tables; /* any that is not the version table */
	bool version_table_exists;
	struct version_facts version; /* what else is known of it */
	struct strvec recorded;       /* sorted */
	struct snapshot *snapshot;    /* NULL if no catalog was asked for */
	char *probe;                  /* what the change probe said */
	char *probe_parts;            /* … by catalog: checksql_has_moved() */
	char *probe_horizon;          /* … and when, in numbers of transactions */
	char *still;    /* what would show that nothing was written since; or NULL */
	char *standing; /* … that it is the same for us: checksql_standing; or NULL */
	bool busy;      /* it was written to since the time before */
	bool loud;      /* somebody locked something as a migration might */
	bool reused;    /* the snapshot is last time's */
	bool in_part;   /* … but for what something was added to */
	int64_t read_ms; /* when it was read, by the wall clock */
	/* The recorded revision; and all of it, that and the catalog. */
	struct held rows_held, held;
	unsigned round_trips;
	bool position_refused; /* it does not say how far its log is */
	/* Where in its log it was first seen with this catalog and these rows; 0: not
	 * known.  A standby that has not replayed so much may lack some of it. */
	uint64_t seen_position;
};

/* Take the row of checksql_info.  False if that server cannot be read. */
bool facts_take(struct facts *f, const struct rows *info, struct err *e) MUST_CHECK;
/* Take the row of the probe; NULL: it was not asked for. */
void facts_take_probe(struct facts *f, const struct rows *probe);
/* What is found as it was before, in the reading `before`, has been so since then. */
void facts_follow(struct facts *f, const struct facts *before);
/* A copy without its snapshot, for a reading that finds all of it again. */
struct facts *facts_again(const struct facts *last);
void facts_free(struct facts *f);
/* Take what the version table says, whose only column is `rows`; and whether that is
 * what was taken before. */
void facts_take_recorded(struct facts *f, const struct rows *rows);
bool facts_has_recorded(const struct facts *f, const struct rows *rows);

#endif

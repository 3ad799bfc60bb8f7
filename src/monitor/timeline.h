/* What an environment was seen with, and when: the newest in memory, and what of it the
 * store does not have yet.  A check that finds nothing new moves one time. */
#ifndef MONITOR_TIMELINE_H
#define MONITOR_TIMELINE_H

#include "catalog/program.h"
#include "monitor/past.h"
#include "store/store.h"

struct environment;

struct timeline_item {
	int64_t from_ms, to_ms;
	/* NULL: it is of a process before, and only its key is known. */
	struct snapshot *snapshot;
	char *revision, *database; /* as of struct store_interval */
	char key[HASH_HEX_LEN];    /* "": it is not packed yet */
	char content[HASH_HEX_LEN];
	char *change; /* as of struct store_interval */
	bool told;    /* what has changed is known, or that it cannot be told */
};

/* Zeroed: nothing is kept. */
struct timeline {
	struct loop *loop;
	struct store *store;       /* NULL: nothing is kept */
	bool loaded;               /* what the store has is known */
	struct timeline_item last; /* that it has, if `from_ms` is not 0 */
	int64_t kept_ms;           /* its `to_ms` as it is stored */
	struct timeline_item *v;   /* that it has not, oldest first */
	size_t n, written; /* so many of them are, if the transaction succeeds */
	int64_t written_ms;
	char *reading; /* of resume.h, as it was stored beside `last`; or NULL */
	/* The probe that the store has beside the newest, or will have if the
	 * transaction succeeds; NULL: it is not known. */
	char *kept_probe, *written_probe;
	struct past *past; /* what `last` was is read, or was; or NULL */
	size_t max_findings;
};

/* It is kept in `s` from now on. */
void timeline_share(struct environment *env, struct loop *l, struct store *s);
void timeline_free(struct timeline *t);
/* Take up what the store has; false if that cannot be read now. */
bool timeline_load(struct environment *env, struct store *s, struct err *e) MUST_CHECK;
/* The store may have none of it any more. */
void timeline_lost(struct timeline *t);
/* A check has ended: note what it found.  At most `max_findings` of what has changed
 * are kept; one that a process before did not see is told as something that happened.
 */
void timeline_see(struct environment *env, size_t max_findings);

/* Within a transaction: write what is known by now of what the store has not. */
bool timeline_write(struct environment *env, struct store *s, struct err *e) MUST_CHECK;
/* That transaction succeeded. */
void timeline_written(struct timeline *t);
/* True if the store lacks something but for when the newest was last seen. */
bool timeline_waits(const struct timeline *t);
/* True if what a process before saw is known, and held against what this one sees. */
bool timeline_remembers(const struct timeline *t);
/* Write that alone, and how it was read last (resume.h), if it has to be; `p` may be
 * that of others before. */
void timeline_keep(struct environment *env, struct store *s, struct program *p);
/* The clock was set. */
void timeline_step(struct timeline *t, const struct clock_step *step);

#endif

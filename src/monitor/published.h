/* What the outside sees: the last complete state of everything, immutable between two
 * publications.  HTTP, metrics and log read this and nothing else. */
#ifndef MONITOR_PUBLISHED_H
#define MONITOR_PUBLISHED_H

#include <stdint.h>

#include "catalog/instance.h"
#include "diff/diff.h"
#include "migrations/migrations.h"
#include "monitor/sightings.h"
#include "verdict/verdict.h"

enum { FAILURE_REASONS = 6 }; /* ERR_CONNECT … ERR_INTERNAL, in that order */

struct published_environment {
	/* Another one whenever anything of it is another, and of no two environments
	 * the same; 0: that is not known. */
	uint64_t version;
	char *name;
	struct strvec labels;        /* conf/labels.h */
	struct strvec metric_labels; /* those of its metrics, in order; "": not there */
	enum state state;
	int64_t since_ms; /* when `state` was entered */
	/* The last state but `unknown` that it was in, and since when; 0: none.  A
	 * failed check does not end it, and a drift may have begun before. */
	enum state lasting;
	int64_t lasting_since_ms;
	/* The last time in which nobody could tell what it is, where that ended when
	 * that state began, or later; 0: there is none. */
	int64_t unwatched_from_ms, unwatched_to_ms;
	/* Nothing was found, or some of what was found is confirmed. */
	bool confirmed;
	char *hint;
	enum state previous; /* the one that was told before it */
	bool flapping;       /* findings come and go */
	/* What is left of `state` without those that do; and of the findings that are
	 * confirmed a number, which is another one for others. */
	enum state steady;
	uint64_t steady_findings;

	/* check: of the last attempt */
	enum check_status check;
	/* When the last check began that this state knows of (0: none); a check that
	 * was asked for says by this that it has been made: monitor_check_now(). */
	int64_t last_started_ms;
	int64_t last_at_ms, last_success_ms, next_at_ms; /* 0: never, none */
	int64_t duration_ms;
	int64_t interval_ms;
	unsigned consecutive_failures;
	char *error; /* NULL: none; never holds a secret */
	enum err_code error_code;
	bool unanswered; /* its server takes connections and does not answer */
	char sqlstate[6];
	uint64_t checks_total;
	uint64_t failures_total[FAILURE_REASONS];

	/* server, revision, schema: of the last check that succeeded */
	char *server_version; /* NULL: never reached */
	bool in_recovery;
	struct instance_id identity; /* "" where it is not known */
	char *address;               /* "HOST:PORT" that was read last, or NULL */
	/* What the role that it is read as may do and should not, with the remedy; or
	 * NULL. */
	char *role_notice;
	bool had_tables; /* it was seen with tables of the user's, now or before */
	/* Of one that is empty now: how many objects it had, and when; 0: not known. */
	size_t had_objects;
	int64_t had_ms;
	struct migration_lock lock; /* who holds what a migration takes */
	int64_t migrating_since_ms; /* it, or others before it in a row; 0: nobody */
	/* How long a check has been waiting for its turn, or else the last had to. */
	int64_t lateness_ms;
	/* Of a standby: what it has not replayed yet; -1: not known. */
	int64_t replay_lag_bytes, replay_lag_ms;
	bool migrating;
	char *tool;          /* "alembic"; NULL: no revision is watched */
	char *migrations;    /* name of its block, or NULL */
	char *version_table; /* "schema.table" that `revision` is of; NULL: not known */
	struct judgement revision;
	bool revision_kept;     /* its head cannot be had: what was found stands */
	struct strvec inserted; /* counts as applied, and was never run here */
	struct losses losses;   /* what running `pending` would destroy */
	bool behind_known;
	enum schema_status schema;
	enum schema_relation
		relation;          /* of the expected revision to the recorded one */
	char *schema_reason;       /* why not_comparable or not_checked, or NULL */
	char *reference;           /* "environment:dev", or NULL */
	char *reference_note;      /* what else is to be known of that, or NULL */
	int64_t reference_read_ms; /* when an environment that it is was read; or 0 */
	char *measure; /* what was compared with, if not what that has now; or NULL */
	/* Of the accepted baseline: when (0: none), by whom and why (or NULL), and at
	 * which revision it was accepted. */
	int64_t accepted_ms;
	char *accepted_by, *accepted_reason;
	struct strvec accepted_revision;
	int64_t held_against; /* version of the baseline that was compared; or 0 */
	char *fingerprint;    /* NULL: never read */
	size_t n_objects;
	size_t objects[KIND_COUNT];
	bool compared;            /* held against what is expected, as both were */
	bool kept;                /* expected cannot be had: what was found stands */
	struct diff *diff;        /* NULL: nothing compared */
	bool *confirmed_findings; /* for each of diff->findings; NULL: all are */
	size_t n_unconfirmed;     /* of them, and of the axes */
	/* Since when each of them has been there, and when a check saw them last; NULL
	 * and 0 where nothing is compared. */
	struct sightings *sightings;
	int64_t seen_ms;
	int64_t drift_since_ms;    /* 0: no drift */
	bool differed[KIND_COUNT]; /* kinds that have had a finding since the start */
	size_t max_findings;
};

void published_environment_free(struct published_environment *p);

/* How often catalogs were built since the start, and how long the last took. */
struct published_builds {
	uint64_t built, failed; /* by fault of the files */
	uint64_t unavailable;   /* by another's */
	int64_t duration_ms;
};

struct published_migrations {
	char *name;
	const struct migrations *graph; /* NULL: it cannot be read */
	char *error;                    /* why, or NULL */
	/* How many there are of each, or were when it could be read last. */
	size_t problems[PROBLEM_COUNT];
	/* Of the files and of the environments that use them; sorted as problems are.
	 */
	struct problem *notices;
	size_t n_notices;
	/* What could not be built of them, and what else comes of running them: counted
	 * among the problems, and no problem of the graph; some may be allowed. */
	struct problem *failed;
	size_t n_failed;
	bool is_built; /* somebody expects what they make */
	struct published_builds builds;
};

/* A file of SQL that somebody is held against. */
struct published_ddl {
	const char *path;
	struct published_builds builds;
};

/* Notices of the migrations block `name` that were not there before. */
typedef void
notices_fn(void *arg, const char *name, const struct problem *const *notices, size_t n);

/* A template, and how it is known what it stands for. */
struct published_discovery {
	const char *name;
	bool tried;                          /* since the start */
	bool ok;                             /* the last list was complete */
	size_t n;                            /* environments that it stands for */
	int64_t last_at_ms, last_success_ms; /* of a list; 0: never */
	const char *error; /* why there is no new one; NULL: there is */
	enum err_code error_code;
};

/* What is worth a line in the log. */
struct discovery_news {
	const struct published_discovery *now;
	struct strvec came, gone; /* environments */
	bool failed;              /* in another way than the time before */
	bool recovered;
};

enum published_store { STORE_NONE, STORE_DOWN, STORE_UP };

struct published {
	enum published_store store;
	uint64_t generation; /* grows with every publication */
	int64_t at_ms;
	int64_t started_ms;
	struct published_environment *const *environments; /* sorted as configured */
	size_t n_environments;
	const struct published_migrations *migrations;
	size_t n_migrations;
	const struct published_ddl *ddl; /* sorted by path */
	size_t n_ddl;
	const struct published_discovery *discoveries; /* as configured */
	size_t n_discoveries;
	bool reload_ok;
	int64_t reload_ok_ms; /* last successful (re)load */
	bool ready;           /* every environment and discovery was tried once */
};

/* True if it is known now what each template stands for. */
bool published_is_whole(const struct published *p);
/* The worst state of all; unknown without any environment, and where it is not known
 * which there are. */
enum state published_state(const struct published *p);
const struct published_environment *
published_find(const struct published *p, const char *name);
/* Since when it is what it is: `since_ms`, failed checks in between left aside. */
int64_t published_standing_since(const struct published_environment *e);
/* True if nobody watched for a part of that. */
bool published_has_gap(const struct published_environment *e);
/* True if it has no tables and had some, or should by the revision that it records. */
bool published_was_emptied(const struct published_environment *e);
/* True if what differs from what is expected is not the same, or not of the same
 * weight, in both. */
bool published_findings_differ(
	const struct published_environment *a, const struct published_environment *b);
/* True if nothing is configured that it would be compared with: it is a reference of
 * others, and `unknown` is all that can be said of it. */
bool published_is_bare(const struct published_environment *e);
/* True if nothing is decided: the state says so, or it is fine, but an axis that should
 * have been compared was not. */
bool published_undecided(const struct published_environment *e);
/* How many needed revisions are not applied; false where that is not known. */
bool published_behind(const struct published_environment *e, size_t *behind);

/* True if diff->findings[i] was seen often enough. */
bool published_confirmed(const struct published_environment *e, size_t i);
/* How many of its findings were not. */
size_t published_unconfirmed(const struct published_environment *e);
/* Since when diff->findings[i] has been there, and when it was seen last; 0: not
 * known. */
int64_t published_first_seen(const struct published_environment *e, size_t i);
int64_t published_last_seen(const struct published_environment *e, size_t i);
/* Set how many of each there are.  Differences that a pending migration explains are no
 * drift, nor is what is not confirmed yet. */
void published_drift(
	const struct published_environment *e, size_t n[KIND_COUNT][CHANGE_COUNT]);

#endif

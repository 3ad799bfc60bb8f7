/* One environment: what was last read of it, and what follows from that.  The state
 * machine of its checks is small: idle → due → reading → idle. */
#ifndef MONITOR_ENVIRONMENT_H
#define MONITOR_ENVIRONMENT_H

#include "base/ration.h"
#include "catalog/ignore.h"
#include "conf/conf.h"
#include "diff/memo.h"
#include "migrations/applied.h"
#include "migrations/losses.h"
#include "monitor/accepted.h"
#include "monitor/away.h"
#include "monitor/earlier.h"
#include "monitor/flapping.h"
#include "monitor/happening.h"
#include "monitor/located.h"
#include "monitor/published.h"
#include "monitor/schedule.h"
#include "monitor/timeline.h"
#include "monitor/times.h"
#include "reading/lock.h"
#include "reading/reading.h"

/* A catalog that moves under every reading, or is locked, is a failure only after this
 * many in a row; two that do not stand still together as well. */
enum { MOVED_MOST = 5 };

enum { REFERS = 2 };

enum environment_phase { PHASE_IDLE, PHASE_DUE, PHASE_READING };

struct expectation;
struct kin_database;
struct ready_server;
struct resuming;
struct ahead;
struct capture;

/* What is to be known of who is held against it, as far as a check may change it. */
struct standing {
	enum outcome outcome;
	enum state state;
	bool read;
};

/* What known_text was written from: known_digest(), and a reference; zeroed: nothing.
 */
struct memory_kept {
	char digest[HASH_HEX_LEN];
	struct diff *diff;
};
void memory_kept_fini(struct memory_kept *k);

struct environment {
	const struct conf_environment *conf;
	struct monitor *monitor;
	/* The comparisons of all environments, and where their catalogs are kept; NULL:
	 * nowhere. */
	struct memo *memo;
	struct timer *timer;
	enum environment_phase phase;
	/* Of PHASE_DUE: who has the lowest is next; of PHASE_READING: when it began. */
	uint64_t turn;
	int64_t due_ms; /* of PHASE_DUE: since when, of clock_mono_ms() */
	uint64_t asked; /* when a check was last asked for; 0: never */
	uint64_t ended; /* the turn of the last check that has ended; 0: none */
	bool again;     /* what is being read now is to be read once more */
	bool stays;     /* of roster_read(): it was there before */
	bool urgent;    /* somebody's verdict waits for its check */
	/* A reload changed it, and it was not read since: nothing of its last reading
	 * is handed out again. */
	bool reread;
	/* What is published is of the rows of another version table. */
	bool other_rows;
	/* What `expect` and `head` refer to, or NULL; and who refers to it, each once.
	 * Set by queue_take(). */
	struct environment *refers[REFERS];
	struct environment **followers;
	size_t n_followers;
	char *address;               /* where its `dsn` leads: pg_dsn_address() */
	struct ready_server *server; /* of ready.h */
	size_t in_ready;             /* … too */
	double place;                /* … too: in the interval, see schedule.h */
	size_t in_due;               /* of queue.h */
	/* Of kin.h: of which database it is known to be one, as what; or NULL. */
	struct kin_database *kin;
	size_t in_kin;
	bool is_standby;
	size_t in_unanswered; /* of queue.h */
	size_t at;            /* its place among those that are published */
	bool open;            /* of a single round, which waits for it */
	struct reading *reading;
	struct link_kept kept_link;
	struct ahead *ahead; /* of what was read last, until it is judged; or NULL */
	struct capture *capture; /* or NULL */
	int64_t started_ms;      /* when its last check began, as queue_ask() says it */
	int64_t began_ms;        /* the same, of clock_mono_ms() */
	struct ignore_rules *ignore;
	/* Of a reload that is not taken yet; or NULL. */
	struct ignore_rules *fresh_ignore;
	const struct conf_environment *fresh_conf;
	/* What the store knew of it at start, until a reading is complete; or NULL. */
	struct store_last *restored;
	/* What was last confirmed of it before this process began, until it is read; or
	 * NULL.  And what the store holds of that; NULL: nothing yet. */
	struct published_environment *known;
	char *known_text;
	struct memory_kept kept; /* what that was written from */
	int64_t kept_success_ms; /* of what the store holds; 0: not known */
	struct store_last last;  /* of what was told last; no state: nothing was */
	/* Of what the store has to have and has not: enum unsaved of memory.h. */
	unsigned unsaved;
	/* The store could not say what it has: nothing is written over that. */
	bool unloaded;
	bool late;              /* it could after something was told */
	struct facts *recalled; /* what that was; or NULL: recall.h */
	/* Of resume.h, until it is read: what a process before read last, or NULL; that
	 * is being taken up, or NULL; and whether it was tried. */
	struct facts *resumed;
	struct resuming *resuming;
	bool resume_tried;
	struct applied applied;   /* what it was seen to have applied */
	struct applied_news news; /* what its files say of that now */

	/* It is another database than the one that is published; until that is judged.
	 */
	bool anew;
	struct away away; /* of those that it was before */
	struct ration told_anew;
	struct facts *facts; /* of the last complete reading; NULL: none yet */
	/* The last complete reading was not judged yet; that it is not is because
	 * something has to be read again before (pair.h). */
	bool unjudged, deferred;
	bool awaits_files; /* it is not judged yet since its migrations are written */
	/* Its check has ended, and it is judged when its files were looked at: the
	 * numbers of these looks (awaited.h).  What they have said meanwhile: they are
	 * being written; they became others since its check began. */
	bool looking, unsettled, overtaken;
	uint64_t looks[2];
	struct standing before; /* of that check */
	bool unread;            /* no check begins before its migrations were read */
	/* How many times in a row it or what it is held against had changed when they
	 * were found not to belong together, and the moment of the last of these
	 * changes. */
	unsigned rounds;
	uint64_t last_round;
	struct earlier earlier; /* what it was seen with, before and now */
	struct timeline timeline;
	char *moved_with;   /* how its catalog changed together with its revision */
	bool had_tables;    /* it was seen with tables of the user's */
	size_t had_objects; /* when it last had any; 0: not known */
	int64_t had_ms;     /* that was */
	bool tried;         /* at least one check has ended */
	bool migrating;
	bool connected;          /* the last check got as far as that */
	struct err error;        /* of the last check; ERR_NONE if it succeeded */
	int64_t last_started_ms; /* when the last check began that has ended */
	int64_t last_at_ms, last_success_ms, next_at_ms, duration_ms;
	int64_t last_boot_ms; /* `last_at_ms`, by clock_boot_ms() */
	struct times times;
	int64_t lateness_ms;  /* how long it was due before its last check began */
	int64_t next_mono_ms; /* `next_at_ms`, of clock_mono_ms() */
	struct migration_lock lock;
	struct migration_row row;
	/* Of a standby: up to where there was something to replay at its last check. */
	uint64_t to_replay;
	unsigned consecutive_failures;
	int64_t failing_since_ms; /* of the first of them */
	enum outcome outcome;
	unsigned outcome_in_a_row;
	uint64_t checks_total;
	uint64_t failures_total[FAILURE_REASONS];

	struct happenings happened; /* told with what is published next */
	struct confirmation confirmation;
	/* Of what was compared last: since when each finding has been there, or NULL;
	 * and when a check saw them. */
	struct sightings *sightings;
	int64_t seen_ms;
	struct flapping flapping;
	unsigned unconfirmed_in_a_row; /* checks that left something to confirm */
	int64_t said_ms;               /* when its state was last said */
	enum state told;               /* that state */
	/* Ignore rules that were told as expired, and as about to expire. */
	struct strvec told_expired, told_expiring;
	char *gone_back;            /* the revisions that it went back from; or NULL */
	struct migration_sign sign; /* see revised.h */
	uint64_t told_findings;     /* what was confirmed then, see published.h */
	struct losses_known
		covered;          /* of the losses that its pending revisions bring */
	struct located located;   /* where expect is snapshots:DIR or migrations */
	bool building;            /* what it is held against is not built yet */
	struct accepted accepted; /* where expect is baseline */
	bool wanted;              /* of a single round: its check is waited for */
	struct published_environment *published;
};

/* `conf` has to outlive it.  NULL if its dsn or its ignore rules are wrong. */
struct environment *
environment_new(const struct conf_environment *conf, struct monitor *m, struct err *e);
void environment_free(struct environment *env);
/* What is read and compared from now on is kept and known in there. */
void environment_share(struct environment *env, struct memo *memo);
/* Make ready for `conf`, which has to outlive it, and read its ignore rules, since
 * their file may have changed: they count from environment_take_conf() on.  False if
 * they are wrong, or its dsn is. */
bool environment_read_conf(struct environment *env, const struct conf_environment *conf,
	struct err *e) MUST_CHECK;
/* The same where `conf` says what it said: its rules stay as they are. */
void
environment_keep_conf(struct environment *env, const struct conf_environment *conf);
/* True if anything but the file of its rules has changed.  Which database it is says
 * the next reading; until then what is known of it stands. */
bool environment_take_conf(struct environment *env);

/* What is published of the database that it is; NULL: nothing yet. */
const struct published_environment *environment_before(const struct environment *env);

/* Take over what a check brought: `facts` (or NULL) and the error (or NULL). */
void
environment_take(struct environment *env, struct facts *facts, const struct err *e);

/* Note what it is before a check is taken; true if it is another afterwards. */
void environment_stand(struct environment *env);
bool environment_is_news(const struct environment *env);

/* How many ms from `now_ms` its next check is due; that is a time since any that stays
 * the same. */
int64_t environment_delay(const struct environment *env, double jitter, int64_t now_ms);
/* It is due in so many ms. */
void environment_set_next(struct environment *env, int64_t delay_ms);
/* How long a check of it has been due that waits, or else the last was before it began.
 */
int64_t environment_lateness(const struct environment *env);

/* True if its catalog or its head is compared with `other`. */
bool
environment_refers_to(const struct environment *env, const struct environment *other);

/* How what was read of it is compared with `x` (NULL: with any catalog). */
struct compare_options environment_comparison(
	const struct environment *env, const struct expectation *x, int64_t now_ms);
/* What was expected and found as that says; a reference. */
struct diff *environment_compare(const struct environment *env,
	const struct snapshot *expected, const struct snapshot *found,
	const struct compare_options *o);
/* How a check of it is made. */
struct reading_options environment_reading(struct environment *env);

/* True for a database that may be empty: it is new, as far as can be told. */
bool environment_is_new(const struct environment *env);

/* "parent", "count" or "compare"; false for anything else. */
bool environment_partitions(const char *word, enum partitions *mode);

/* ---- What its facts are held against, resolved by the monitor ---- */

struct expectation {
	struct snapshot *snapshot;       /* NULL: none */
	const struct strvec *revision;   /* that the snapshot belongs to; or NULL */
	const struct instance *instance; /* that it was read from; NULL: a file */
	const struct strvec *schemas;    /* that it is configured with; or NULL */
	/* Which catalog that is, where it is not what `reference` has now; or NULL. */
	char *measure;
	char *note;      /* what else is to be known of a reference; or NULL */
	int64_t read_ms; /* when that was last read; 0: it is none */
	/* Where `revision` is not the recorded one: what the environment was itself
	 * first seen with at that; or NULL. */
	const struct earlier_catalog *first;
	/* Whose catalog the snapshot is, and whose recorded revision `head`: they have
	 * to have been so when the environment was what it is (pair.h); or NULL. */
	struct environment *of_catalog, *of_head;
	/* It is what that one was once: it can be had even if that cannot be read. */
	bool earlier;
	/* One of them changed after the environment was last read, which cannot be read
	 * again: what was said of it stands. */
	bool outdated;
	/* Of a standby: its primary, where that is watched and says how far it is; or
	 * NULL. */
	const struct environment *primary;
	char *reference; /* "environment:dev"; NULL: nothing expected */
	char *reason;    /* why there is no snapshot, or NULL */
	/* Why the snapshot is no reference where anything differs from it, or NULL. */
	char *unfit;
	bool located; /* `snapshot` was chosen since it is nearest to what was found */
	bool not_comparable; /* there is one, but of a format that cannot be read */
	bool of_another;     /* or of another database: what was said is of no use */
	const struct store_baseline *accepted;     /* the baseline; NULL: none */
	const struct migrations *graph;            /* or NULL */
	const char *graph_error;                   /* why there is none, or NULL */
	const struct published_migrations *blocks; /* all there are */
	size_t n_blocks;
	const struct strvec
		*head;         /* expected ids or labels; NULL: from the migrations */
	bool revision_watched; /* migrations or a head are configured */
	bool head_unread;      /* the environment that says it cannot be had */
	char *head_reason;     /* why not; NULL: it was never read */
};

/* Compute what is to be published.  Pure but for `now_ms`; `sighting`: the facts come
 * from a new check, so that a finding in them counts towards `confirm`. */
struct published_environment *environment_evaluate(struct environment *env,
	const struct expectation *x, bool sighting, int64_t now_ms);

#endif

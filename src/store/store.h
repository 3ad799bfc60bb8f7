/* What has to survive a restart: changes of state and other events, when they began,
 * accepted baselines.  The only room that knows SQLite. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "catalog/instance.h"
#include "catalog/snapshot.h"
#include "store/age.h"

struct store;

/* Open or create DIR/pgdriftd.db (WAL); DIR itself is created below a directory that
 * is there.  NULL on error: unwritable, damaged, of a newer or of another program.
 * Nothing in it is ever repaired or replaced.  Whatever is written is on the disk when
 * the call returns; another process that writes is waited for. */
struct store *store_open(const char *dir, struct err *e);
/* False if its file has another name by now, or none: what was written is for nobody.
 */
bool store_is_in_place(const struct store *s, struct err *e) MUST_CHECK;
/* A copy in memory of what is there now: nothing on the disk is created or changed,
 * whatever is done with it.  Where there is no store yet it is empty; what cannot be
 * read is one that fails with the reason. */
struct store *store_open_copy(const char *dir);
void store_close(struct store *s); /* NULL is fine */

/* ---- Of a daemon ---- */

/* The same for a daemon, which is the only one with DIR, never waits for another
 * process, and runs for longer than disks are sound: what cannot be opened now is a
 * store all the same, whatever is asked of it fails with the reason.  Once anything has
 * failed nothing is written, and each call that would says so at once, until
 * store_recover() finds that it can be. */
struct store *store_open_later(const char *dir);
/* The daemon ends: from now on it waits for another process, for a moment. */
void store_be_patient(struct store *s);
/* True if the last thing asked of it failed, for whatever reason, which `e` receives.
 */
bool store_has_failed(const struct store *s, struct err *e);
/* True if another daemon has DIR. */
bool store_is_used(const struct store *s);

struct store_news {
	bool again;      /* it failed, and works now: what was to be written can be */
	bool other_file; /* that was moved or removed: another one is open now */
	bool cut;        /* its log was: what was not in its file yet is lost */
	bool together;   /* its log was removed: what that had is in its file now */
	/* Why not all that the other file had is there; ERR_NONE: it is. */
	struct err left_behind;
};
/* If it fails, or its file is not in its place any more, try again; to be called every
 * second.  What a file had that was moved or removed is taken along to the one that is
 * in its place.  A damaged one is tried again when it is another.  True if it is up. */
bool store_recover(struct store *s, struct store_news *news);
/* True if the last thing asked of it succeeded, or another process has locked it for a
 * moment; else the reason in `e`, unless that is NULL. */
bool store_is_up(const struct store *s, struct err *e);
/* Log a failure of it, unless it has failed before and nothing has succeeded since: one
 * reason is said once, whatever is asked of it.  Of failures that come and go not all
 * are, but one that stays is said within an hour. */
void
store_log(struct store *s, enum log_level level, const struct err *e, const char *what);
/* Log that it is up again, once it is, after a failure that was logged. */
void store_log_up(struct store *s);

/* ---- Transactions ---- */

/* What is stored between these is there at once or not at all, and no other process
 * stores meanwhile.  store_end() takes it back unless all went well so far (`ok`) and
 * this does too; false then, with the reason in `e` if it is its own. */
bool store_begin(struct store *s, struct err *e) MUST_CHECK;
/* The same for what reads nothing: it waits for nobody before it writes, if it does. */
bool store_begin_write(struct store *s, struct err *e) MUST_CHECK;
bool store_end(struct store *s, bool ok, struct err *e) MUST_CHECK;

/* ---- History ---- */

/* `event` of a row that tells of others that were lost. */
#define STORE_EVENT_LOST "lost"

struct store_change {
	int64_t at_ms;
	const char *event;       /* its word; NULL: a change of state */
	const char *environment; /* "": of the daemon, and so is the state */
	/* Words; previous NULL: the first, or no change of state. */
	const char *state, *previous_state;
	const char *revision, *expected; /* lists joined by ",", or NULL */
	const char *fingerprint;
	long findings;
	const char *detail; /* one sentence, or NULL */
};

/* It is written with the next transaction, in the order of the calls; until one
 * succeeds it waits in memory, where there is room for some thousands. */
void store_add_change(struct store *s, const struct store_change *c);
/* How many wait, with those that there was no room for. */
size_t store_waiting(const struct store *s);
/* The document of /history: changes at or after `since_ms`, newest first, at most
 * `limit`; environment NULL: all.  A name that an environment had before finds what is
 * that one's now.  {"schema_version": 1, "changes": [{at, event,
 * environment, state, previous_state, revision, expected, fingerprint, findings,
 * detail}]}, strings as they were added, an empty one null.  The caller deletes it;
 * NULL on error. */
cJSON *store_history(struct store *s, const char *environment, int64_t since_ms,
	size_t limit, struct err *e);

/* The same of a span of time, of which `exact` and `enough` are of no matter. */
struct store_span;
cJSON *store_history_of(struct store *s, const struct store_span *span, struct err *e);

/* What is read below: false or NULL with e->code ERR_NONE says that nothing is kept;
 * any other is an error, and says nothing of that. */

/* What an environment was last known to be. */
struct store_last {
	char state[32];
	int64_t since_ms;
	int64_t drift_since_ms;
};
bool store_last(struct store *s, const char *environment, struct store_last *out,
	struct err *e) MUST_CHECK;
bool store_set_last(struct store *s, const char *environment,
	const struct store_last *l, struct err *e) MUST_CHECK;
/* `last` could be read only now: the first change of state that waits follows it, and
 * is none if that is the same. */
void
store_follow(struct store *s, const char *environment, const struct store_last *last);
/* True if a change of state of it waits. */
bool store_waits_for(const struct store *s, const char *environment);

/* What was last confirmed of an environment: a document that the monitor writes and
 * reads, and when a check last succeeded.  The caller frees. */
char *store_known(
	struct store *s, const char *environment, int64_t *success_ms, struct err *e);
bool store_set_known(struct store *s, const char *environment, int64_t success_ms,
	const char *document, struct err *e) MUST_CHECK;

/* Within a transaction: forget all that is known of one database, but for what others
 * are held against. */
bool store_forget(struct store *s, const char *environment, struct err *e) MUST_CHECK;

/* A catalog that was accepted.  Zeroed: none. */
struct store_baseline {
	struct snapshot *snapshot; /* with the revision that was recorded */
	int64_t version, at_ms;
	char *by, *reason; /* or NULL */
	/* Which database that was: its `system` and `database` only, "" of those that
	 * were accepted when nobody kept that. */
	struct instance instance;
};
enum { STORE_REPLACED_BASELINES = 3 };

/* The accepted baseline of an environment, or the one that it replaced `back` times
 * before, of which the last STORE_REPLACED_BASELINES are kept.  False with e->code
 * ERR_NONE: there is none. */
bool store_baseline(struct store *s, const char *environment, int back,
	struct store_baseline *out, struct err *e) MUST_CHECK;
void store_baseline_fini(struct store_baseline *b);
/* Becomes the accepted one; its version is of no matter. */
bool store_add_baseline(struct store *s, const char *environment,
	const struct store_baseline *b, struct err *e) MUST_CHECK;
/* Forget the accepted one, if that is of `version` still: what it replaced is accepted
 * again. */
bool store_drop_baseline(struct store *s, const char *environment, int64_t version,
	struct err *e) MUST_CHECK;
/* Changes whenever a baseline was stored, by any process; 0: there is none, -1: it
 * cannot be told, with the reason. */
int64_t store_baseline_version(struct store *s, const char *environment, struct err *e);

/* The revisions that an environment was seen to have applied, and what their files did.
 */
struct store_revision {
	const char *id;
	uint64_t digest;
};
/* Hands over each of them; false if they cannot be read. */
bool store_applied(struct store *s, const char *environment,
	void (*take)(void *arg, const char *revision, uint64_t digest), void *arg,
	struct err *e) MUST_CHECK;
/* Within a transaction. */
bool store_set_applied(struct store *s, const char *environment,
	const struct store_revision *v, size_t n, struct err *e) MUST_CHECK;

/* Which catalog that an environment was seen with: the last at a revision, or the first
 * that was noted there.  `revision`: its recorded rows, as store_revisions() has them.
 */
struct store_seen {
	const char *environment;
	bool first;
	const char *revision;
};
/* The caller frees. */
char *store_revisions(const struct strvec *recorded);
/* A catalog as it is stored, and its key.  To make it takes a while, and touches
 * nothing else: any thread may do so. */
struct store_packed {
	char key[HASH_HEX_LEN];
	char *bytes;
	size_t n;
};
void store_pack(const struct snapshot *catalog, struct store_packed *out);
void store_packed_fini(struct store_packed *p);
/* Catalogs are kept by their content: what many were seen with is there once. */
bool store_set_seen_packed(struct store *s, const struct store_seen *which,
	const struct store_packed *catalog, int64_t at_ms, struct err *e) MUST_CHECK;
/* The same of one that is not packed yet. */
bool store_set_seen(struct store *s, const struct store_seen *which,
	const struct snapshot *catalog, int64_t at_ms, struct err *e) MUST_CHECK;
/* NULL with e->code ERR_NONE: it was never seen there.  *at_ms: when. */
struct snapshot *store_seen(
	struct store *s, const struct store_seen *which, int64_t *at_ms, struct err *e);
/* Forget what `which->environment` was seen with, but for the revisions in `keep` and
 * the `others` that were seen latest; and the catalogs that nobody has any more. */
bool store_keep_seen(struct store *s, const struct store_seen *which,
	const struct strvec *keep, int others, struct err *e) MUST_CHECK;

/* What was built: a catalog, by the key of all that it was made by. */
struct store_built {
	const char *key;
	const char *recipe;   /* whose it is: what store_built_of() is asked for */
	const char *revision; /* as store_revisions() has it */
};
/* It counts as wanted at `at_ms`. */
bool store_set_built(struct store *s, const struct store_built *b,
	const struct store_packed *catalog, int64_t at_ms, struct err *e) MUST_CHECK;
/* NULL with e->code ERR_NONE: there is none of that key. */
struct snapshot *store_built(struct store *s, const char *key, struct err *e);
/* Within a transaction: it is still wanted at `at_ms`; what was not for 30 days
 * store_prune() forgets. */
bool store_want_built(
	struct store *s, const char *key, int64_t at_ms, struct err *e) MUST_CHECK;
/* Hands over all of one recipe, what was wanted last first. */
bool store_built_of(struct store *s, const char *recipe,
	void (*take)(void *arg, const char *key, const char *revision), void *arg,
	struct err *e) MUST_CHECK;

/* ---- What receivers were told, and are to be ---- */

/* One document for each place of an environment with a receiver; both of whoever sends.
 */
struct store_notice {
	const char *receiver, *environment;
	int place;
	const char *document; /* NULL: there is none any more */
};
/* Within a transaction. */
bool store_set_notice(
	struct store *s, const struct store_notice *n, struct err *e) MUST_CHECK;
/* Forget all of a receiver. */
bool
store_drop_notices(struct store *s, const char *receiver, struct err *e) MUST_CHECK;
/* Hands over each, by receiver and environment. */
bool store_notices(struct store *s,
	void (*take)(void *arg, const char *receiver, int place, const char *document),
	void *arg, struct err *e) MUST_CHECK;

/* ---- What an environment was seen with, and when ---- */

/* One catalog that it had without a break, as far as anybody looked.  Texts are those
 * of whoever fills it. */
struct store_interval {
	int64_t from_ms, to_ms; /* first and last seen */
	const char *key;        /* of the catalog; see struct store_packed */
	const char *content;    /* snapshot_key(), or "" */
	const char *revision;   /* recorded then, as store_revisions() has it */
	const char *database;   /* which one it was, in words of the monitor; or "" */
	/* What had changed since the one before, a document of the monitor; NULL: there
	 * is none, or that cannot be told. */
	const char *change;
	/* Of the newest, what the next process has to know of how it was read; or NULL.
	 * Set by store_set_reading(). */
	const char *reading;
};
/* Within a transaction: a row after those that there are.  `catalog` NULL: the one of
 * that key is there. */
bool store_add_interval(struct store *s, const char *environment,
	const struct store_interval *i, const struct store_packed *catalog,
	struct err *e) MUST_CHECK;
/* The newest was seen once more then. */
bool store_move_interval(struct store *s, const char *environment, int64_t to_ms,
	struct err *e) MUST_CHECK;
/* How the newest was read last, if it is of that content; of others that is forgotten.
 */
bool store_set_reading(struct store *s, const char *environment, const char *content,
	const char *reading, struct err *e) MUST_CHECK;
/* Those that reach into a span of time, newest first; under a name that the environment
 * had before as well.  `i` is valid during the call. */
struct store_span {
	const char *environment;
	int64_t since_ms, until_ms; /* both counted */
	size_t limit;
	bool exact;         /* under this name alone */
	const bool *enough; /* none more once `take` has set that; NULL: all */
};
typedef void store_interval_fn(void *arg, const struct store_interval *i);
bool store_intervals(struct store *s, const struct store_span *span,
	store_interval_fn *take, void *arg, struct err *e) MUST_CHECK;
/* The catalog of that key as it is stored; false if there is none any more either.
 * `name` is for messages. */
bool store_packed(struct store *s, const char *key, const char *name,
	struct store_packed *out, struct err *e) MUST_CHECK;
/* What it is; from any thread.  NULL on error. */
struct snapshot *
store_unpack(const struct store_packed *packed, const char *name, struct err *e);
/* Both. */
struct snapshot *
store_catalog(struct store *s, const char *key, const char *name, struct err *e);

/* ---- When somebody watched ---- */

/* A sign of life; the last one of a daemon that stops says so. */
struct store_sign {
	int64_t at_ms;
	bool stopped;
	struct age age;
	/* Since when the machine runs, in words of its own, and for how long; or "". */
	char boot[40];
	int64_t boot_ms;
};
bool store_set_alive(
	struct store *s, const struct store_sign *sign, struct err *e) MUST_CHECK;
/* The last one.  Where there is none, `out->age` has the newest time of all that is
 * stored, if anything is. */
bool store_alive(struct store *s, struct store_sign *out, struct err *e) MUST_CHECK;
/* When a check last succeeded of which what is known is that of store_set_known(). */
bool store_set_success(struct store *s, const char *environment, int64_t success_ms,
	struct err *e) MUST_CHECK;

/* The clock was set: times that were taken on it as it was before are moved in all that
 * is stored or waits, with the next transaction that succeeds, and before anything of
 * that is written. */
void store_clock_set(struct store *s, const struct clock_step *step);

/* An environment is called `to` now, and was `from`: all that is kept of it goes along,
 * and its history answers to both names.  What is known under `to` already stands, and
 * what there is of both is there together: history, and baselines, of which the one
 * that was accepted last counts.  *moved: there was something. */
bool store_rename(struct store *s, const char *from, const char *to, bool *moved,
	struct err *e) MUST_CHECK;
/* What an environment is called now that had this name; `name` itself where there is
 * no other, or it has a history of its own.  The caller frees; NULL on error. */
char *store_called(struct store *s, const char *name, struct err *e);
/* True if there is any history of that name, now or before. */
bool store_has_history(struct store *s, const char *name, struct err *e);

/* What is known of an environment, but for its history, its baselines and what others
 * are held against, is of one database.  That is put away under `away`, texts that say
 * which database it is, and what was put away under `back` is brought back; of the
 * former, the `keep` that were checked latest are kept. */
struct store_exchange {
	const char *environment, *away, *back;
	int keep;
};
bool store_exchange(
	struct store *s, const struct store_exchange *x, struct err *e) MUST_CHECK;
/* As which environment that is kept which was put away under `away`.  The caller
 * frees. */
char *store_away_name(const char *environment, const char *away);

/* How much of the past is kept. */
struct store_retention {
	int64_t keep_ms;
	/* That the history takes, with the catalogs that nothing else needs; 0: any. */
	int64_t max_bytes;
	/* Only what may be too old or too much since; else who is configured as well,
	 * and what nobody has any more, which takes a look at everything. */
	bool grown;
};
/* Forget changes, and catalogs that environments had last, that are older than that at
 * `now_ms` (struct age), or the oldest of them where they take more; and all that is
 * kept of environments that were in no configuration since then.  What an environment
 * has now stays.  A slice at a time, which takes a few milliseconds; one that was begun
 * goes on as what it is, whatever `keep->grown` says. */
bool store_prune(struct store *s, int64_t now_ms, const struct store_retention *keep,
	const struct strvec *configured, struct err *e) MUST_CHECK;
/* True if that has to be called again, as it left some; what has failed may wait. */
bool store_has_old(const struct store *s);
/* True if intervals were added since. */
bool store_has_grown(const struct store *s);
/* True if the last store_prune() forgot some because there was too much. */
bool store_has_shed(const struct store *s);

#endif

/* What has to survive a restart: changes of state and other events, when they began,
 * accepted baselines.  The only room that knows SQLite. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "catalog/instance.h"
#include "catalog/snapshot.h"

struct store;

/* Open or create DIR/pgdriftd.db (WAL); DIR itself is created below a directory that
 * is there.  NULL on error: unwritable, damaged, of a newer or of another program.
 * Nothing in it is ever repaired or replaced. */
struct store *store_open(const char *dir, struct err *e);
/* The same, but what cannot be opened now is a store all the same: whatever is asked of
 * it fails with the reason until store_recover() has opened it. */
struct store *store_open_later(const char *dir);
/* True if the last thing asked of it succeeded; else the reason in `e`, unless that is
 * NULL. */
bool store_is_up(const struct store *s, struct err *e);
/* Log a failure of it, unless it has failed before and nothing has succeeded since: one
 * reason is said once, whatever is asked of it. */
void
store_log(struct store *s, enum log_level level, const struct err *e, const char *what);
/* A copy in memory of what is there now: nothing on the disk is created or changed,
 * whatever is done with it.  Where there is no store yet it is empty; what cannot be
 * read is one that fails with the reason. */
struct store *store_open_copy(const char *dir);
/* If it is not up, or its file is no more, open it again; true if it is up now. */
bool store_recover(struct store *s);
void store_close(struct store *s); /* NULL is fine */

/* What is stored between these is there at once or not at all, and no other process
 * stores meanwhile.  store_end() takes it back unless all went well so far (`ok`) and
 * this does too; false then, with the reason in `e` if it is its own. */
bool store_begin(struct store *s, struct err *e) MUST_CHECK;
/* The same for what reads nothing: it waits for nobody before it writes, if it does. */
bool store_begin_write(struct store *s, struct err *e) MUST_CHECK;
bool store_end(struct store *s, bool ok, struct err *e) MUST_CHECK;

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

bool store_add_change(
	struct store *s, const struct store_change *c, struct err *e) MUST_CHECK;
/* The document of /history: changes at or after `since_ms`, newest first, at most
 * `limit`; environment NULL: all.  A name that an environment had before finds what is
 * that one's now.  {"schema_version": 1, "changes": [{at, event,
 * environment, state, previous_state, revision, expected, fingerprint, findings,
 * detail}]}, strings as they were added, an empty one null.  The caller deletes it;
 * NULL on error. */
cJSON *store_history(struct store *s, const char *environment, int64_t since_ms,
	size_t limit, struct err *e);

/* What an environment was last known to be; false if nothing is kept of it. */
struct store_last {
	char state[32];
	int64_t since_ms;
	int64_t drift_since_ms;
};
bool store_last(struct store *s, const char *environment, struct store_last *out);
bool store_set_last(struct store *s, const char *environment,
	const struct store_last *l, struct err *e) MUST_CHECK;

/* What was last confirmed of an environment: a document that the monitor writes and
 * reads, and when a check last succeeded.  The caller frees; NULL: nothing is known. */
char *store_known(struct store *s, const char *environment, int64_t *success_ms);
bool store_set_known(struct store *s, const char *environment, int64_t success_ms,
	const char *document, struct err *e) MUST_CHECK;

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
 * cannot be told. */
int64_t store_baseline_version(struct store *s, const char *environment);

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
/* Catalogs are kept by their content: what many were seen with is there once. */
bool store_set_seen(struct store *s, const struct store_seen *which,
	const struct snapshot *catalog, int64_t at_ms, struct err *e) MUST_CHECK;
/* NULL with e->code ERR_NONE: it was never seen there.  *at_ms: when. */
struct snapshot *store_seen(
	struct store *s, const struct store_seen *which, int64_t *at_ms, struct err *e);
/* Forget what `which->environment` was seen with, but for the revisions in `keep` and
 * the `others` that were seen latest; and the catalogs that nobody has any more. */
bool store_keep_seen(struct store *s, const struct store_seen *which,
	const struct strvec *keep, int others, struct err *e) MUST_CHECK;

/* ---- When somebody watched ---- */

/* A sign of life; the last one of a daemon that stops says so. */
bool
store_set_alive(struct store *s, int64_t now_ms, bool stops, struct err *e) MUST_CHECK;
/* The last one; false if there is none. */
bool store_alive(struct store *s, int64_t *at_ms, bool *stopped);
/* When a check last succeeded of which what is known is that of store_set_known(). */
bool store_set_success(struct store *s, const char *environment, int64_t success_ms,
	struct err *e) MUST_CHECK;

/* An environment is called `to` now, and was `from`: all that is kept of it goes along,
 * and its history answers to both names.  What is known under `to` already stands, and
 * what there is of both is there together: history, and baselines, of which the one
 * that was accepted last counts.  *moved: there was something. */
bool store_rename(struct store *s, const char *from, const char *to, bool *moved,
	struct err *e) MUST_CHECK;
/* What an environment is called now that had this name; `name` itself where there is
 * no other, or it has a history of its own.  The caller frees. */
char *store_called(struct store *s, const char *name);
/* True if there is any history of that name, now or before. */
bool store_has_history(struct store *s, const char *name);

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

/* Forget changes older than `before_ms`. */
bool store_prune(struct store *s, int64_t before_ms, struct err *e) MUST_CHECK;

#endif

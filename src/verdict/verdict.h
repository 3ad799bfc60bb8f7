/* From axes to a state, and from a state to the next step.  Pure. */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include <stdint.h>

#include "base/err.h"
#include "diff/diff.h"
#include "migrations/losses.h"
#include "migrations/migrations.h"
#include "verdict/version.h"

enum check_status {
	CHECK_OK,
	CHECK_UNREACHABLE,
	CHECK_ERROR,
	CHECK_NOT_CHECKED,
	CHECK_STATUS_COUNT
};

enum schema_status {
	SCHEMA_IN_SYNC,
	SCHEMA_DRIFTED,
	SCHEMA_OTHER_REVISION,
	SCHEMA_NOT_COMPARABLE,
	SCHEMA_NOT_CHECKED,
	SCHEMA_STATUS_COUNT
};

/* How the revision of an expected catalog stands to the recorded one. */
enum schema_relation {
	RELATION_NONE, /* one of them is not known */
	RELATION_SAME,
	RELATION_REFERENCE_AHEAD,
	RELATION_REFERENCE_BEHIND,
	RELATION_UNRELATED,
	RELATION_COUNT
};

/* In the order of badness that contract 3 gives, worst first. */
enum state {
	STATE_UNKNOWN,
	STATE_UNSTAMPED,
	STATE_DRIFTED,
	STATE_REVISION_MISMATCH,
	STATE_UNCONFIRMED,
	STATE_MIGRATING,
	STATE_IN_SYNC,
	STATE_COUNT
};

const char *check_status_word(enum check_status s);
const char *schema_status_word(enum schema_status s);
/* NULL for RELATION_NONE and RELATION_SAME. */
const char *schema_relation_word(enum schema_relation r);
const char *state_word(enum state s);
bool state_parse(const char *word, enum state *out);
/* The worse of two. */
enum state state_worst(enum state a, enum state b);

/* Contract 1: which check.status an error is (ERR_NONE: ok).  ERR_CONNECT is
 * unreachable, the rest is error; whether ERR_TIMEOUT struck while connecting, which
 * is unreachable too, only the caller knows. */
enum check_status verdict_check_status(enum err_code code);

/* How `expected_revision`, which an expected catalog belongs to, stands to `recorded`;
 * both sorted, NULL as good as empty.  `graph` says who comes after whom; without one
 * (NULL), or where it lacks a revision, other revisions are unrelated. */
enum schema_relation verdict_relation(const struct migrations *graph,
	const struct strvec *expected_revision, const struct strvec *recorded);

/* Judge the schema axis.  `d` NULL: not_checked.  A difference is drift where both are
 * of one revision, where one of these is not known, and where nothing usable is
 * recorded (unstamped, unknown_revision): no pending migration can explain it then.  A
 * database without tables has lost something only if it records that very revision. */
enum schema_status verdict_schema(
	const struct diff *d, enum schema_relation r, enum revision_status revision);

/* Who holds or waits for the lock that a migration takes. */
struct migration_lock {
	bool perhaps;         /* it is one only if a revision is pending */
	int pid;              /* 0: nobody */
	char application[64]; /* "": not known */
	int64_t since_ms;     /* when its transaction began, or was first seen */
	int64_t held_ms;      /* how long that is, by the server's clock if it tells */
	int64_t row_ms;  /* sessions one after the other have, since; 0: it alone */
	char waits[160]; /* for which relation; "": for none */
	int blocker;     /* the pid of who holds that; 0: nobody, or not known */
	char blocker_application[64];
	int64_t blocker_since_ms; /* when that one's transaction began; 0: not known */
};

/* The last sign of a migration, which may go on although nothing is seen of it now: it
 * is between two of its transactions. */
struct migration_sign {
	char *from, *to; /* the revision moved forward; NULL: a session was seen */
	int64_t at_ms;   /* when it was; 0: never */
};

/* How far behind the replay of a standby is. */
struct verdict_lag {
	int64_t bytes;       /* known to be replayed yet; -1: not known */
	int64_t ms;          /* since what was replayed last; 0: nothing is to be */
	int64_t replayed_ms; /* when that was committed; 0: not known, and `ms` -1 */
	bool paused;         /* by somebody */
	const char *primary; /* the environment that it is, if watched; or NULL */
	bool behind;         /* it has not replayed all that `primary` was seen with */
};

/* Another `migrations` block of the configuration. */
struct verdict_block {
	const char *name;
	const struct migrations *graph;
};

struct verdict_input {
	enum check_status check;
	const struct verdict_lag *lag; /* of a standby; or NULL */
	enum revision_status revision;
	enum schema_status schema;
	enum schema_relation relation;
	bool migrating;
	bool revision_watched; /* migrations or a head are configured */
	/* What differs there was seen often enough; see confirm.h. */
	bool revision_confirmed, schema_confirmed;
	bool allow_empty;
	/* For the hint; any may be NULL. */
	const char *environment; /* its name */
	const char *unit;        /* of systemd, which alone has the password; or NULL */
	const struct err *error;
	const struct migration_lock *lock; /* NULL: nobody's */
	const struct migration_sign *sign; /* NULL: none, or too long ago */
	const struct judgement *judgement; /* its note also says why no head is known */
	const struct diff *diff;
	const bool *confirmed_findings; /* for each of its findings; NULL: all are */
	const char *flapping; /* what comes and goes, and what to do; NULL: nothing */
	const struct migrations *graph;
	const struct losses_scope *scope; /* what covers a loss of pending revisions */
	const char *gone_back; /* the revisions that it was at before; or NULL */
	const struct strvec *inserted; /* counts as applied, and was never run here */
	const char *version_table;     /* "public.alembic_version" */
	bool version_table_exists;
	/* Of an empty one: it had tables; how many objects, and when (0: not known). */
	bool had_tables;
	size_t had_objects;
	int64_t had_ms;
	const struct version_facts *version; /* what else is known of that table */
	const struct verdict_block *blocks;
	size_t n_blocks;
	const char *reference;      /* "environment:dev" */
	const char *reference_note; /* what else is to be known of that */
	const char *measure; /* what of it was compared with, if not what it has now */
	const struct strvec *expected_revision; /* of the expected catalog */
	bool nearest; /* that was chosen among those of all revisions, as the nearest */
	const struct strvec *alike; /* further revisions whose catalogs are the same */
	const char *schema_reason;  /* why not_comparable or not_checked */
	/* What is expected could not be had: the schema axis is what was found before.
	 */
	bool kept;
	bool revision_kept; /* the same of the head, and of the revision axis */
};

/* The first state of contract 1 that applies.  A check that compared neither axis has
 * nothing to say: unknown. */
enum state verdict_state(const struct verdict_input *in);
/* True if the axis holds something that has to be confirmed before it is said. */
bool verdict_revision_differs(const struct verdict_input *in);
bool verdict_schema_differs(const struct verdict_input *in);
/* True if either does. */
bool verdict_is_finding(const struct verdict_input *in);
/* True if there is nothing to confirm, or some of it is confirmed. */
bool verdict_stands(const struct verdict_input *in);
/* One sentence with the next step.  The caller frees; never NULL. */
char *verdict_hint(const struct verdict_input *in);

#endif

/* The revision graph that a migrations directory holds, its problems, and what
 * recorded revisions mean against it.  Rules: Alembic (script/base.py,
 * script/revision.py, runtime/migration.py), read statically, never executed. */
#ifndef MIGRATIONS_MIGRATIONS_H
#define MIGRATIONS_MIGRATIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/strbuf.h"
#include "migrations/effect.h"

/* Contract 2, "Problem codes". */
enum problem_code {
	PROBLEM_NO_REVISION_ID,
	PROBLEM_EMPTY_FILE,
	PROBLEM_UNREADABLE_VALUE,
	PROBLEM_MISSING_PARENT,
	PROBLEM_DUPLICATE_REVISION,
	PROBLEM_CYCLE,
	PROBLEM_SEVERAL_BASES,
	PROBLEM_SEVERAL_HEADS,
	PROBLEM_REVISION_TOO_LONG,
	PROBLEM_SELF_REFERENCE,
	PROBLEM_SYNTAX,
	PROBLEM_UNREADABLE_FILE, /* of a file or directory that cannot be read */
	PROBLEM_INVALID_NAME,    /* an id or label that Alembic refuses */
	/* Of what comes of running them; the files do not say so. */
	PROBLEM_BUILD_FAILED,
	PROBLEM_TWO_CATALOGS, /* of one revision */
	/* Notices, from here on: nothing is wrong for sure. */
	PROBLEM_DESTRUCTIVE_OPERATION,
	PROBLEM_UNBOUNDED_DATA_OPERATION,
	PROBLEM_MISSING_UPGRADE,
	PROBLEM_EMPTY_UPGRADE,
	PROBLEM_MISSING_DOWNGRADE,
	PROBLEM_EMPTY_DOWNGRADE,
	PROBLEM_UNNAMED_DIRECTORY,
	PROBLEM_INSERTED_BELOW,        /* what is applied somewhere without it */
	PROBLEM_CHANGED_AFTER_APPLIED, /* its upgrade is not what was run */
	PROBLEM_COUNT
};

static inline bool
problem_is_notice(enum problem_code code)
{
	return code >= PROBLEM_DESTRUCTIVE_OPERATION;
}

/* What the files alone do not say. */
static inline bool
problem_is_of_running(enum problem_code code)
{
	return code == PROBLEM_BUILD_FAILED || code == PROBLEM_TWO_CATALOGS;
}

const char *problem_word(enum problem_code code);   /* "no_revision_id", … */
const char *problem_remedy(enum problem_code code); /* what to do, one sentence */
bool problem_parse(const char *word, enum problem_code *code);

struct problem {
	enum problem_code code;
	char *file;     /* path, or the directory where no single file is to blame */
	unsigned line;  /* 0: the whole file */
	char *revision; /* NULL: none known */
	char *detail;   /* one sentence */
	/* What Alembic says where it stops at this ("KeyError: 'a'"); NULL: it does
	 * not, or not in every release, or that depends on who runs it. */
	char *stops;
	bool conceals; /* the file may hold a revision whose id cannot be read */
	char *remedy;  /* what to do where more is known than problem_remedy() says */
	bool allowed;  /* it does not count: see allow.h */
	char *reason;  /* why it is allowed, or NULL */
};

/* What to do about it, one sentence. */
const char *problem_advice(const struct problem *p);

/* A function of a revision's file. */
enum body {
	BODY_NONE,
	BODY_EMPTY, /* it does nothing */
	BODY_CODE,
	BODY_UNKNOWN /* it comes from elsewhere, or the file cannot be run */
};

struct revision {
	char *id;
	char *file;
	char *message;            /* what it says of itself, one line; NULL: nothing */
	char *created;            /* when it was made, as written there, or NULL */
	struct strvec down;       /* as written, in order */
	struct strvec depends_on; /* as written */
	struct strvec labels;
	bool none_label; /* … and None, from `branch_labels = (None,)` */
	unsigned line, down_line, depends_line, labels_line; /* 0: not assigned */
	bool down_unknown;      /* what its parents are cannot be read */
	bool depends_unknown;   /* … or what it depends on */
	size_t order;           /* which file Alembic would load first, second, … */
	struct effects effects; /* of its upgrade(), in the order of the file */
	enum body upgrade, downgrade;
	uint64_t digest; /* of what the file does: layout and comments aside */
	uint64_t source; /* … and of all of it, what it imports as well */
};

/* Where its tool is run. */
struct project {
	char *home;   /* absolute: the directory to run it in */
	char *ini;    /* its alembic.ini, absolute; NULL: it has none */
	char *script; /* the directory of env.py, absolute; NULL: it is not known */
	/* Of alembic.ini, pyproject.toml and env.py. */
	char digest[HASH_HEX_LEN];
};

/* Plain data; lists are sorted bytewise. */
struct migrations {
	const char *tool; /* "alembic" */
	char *path;       /* as given */
	char *section;    /* of its alembic.ini, as given; NULL: the usual one */
	size_t n_files;   /* files that count as migrations */
	struct revision *revisions; /* sorted by id; a duplicate only once */
	size_t n_revisions;
	struct strvec bases, heads, branch_points, merge_points;
	struct strvec effective_heads; /* nobody's down_revision nor depends_on */
	bool hides_revisions;          /* there is a file whose id cannot be read */
	bool hides_head; /* … which may be a head: no reference that leads nowhere
			  * explains it */
	struct problem *problems; /* sorted by code word, file, line */
	size_t n_problems;
	/* Behind those n_problems, sorted as well: what the project means, see allow.h.
	 */
	size_t n_allowed;
	struct problem *notices; /* in the same order; some may be allowed */
	size_t n_notices;
	struct strvec allow;        /* rules of what is meant, see allow.h */
	struct strvec unused_allow; /* those that matched nothing */
	struct strvec dirs;         /* real paths of what was read */
	struct project project;
	struct migrations_index *index; /* private: edges, labels */
	struct migrations_files
		*seen; /* private: what it was read from, to see a change */
	struct migrations **archives; /* private: known, but no part of the graph */
	size_t n_archives;
};

struct migrations_source {
	const char *tool; /* "alembic" */
	const char *path; /* versions directory, script directory or alembic.ini */
	const struct strvec *more; /* further directories, or NULL */
	/* Directories of former migrations, or NULL: a recorded revision that only they
	 * have is unknown, and the note says where it is.  What cannot be read is left
	 * out. */
	const struct strvec *archives;
	const struct strvec *allow; /* see allow.h; NULL: nothing */
	const char *section;        /* of an alembic.ini; NULL: the usual one */
	bool recursive;
};

/* Read and audit.  False only if nothing can be read at all (no such path, no
 * directory, no such section) or `allow` is wrong; all else is a problem of the result.
 * The caller frees. */
bool migrations_read(const struct migrations_source *src, struct migrations **out,
	struct err *e) MUST_CHECK;
void migrations_free(struct migrations *h);

const struct revision *migrations_find(const struct migrations *h, const char *id);
/* True if `alembic merge heads` joins them: it takes effective heads, and leaves one
 * that another depends on as it is. */
bool migrations_can_merge(const struct migrations *h);
/* The revision of that id in an archive of `h`, or NULL. */
const struct revision *migrations_archived(const struct migrations *h, const char *id);
/* The first problem that may keep a head from being computed, or NULL: one that hides a
 * head before the others. */
const struct problem *migrations_obstacle(const struct migrations *h);
/* The first problem at which Alembic stops, in the order in which it comes to them: the
 * files, their names and references, then what only `upgrade` and `merge` refuse (an id
 * that two files have).  Its `stops` is never NULL.  NULL: Alembic goes on. */
const struct problem *migrations_stopper(const struct migrations *h);
/* The first of `ids` that is not a revision of `h`, or NULL. */
const char *migrations_unknown_id(const struct migrations *h, const struct strvec *ids);

/* The words of contract 1 for revision.status. */
enum revision_status {
	REVISION_AT_HEAD,
	REVISION_BEHIND,
	REVISION_AHEAD,
	REVISION_DIVERGED,
	REVISION_UNKNOWN_REVISION,
	REVISION_UNSTAMPED,
	REVISION_EMPTY_DATABASE,
	REVISION_UNKNOWN_HEAD,
	REVISION_NOT_CHECKED,
	REVISION_STATUS_COUNT
};

const char *revision_status_word(enum revision_status s);

struct judgement {
	enum revision_status status;
	struct strvec recorded;  /* sorted */
	struct strvec expected;  /* sorted */
	struct strvec pending;   /* in the order an upgrade would run them */
	struct strvec beyond;    /* applied, not needed; sorted */
	struct strvec unknown;   /* recorded, not in the graph; sorted */
	struct strvec redundant; /* recorded, an ancestor of another; sorted */
	char *note; /* why, where the lists do not say it ("… is an abbreviation of
		     * …"), or NULL */
};

/* What is said holds wherever an unreadable parent may lead: a pending or surplus
 * revision that may be none is left out, and where nothing else remains the status is
 * REVISION_UNKNOWN_HEAD.  Files that are lost change nothing in what the others say,
 * nor do those that hide their ids as long as they may be the lost ones; `note` tells.
 * With a head that may be hidden nothing is at head, unless `expected` names ids. Judge
 * recorded rows (none: REVISION_UNSTAMPED, pending = all that is needed) against
 * `expected` ids or labels (NULL or empty: all effective heads of `h`). `h` may be
 * NULL, where only ids are known (head = { "…" }, another environment): equal sets are
 * at_head, else diverged. Fills `out`, which judgement_fini() empties. */
void migrations_judge(const struct migrations *h, const struct strvec *recorded,
	const struct strvec *expected, struct judgement *out);
void judgement_fini(struct judgement *j);

#endif

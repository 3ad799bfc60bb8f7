/* The few calls of SQLite that the store needs, with errors in words. */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/ration.h"
#include "store/beside.h"
#include "store/files.h"
#include "store/pending.h"
#include "store/steps.h"

/* Whoever keeps the key of a catalog is named here. */
#define SQL_NOBODY_HAS_IT                                                         \
	"NOT EXISTS (SELECT 1 FROM seen WHERE seen.key = catalog.key) AND "       \
	"NOT EXISTS (SELECT 1 FROM built WHERE built.catalog = catalog.key) AND " \
	"NOT EXISTS (SELECT 1 FROM interval WHERE interval.key = catalog.key) "   \
	"AND NOT EXISTS (SELECT 1 FROM baseline WHERE baseline.key = catalog.key)"

/* About what a row of the history takes, beside its catalog. */
enum { CHANGE_BYTES = 400, INTERVAL_BYTES = 300 };
#define SQL_INTERVAL_SIZE "300 + coalesce(length(change), 0)"

/* Every statement of the store; prepared once, at its first use. */
enum sql_id {
	SQL_ADD_CHANGE,
	SQL_HISTORY,
	SQL_CALLED,
	SQL_HAS_HISTORY,
	SQL_HAS_ROWS,
	SQL_SEEN_LATER,
	SQL_LAST,
	SQL_SET_LAST,
	SQL_BASELINE,
	SQL_ADD_BASELINE,
	SQL_OLD_BASELINES,
	SQL_KEEP_BASELINES,
	SQL_DROP_BASELINE,
	SQL_BASELINE_VERSION,
	SQL_KNOWN,
	SQL_SET_KNOWN,
	SQL_ALIVE,
	SQL_NEWEST,
	SQL_SET_ALIVE,
	SQL_SET_SUCCESS,
	SQL_PRUNE,
	SQL_SET_CONFIGURED,
	SQL_GONE,
	SQL_APPLIED,
	SQL_FORGET_APPLIED,
	SQL_ADD_APPLIED,
	SQL_HAS_CATALOG,
	SQL_ADD_CATALOG,
	SQL_LOOSE_CATALOG,
	SQL_DROP_CATALOG,
	SQL_NEXT_CATALOGS,
	SQL_NEXT_INTERVALS,
	SQL_CHANGES,
	SQL_CATALOG,
	SQL_ADD_INTERVAL,
	SQL_MOVE_INTERVAL,
	SQL_SET_READING,
	SQL_INTERVALS,
	SQL_OLD_INTERVALS,
	SQL_DROP_INTERVAL,
	SQL_SEEN,
	SQL_SEEN_KEY,
	SQL_SET_SEEN,
	SQL_OTHER_SEEN,
	SQL_KEEP_SEEN,
	SQL_BUILT,
	SQL_SET_BUILT,
	SQL_WANT_BUILT,
	SQL_BUILT_OF,
	SQL_OLD_BUILT,
	SQL_DROP_BUILT,
	SQL_NOTICES,
	SQL_SET_NOTICE,
	SQL_DROP_NOTICE,
	SQL_DROP_NOTICES,
	SQL_COUNT
};

/* How far forgetting is (prune.c). */
struct pruning {
	bool begun;
	int step;               /* that is next */
	bool whole;             /* all of them */
	char key[HASH_HEX_LEN]; /* the last catalog that was looked at; "": none */
	int64_t id;             /* the same of whatever else a step goes through */
	int64_t bytes;          /* that were counted so far */
};

struct store {
	sqlite3 *db;
	char *dir, *path;
	struct files_id file; /* that is open */
	struct beside beside;
	bool has_old;   /* the last store_prune() left some */
	bool has_grown; /* intervals were added since */
	bool has_shed;  /* store_prune() forgot some for want of room */
	struct pruning pruning;
	/* How much the history takes: what was counted last, and all that was added
	 * since; -1: nobody has counted. */
	int64_t history_bytes;
	bool cut;       /* its log was */
	unsigned apart; /* so many looks in a row it was not whole where it is */
	/* A daemon has it: no other may, and it waits for nobody. */
	bool serves, used; /* another one has it */
	int lock;          /* that it has; -1: none */
	/* That it fails was logged, of the present failure; that is the last that was
	 * logged of it; and how often. */
	bool logged, logged_last;
	struct ration log_ration;
	/* Of the last thing that failed; ERR_NONE: all is well.  Else nothing is
	 * written until store_recover() has found that it can be. */
	struct err failure;
	/* The same as SQLite says it, and how many times in a row it was found to be
	 * locked by another process. */
	int code;
	unsigned locked;
	struct files_id damaged; /* what the file was when it was found to be that */
	struct pending pending;
	struct steps steps;
	sqlite3_stmt *statements[SQL_COUNT];
};

/* Fill `e`, and s->failure, from the last error of the connection, naming the file and,
 * where the file itself is at fault, what to do.  Returns false. */
bool sql_fail(struct store *s, struct err *e);
/* A statement, ready to be bound; NULL on error. */
sqlite3_stmt *sql_begin(struct store *s, enum sql_id id, struct err *e);
/* False if it must not be touched (beside.h), and then it has failed. */
bool sql_is_sound(struct store *s, struct err *e) MUST_CHECK;
/* True if each statement fits the tables. */
bool sql_prepare_all(struct store *s, struct err *e) MUST_CHECK;
/* False, with the reason, as long as nothing is to be written. */
bool sql_may_write(const struct store *s, struct err *e) MUST_CHECK;
/* Run a statement that yields no row, give it back. */
bool sql_run(struct store *s, sqlite3_stmt *q, struct err *e) MUST_CHECK;
/* The next row: 1, 0 at the end, -1 on error; give the statement back after the
 * last. */
int sql_next(struct store *s, sqlite3_stmt *q, struct err *e) MUST_CHECK;
void sql_end(sqlite3_stmt *q);

/* Numbered from 1; `text` may be NULL and has to live until the statement is given
 * back. */
void sql_bind_text(sqlite3_stmt *q, int i, const char *text);
void sql_bind_int(sqlite3_stmt *q, int i, int64_t value);
void sql_bind_bytes(sqlite3_stmt *q, int i, const void *data, size_t n);
/* Numbered from 0; NULL for SQL NULL. */
const char *sql_text(sqlite3_stmt *q, int i);

/* A statement that is run once, without rows of interest, with as many of `texts`,
 * which NULL ends, as it has parameters. */
bool sql_exec_texts(struct store *s, const char *sql, const char *const *texts,
	struct err *e) MUST_CHECK;
/* Statements without parameters and without rows of interest. */
bool sql_exec(struct store *s, const char *sql, struct err *e) MUST_CHECK;
/* So much was added to the history. */
void sql_add_history(struct store *s, size_t bytes);
/* The first column of the first row; false if there is none. */
bool
sql_number(struct store *s, const char *sql, int64_t *out, struct err *e) MUST_CHECK;

#endif

/* One connection to a PostgreSQL server, asynchronous, every wait with a deadline.
 * The only room that knows libpq: results leave it as rows, complete or not at all.
 * Works through a transaction pooler: no session state, no named statement. */
#ifndef PG_SESSION_H
#define PG_SESSION_H

#include <stdint.h>

#include "base/arena.h"
#include "base/declared.h"
#include "base/err.h"
#include "base/rows.h"
#include "loop/loop.h"

/* The servers that a program connects to: with them, one connection at a time is in the
 * start of a server, or a few while it answers, and none is opened where one was
 * accepted and is not answered. */
struct pg_servers;

struct pg_target {
	const char *dsn;           /* URI or keyword string, as libpq takes it */
	const char *password_file; /* absolute path or NULL; read at every connect */
	const char
		*password_command; /* for /bin/sh -c, or NULL; run at every connect */
	const char *application_name;
	/* Whole connect, name resolution included; but not what others take to connect
	 * to the same server before. */
	int64_t connect_timeout_ms;
	struct pg_servers *servers; /* or NULL: nobody else connects */
};

/* What all answers of a check may take, and what those to earlier calls did.  A server
 * that sends more, of whatever kind, is cut off. */
struct pg_limit {
	int64_t max_bytes, used_bytes;
};

/* One column of a table, without running anything that a user of the database may have
 * put there: see copy.c.  What is no ordinary table is an error (42809). */
struct pg_copy {
	const char *table, *column; /* quoted as SQL has it */
	/* More rows than that, or bytes in them, are an error: the connection is
	 * closed, the rest is not read. */
	size_t max_rows, max_bytes;
};

/* One statement of a batch. */
struct pg_statement {
	const char *sql;  /* see query.h for what it may have */
	const char *name; /* what it asks for ("functions"), for messages; or NULL */
	const char *const *params; /* text, n_params of them */
	int n_params;
	const struct declared *gives; /* what the result has to be, static; NULL: any */
	const struct pg_copy *copy;   /* instead of all these; or NULL */
	bool prepare;                 /* it is worth it: pg_session_prepare() */
};

/* One transaction: BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY, `setup` (an SQL
 * statement whose result is thrown away, or NULL), the statements, COMMIT. */
struct pg_batch {
	const char *setup;
	const struct pg_statement *statements;
	size_t n_statements;
};

struct pg_results;

/* Rows of one statement of a script, by its number from 0, while others are still to
 * come: they are handed over; those of a result over part_bytes in several parts, those
 * of an empty one in one.  Nothing of the session may be called.  They are worth
 * nothing before the script as a whole has ended well, and `gives` is not looked at.
 * Not of a script with a COPY in it. */
typedef void pg_part_fn(void *arg, size_t number, struct pg_results *part);

/* All batches go out as one query, up to the first error.  Nothing of a script is
 * needed any more when pg_session_run() returns. */
struct pg_script {
	const struct pg_batch *batches;
	size_t n_batches;
	int64_t timeout_ms; /* for all of it */
	struct pg_limit limit;
	/* For results that are large: they are handed over one by one, with the
	 * argument of pg_done_fn, and those of the script as a whole are empty.  Or
	 * NULL. */
	pg_part_fn *part;
	size_t part_bytes; /* 0: each result is one part */
};

/* The result of a script: rows of batch b, statement s are at rows[first of b + s],
 * counted through.  Lives in `arena` and `cells`.  Text is UTF-8; bytes of a SQL_ASCII
 * database that are none come as "\xNN". */
struct pg_results {
	struct arena *arena;
	const char **cells; /* of a part, else NULL */
	struct rows *rows;
	size_t n_rows;
	size_t bytes; /* of all of it, and of what was handed over before */
};

struct pg_session;

/* Called once per call below: e NULL for success. */
typedef void pg_connected_fn(void *arg, const struct err *e);
/* On success `r` is handed over (pg_results_free); every statement of every batch is
 * complete and what it can give.  On any error all results are thrown away, and the
 * connection is still usable only if pg_session_is_open(). */
typedef void pg_done_fn(void *arg, struct pg_results *r, const struct err *e);

/* `answered`, or NULL, is called in a later turn when connections to a server may be
 * opened again. */
struct pg_servers *
pg_servers_new(struct loop *l, void (*answered)(void *arg), void *arg);
/* After all sessions that know it; closes what is still not answered.  NULL is fine. */
void pg_servers_free(struct pg_servers *v);

struct pg_session *pg_session_new(struct loop *l);
/* Close and free; nothing is called back any more.  Safe from inside a callback. */
void pg_session_free(struct pg_session *s);

/* One call at a time: connect or run.  What was open before is closed. */
void pg_session_connect(struct pg_session *s, const struct pg_target *t,
	pg_connected_fn *fn, void *arg);
/* Run a script.  On the deadline the running statement is cancelled on the server and
 * the connection closed. */
void pg_session_run(struct pg_session *s, const struct pg_script *script,
	pg_done_fn *fn, void *arg);
/* Run one statement that writes, outside a transaction, and that answers with `tag`
 * alone
 * ("CREATE DATABASE"): of a server that is ours to write to, for build/ alone
 * (tests/lint/writes).  `fn` gets no results. */
struct pg_command {
	const char *sql, *tag;
	int64_t timeout_ms;
};
void pg_session_command(struct pg_session *s, const struct pg_command *command,
	pg_done_fn *fn, void *arg);
/* Looks whether the server has hung up meanwhile. */
bool pg_session_is_open(const struct pg_session *s);
int pg_session_server_version(const struct pg_session *s); /* PQserverVersion() */
/* "HOST:PORT" that it is connected to as the DSN names it, a directory for a socket; ""
 * without a connection.  Valid until the next call. */
const char *pg_session_server(struct pg_session *s);
/* Close the connection, keep the object; a call under way is dropped without its
 * callback, what it runs is cancelled. */
void pg_session_close(struct pg_session *s);
/* For how long in all its deadlines were put off: nobody was to blame for that time. */
int64_t pg_session_put_off_ms(const struct pg_session *s);
/* For how long in all this process stood still meanwhile. */
int64_t pg_session_stood_still_ms(const struct pg_session *s);
/* Round trips waited for so far: flushes of a script that were answered. */
unsigned pg_session_round_trips(const struct pg_session *s);

/* Its server may keep the plans of statements that say so, once it turns out that no
 * pooler stands between; from the next connection on. */
void pg_session_prepare(struct pg_session *s);
/* True if the last script failed for such a plan alone, and may be run again: there
 * will be none any more. */
bool pg_session_is_unprepared(const struct pg_session *s);
/* Leave it open, nothing being asked, until it is `most_ms` old.  Whatever comes
 * meanwhile, and the end of that time, closes it; nobody is told.  False: it is closed
 * at once, as it was not open, had a transaction open, or was older. */
bool pg_session_rest(struct pg_session *s, int64_t most_ms);
/* To be used again, as if it had just been connected.  False: it has closed, or is
 * older by now.  A way to the server that does not carry the first question within
 * `patience_ms` ends it. */
bool pg_session_wake(struct pg_session *s, int64_t most_ms, int64_t patience_ms);

void pg_results_free(struct pg_results *r);

/* Check a connection string without connecting; the error never holds a secret. */
bool pg_dsn_check(const char *dsn, struct err *e) MUST_CHECK;
/* The same string with the values of password-like keywords as "<secret>"; the
 * caller frees.  One that cannot be parsed becomes "<secret>" as a whole. */
char *pg_dsn_redact(const char *dsn);
/* "HOST:PORT", or several with commas, as a sound one names them, the address where it
 * has one: what has the same is the same server.  The caller frees. */
char *pg_dsn_address(const char *dsn);
/* "15.18", for pgdriftd_build_info. */
const char *pg_library_version(char *buf, size_t size);

#endif

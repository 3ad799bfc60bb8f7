/* A scripted libpq.  A test program that compiles its files in ($(fake_libpq)) does not
 * link the real one (LIBS_BUT_PQ in place of ALL_LIBS); sockets are real, so the real
 * loop runs.  A test says which calls it expects and what they give; a call out of
 * order fails the test with the index of the step.
 *
 *	static const struct fake_step steps[] = {
 *		{FAKE_CONNECT, .text = "host=db1"},
 *		FAKE_BEGIN,
 *		{FAKE_QUERY, .text = "SELECT 1", FAKE_ROWS(names, cells)},
 *		FAKE_COMMIT,
 *		{FAKE_CLOSE},
 *	};
 *	fake_script("service=one", steps, COUNT_OF(steps));
 *	… run the loop …
 *	fake_end();
 *
 * The script is copied, what its members (or what `serve` gives) point to is not. */
#ifndef FAKE_LIBPQ_H
#define FAKE_LIBPQ_H

#include <stdbool.h>
#include <stddef.h>

/* PQbackendPID() of every connection. */
enum { FAKE_BACKEND = 4711 };

enum fake_call {
	FAKE_CONNECT, /* `text`: stands in the parameters, written "key=value …" */
	FAKE_QUERY,   /* one statement of a query; `text`: it begins so; NULL: any */
	FAKE_SERVE,   /* any number of statements, answered by `serve` */
	FAKE_CLOSE,   /* PQfinish() */
};

enum fake_answer {
	FAKE_OK,     /* `n_rows` rows, or with `names` NULL a confirmed command */
	FAKE_FAIL,   /* the rows given, then an error; what follows in the query is not
		      * run, and takes no steps */
	FAKE_SILENT, /* the rows given, then nothing more from this server */
	FAKE_DIE,    /* the rows given, then the connection breaks */
	FAKE_COPY,   /* the rows given, then the server begins to copy */
	FAKE_CUT,    /* the rows given, without the result that says they are all */
};

struct fake_step {
	enum fake_call call;
	const char *text;
	enum fake_answer answer;
	const char *sqlstate; /* of FAIL; of a connect the server's, or NULL */
	const char *message;  /* of FAIL */
	const char *const *names;
	const char *const *cells;
	size_t n_cols, n_rows;
	bool raw; /* of COPY: `cells` are lines as the protocol has them */
	const char
		*tag; /* NULL: the first word of the SQL, with how many rows it gave */
	/* Of SERVE: fill the answer members of *answer for this SQL; false: unexpected,
	 * the test fails. */
	bool (*serve)(void *arg, const char *sql, struct fake_step *answer);
	void *arg;
	const char *encoding; /* of a CONNECT: server_encoding; NULL: not told */
	int version;          /* … PQserverVersion(); 0: of 15 */
	bool needs_password;  /* of a failed CONNECT: PQconnectionNeedsPassword() */
};

/* Members for rows from arrays `const char *const names[]` and `cells[]`. */
#define FAKE_ROWS(names_, cells_)                                       \
	.names = (names_), .n_cols = sizeof(names_) / sizeof *(names_), \
	.cells = (cells_),                                              \
	.n_rows = sizeof(cells_) / sizeof *(cells_) /                   \
		  (sizeof(names_) / sizeof *(names_))
#define FAKE_BEGIN                                                  \
	{                                                           \
		.call = FAKE_QUERY, .text = "BEGIN", .tag = "BEGIN" \
	}
#define FAKE_COMMIT                                                   \
	{                                                             \
		.call = FAKE_QUERY, .text = "COMMIT", .tag = "COMMIT" \
	}
/* What a session sends after a script that failed. */
#define FAKE_ROLLBACK                                                     \
	{                                                                 \
		.call = FAKE_QUERY, .text = "ROLLBACK", .tag = "ROLLBACK" \
	}

/* The script of the next connection whose string contains `dsn_part`.  Scripts of one
 * part are used in the order given. */
void fake_script(const char *dsn_part, const struct fake_step *steps, size_t n);
/* The first PQconnectPoll() of each connection writes a byte to `begun`, and goes on
 * when it has read one from `gate`; to fake_end(). */
void fake_hold(int begun, int gate);
/* Those are at another host then: the one before was of no use.  `host` has to stay. */
void fake_move(const char *host);
/* Fail the test unless every script was played to its end and nothing of libpq is
 * still allocated; then forget everything.  In each test's teardown. */
void fake_end(void);
/* Connections made (or tried) since the last fake_end(). */
unsigned fake_connects(void);
/* The server of the last connection hangs up; or says something unasked. */
void fake_cut(void);
void fake_speak(void);
/* Cancel requests sent since the last fake_end(), also by forked copies. */
unsigned fake_cancels(void);

#endif

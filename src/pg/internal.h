/* What the files of pg/ share of a session; nobody else includes this. */
#ifndef PG_INTERNAL_H
#define PG_INTERNAL_H

#include <libpq-fe.h>

#include "loop/child.h"
#include "loop/loop.h"
#include "pg/arrived.h"
#include "pg/effort.h"
#include "pg/prepared.h"
#include "pg/servers.h"
#include "pg/session.h"

/* From top to bottom; any of them falls back to CLOSED by session_fail(). */
enum session_state {
	SESSION_CLOSED,
	SESSION_PASSWORD,   /* the password command runs */
	SESSION_RESOLVING,  /* a host name is looked up */
	SESSION_QUEUED,     /* others connect to the same server before */
	SESSION_CONNECTING, /* PQconnectPoll() has the word */
	SESSION_IDLE,       /* open, nothing asked */
	SESSION_RESTING,    /* … and nobody is going to for a while */
	SESSION_RUNNING,    /* a script is sent, answers come in */
	SESSION_CLEANING,   /* the script failed, its transaction is rolled back */
};

/* The one thing that the session waits for. */
enum session_wait {
	WAIT_NONE,
	WAIT_TURN, /* the next turn, to tell the caller how it ended */
	WAIT_SOCKET,
	WAIT_LOOKUP,
	WAIT_COMMAND,
	WAIT_ENTRY, /* whoever is in the start of the server has a deadline */
	WAIT_LOGIN, /* a step of the login is in a thread */
};

/* What came of taking an answer. */
enum next {
	NEXT_TURN,   /* there may be more, but others have to have their turn */
	NEXT_INPUT,  /* libpq needs more input */
	NEXT_END,    /* every answer is in */
	NEXT_FAILED, /* nothing more is to be read: the error, or else libpq, says why
		      */
};

/* A question that was sent, see exchange.c. */
struct exchange {
	struct pg_limit limit;
	struct arrived arrived;
	struct effort effort;
	bool unsent;     /* libpq still holds some of it */
	bool answered;   /* since the last send */
	bool look_again; /* TLS may hold back what the socket no longer has */
	struct err err;  /* the first error */
};

struct plan;
struct script;

struct pg_session {
	struct loop *loop;
	enum session_state state;
	enum session_wait wait;
	PGconn *conn; /* NULL: closed, or WAIT_LOGIN */
	char server[300];
	struct watch *watch;
	struct timer *turn;     /* while WAIT_TURN or WAIT_LOGIN */
	struct lookup *lookup;  /* while WAIT_LOOKUP */
	struct child *command;  /* while WAIT_COMMAND */
	int64_t deadline;       /* of the call under way, clock_mono_ms() */
	int64_t timeout_ms;     /* what it was made from */
	int64_t back_ms;        /* when a wait ends at the latest, if somebody runs */
	int64_t heard_ms;       /* when anything came last, or was asked */
	int64_t stood_still_ms; /* for how long nobody ran, in all calls */
	int64_t put_off_ms;     /* by how much that was put off, in all calls */
	unsigned round_trips;
	int64_t since_ms; /* when it was connected, clock_boot_ms() */
	/* Until the first answer after a rest its socket has our TCP_USER_TIMEOUT
	 * instead of this one. */
	bool impatient;
	int user_timeout;
	bool prepares; /* pg_session_prepare() */
	struct prepared prepared;
	bool raw_text; /* the database's encoding is SQL_ASCII */

	/* The call under way: at most one of the two is set. */
	pg_connected_fn *connected;
	pg_done_fn *done;
	void *arg;
	struct err err;             /* how it ended; ERR_NONE: well */
	struct pg_results *results; /* of a script that ended well */

	struct plan *plan;        /* how to connect; from CLOSED to IDLE */
	struct visit *visit;      /* while QUEUED or CONNECTING, or NULL */
	struct exchange exchange; /* while RUNNING or CLEANING */
	struct script *script;    /* … what is asked */
};

/* ---- session.c ---- */
void session_set_state(struct pg_session *s, enum session_state to);
/* Milliseconds to the deadline, never negative. */
int64_t session_left(const struct pg_session *s);
/* Start the one wait; asserts that there is none. */
void session_wait_socket(struct pg_session *s, int what, int64_t at_most_ms);
/* For whatever comes, where nothing is to come; this wait knows no deadline else. */
void session_wait_end(struct pg_session *s, int64_t at_most_ms);
void session_wait_lookup(struct pg_session *s, struct lookup *k);
void session_wait_command(struct pg_session *s, struct child *c);
void session_wait_entry(struct pg_session *s);
/* The end of a wait, if there is one. */
void session_end_wait(struct pg_session *s);
/* … which session_end_login() ends, before the deadline. */
void session_wait_login(struct pg_session *s);
void session_end_login(struct pg_session *s);
/* Put the deadline off. */
void session_put_off(struct pg_session *s, int64_t ms);
/* The call under way has ended well, or failed with the connection intact: tell its
 * caller in the next turn. */
void session_end(struct pg_session *s, const struct err *e);
/* It failed for this reason: close, then tell. */
void session_fail(struct pg_session *s, const struct err *e);
/* The deadline has passed. */
void session_fail_late(struct pg_session *s);

/* ---- connect.c ---- */
void connect_run(struct pg_session *s, const struct pg_target *t);
/* The socket is ready in CONNECTING, or its wait ran out early (`what`: WATCH_…). */
void connect_parse(struct pg_session *s, int what);
void plan_free(struct plan *p);
/* Close the connection that is being made, or leave it to those who wait for its
 * answer.
 */
void connect_abandon(struct pg_session *s);
/* Where it got to, where the deadline has passed. */
void connect_explain(struct pg_session *s, struct err *e);
/* Blot out the passwords that the plan knows. */
void plan_scrub(const struct plan *p, struct err *e);

/* ---- rest.c ---- */
/* Something has come. */
void session_answered(struct pg_session *s);

/* ---- exchange.c ---- */
/* A question begins. */
void exchange_begin(struct pg_session *s, const struct pg_limit *limit);
/* Send what was given to libpq, or was not (`given`), which fails; wait for answers. */
void exchange_send(struct pg_session *s, bool given);
/* The socket is ready, or its wait ran out early. */
void exchange_parse(struct pg_session *s, int what);
/* PQgetResult(), the first of which makes a round trip. */
PGresult *exchange_result(struct pg_session *s);
/* The error that a failed result tells. */
void exchange_failed(const PGresult *res, struct err *e);
/* Keep the error if it is the first.  Returns false. */
bool exchange_note(struct pg_session *s, const struct err *e);
/* Note that the server answered the part at hand with this; returns false. */
bool exchange_refuse(struct pg_session *s, const char *answer);
/* … which is of a kind that is no answer to that. */
bool exchange_refuse_kind(struct pg_session *s, const char *answer);
bool exchange_refuse_result(struct pg_session *s, const PGresult *res);
/* The session fails for what was noted, or else for what libpq says. */
void exchange_fail(struct pg_session *s);
/* May answers take that much?  False: that is the error, whatever was before. */
bool exchange_has_room(struct pg_session *s, int64_t bytes) MUST_CHECK;

/* ---- script.c ---- */
void script_run(struct pg_session *s, const struct pg_script *script);
void script_command(struct pg_session *s, const struct pg_command *command);
void script_free(struct script *p);
/* Take one answer, which is there; or what a lost connection has left of it. */
enum next script_take(struct pg_session *s);
/* Every answer is in: session_end(), or ask on. */
void script_finish(struct pg_session *s);
/* What the answer at hand is of, for messages; `buf` may be used. */
const char *script_part(const struct pg_session *s, char *buf, size_t size);

#endif

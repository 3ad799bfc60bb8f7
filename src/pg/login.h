/* The steps of a login in threads.  What PQconnectPoll() does between two waits for the
 * server may take long: reading certificates, TLS, and the iterations of SCRAM, whose
 * number the server chooses. */
#ifndef PG_LOGIN_H
#define PG_LOGIN_H

#include <libpq-fe.h>

#include "pg/servers.h"

struct login;

/* What PQconnectPoll() said. */
typedef void login_fn(void *arg, PostgresPollingStatusType status);

/* Of a connection that was started; it belongs to the login until login_end(). */
struct login *login_new(struct loop *l, PGconn *conn, login_fn *fn, void *arg);
/* Call PQconnectPoll(), as what it asked for has happened.  `fn` is called in a later
 * turn; until then the connection is the thread's alone. */
void login_step(struct login *k);
/* NULL while a step is under way. */
PGconn *login_conn(const struct login *k);
/* What has come over the socket of the address at hand; not while a step is under way.
 */
int64_t login_bytes(const struct login *k);
/* The server has the connection and the next word.  Before that, and where we have it,
 * the end of the connection is noticed. */
bool login_is_unanswered(const struct login *k);

/* It has ended; not while a step is under way.  The connection is the caller's. */
PGconn *login_end(struct login *k);
/* Nobody wants it any more: the connection is closed, or left to those who wait for its
 * answer; once a step that is under way has ended, which `left_ms` from now counts as
 * not answered.  `visit` (or NULL) was inside `at`, all of which is taken. */
void
login_leave(struct login *k, struct visit *visit, struct hosts *at, int64_t left_ms);

#endif

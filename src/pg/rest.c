/* A session between two uses.  Nothing is asked and nothing is to come, so whatever
 * comes is its end: the server's last words, the end of the connection, or what nobody
 * could make anything of.  Whoever wants to use it again finds it closed then. */
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "pg/internal.h"

static int64_t
age(const struct pg_session *s)
{
	return clock_boot_ms() - s->since_ms;
}

bool
pg_session_rest(struct pg_session *s, int64_t most_ms)
{
	if (!pg_session_is_open(s) || PQtransactionStatus(s->conn) != PQTRANS_IDLE ||
		age(s) >= most_ms) {
		pg_session_close(s);
		return false;
	}
	session_set_state(s, SESSION_RESTING);
	session_wait_end(s, most_ms - age(s));
	return true;
}

/* A way that has been lost meanwhile (a firewall forgets, an address moves) is silent:
 * the kernel alone can tell it from a server that thinks.  Of a local socket it cannot,
 * where there is no way to be lost. */
static void
be_impatient(struct pg_session *s, int64_t patience_ms)
{
	socklen_t size = sizeof s->user_timeout;
	int fd = PQsocket(s->conn), most = INT_MAX;

	if (patience_ms < most)
		most = (int)patience_ms;
	if (getsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &s->user_timeout, &size) <
			0 ||
		(s->user_timeout && s->user_timeout <= most))
		return;
	s->impatient =
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &most, sizeof most) == 0;
}

void
session_answered(struct pg_session *s)
{
	if (s->impatient)
		setsockopt(PQsocket(s->conn), IPPROTO_TCP, TCP_USER_TIMEOUT,
			&s->user_timeout, sizeof s->user_timeout);
	s->impatient = false;
}

bool
pg_session_wake(struct pg_session *s, int64_t most_ms, int64_t patience_ms)
{
	if (s->state != SESSION_RESTING)
		return false;
	session_end_wait(s);
	session_set_state(s, SESSION_IDLE);
	s->put_off_ms = s->stood_still_ms = 0;
	s->round_trips = 0;
	if (age(s) >= most_ms || !pg_session_is_open(s)) {
		pg_session_close(s);
		return false;
	}
	be_impatient(s, patience_ms);
	return true;
}

/* PQcancel() opens a connection and waits for the server to close it, which blocks for
 * as long as the network likes.  It is written to be called from a signal handler
 * (libpq's manual), so a forked copy of the process may call it.  The connection itself
 * stays open meanwhile: a pooler forgets whom to cancel for when its client is gone. */
#include "pg/cancel.h"

#include <stdlib.h>

#include "base/mem.h"
#include "loop/child.h"

enum { CANCEL_TIMEOUT_MS = 5000 };

struct cancelling {
	PGconn *conn;
	PGcancel *cancel;
};

static void
send_cancel(void *arg)
{
	struct cancelling *c = arg;
	char reason[256];

	PQcancel(c->cancel, reason, sizeof reason);
}

static void
finish(void *arg)
{
	struct cancelling *c = arg;

	PQfreeCancel(c->cancel);
	PQfinish(c->conn);
	free(c);
}

void
cancel_and_finish(struct loop *l, PGconn *conn)
{
	PGcancel *cancel = PQgetCancel(conn);
	struct cancelling *c;

	if (!cancel) {
		PQfinish(conn);
		return;
	}
	c = xcalloc(1, sizeof *c);
	c->conn = conn;
	c->cancel = cancel;
	child_call(l, CANCEL_TIMEOUT_MS, send_cancel, finish, c);
}

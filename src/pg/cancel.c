/* PQcancel() opens a connection and waits for the server to close it, which blocks for
 * as long as the network likes.  It is written to be called from a signal handler
 * (libpq's manual), so a forked copy of the process may call it, and that copy goes
 * on when the process itself ends, as a command does after its deadline. */
#include "pg/cancel.h"

#include "base/log.h"
#include "loop/child.h"

enum { CANCEL_TIMEOUT_MS = 10000 };

static void
send_cancel(void *arg)
{
	char reason[256];

	PQcancel(arg, reason, sizeof reason);
}

void
cancel_request(struct loop *l, PGconn *conn)
{
	PGcancel *cancel = PQgetCancel(conn);

	if (!cancel)
		return;
	if (!child_call(l, CANCEL_TIMEOUT_MS, send_cancel, cancel))
		log_msg(LEVEL_WARN, "cannot fork to cancel a statement");
	PQfreeCancel(cancel);
}

/* Stop what runs on the server. */
#ifndef PG_CANCEL_H
#define PG_CANCEL_H

#include <libpq-fe.h>

#include "loop/loop.h"

/* Ask the server of `conn` to cancel its running statement, without waiting for the
 * request to go out; `conn` may be closed right after. */
void cancel_request(struct loop *l, PGconn *conn);

#endif

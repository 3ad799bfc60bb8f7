/* Stop what runs on the server. */
#ifndef PG_CANCEL_H
#define PG_CANCEL_H

#include <libpq-fe.h>

#include "loop/loop.h"

/* Ask the server of `conn` to cancel its running statement, and close `conn` once the
 * request is out; takes over `conn`, never blocks. */
void cancel_and_finish(struct loop *l, PGconn *conn);

#endif

/* See excuse.h. */
#include "monitor/excuse.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

void
excuse_error(const struct excuse *x, struct err *e)
{
	char limit[32];

	/* The last script had what was left of the time, which tells nobody anything.
	 */
	if (e->code == ERR_TIMEOUT && !e->sqlstate[0] && x->late) {
		duration_format(x->timeout_ms, limit, sizeof limit);
		err_set(e, ERR_TIMEOUT, "no complete answer within %s", limit);
	}
	if (!strcmp(e->sqlstate, "57014") && strstr(e->text, "statement timeout")) {
		duration_format(x->statement_timeout_ms, limit, sizeof limit);
		snprintf(e->text + strlen(e->text), sizeof e->text - strlen(e->text),
			" (%s)", limit);
	}
	/* Meanwhile the server, or something between, may have given up on us. */
	if (x->stood_still && (e->code == ERR_TIMEOUT || e->code == ERR_CONNECT))
		e->code = ERR_MOVED;
}

/* See excuse.h. */
#include "reading/excuse.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "pg/remedies.h"

/* A person and statement_timeout have one SQLSTATE.  The text tells them apart in
 * English; in another language the time does, as no limit ends what has not run so
 * long.
 */
static void
explain_cancel(const struct excuse *x, struct err *e)
{
	bool reached =
		x->statement_timeout_ms > 0 && x->ran_ms >= x->statement_timeout_ms;
	bool by_limit = strstr(e->text, "statement timeout") ||
			(reached && !strstr(e->text, "user request"));
	char limit[32];

	e->advice = remedy_find(
		e->sqlstate, "", by_limit ? "statement timeout" : "user request");
	/* One that the role has is shorter. */
	if (!by_limit || !reached)
		return;
	duration_format(x->statement_timeout_ms, limit, sizeof limit);
	snprintf(e->text + strlen(e->text), sizeof e->text - strlen(e->text), " (%s)",
		limit);
}

void
excuse_error(const struct excuse *x, struct err *e)
{
	const struct advice *advice = e->advice;
	char limit[32];

	/* The last script had what was left of the time, which tells nobody anything.
	 */
	if (e->code == ERR_TIMEOUT && !e->sqlstate[0] && x->late) {
		duration_format(x->timeout_ms, limit, sizeof limit);
		err_set(e, ERR_TIMEOUT, "no complete answer within %s", limit);
		e->advice = advice;
	}
	if (x->ran_ms >= 0 && !strcmp(e->sqlstate, "57014"))
		explain_cancel(x, e);
	/* Meanwhile the server, or something between, may have given up on us. */
	if (x->stood_still && (e->code == ERR_TIMEOUT || e->code == ERR_CONNECT))
		e->code = ERR_MOVED;
}

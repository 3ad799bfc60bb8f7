/* What differs on a standby may be what it has not replayed yet: nobody is to repair
 * that. */
#include <inttypes.h>

#include "base/clock.h"
#include "verdict/hint.h"

/* A standby that streams has always something to replay, for less than this. */
enum { LAGS_MS = 10000 };

bool
hint_lags(const struct verdict_input *in)
{
	const struct verdict_lag *l = in->lag;

	if (!l || in->check != CHECK_OK || !verdict_is_finding(in))
		return false;
	if (l->primary)
		return l->behind;
	return l->bytes > 0 && (l->paused || l->ms >= LAGS_MS);
}

void
hint_lag(struct strbuf *out, const struct verdict_input *in)
{
	const struct verdict_lag *l = in->lag;
	char at[CLOCK_RFC3339_LEN];

	strbuf_printf(out, "this standby is %" PRId64 " bytes behind ", l->bytes);
	if (l->primary)
		strbuf_printf(out, "its primary, environment:%s", l->primary);
	else
		strbuf_add(out, "what it has received");
	if (l->replayed_ms)
		strbuf_printf(out, " (it has replayed what was committed up to %s)",
			clock_rfc3339(l->replayed_ms, at));
	strbuf_add(out, ", and what differs may be just that: wait until replay has "
			"caught up");
	strbuf_add(
		out, l->paused ? "; it is paused, and `SELECT pg_wal_replay_resume()` "
				 "lets it go on"
			       : " (`SELECT pg_is_wal_replay_paused()` says whether it "
				 "is paused)");
}

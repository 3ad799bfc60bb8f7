/* Advice while a migration runs, hangs, or may go on in its next transaction. */
#include "base/clock.h"
#include "verdict/hint.h"
#include "verdict/phrase.h"

/* " since 2026-09-20T10:15:30Z (alembic-deploy, pid 123)" */
static void
add_holder(struct strbuf *out, const struct verdict_input *in)
{
	const struct migration_lock *l = in->lock;
	char since[CLOCK_RFC3339_LEN];

	if (!l)
		return;
	strbuf_printf(out, " since %s (", clock_rfc3339(l->since_ms, since));
	if (*l->application) {
		phrase_text(out, l->application, PHRASE_NAME);
		strbuf_add(out, ", ");
	}
	strbuf_printf(out, "pid %d)", l->pid);
}

/* "psql, pid 124" */
static void
add_blocking(struct strbuf *out, const struct migration_lock *l)
{
	if (*l->blocker_application) {
		phrase_text(out, l->blocker_application, PHRASE_NAME);
		strbuf_add(out, ", ");
	}
	strbuf_printf(out, "pid %d", l->blocker);
}

/* "; it waits for public.orders, which psql, pid 124, holds since …"; or for the end of
 * a transaction, as an index that is built concurrently does. */
static void
add_blocker(struct strbuf *out, const struct verdict_input *in)
{
	const struct migration_lock *l = in->lock;
	char since[CLOCK_RFC3339_LEN];

	if (!l || (!*l->waits && l->blocker <= 0))
		return;
	strbuf_add(out, "; it waits for ");
	if (!*l->waits) {
		strbuf_add(out, "the end of a transaction of ");
		add_blocking(out, l);
		if (l->blocker_since_ms)
			strbuf_printf(out, ", open since %s",
				clock_rfc3339(l->blocker_since_ms, since));
		return;
	}
	phrase_text(out, l->waits, PHRASE_NAME);
	if (!l->blocker)
		return;
	strbuf_add(out, ", which ");
	add_blocking(out, l);
	strbuf_add(out, ", holds");
	if (l->blocker_since_ms)
		strbuf_printf(
			out, " since %s", clock_rfc3339(l->blocker_since_ms, since));
}

/* One that hangs is seen by nobody as long as it excuses what it leaves undone. */
void
hint_hanging(struct strbuf *out, const struct verdict_input *in)
{
	char since[CLOCK_RFC3339_LEN];

	if (in->lock->row_ms)
		strbuf_printf(out,
			"migrations have been running one after the other since %s "
			"without a further revision, the last",
			clock_rfc3339(in->lock->row_ms, since));
	else if (in->lock->perhaps)
		strbuf_add(out, "what looks like a migration has been running");
	else
		strbuf_printf(out, "a migration has held %s", hint_version_table(in));
	add_holder(out, in);
	strbuf_printf(out, ", longer than `migrating_max`: see %s",
		in->lock->row_ms ? "why none comes to its end" : "whether it hangs");
	add_blocker(out, in);
	strbuf_add(out, "; besides, ");
}

void
hint_migrating(struct strbuf *out, const struct verdict_input *in)
{
	strbuf_add(out, "a migration is running");
	add_holder(out, in);
	strbuf_add(out, ": wait for its end");
	if (hint_is_stopped(in)) {
		add_blocker(out, in);
		return;
	}
	strbuf_add(out, " (`");
	phrase_alembic(out, in->graph);
	strbuf_add(out, " current` shows how far it is)");
	add_blocker(out, in);
}

/* ---- Between two transactions ---- */

bool
hint_may_migrate(const struct verdict_input *in)
{
	return !in->migrating && (in->lock || in->sign);
}

void
hint_may_go_on(struct strbuf *out, const struct verdict_input *in)
{
	const struct migration_sign *s = in->sign;
	char at[CLOCK_RFC3339_LEN];

	if (!s || in->lock)
		return;
	clock_rfc3339(s->at_ms, at);
	if (s->to)
		strbuf_printf(out,
			": the revision has moved from %s to %s, seen at %s, and a "
			"migration may still be running",
			s->from, s->to, at);
	else
		strbuf_printf(
			out, ": a migration was running at %s, and may go on", at);
	strbuf_add(out, ", so wait for the next check");
	if (hint_is_stopped(in))
		return;
	strbuf_add(out, " or look at `");
	phrase_alembic(out, in->graph);
	strbuf_add(out, " current`");
}

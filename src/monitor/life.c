/* A daemon that is killed says nothing: the next one says it.  Durations are of a clock
 * that nobody sets, wherever there is one. */
#include "monitor/life.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

/* Of one moment; longer than any check keeps the loop. */
enum { LATE_MS = 2 * LIFE_BEAT_MS };

/* ---- Sentences ---- */

/* "for 1h, from … to …" */
static char *
say_span(int64_t from_ms, int64_t to_ms, const char *why)
{
	char length[32], from[CLOCK_RFC3339_LEN], to[CLOCK_RFC3339_LEN];

	return xasprintf("for %s, from %s to %s: %s",
		duration_format((to_ms - from_ms) / 1000 * 1000, length, sizeof length),
		clock_rfc3339(from_ms, from), clock_rfc3339(to_ms, to), why);
}

/* How long it was can be told only by a clock that was not put back. */
static char *
say_death(int64_t last_ms, int64_t started_ms)
{
	char last[CLOCK_RFC3339_LEN];

	if (last_ms <= started_ms)
		return say_span(last_ms, started_ms,
			"the daemon before was killed or died after its last sign of "
			"life");
	return xasprintf("nobody knows for how long: the daemon before was killed or "
			 "died, and the clock was put back, for its last sign of life "
			 "is of %s",
		clock_rfc3339(last_ms, last));
}

/* NULL where there is nothing to say: it was started again at once. */
static char *
say_start(int64_t stopped_ms, int64_t started_ms)
{
	char length[32], at[CLOCK_RFC3339_LEN];

	clock_rfc3339(stopped_ms, at);
	if (stopped_ms > started_ms)
		return xasprintf(
			"it was stopped at %s, and the clock was put back", at);
	if (started_ms - stopped_ms < 1000)
		return NULL;
	return xasprintf("nobody watched for %s, since it was stopped at %s",
		duration_format(
			(started_ms - stopped_ms) / 1000 * 1000, length, sizeof length),
		at);
}

/* ---- Rows ---- */

/* Takes over `detail`. */
static bool
add_row(const struct life *l, enum happening what, char *detail, int64_t at_ms)
{
	const struct happened h = {.what = what, .detail = detail};
	const struct store_change c = {.at_ms = at_ms,
		.event = happening_word(what),
		.environment = "",
		.state = "",
		.detail = detail};
	struct err e;
	bool ok = !l->store || store_add_change(l->store, &c, &e);

	if (!ok)
		store_log(l->store, LEVEL_WARN, &e, "history cannot be stored");
	if (what == HAPPENING_GAP && l->gap)
		l->gap(l->arg, &h);
	free(detail);
	return ok;
}

static bool
add_start(const struct life *l)
{
	int64_t last_ms = 0;
	bool stopped = false, known = store_alive(l->store, &last_ms, &stopped);

	if (known && !stopped &&
		!add_row(l, HAPPENING_GAP, say_death(last_ms, l->started_ms),
			l->started_ms))
		return false;
	return add_row(l, HAPPENING_STARTED,
		known && stopped ? say_start(last_ms, l->started_ms) : NULL,
		l->started_ms);
}

static bool
leave_sign(const struct life *l, const struct life_now *now, bool stops)
{
	struct err e;

	if (store_set_alive(l->store, now->wall_ms, stops, &e))
		return true;
	store_log(l->store, LEVEL_WARN, &e, "a sign of life cannot be stored");
	return false;
}

/* ---- Life ---- */

/* All of it or nothing, so that a gap is told once. */
void
life_begin(struct life *l, const struct life_now *now)
{
	struct err e;

	if (!l->started_ms) {
		l->started_ms = now->wall_ms;
		l->beat_ms = now->boot_ms;
	}
	if (l->begun || !l->store || !store_is_up(l->store, NULL) ||
		!store_begin(l->store, &e))
		return;
	l->begun = store_end(l->store, add_start(l) && leave_sign(l, now, false), &e);
}

void
life_beat(struct life *l, const struct life_now *now)
{
	int64_t passed_ms = now->boot_ms - l->beat_ms;

	l->beat_ms = now->boot_ms;
	if (passed_ms > LATE_MS)
		add_row(l, HAPPENING_GAP,
			say_span(now->wall_ms - passed_ms, now->wall_ms,
				"this machine or the daemon was suspended"),
			now->wall_ms);
	if (l->begun && store_is_up(l->store, NULL))
		leave_sign(l, now, false);
}

void
life_end(struct life *l, const struct life_now *now)
{
	if (l->begun && store_is_up(l->store, NULL) &&
		add_row(l, HAPPENING_STOPPED, NULL, now->wall_ms))
		leave_sign(l, now, true);
}

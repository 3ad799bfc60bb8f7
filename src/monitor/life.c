/* A daemon that is killed says nothing: the next one says it.  Durations are of a clock
 * that nobody sets, wherever there is one. */
#include "monitor/life.h"

#include <stdlib.h>
#include <string.h>

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

/* How long it was can be told only by a clock that was not set. */
static char *
say_death(int64_t last_ms, int64_t started_ms, bool is_sure)
{
	char last[CLOCK_RFC3339_LEN];

	if (last_ms > started_ms)
		return xasprintf("nobody knows for how long: the daemon before was "
				 "killed or died, and the clock was put back, for its "
				 "last sign of life is of %s",
			clock_rfc3339(last_ms, last));
	return say_span(last_ms, started_ms,
		is_sure ? "the daemon before was killed or died after its last sign of "
			  "life"
			: "the daemon before was killed or died after its last sign of "
			  "life, unless the clock was set since");
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

/* At the start. */
static char *
say_ahead(const struct store_sign *sign, int64_t now_ms)
{
	int64_t last_ms = sign->at_ms ? sign->at_ms : sign->age.now_ms;
	char length[32], last[CLOCK_RFC3339_LEN];
	bool ahead = now_ms > last_ms;
	int64_t far_ms = ahead ? now_ms - last_ms : last_ms - now_ms;

	return xasprintf("the clock is %s %s the %s, of %s: %sno history "
			 "is forgotten until it has stood for 7 days",
		duration_format(far_ms / 1000 * 1000, length, sizeof length),
		ahead ? "ahead of" : "behind",
		sign->at_ms ? "last sign of life" : "newest that is stored",
		clock_rfc3339(last_ms, last),
		ahead ? "it is wrong, or nobody watched for so long; " : "");
}

static char *
say_set(int64_t set_ms, int64_t now_ms)
{
	char length[32], was[CLOCK_RFC3339_LEN], is[CLOCK_RFC3339_LEN];

	return xasprintf("the clock was put %s by %s: what was %s is %s",
		set_ms > 0 ? "forward" : "back",
		duration_format((set_ms > 0 ? set_ms : -set_ms) / 1000 * 1000, length,
			sizeof length),
		clock_rfc3339(now_ms - set_ms, was), clock_rfc3339(now_ms, is));
}

/* ---- Rows ---- */

/* Takes over `detail`. */
static void
add_row(const struct life *l, enum happening what, char *detail, int64_t at_ms)
{
	const struct happened h = {.what = what, .detail = detail};
	const struct store_change c = {.at_ms = at_ms,
		.event = happening_word(what),
		.environment = "",
		.state = "",
		.detail = detail};

	if (l->store)
		store_add_change(l->store, &c);
	if ((what == HAPPENING_GAP || what == HAPPENING_CLOCK) && l->gap)
		l->gap(l->arg, &h);
	free(detail);
}

/* When the last sign was left, by the clock as it is now; *sure: whatever was done to
 * it, since the machine was not started again. */
static int64_t
time_of_sign(const struct life *l, const struct store_sign *sign, int64_t boot_ms,
	bool *sure)
{
	*sure = *l->boot && !strcmp(l->boot, sign->boot) && boot_ms >= sign->boot_ms;
	return *sure ? l->started_ms - (boot_ms - sign->boot_ms) : sign->at_ms;
}

static void
add_start(struct life *l, const struct store_sign *sign, const struct life_now *now)
{
	bool known = sign->at_ms != 0, sure = false, jumped;
	int64_t last_ms = time_of_sign(l, sign, l->start_boot_ms, &sure);

	l->age = sign->age;
	jumped = age_step(
		&l->age, now->wall_ms, sure ? now->boot_ms - sign->boot_ms : 0);
	if (jumped)
		add_row(l, HAPPENING_CLOCK, say_ahead(sign, now->wall_ms),
			l->started_ms);
	if (known && !sign->stopped)
		add_row(l, HAPPENING_GAP,
			say_death(last_ms, l->started_ms, sure || !l->age.held_ms),
			l->started_ms);
	add_row(l, HAPPENING_STARTED,
		known && sign->stopped ? say_start(last_ms, l->started_ms) : NULL,
		l->started_ms);
}

static bool
leave_sign(const struct life *l, const struct life_now *now, bool stops, struct err *e)
{
	struct store_sign sign = {.at_ms = now->wall_ms,
		.stopped = stops,
		.age = l->age,
		.boot_ms = now->boot_ms};

	memcpy(sign.boot, l->boot, sizeof sign.boot);
	return store_set_alive(l->store, &sign, e);
}

/* ---- Life ---- */

/* All of it or nothing, so that a gap is told once. */
void
life_begin(struct life *l, const struct life_now *now)
{
	struct store_sign sign;
	struct err e;
	bool ok;

	if (!l->started_ms) {
		l->started_ms = now->wall_ms;
		l->start_boot_ms = now->boot_ms;
		l->last = *now;
	}
	if (l->begun || !l->store || !store_begin(l->store, &e))
		return;
	ok = store_alive(l->store, &sign, &e) || e.code == ERR_NONE;
	if (ok)
		add_start(l, &sign, now);
	/* The rows wait if the rest fails. */
	l->begun = ok;
	if (!store_end(l->store, ok && leave_sign(l, now, false, &e), &e))
		store_log(l->store, LEVEL_WARN, &e, "history cannot be stored");
}

/* 0: as good as not. */
static int64_t
set_since(const struct life *l, const struct life_now *now)
{
	int64_t passed_ms = now->boot_ms - l->last.boot_ms;
	int64_t set_ms = now->wall_ms - l->last.wall_ms - passed_ms;

	return set_ms < LATE_MS && set_ms > -LATE_MS ? 0 : set_ms;
}

bool
life_clock_set(
	const struct life *l, const struct life_now *now, struct clock_step *step)
{
	*step = (struct clock_step){.by_ms = l->started_ms ? set_since(l, now) : 0};
	step->to_ms = now->wall_ms - step->by_ms;
	step->from_ms = step->to_ms - now->boot_ms;
	return step->by_ms != 0;
}

int64_t
life_beat(struct life *l, const struct life_now *now)
{
	int64_t passed_ms = now->boot_ms - l->last.boot_ms;
	int64_t set_ms = set_since(l, now);
	struct err e;

	l->last = *now;
	l->started_ms += set_ms;
	if (set_ms)
		add_row(l, HAPPENING_CLOCK, say_set(set_ms, now->wall_ms),
			now->wall_ms);
	if (passed_ms > LATE_MS)
		add_row(l, HAPPENING_GAP,
			say_span(now->wall_ms - passed_ms, now->wall_ms,
				"this machine or the daemon was suspended"),
			now->wall_ms);
	if (!l->begun)
		return set_ms;
	(void)age_step(&l->age, now->wall_ms, passed_ms);
	if (!leave_sign(l, now, false, &e))
		store_log(l->store, LEVEL_WARN, &e, "a sign of life cannot be stored");
	return set_ms;
}

int64_t
life_end(struct life *l, const struct life_now *now)
{
	struct err e;

	if (!l->begun)
		return 0;
	add_row(l, HAPPENING_STOPPED, NULL, now->wall_ms);
	if (!leave_sign(l, now, true, &e))
		store_log(l->store, LEVEL_WARN, &e, "a sign of life cannot be stored");
	return 0;
}

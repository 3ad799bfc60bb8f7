/* See ledger.h. */
#include "receivers/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"
#include "receivers/entry.h"

const char *
ledger_result_word(enum ledger_result r)
{
	static const char *const words[RESULT_COUNT] = {
		[RESULT_DELIVERED] = "delivered",
		[RESULT_REFUSED] = "refused",
		[RESULT_EXPIRED] = "expired",
		[RESULT_DROPPED] = "dropped",
		[RESULT_SUPERSEDED] = "superseded",
	};

	return words[r];
}

/* ---- What is where ---- */

void
ledger_restore(
	struct ledger *l, enum ledger_place place, struct notice *n, int64_t mono_ms)
{
	struct ledger_entry *e = entry_of(l, n->environment);

	if (e->at[place]) {
		notice_free(n);
		return;
	}
	if (!e->at[LEDGER_WAITING])
		e->waiting_since_ms = mono_ms;
	entry_exchange(l, e, place, n);
	/* It may be over by now. */
	if (place == LEDGER_TOLD && !l->renew_at_ms)
		l->renew_at_ms = mono_ms + l->limits.renew_ms;
}

void
ledger_looked(struct ledger *l, int64_t mono_ms)
{
	/* The ends that were found go first. */
	int64_t at = mono_ms + l->limits.batch_wait_ms;

	if (l->renew_at_ms > at)
		l->renew_at_ms = at;
}

/* What the receiver has, or may have. */
static const struct notice *
said(const struct ledger_entry *e)
{
	return e->at[LEDGER_SENDING] ? e->at[LEDGER_SENDING] : e->at[LEDGER_TOLD];
}

const struct notice *
ledger_said(const struct ledger *l, const char *environment)
{
	const struct ledger_entry *e = strmap_get(l->by_environment, environment);

	return e ? said(e) : NULL;
}

const struct notice *
ledger_last(const struct ledger *l, const char *environment)
{
	const struct ledger_entry *e = strmap_get(l->by_environment, environment);

	if (!e)
		return NULL;
	return e->at[LEDGER_WAITING] ? e->at[LEDGER_WAITING] : said(e);
}

/* ---- What is news ---- */

/* The same to whoever is told: the same problem, or that there is none. */
static bool
is_same(const struct notice *a, const struct notice *b)
{
	bool problem_a = a && a->status == NOTICE_PROBLEM;
	bool problem_b = b && b->status == NOTICE_PROBLEM;

	return problem_a == problem_b &&
	       (!problem_a ||
		       (text_same(a->state, b->state) && a->is_error == b->is_error));
}

static void
supersede(struct ledger *l, struct ledger_entry *e)
{
	if (!e->at[LEDGER_WAITING])
		return;
	entry_put(l, e, LEDGER_WAITING, NULL);
	l->results[RESULT_SUPERSEDED]++;
}

/* It says no more than the receiver knows: what was between was never delivered. */
static void
settle(struct ledger *l, struct ledger_entry *e)
{
	if (e->at[LEDGER_WAITING] && is_same(said(e), e->at[LEDGER_WAITING]))
		supersede(l, e);
}

void
ledger_settle(struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++)
		settle(l, l->entries[i]);
}

/* What the receiver is never told.  Where that is an end, nothing stands any more that
 * it would be told of again, and what comes next is news. */
static void
lose(struct ledger *l, struct ledger_entry *e, enum ledger_place place,
	enum ledger_result r)
{
	bool over = e->at[place]->status == NOTICE_RESOLVED;

	entry_put(l, e, place, NULL);
	if (over)
		entry_put(l, e, LEDGER_TOLD, NULL);
	l->results[r]++;
	settle(l, e);
}

bool
ledger_note(struct ledger *l, struct notice *n, int64_t mono_ms)
{
	struct ledger_entry *e;
	const struct notice *waits;

	if (is_same(ledger_last(l, n->environment), n)) {
		notice_free(n);
		return false;
	}
	e = entry_of(l, n->environment);
	waits = e->at[LEDGER_WAITING];
	if (waits && is_same(said(e), n)) {
		supersede(l, e);
		notice_free(n);
		return true;
	}
	if (waits) {
		n->unsaid = waits->unsaid + 1;
		l->results[RESULT_SUPERSEDED]++;
	} else {
		/* One that takes what it is sent has got nothing of it yet. */
		if (l->failures && l->first_waiting &&
			l->count[LEDGER_WAITING] >= l->limits.max_queue)
			lose(l, l->first_waiting, LEDGER_WAITING, RESULT_DROPPED);
		e->waiting_since_ms = mono_ms;
	}
	entry_put(l, e, LEDGER_WAITING, n);
	return true;
}

/* `e` is `to` from now on. */
static void
rename_entry(struct ledger *l, struct ledger_entry *e, const char *to)
{
	if (strmap_has(l->by_environment, to))
		return;
	for (int p = 0; p < LEDGER_PLACES; p++) {
		struct notice *n = entry_take(l, e, (enum ledger_place)p);

		if (!n)
			continue;
		free(n->environment);
		n->environment = xstrdup(to);
		ledger_restore(l, (enum ledger_place)p, n, e->waiting_since_ms);
		entry_mark(l, entry_of(l, to));
	}
}

void
ledger_rename(struct ledger *l, const char *from, const char *to)
{
	size_t length = strlen(from), n = l->n;

	for (size_t i = 0; i < n; i++) {
		struct ledger_entry *e = l->entries[i];
		const char *rest = e->environment + length;
		char *name;

		if (strncmp(e->environment, from, length) != 0 ||
			(*rest && *rest != '/'))
			continue;
		name = xasprintf("%s%s", to, rest);
		rename_entry(l, e, name);
		free(name);
	}
}

void
ledger_clock_set(struct ledger *l, const struct clock_step *step)
{
	for (size_t i = 0; i < l->n; i++) {
		struct ledger_entry *e = l->entries[i];

		for (int p = 0; p < LEDGER_PLACES; p++) {
			struct notice *n = e->at[p];

			if (!n)
				continue;
			n->at_ms = clock_stepped(n->at_ms, step);
			n->since_ms = clock_stepped(n->since_ms, step);
			entry_mark(l, e);
		}
	}
}

/* ---- When ---- */

size_t
ledger_queued(const struct ledger *l)
{
	return l->count[LEDGER_SENDING] + l->count[LEDGER_WAITING];
}

int64_t
ledger_next_ms(const struct ledger *l)
{
	int64_t at = -1;

	if (l->count[LEDGER_SENDING])
		at = 0;
	else if (l->count[LEDGER_WAITING])
		at = l->first_waiting->waiting_since_ms + l->limits.batch_wait_ms;
	if (!l->count[LEDGER_SENDING] && l->limits.renew_ms && l->count[LEDGER_TOLD] &&
		(at < 0 || l->renew_at_ms < at))
		at = l->renew_at_ms;
	if (at >= 0 && at < l->retry_at_ms)
		at = l->retry_at_ms;
	return at;
}

/* So old that nobody is to be told any more, and its place. */
static size_t
expire(struct ledger *l, enum ledger_place place, int64_t before_ms)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct ledger_entry *e = l->entries[i];

		if (!e->at[place] || e->at[place]->at_ms >= before_ms)
			continue;
		lose(l, e, place, RESULT_EXPIRED);
		n++;
	}
	return n;
}

size_t
ledger_expire(struct ledger *l, int64_t wall_ms)
{
	int64_t before_ms = wall_ms - l->limits.retry_for_ms;
	size_t n;

	/* What was never tried is not given up, and what stands is told again for as
	 * long as it does. */
	if (!l->failures || !l->count[LEDGER_SENDING])
		return 0;
	n = expire(l, LEDGER_SENDING, before_ms) + expire(l, LEDGER_WAITING, before_ms);
	if (!l->count[LEDGER_SENDING])
		l->failures = 0;
	return n;
}

/* An end that the receiver does not want to hear of is as good as told. */
static bool
is_silent(const struct ledger *l, const struct ledger_entry *e)
{
	return e->at[LEDGER_WAITING]->status == NOTICE_RESOLVED &&
	       !l->limits.send_resolved;
}

static void
begin_sending(struct ledger *l, struct ledger_entry *e)
{
	struct notice *n = entry_take(l, e, LEDGER_WAITING);
	const struct notice *told = e->at[LEDGER_TOLD];

	free(n->previous);
	n->previous = told ? xstrdup_null(told->state) : NULL;
	entry_put(l, e, LEDGER_SENDING, n);
}

/* How many go into one message. */
static size_t
most_of(const struct ledger *l)
{
	return l->slice && l->slice < l->limits.max_batch ? l->slice
							  : l->limits.max_batch;
}

static void
gather(struct ledger *l)
{
	struct ledger_entry *after;

	for (struct ledger_entry *e = l->first_waiting; e; e = after) {
		after = e->after;
		if (is_silent(l, e)) {
			entry_put(l, e, LEDGER_WAITING, NULL);
			entry_put(l, e, LEDGER_TOLD, NULL);
		} else if (l->count[LEDGER_SENDING] < most_of(l)) {
			begin_sending(l, e);
		}
	}
}

bool
ledger_begin(struct ledger *l, int64_t mono_ms)
{
	if (mono_ms < l->retry_at_ms)
		return false;
	if (!l->count[LEDGER_SENDING] && l->first_waiting &&
		l->first_waiting->waiting_since_ms + l->limits.batch_wait_ms <= mono_ms)
		gather(l);
	return l->count[LEDGER_SENDING] > 0;
}

/* ---- What stands is told again ---- */

/* It counts from when that began, as what was told first ends first by itself; where
 * none of it was taken there is the pause alone. */
static void
end_pass(struct ledger *l, int64_t mono_ms)
{
	bool failed = l->pass.missed && !l->pass.taken;

	for (size_t i = 0; i < l->n; i++)
		l->entries[i]->renewed = false;
	l->renew_at_ms = failed ? mono_ms : l->pass.began_ms + l->limits.renew_ms;
	l->pass = (struct ledger_pass){0};
}

/* Whatever became of them.  True if that was the last turn of the pass. */
static bool
end_turn(struct ledger *l, int64_t mono_ms)
{
	size_t left = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct ledger_entry *e = l->entries[i];

		e->renewed |= e->renewing;
		e->renewing = false;
		left += e->at[LEDGER_TOLD] && !e->renewed;
	}
	if (!left)
		end_pass(l, mono_ms);
	return !left;
}

/* Choose as many as go into one message, of those that had no turn: how many. */
static size_t
gather_renewal(struct ledger *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct ledger_entry *e = l->entries[i];

		e->renewing = e->at[LEDGER_TOLD] && !e->renewed && n < most_of(l);
		n += e->renewing;
	}
	return n;
}

bool
ledger_renews(struct ledger *l, int64_t mono_ms)
{
	if (!l->limits.renew_ms || !l->count[LEDGER_TOLD] || l->count[LEDGER_SENDING] ||
		mono_ms < l->renew_at_ms || mono_ms < l->retry_at_ms)
		return false;
	if (!l->pass.began_ms)
		l->pass.began_ms = mono_ms;
	if (gather_renewal(l))
		return true;
	/* What was left has ended meanwhile. */
	end_pass(l, mono_ms);
	return false;
}

/* ---- Answers ---- */

void
ledger_end(struct ledger *l, enum ledger_result r)
{
	for (size_t i = 0; i < l->n; i++) {
		struct ledger_entry *e = l->entries[i];
		struct notice *n = e->at[LEDGER_SENDING];

		if (!n)
			continue;
		if (r != RESULT_DELIVERED) {
			lose(l, e, LEDGER_SENDING, r);
			continue;
		}
		l->results[r]++;
		if (n->status == NOTICE_PROBLEM) {
			entry_put(l, e, LEDGER_TOLD, entry_take(l, e, LEDGER_SENDING));
		} else {
			entry_put(l, e, LEDGER_SENDING, NULL);
			entry_put(l, e, LEDGER_TOLD, NULL);
		}
	}
	l->failures = 0;
	l->retry_at_ms = 0;
}

bool
ledger_renewed(struct ledger *l, int64_t mono_ms)
{
	bool missed;

	/* The first of all. */
	if (!l->count[LEDGER_TOLD])
		l->pass = (struct ledger_pass){0};
	if (!l->pass.began_ms)
		l->pass.began_ms = mono_ms;
	l->pass.taken = true;
	missed = l->pass.missed;
	l->failures = 0;
	l->retry_at_ms = 0;
	return end_turn(l, mono_ms) && !missed;
}

void
ledger_failed(struct ledger *l, bool renewing, const struct answer *a, int64_t mono_ms)
{
	int64_t pause_ms;

	/* Once in a pass, or the pauses between its slices would grow so that those
	 * that are taken come too late. */
	if (!renewing || !l->pass.missed || !l->failures)
		l->failures++;
	pause_ms = outcome_backoff_ms(l->failures, a);
	/* Else what stands would end by itself where it was told. */
	if (!l->count[LEDGER_SENDING] && !a->retry_after_ms && l->limits.renew_ms &&
		pause_ms > l->limits.renew_ms)
		pause_ms = l->limits.renew_ms;
	l->retry_at_ms = mono_ms + pause_ms;
	if (!renewing)
		return;
	l->pass.missed = true;
	end_turn(l, mono_ms);
}

/* It was not taken, so nobody knows of it: what came meanwhile takes its place. */
static void
wait_again(struct ledger *l, struct ledger_entry *e)
{
	struct notice *n = entry_take(l, e, LEDGER_SENDING),
		      *next = e->at[LEDGER_WAITING];

	if (!next) {
		entry_put(l, e, LEDGER_WAITING, n);
		return;
	}
	next->unsaid += n->unsaid + 1;
	notice_free(n);
	l->results[RESULT_SUPERSEDED]++;
	settle(l, e);
}

static bool
is_part(const struct ledger_entry *e, bool renewing)
{
	/* What is told again may have ended, or have another name. */
	return renewing ? e->renewing && e->at[LEDGER_TOLD]
			: e->at[LEDGER_SENDING] != NULL;
}

/* The last of them first, so that none has to look far for its place. */
static void
halve(struct ledger *l, size_t n, bool renewing)
{
	l->slice = n / 2;
	for (size_t i = l->n; !renewing && n > l->slice; i--) {
		if (!is_part(l->entries[i - 1], renewing))
			continue;
		wait_again(l, l->entries[i - 1]);
		n--;
	}
}

size_t
ledger_too_large(
	struct ledger *l, bool renewing, const struct answer *a, int64_t mono_ms)
{
	enum ledger_place place = renewing ? LEDGER_TOLD : LEDGER_SENDING;
	struct ledger_entry *part = NULL;
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (is_part(l->entries[i], renewing)) {
			part = l->entries[i];
			n++;
		}
	l->retry_at_ms = 0;
	if (n > 1) {
		halve(l, n, renewing);
		return 0;
	}
	/* The others may be no larger than they were. */
	l->slice = 0;
	if (part)
		lose(l, part, place, RESULT_REFUSED);
	ledger_failed(l, renewing, a, mono_ms);
	return n;
}

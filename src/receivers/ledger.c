/* See ledger.h. */
#include "receivers/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "base/text.h"

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

/* ---- Entries ---- */

void
ledger_init(struct ledger *l)
{
	l->by_environment = strmap_new();
}

static void
entry_free(struct ledger_entry *e)
{
	for (int p = 0; p < LEDGER_PLACES; p++)
		notice_free(e->at[p]);
	free(e->environment);
	free(e);
}

void
ledger_fini(struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++)
		entry_free(l->entries[i]);
	free(l->entries);
	strmap_free(l->by_environment);
	*l = (struct ledger){0};
}

static struct ledger_entry *
entry_of(struct ledger *l, const char *environment)
{
	struct ledger_entry *e = strmap_get(l->by_environment, environment);

	if (e)
		return e;
	e = xcalloc(1, sizeof *e);
	e->environment = xstrdup(environment);
	strmap_put(l->by_environment, environment, e);
	GROW(l->entries, l->n, l->cap);
	e->index = l->n;
	l->entries[l->n++] = e;
	return e;
}

static void
mark(struct ledger *l, struct ledger_entry *e)
{
	if (e->dirty)
		return;
	e->dirty = true;
	e->next_dirty = l->dirty;
	l->dirty = e;
}

/* Almost always behind all others, as it has only begun to wait. */
static void
queue(struct ledger *l, struct ledger_entry *e)
{
	struct ledger_entry *next = NULL;

	if (l->last_waiting && l->last_waiting->waiting_since_ms > e->waiting_since_ms)
		next = l->first_waiting;
	while (next && next->waiting_since_ms <= e->waiting_since_ms)
		next = next->after;
	e->after = next;
	e->before = next ? next->before : l->last_waiting;
	*(e->before ? &e->before->after : &l->first_waiting) = e;
	*(next ? &next->before : &l->last_waiting) = e;
}

static void
unqueue(struct ledger *l, struct ledger_entry *e)
{
	*(e->before ? &e->before->after : &l->first_waiting) = e->after;
	*(e->after ? &e->after->before : &l->last_waiting) = e->before;
	e->before = e->after = NULL;
}

/* The one place where anything moves; takes over `n`, and returns what was there. */
static struct notice *
exchange(struct ledger *l, struct ledger_entry *e, enum ledger_place place,
	struct notice *n)
{
	struct notice *was = e->at[place];

	l->count[place] -= was != NULL;
	l->count[place] += n != NULL;
	e->at[place] = n;
	if (place == LEDGER_WAITING && was && !n)
		unqueue(l, e);
	else if (place == LEDGER_WAITING && !was && n)
		queue(l, e);
	return was;
}

/* Takes over `n`, frees what was there. */
static void
put(struct ledger *l, struct ledger_entry *e, enum ledger_place place, struct notice *n)
{
	notice_free(exchange(l, e, place, n));
	mark(l, e);
}

static struct notice *
take(struct ledger *l, struct ledger_entry *e, enum ledger_place place)
{
	mark(l, e);
	return exchange(l, e, place, NULL);
}

void
ledger_restore(
	struct ledger *l, enum ledger_place place, struct notice *n, int64_t mono_ms)
{
	struct ledger_entry *e = entry_of(l, n->environment);

	e->waiting_since_ms = mono_ms;
	notice_free(exchange(l, e, place, n));
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
	put(l, e, LEDGER_WAITING, NULL);
	l->results[RESULT_SUPERSEDED]++;
}

/* It says no more than the receiver knows: what was between was never delivered. */
static void
settle(struct ledger *l, struct ledger_entry *e)
{
	if (e->at[LEDGER_WAITING] && is_same(said(e), e->at[LEDGER_WAITING]))
		supersede(l, e);
}

/* What the receiver is never told.  Where that is an end, nothing stands any more that
 * it would be told of again, and what comes next is news. */
static void
lose(struct ledger *l, struct ledger_entry *e, enum ledger_place place,
	enum ledger_result r)
{
	bool over = e->at[place]->status == NOTICE_RESOLVED;

	put(l, e, place, NULL);
	if (over)
		put(l, e, LEDGER_TOLD, NULL);
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
	put(l, e, LEDGER_WAITING, n);
	return true;
}

/* `e` is `to` from now on. */
static void
rename_entry(struct ledger *l, struct ledger_entry *e, const char *to)
{
	if (strmap_has(l->by_environment, to))
		return;
	for (int p = 0; p < LEDGER_PLACES; p++) {
		struct notice *n = take(l, e, (enum ledger_place)p);

		if (!n)
			continue;
		free(n->environment);
		n->environment = xstrdup(to);
		ledger_restore(l, (enum ledger_place)p, n, e->waiting_since_ms);
		mark(l, entry_of(l, to));
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
			mark(l, e);
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
	struct notice *n = take(l, e, LEDGER_WAITING);
	const struct notice *told = e->at[LEDGER_TOLD];

	free(n->previous);
	n->previous = told ? xstrdup_null(told->state) : NULL;
	put(l, e, LEDGER_SENDING, n);
}

static void
gather(struct ledger *l)
{
	struct ledger_entry *after;

	for (struct ledger_entry *e = l->first_waiting; e; e = after) {
		after = e->after;
		if (is_silent(l, e)) {
			put(l, e, LEDGER_WAITING, NULL);
			put(l, e, LEDGER_TOLD, NULL);
		} else if (l->count[LEDGER_SENDING] < l->limits.max_batch) {
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

bool
ledger_renews(const struct ledger *l, int64_t mono_ms)
{
	return l->limits.renew_ms && l->count[LEDGER_TOLD] &&
	       !l->count[LEDGER_SENDING] && mono_ms >= l->renew_at_ms &&
	       mono_ms >= l->retry_at_ms;
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
			put(l, e, LEDGER_TOLD, take(l, e, LEDGER_SENDING));
		} else {
			put(l, e, LEDGER_SENDING, NULL);
			put(l, e, LEDGER_TOLD, NULL);
		}
	}
	l->failures = 0;
	l->retry_at_ms = 0;
}

void
ledger_renewed(struct ledger *l, int64_t mono_ms)
{
	l->renew_at_ms = mono_ms + l->limits.renew_ms;
	l->failures = 0;
	l->retry_at_ms = 0;
}

void
ledger_failed(struct ledger *l, const struct answer *a, int64_t mono_ms)
{
	int64_t pause_ms;

	l->failures++;
	pause_ms = outcome_backoff_ms(l->failures, a);
	/* Else what stands would end by itself where it was told. */
	if (!l->count[LEDGER_SENDING] && !a->retry_after_ms && l->limits.renew_ms &&
		pause_ms > l->limits.renew_ms)
		pause_ms = l->limits.renew_ms;
	l->retry_at_ms = mono_ms + pause_ms;
}

/* ---- As it is stored ---- */

bool
ledger_is_dirty(const struct ledger *l)
{
	return l->dirty != NULL;
}

void
ledger_unsaved(struct ledger *l)
{
	for (size_t i = 0; i < l->n; i++)
		mark(l, l->entries[i]);
}

static bool
is_empty(const struct ledger_entry *e)
{
	for (int p = 0; p < LEDGER_PLACES; p++)
		if (e->at[p])
			return false;
	return true;
}

static void
forget(struct ledger *l, struct ledger_entry *e)
{
	struct ledger_entry *last = l->entries[--l->n];

	l->entries[e->index] = last;
	last->index = e->index;
	strmap_remove(l->by_environment, e->environment);
	entry_free(e);
}

void
ledger_saved(struct ledger *l)
{
	struct ledger_entry *e = l->dirty;

	l->dirty = NULL;
	while (e) {
		struct ledger_entry *next = e->next_dirty;

		e->dirty = false;
		e->next_dirty = NULL;
		if (is_empty(e))
			forget(l, e);
		e = next;
	}
}

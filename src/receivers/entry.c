/* What waits, and what is not stored, is found without looking through all: there may
 * be ten thousand, of which each changes in a turn of its own. */
#include "receivers/entry.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/strmap.h"

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

struct ledger_entry *
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

void
entry_mark(struct ledger *l, struct ledger_entry *e)
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

struct notice *
entry_exchange(struct ledger *l, struct ledger_entry *e, enum ledger_place place,
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

void
entry_put(struct ledger *l, struct ledger_entry *e, enum ledger_place place,
	struct notice *n)
{
	notice_free(entry_exchange(l, e, place, n));
	entry_mark(l, e);
}

struct notice *
entry_take(struct ledger *l, struct ledger_entry *e, enum ledger_place place)
{
	entry_mark(l, e);
	return entry_exchange(l, e, place, NULL);
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
		entry_mark(l, l->entries[i]);
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

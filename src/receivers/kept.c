/* What receivers are to be told, and were, outlives the process. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "receivers/internal.h"

/* ---- The store ---- */

static bool
save_entry(struct receivers *all, const char *receiver, const struct ledger_entry *e,
	struct err *err)
{
	bool ok = true;

	for (int p = 0; ok && p < LEDGER_PLACES; p++) {
		char *document = e->at[p] ? notice_print(e->at[p]) : NULL;
		const struct store_notice n = {receiver, e->environment, p, document};

		ok = store_set_notice(all->store, &n, err);
		free(document);
	}
	return ok;
}

static bool
save_all(struct receivers *all, struct err *e)
{
	bool ok = true;

	if (!store_begin_write(all->store, e))
		return false;
	for (size_t i = 0; i < all->n; i++) {
		const struct ledger_entry *entry = all->v[i]->ledger.dirty;

		for (; ok && entry; entry = entry->next_dirty)
			ok = save_entry(all, all->v[i]->conf->name, entry, e);
	}
	return store_end(all->store, ok, e);
}

static bool
is_dirty(const struct receivers *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (ledger_is_dirty(&all->v[i]->ledger))
			return true;
	return false;
}

/* What cannot be stored is sent all the same, and is stored once the store works again:
 * receivers_store_changed(). */
void
kept_save(struct receivers *all)
{
	struct err e;

	/* What is there is to be read first. */
	if (all->store && !all->loaded)
		return;
	if (all->store && is_dirty(all) && !save_all(all, &e)) {
		store_log(all->store, LEVEL_ERROR, &e,
			"what receivers are to be told cannot be stored");
		return;
	}
	for (size_t i = 0; i < all->n; i++)
		ledger_saved(&all->v[i]->ledger);
}

bool
kept_is_stored(const struct receivers *all)
{
	return all->store && !is_dirty(all);
}

void
kept_on_save(void *arg)
{
	kept_save(arg);
}

void
kept_save_soon(struct receivers *all)
{
	if (!timer_is_set(all->save))
		timer_set(all->save, 0);
}

/* What is read: all of an environment in a row. */
struct reading {
	struct receivers *all;
	const struct receiver *receiver;
	char *environment;
	bool known; /* of that one something was said since: that is what counts */
};

static bool
is_known(struct reading *g, const struct receiver *r, const char *environment)
{
	if (g->receiver == r && text_same(g->environment, environment))
		return g->known;
	free(g->environment);
	g->environment = xstrdup(environment);
	g->receiver = r;
	g->known = ledger_said(&r->ledger, environment) != NULL;
	return g->known;
}

static void
restore(void *arg, const char *receiver, int place, const char *document)
{
	struct reading *g = arg;
	struct receiver *r = receiver_find(g->all->v, g->all->n, receiver);
	struct notice *n = r && place >= 0 && place < LEDGER_PLACES
				   ? notice_parse(document)
				   : NULL;

	if (n && is_known(g, r, n->environment))
		notice_free(n);
	else if (n)
		ledger_restore(
			&r->ledger, (enum ledger_place)place, n, clock_mono_ms());
}

/* Receivers that are gone since the process before, with what was to be told to them.
 */
struct strays {
	struct receivers *all;
	struct strvec names;
	size_t queued;
};

static void
find_stray(void *arg, const char *receiver, int place, const char *document)
{
	struct strays *s = arg;

	(void)document;
	if (receiver_find(s->all->v, s->all->n, receiver))
		return;
	s->queued += place != LEDGER_TOLD;
	if (!strvec_has(&s->names, receiver))
		strvec_add(&s->names, receiver);
}

void
kept_drop(struct receivers *all, const char *receiver)
{
	struct err e;

	if (all->store && !store_drop_notices(all->store, receiver, &e))
		store_log(all->store, LEVEL_ERROR, &e,
			"what a receiver was told cannot be forgotten");
}

static void
drop_strays(struct receivers *all)
{
	struct strays s = {.all = all};
	bool ok;
	struct err e;

	ok = store_notices(all->store, find_stray, &s, &e);
	for (size_t i = 0; ok && i < s.names.n; i++)
		ok = store_drop_notices(all->store, s.names.v[i], &e);
	if (!ok)
		store_log(all->store, LEVEL_ERROR, &e,
			"what receivers were told cannot be forgotten");
	else if (s.queued)
		log_msg(LEVEL_ERROR,
			"%zu changes are not told: their receivers are not configured "
			"any more",
			s.queued);
	strvec_free(&s.names);
}

void
kept_load(struct receivers *all)
{
	struct reading g = {.all = all};
	struct err e;

	all->loaded = !all->store || store_notices(all->store, restore, &g, &e);
	free(g.environment);
	if (!all->loaded) {
		store_log(all->store, LEVEL_ERROR, &e,
			"it is not known what receivers were told: they may be told "
			"again");
		return;
	}
	if (all->store)
		drop_strays(all);
	for (size_t i = 0; i < all->n; i++)
		ledger_settle(&all->v[i]->ledger);
}

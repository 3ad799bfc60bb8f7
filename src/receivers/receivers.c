/* Who is told what of all that is seen, and how that survives another configuration. */
#include "receivers/receivers.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "conf/external.h"
#include "receivers/body.h"
#include "receivers/internal.h"
#include "receivers/route.h"
#include "report/journal.h"

enum { MAX_BATCH = 500, LOOK_MS = 500 };

struct receiver *
receiver_find(struct receiver *const *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] && !strcmp(v[i]->conf->name, name))
			return v[i];
	return NULL;
}

/* ---- The clock ---- */

static void
look_at_clock(struct receivers *all)
{
	all->ahead_ms = clock_wall_ms() - clock_boot_ms();
}

int64_t
receivers_now_ms(const struct receivers *all)
{
	int64_t wall_ms = clock_wall_ms(), ms = clock_boot_ms() + all->ahead_ms;

	return wall_ms < ms ? wall_ms : ms;
}

void
receivers_clock_set(struct receivers *all, const struct clock_step *step)
{
	look_at_clock(all);
	for (size_t i = 0; i < all->n; i++) {
		struct receiver *r = all->v[i];

		r->last_success_ms = clock_stepped(r->last_success_ms, step);
		ledger_clock_set(&r->ledger, step);
	}
	kept_save_soon(all);
}

/* ---- What is seen ---- */

static void
say_full(struct receiver *r, uint64_t dropped)
{
	bool full = r->ledger.results[RESULT_DROPPED] > dropped;

	if (full && !r->full)
		receiver_say(r, LEVEL_WARN, "queue",
			"its queue is full (max_queue = %d): the oldest changes are "
			"dropped",
			r->conf->max_queue);
	r->full = full;
	r->lost = r->lost || full;
}

static void
note(struct receiver *r, struct notice *n)
{
	uint64_t dropped = r->ledger.results[RESULT_DROPPED];

	if (!ledger_note(&r->ledger, n, clock_mono_ms()))
		return;
	say_full(r, dropped);
	kept_save_soon(r->all);
	receiver_arm(r);
}

static bool
is_problem(const struct notice *n)
{
	return n && n->status == NOTICE_PROBLEM;
}

/* True if that is what `last` says already: an emptied database is worse than the state
 * that it has in common with others. */
static bool
is_of(const struct notice *last, const struct published_environment *e)
{
	return is_problem(last) && !strcmp(last->state, state_word(e->state)) &&
	       last->is_error == (journal_state_level(e) == LEVEL_ERROR);
}

static void
see(struct receiver *r, const struct published_environment *e)
{
	const struct notice *last = ledger_last(&r->ledger, e->name);
	enum route route = route_of(r->conf, e);
	int64_t now_ms = clock_wall_ms();

	if (route == ROUTE_PROBLEM && !is_of(last, e))
		note(r, notice_of(e, NOTICE_PROBLEM, now_ms));
	else if (route == ROUTE_OVER && is_problem(last))
		note(r, route_has(r->conf, e) ? notice_of(e, NOTICE_RESOLVED, now_ms)
					      : notice_gone(last, now_ms));
}

void
receivers_see(struct receivers *all, const struct published_environment *now)
{
	/* What comes and goes is not what it is. */
	if (now->flapping && now->state != now->steady)
		return;
	for (size_t i = 0; i < all->n; i++)
		see(all->v[i], now);
}

/* Those that there are, by name: they are looked for once for each that was told. */
static struct strmap *
names_of(const struct published *p)
{
	struct strmap *names = strmap_new();

	for (size_t i = 0; i < p->n_environments; i++)
		strmap_put(names, p->environments[i]->name, p->environments[i]);
	return names;
}

static void
end_gone(struct receiver *r, const struct strmap *names)
{
	struct ledger *l = &r->ledger;

	for (size_t i = 0; i < l->n; i++) {
		const char *name = l->entries[i]->environment;
		const struct notice *last = ledger_last(l, name);

		if (is_problem(last) && !strmap_has(names, name))
			note(r, notice_gone(last, clock_wall_ms()));
	}
}

static void
see_all(struct receivers *all, const struct published *p)
{
	int64_t now_ms = clock_mono_ms();

	for (size_t i = 0; i < p->n_environments; i++)
		receivers_see(all, p->environments[i]);
	for (size_t i = 0; !all->looked && i < all->n; i++) {
		ledger_looked(&all->v[i]->ledger, now_ms);
		receiver_arm(all->v[i]);
	}
	all->seen = all->looked = true;
}

static void
on_look(void *arg)
{
	struct receivers *all = arg;
	const struct published *p = all->published(all->arg);
	struct strmap *names;

	if (!p || !p->ready) {
		timer_set(all->look, LOOK_MS);
		return;
	}
	if (!all->seen)
		see_all(all, p);
	/* Which are gone is not known before. */
	if (!published_is_whole(p)) {
		timer_set(all->look, LOOK_MS);
		return;
	}
	names = names_of(p);
	for (size_t i = 0; i < all->n; i++)
		end_gone(all->v[i], names);
	strmap_free(names);
}

void
receivers_look(struct receivers *all)
{
	all->seen = false;
	if (all->n)
		timer_set(all->look, LOOK_MS);
}

/* ---- Configuration ---- */

static struct receiver *
receiver_new(struct receivers *all)
{
	struct receiver *r = xcalloc(1, sizeof *r);

	r->all = all;
	r->timer = timer_new(all->loop, receiver_step, r);
	ledger_init(&r->ledger);
	return r;
}

static void
receiver_free(struct receiver *r)
{
	if (r->delivery)
		delivery_cancel(r->delivery);
	timer_free(r->timer);
	ledger_fini(&r->ledger);
	free(r->last_error);
	free(r);
}

static void
set_conf(struct receiver *r, const struct conf_receiver *c)
{
	r->conf = c;
	r->ledger.limits = (struct ledger_limits){.batch_wait_ms = c->batch_wait_ms,
		.retry_for_ms = c->retry_for_ms,
		.max_queue = (size_t)c->max_queue,
		.max_batch = MAX_BATCH,
		.send_resolved = c->send_resolved,
		.renew_ms = body_kind(c->kind)->renew_ms};
	/* What failed may have been mended. */
	r->ledger.retry_at_ms = 0;
	r->ledger.slice = 0;
}

/* `r` still has its former configuration. */
static void
drop_receiver(struct receivers *all, struct receiver *r)
{
	size_t queued = ledger_queued(&r->ledger);

	if (queued)
		receiver_say_lost(r, queued, "removed",
			"the receiver is not configured any more");
	kept_drop(all, r->conf->name);
	receiver_free(r);
}

static void
rename_environments(struct ledger *l, const struct conf *c)
{
	for (size_t i = 0; i < c->n_environments; i++) {
		const struct conf_environment *e = &c->environments[i];

		if (e->was && !conf_environment(c, e->was))
			ledger_rename(l, e->was, e->name);
	}
}

/* With what there is to do now, by the names that there are now. */
static void
go_on(struct receivers *all)
{
	for (size_t i = 0; i < all->n; i++) {
		rename_environments(&all->v[i]->ledger, all->conf);
		receiver_arm(all->v[i]);
	}
}

static void
set_external_url(struct receivers *all, const char *text)
{
	struct external x;
	struct err e;

	free(all->external_url);
	all->external_url = NULL;
	if (!text || !external_parse(text, &x, &e))
		return;
	all->external_url = xstrdup(x.url);
	external_fini(&x);
}

void
receivers_configure(struct receivers *all, const struct conf *conf)
{
	struct receiver **old = all->v;
	size_t n_old = all->n;

	all->v = xcalloc(conf->n_receivers + 1, sizeof *all->v);
	all->n = conf->n_receivers;
	look_at_clock(all);
	set_external_url(all, conf->http.external_url);
	for (size_t i = 0; i < conf->n_receivers; i++) {
		const struct conf_receiver *c = &conf->receivers[i];
		struct receiver *r = receiver_find(old, n_old, c->name);

		for (size_t k = 0; r && k < n_old; k++)
			if (old[k] == r)
				old[k] = NULL;
		all->v[i] = r ? r : receiver_new(all);
		set_conf(all->v[i], c);
	}
	for (size_t i = 0; i < n_old; i++)
		if (old[i])
			drop_receiver(all, old[i]);
	free(old);
	all->conf = conf;
	if (!all->loaded)
		kept_load(all);
	go_on(all);
	if (all->n && !sender_resolves_aside())
		log_msg(LEVEL_WARN, "this libcurl resolves names by waiting for them: "
				    "give receivers by address");
	receivers_look(all);
}

void
receivers_store_changed(struct receivers *all)
{
	bool late = !all->loaded && all->conf;

	if (late)
		kept_load(all);
	for (size_t i = 0; i < all->n; i++)
		ledger_unsaved(&all->v[i]->ledger);
	go_on(all);
	kept_save(all);
	/* It may be over by now. */
	if (late)
		receivers_look(all);
}

/* ---- From the begin to the end ---- */

struct receivers *
receivers_new(struct loop *l, struct store *s,
	const struct published *(*published)(void *arg), void *arg)
{
	struct receivers *all = xcalloc(1, sizeof *all);

	*all = (struct receivers){
		.loop = l, .store = s, .published = published, .arg = arg};
	all->sender = sender_new(l);
	all->look = timer_new(l, on_look, all);
	all->save = timer_new(l, kept_on_save, all);
	return all;
}

void
receivers_end(struct receivers *all)
{
	all->ending = true;
	timer_clear(all->look);
	kept_save(all);
	for (size_t i = 0; i < all->n; i++) {
		timer_clear(all->v[i]->timer);
		if (!kept_is_stored(all))
			receiver_step_now(all->v[i]);
	}
}

bool
receivers_are_busy(const struct receivers *all)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->v[i]->delivery)
			return true;
	return false;
}

static void
say_unkept(const struct receiver *r)
{
	size_t queued = ledger_queued(&r->ledger);

	if (queued)
		receiver_say_lost(r, queued, "ended",
			r->all->store ? "pgdriftd ends, and they cannot be stored"
				      : "pgdriftd ends, and there is no state_dir to "
					"keep them");
}

void
receivers_free(struct receivers *all)
{
	if (!all)
		return;
	kept_save(all);
	for (size_t i = 0; !kept_is_stored(all) && i < all->n; i++)
		say_unkept(all->v[i]);
	for (size_t i = 0; i < all->n; i++)
		receiver_free(all->v[i]);
	sender_free(all->sender);
	timer_free(all->look);
	timer_free(all->save);
	free(all->v);
	free(all->facts);
	free(all->external_url);
	free(all);
}

/* ---- How they fare ---- */

const struct receiving *
receivers_facts(struct receivers *all, size_t *n)
{
	all->facts = xrealloc(all->facts, all->n + 1, sizeof *all->facts);
	for (size_t i = 0; i < all->n; i++) {
		const struct receiver *r = all->v[i];
		struct receiving *f = &all->facts[i];

		*f = (struct receiving){.name = r->conf->name,
			.kind = r->conf->kind,
			.failures = r->failures,
			.queued = ledger_queued(&r->ledger),
			.standing = r->ledger.count[LEDGER_TOLD],
			.last_success_ms = r->last_success_ms,
			.up = !r->failing && !r->refused,
			.last_error = r->last_error};
		for (int k = 0; k < RESULT_COUNT; k++)
			f->results[k] = (struct receiving_count){
				ledger_result_word((enum ledger_result)k),
				r->ledger.results[k]};
	}
	*n = all->n;
	return all->facts;
}

/* See discovery.h.  A list that could not be had, that is too long, or that another
 * server gave, is no list: nothing goes for it. */
#include "monitor/discovery.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "conf/discovered.h"
#include "monitor/listing.h"
#include "monitor/schedule.h"
#include "reading/inventory.h"

struct discovery {
	struct discoveries *all;
	const struct conf_environment *conf, *fresh_conf;
	char *name, *address;
	struct timer *timer;
	bool due, stays;
	struct inventory *inventory; /* under way, or NULL */
	struct strvec names; /* what it stands for, as the server has it; sorted */
	char *system;        /* which server that was; "": not known */
	bool of_primary;     /* a primary has said that */
	char *kept;          /* what the store has of that; NULL: nothing */
	int64_t kept_success_ms;
	/* It stood in the published error that another server answers: who loads the
	 * configuration again means that. */
	bool other_server, may_be_other;
	bool tried;
	uint64_t asked;
	enum outcome outcome;
	unsigned in_a_row;
	int64_t last_at_ms, last_success_ms;
	struct err error;
	char *explained; /* of `error`; NULL: there is none */
};

/* ---- What is kept ---- */

/* Until its server says what there is, that is all that can be told of it. */
static void
cannot_load(struct discovery *v, const struct err *e)
{
	struct strbuf why = {0};
	char *explained = err_explained(e);

	log_err(LEVEL_WARN, e, "what template %s stood for is not known", v->name);
	strbuf_printf(&why, "what it stood for is not known: %s", explained);
	v->error = *e;
	v->explained = strbuf_take(&why);
	free(explained);
}

/* By its name, or by the one that it had, under which it is kept no longer. */
static void
load(struct discovery *v, struct store *s)
{
	struct err e = {0};
	char *text = s ? listing_known(s, v->name, &v->last_success_ms, &e) : NULL;

	v->kept = xstrdup_null(text);
	if (s && !text && e.code == ERR_NONE)
		text = listing_known(s, v->fresh_conf->was, &v->last_success_ms, &e);
	v->kept_success_ms = v->last_success_ms;
	if (e.code != ERR_NONE)
		cannot_load(v, &e);
	if (!text)
		return;
	free(v->system);
	v->system = listing_read(v->fresh_conf, text, &v->names);
	free(text);
}

static void
save(struct discovery *v)
{
	struct store *s = v->all->o.store;
	char *place = listing_place(v->name),
	     *text = listing_write(v->conf, v->system, &v->names);
	struct err e = {0};
	bool same = v->kept && !strcmp(v->kept, text), ok = true;

	if (!s || v->all->o.once || !v->last_success_ms)
		ok = false;
	else if (!same)
		ok = store_set_known(s, place, v->last_success_ms, text, &e);
	else if (v->kept_success_ms != v->last_success_ms)
		ok = store_set_success(s, place, v->last_success_ms, &e);
	if (ok) {
		free(v->kept);
		v->kept = xstrdup(text);
		v->kept_success_ms = v->last_success_ms;
	} else if (e.code != ERR_NONE) {
		store_log(s, LEVEL_WARN, &e, "what was found cannot be kept");
	}
	free(text);
	free(place);
}

void
discoveries_keep(struct discoveries *d, bool other_file)
{
	for (size_t i = 0; i < d->n; i++) {
		if (other_file) {
			free(d->v[i]->kept);
			d->v[i]->kept = NULL;
		}
		save(d->v[i]);
	}
}

/* ---- News ---- */

/* What is in `a` and not in `b`, both of which are sorted. */
static void
only_in(const char *template, const struct strvec *a, const struct strvec *b,
	struct strvec *out)
{
	size_t k = 0;

	for (size_t i = 0; i < a->n; i++) {
		while (k < b->n && strcmp(b->v[k], a->v[i]) < 0)
			k++;
		if (k == b->n || strcmp(b->v[k], a->v[i]) != 0)
			strvec_take(out, conf_discovered_name(template, a->v[i]));
	}
}

static struct published_discovery
published(const struct discovery *v)
{
	return (struct published_discovery){
		.name = v->name,
		.tried = v->tried,
		.ok = v->tried && v->error.code == ERR_NONE,
		.n = v->names.n,
		.last_at_ms = v->last_at_ms,
		.last_success_ms = v->last_success_ms,
		.error = v->explained,
		.error_code = v->error.code,
	};
}

static void
tell(struct discovery *v, const struct strvec *before, enum err_code code)
{
	const struct published_discovery now = published(v);
	struct discovery_news news = {.now = &now,
		.failed = v->error.code != ERR_NONE && v->error.code != code,
		.recovered = v->error.code == ERR_NONE && code != ERR_NONE};

	only_in(v->name, &v->names, before, &news.came);
	only_in(v->name, before, &v->names, &news.gone);
	if (news.failed || news.recovered || news.came.n || news.gone.n)
		v->all->o.tell(v->all->o.arg, &news);
	strvec_free(&news.came);
	strvec_free(&news.gone);
}

void
discoveries_publish(struct discoveries *d, struct published *now)
{
	d->list = xrealloc(d->list, d->n + 1, sizeof *d->list);
	for (size_t i = 0; i < d->n; i++)
		d->list[i] = published(d->v[i]);
	now->discoveries = d->list;
	now->n_discoveries = d->n;
}

void
discoveries_clock_set(struct discoveries *d, const struct clock_step *step)
{
	for (size_t i = 0; i < d->n; i++) {
		struct discovery *v = d->v[i];

		v->last_at_ms = clock_stepped(v->last_at_ms, step);
		v->last_success_ms = clock_stepped(v->last_success_ms, step);
		v->kept_success_ms = clock_stepped(v->kept_success_ms, step);
	}
}

/* ---- Asking ---- */

static void
set_next(struct discovery *v)
{
	timer_set(v->timer,
		schedule_delay(
			&(struct schedule){.interval_ms = v->conf->discover_interval_ms,
				.jitter = v->all->jitter,
				.seed = schedule_seed(v->name),
				.now_ms = clock_mono_ms()},
			v->outcome, v->asked, v->in_a_row));
}

static void
due(struct discovery *v)
{
	timer_clear(v->timer);
	v->due = !v->inventory;
}

static void
on_due(void *arg)
{
	struct discovery *v = arg;

	due(v);
	v->all->o.ended(v->all->o.arg);
}

static bool
has_all(const struct strvec *names, const struct strvec *known)
{
	for (size_t i = 0; i < known->n; i++)
		if (!strvec_has(names, known->v[i]))
			return false;
	return true;
}

/* Each of them can be watched. */
static bool
are_fit(const struct discovery *v, const struct strvec *names, struct err *e)
{
	for (size_t i = 0; i < names->n; i++) {
		char *why = conf_template_refuses(v->conf, names->v[i]);

		if (!why)
			continue;
		err_set(e, ERR_CONFIG, "%s", why);
		free(why);
		return false;
	}
	return true;
}

/* Whether what was found is to be believed, as far as it can be told: another server
 * that has all that is known is one that the databases were moved to. */
static bool
is_credible(struct discovery *v, const struct listed *found, const struct strvec *names,
	struct err *e)
{
	v->other_server = false;
	if (names->n > (size_t)v->conf->discover_limit)
		return err_set(e, ERR_CONFIG,
			"%zu %s match discover_match, more than discover_limit = %d: "
			"narrow the patterns, or raise it",
			names->n, v->conf->discover, v->conf->discover_limit);
	if (!are_fit(v, names, e))
		return false;
	if (v->may_be_other || !*v->system || !strcmp(v->system, found->system) ||
		has_all(names, &v->names))
		return true;
	v->other_server = true;
	return err_set(e, ERR_CONNECT,
		"another server answers (system identifier %s, it was %s), and not all "
		"that is known is there: if that is meant, reload the configuration",
		found->system, v->system);
}

/* What a standby has, beside what its primary is known to have: that it has not got it
 * says nothing. */
static void
list_names(const struct discovery *v, const struct listed *found, struct strvec *names)
{
	bool lags = found->in_recovery && v->of_primary &&
		    !strcmp(v->system, found->system);

	for (size_t i = 0; i < found->n; i++)
		if (conf_template_wants(v->conf, found->names[i]))
			strvec_add(names, found->names[i]);
	for (size_t i = 0; lags && i < v->names.n; i++)
		strvec_add(names, v->names.v[i]);
	strvec_sort(names);
	strvec_uniq(names);
}

static bool
take(struct discovery *v, const struct listed *found, struct err *e)
{
	struct strvec names = {0}, before = v->names;

	list_names(v, found, &names);
	if (!is_credible(v, found, &names, e)) {
		strvec_free(&names);
		return false;
	}
	v->names = names;
	if (!strvec_equal(&names, &before) && !v->all->o.adopt(v->all->o.arg, e)) {
		v->names = before;
		strvec_free(&names);
		return false;
	}
	strvec_free(&before);
	v->of_primary = !found->in_recovery ||
			(v->of_primary && !strcmp(v->system, found->system));
	free(v->system);
	v->system = xstrdup(found->system);
	v->may_be_other = false;
	return true;
}

static void
count(struct discovery *v, const struct err *e)
{
	enum outcome o = !e                     ? OUTCOME_SUCCESS
			 : e->code == ERR_MOVED ? OUTCOME_MOVED
			 : e->unanswered        ? OUTCOME_UNANSWERED
						: OUTCOME_FAILURE;

	v->in_a_row = o == v->outcome ? v->in_a_row + 1 : 1;
	v->outcome = o;
	v->last_at_ms = clock_wall_ms();
	if (o == OUTCOME_MOVED && !v->all->o.once)
		return;
	v->tried = true;
	if (!e)
		v->last_success_ms = v->last_at_ms;
	free(v->explained);
	v->explained = e ? err_explained(e) : NULL;
	v->error = e ? *e : (struct err){0};
}

static void
on_listed(void *arg, const struct listed *found, const struct err *e)
{
	struct discovery *v = arg;
	struct strvec before = {0};
	enum err_code code = v->error.code;
	struct err own;

	inventory_free(v->inventory);
	v->inventory = NULL;
	queue_ask_ends(v->all->o.queue, v->address);
	strvec_copy(&before, &v->names);
	if (found && !take(v, found, &own))
		e = &own;
	count(v, e);
	tell(v, &before, code);
	strvec_free(&before);
	if (!e)
		save(v);
	if (!v->all->o.once)
		set_next(v);
	v->all->o.ended(v->all->o.arg);
}

static void
ask(struct discovery *v)
{
	const struct conf_environment *c = v->conf;
	const struct inventory_options o = {
		.schemas = conf_template_of_schemas(c),
		.target = {.dsn = c->dsn,
			.password_file = c->password_file,
			.password_command = c->password_command,
			.application_name = "pgdriftd",
			.connect_timeout_ms = c->connect_timeout_ms,
			.servers = v->all->o.servers},
		.timeout_ms = c->check_timeout_ms,
		.statement_timeout_ms = c->statement_timeout_ms,
		.lock_timeout_ms = c->lock_timeout_ms,
		.max_bytes = c->max_catalog_size,
	};

	v->due = false;
	v->asked++;
	v->inventory = inventory_start(v->all->o.loop, &o, on_listed, v);
}

void
discoveries_pump(struct discoveries *d, int most)
{
	for (size_t i = 0; d->started && i < d->n; i++)
		if (d->v[i]->due && d->o.queue->running < most &&
			queue_may_ask(d->o.queue, d->v[i]->address))
			ask(d->v[i]);
}

void
discoveries_ask(struct discoveries *d)
{
	for (size_t i = 0; i < d->n; i++)
		due(d->v[i]);
}

void
discoveries_start(struct discoveries *d)
{
	d->started = true;
	discoveries_ask(d);
}

void
discoveries_doubt(struct discoveries *d, const char *environment)
{
	size_t n = strcspn(environment, "/");

	for (size_t i = 0; environment[n] && i < d->n; i++)
		if (strlen(d->v[i]->name) == n &&
			!strncmp(d->v[i]->name, environment, n))
			due(d->v[i]);
}

void
discoveries_answered(struct discoveries *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i]->error.unanswered)
			due(d->v[i]);
}

void
discoveries_moved(const struct discoveries *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i]->inventory)
			queue_asks_still(d->o.queue, d->v[i]->address);
}

bool
discoveries_are_open(const struct discoveries *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i]->due || d->v[i]->inventory)
			return true;
	return false;
}

/* ---- Life ---- */

static void
discovery_free(struct discovery *v)
{
	if (v->inventory)
		queue_ask_ends(v->all->o.queue, v->address);
	inventory_free(v->inventory);
	timer_free(v->timer);
	strvec_free(&v->names);
	free(v->name);
	free(v->address);
	free(v->system);
	free(v->kept);
	free(v->explained);
	free(v);
}

static struct discovery *
find(const struct discoveries *d, const struct conf_environment *c)
{
	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->v[i]->name, c->name) &&
			!strcmp(d->v[i]->conf->discover, c->discover))
			return d->v[i];
	return NULL;
}

static struct discovery *
ready(struct discoveries *d, const struct conf_environment *c)
{
	struct discovery *v = find(d, c);

	if (v) {
		v->stays = true;
		v->fresh_conf = c;
		return v;
	}
	v = xcalloc(1, sizeof *v);
	v->all = d;
	v->fresh_conf = c;
	v->name = xstrdup(c->name);
	v->system = xstrdup("");
	load(v, d->o.once ? NULL : d->o.store);
	return v;
}

void
discoveries_read(struct discoveries *d, const struct conf *base)
{
	d->n_next = 0;
	d->next = xcalloc(base->n_environments + 1, sizeof(struct discovery *));
	for (size_t i = 0; i < d->n; i++)
		d->v[i]->stays = false;
	for (size_t i = 0; i < base->n_environments; i++)
		if (conf_is_template(&base->environments[i]) &&
			base->environments[i].enabled)
			d->next[d->n_next++] = ready(d, &base->environments[i]);
}

void
discoveries_drop(struct discoveries *d)
{
	for (size_t i = 0; i < d->n_next; i++)
		if (d->next[i]->stays)
			d->next[i]->fresh_conf = NULL;
		else
			discovery_free(d->next[i]);
	free(d->next);
	d->next = NULL;
	d->n_next = 0;
}

/* What it does not stand for any more. */
static void
narrow(struct discovery *v)
{
	struct strvec names = {0};

	for (size_t i = 0; i < v->names.n; i++)
		if (conf_template_wants(v->conf, v->names.v[i]))
			strvec_add(&names, v->names.v[i]);
	strvec_free(&v->names);
	v->names = names;
}

/* One that asks for something else, or elsewhere, is asked at once, whatever is under
 * way of it. */
static void
take_conf(struct discovery *v)
{
	const struct conf_environment *before = v->conf;
	bool same = before && conf_environment_checked_equal(before, v->fresh_conf);

	if (!before)
		v->timer = timer_new(v->all->o.loop, on_due, v);
	v->may_be_other = v->other_server ||
			  (before && strcmp(before->dsn, v->fresh_conf->dsn) != 0);
	v->conf = v->fresh_conf;
	v->fresh_conf = NULL;
	narrow(v);
	if (same && !v->other_server)
		return;
	if (v->inventory)
		queue_ask_ends(v->all->o.queue, v->address);
	inventory_free(v->inventory);
	v->inventory = NULL;
	free(v->address);
	v->address = pg_dsn_address(v->conf->dsn);
	due(v);
}

void
discoveries_take(struct discoveries *d, const struct conf *base)
{
	for (size_t i = 0; i < d->n; i++)
		if (!d->v[i]->stays)
			discovery_free(d->v[i]);
	free(d->v);
	d->v = d->next;
	d->n = d->n_next;
	d->next = NULL;
	d->n_next = 0;
	d->jitter = base->service.jitter;
	for (size_t i = 0; i < d->n; i++)
		take_conf(d->v[i]);
}

struct conf *
discoveries_conf(const struct discoveries *d, const struct conf *base)
{
	struct discovery *const *list = d->next ? d->next : d->v;
	size_t n = d->next ? d->n_next : d->n;
	struct conf_found *found = xcalloc(n + 1, sizeof *found);
	struct strvec *wanted = xcalloc(n + 1, sizeof *wanted);
	struct conf *c;

	for (size_t i = 0; i < n; i++) {
		const struct discovery *v = list[i];
		const struct conf_environment *t =
			v->fresh_conf ? v->fresh_conf : v->conf;

		for (size_t k = 0; k < v->names.n; k++)
			if (conf_template_wants(t, v->names.v[k]))
				strvec_add(&wanted[i], v->names.v[k]);
		found[i] = (struct conf_found){v->name, &wanted[i]};
	}
	c = conf_has_templates(base) ? conf_expand(base, found, n) : NULL;
	for (size_t i = 0; i < n; i++)
		strvec_free(&wanted[i]);
	free(wanted);
	free(found);
	return c;
}

void
discoveries_fini(struct discoveries *d)
{
	for (size_t i = 0; i < d->n; i++)
		discovery_free(d->v[i]);
	free(d->v);
	free(d->list);
}

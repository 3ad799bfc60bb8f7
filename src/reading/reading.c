/* The order of a check.  pg_get_viewdef() and its like see what is committed now, not
 * the transaction's snapshot, so no transaction is one state: the change probe is read
 * before, beside the rows and after, the recorded rows between, and again after a
 * catalog; and a reading during which either moved is thrown away.
 *
 *   connect → info (what server, which version table, probe; and the recorded rows,
 * where the table is likely to be what it was last time) → revision (the recorded rows,
 * where they did not come) → added (of what, where something was only added since last
 * time) → rows (all catalog rows and the probe; of an unchanged catalog the probe
 * alone) → details (what opens a relation, in short transactions; then the probe) →
 * revision again, after details → elsewhere (rows of tables like the version table, for
 * the sake of advice)
 *
 * Where the probe and the rows of one snapshot are those of last time, that is all: one
 * query.  A guess that turns out wrong costs one more. */
#include "reading/reading.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "catalog/checksql.h"
#include "reading/excuse.h"
#include "reading/gathered.h"
#include "reading/lock.h"
#include "reading/opening.h"
#include "reading/recorded.h"
#include "reading/scripts.h"

/* So much of a statement's rows is not kept waiting for the rest. */
enum { PART_BYTES = 1 << 20 };

enum step {
	STEP_CONNECT,
	STEP_INFO,
	STEP_REVISION,
	STEP_ADDED,
	STEP_ROWS,
	STEP_DETAILS,
	STEP_REVISION_AGAIN,
	STEP_ELSEWHERE,
	STEP_DONE
};

struct reading {
	struct link *link;
	reading_fn *fn;
	void *arg;
	struct reading_options o; /* its numbers; what it points at is not kept */
	enum step step;
	struct migration_lock lock_seen;
	struct opening asked;
	bool one_look; /* the recorded rows are of the probe's snapshot */
	bool empty;    /* the version table had no rows before */
	uint64_t *moments, own_moments;
	uint64_t sent;            /* when the last look at anything was */
	struct version_name name; /* of the version table */
	char *setup; /* SQL: fixes everything that decides how text is printed */
	struct strvec table; /* the version table, quoted */
	struct facts *facts;
	struct gathered *gathered;
	void (*taken)(struct reading *r); /* when that has what was asked for */
	struct arena *arena;              /* of names and statement parameters */
};

void
reading_free(struct reading *r)
{
	if (!r)
		return;
	link_free(r->link);
	gathered_free(r->gathered);
	facts_free(r->facts);
	arena_free(r->arena);
	free(r->setup);
	strvec_free(&r->table);
	facts_free(r->asked.again);
	free(r->asked.still);
	free(r);
}

static uint64_t
moment(struct reading *r)
{
	return ++*r->moments;
}

static void
set_step(struct reading *r, enum step step)
{
	assert(step > r->step);
	r->step = step;
}

/* The only way to end badly. */
static void
fail(struct reading *r, const struct err *e)
{
	struct err copy = *e;
	const struct excuse x = {.timeout_ms = r->o.timeout_ms,
		.statement_timeout_ms = r->o.statement_timeout_ms,
		.ran_ms = link_ran_ms(r->link),
		.stood_still = pg_session_stood_still_ms(link_session(r->link)) > 0,
		.late = link_is_late(r->link)};

	excuse_error(&x, &copy);
	if (r->step == STEP_REVISION || r->step == STEP_REVISION_AGAIN ||
		(r->step == STEP_INFO && r->asked.recorded && !copy.advice))
		version_explain(&copy);
	set_step(r, STEP_DONE);
	pg_session_close(link_session(r->link));
	r->fn(r->arg, NULL, &copy);
}

static void
conclude(struct reading *r)
{
	struct facts *f = r->facts;

	set_step(r, STEP_DONE);
	f->round_trips = pg_session_round_trips(link_session(r->link));
	link_leave(r->link, f);
	r->facts = NULL;
	r->fn(r->arg, f, NULL);
}

static void run_elsewhere(struct reading *r);

static void
succeed(struct reading *r)
{
	struct facts *f = r->facts;

	f->held.to = f->rows_held.to = r->sent;
	f->read_ms = clock_wall_ms();
	if (f->version.readable.n && !f->migrating)
		run_elsewhere(r);
	else
		conclude(r);
}

/* Nothing has changed since last time, or no catalog was asked for. */
static void
succeed_again(struct reading *r)
{
	if (r->o.catalog)
		gathered_reuse(r->gathered, r->facts);
	succeed(r);
}

static void
run_script(struct reading *r, const struct pg_script *what, pg_done_fn *fn)
{
	r->sent = moment(r);
	link_run(r->link, what, fn, r);
}

static void
on_part(void *arg, size_t number, struct pg_results *part)
{
	struct reading *r = arg;

	gathered_take(r->gathered, number, part);
}

static void
on_taken(void *arg, const struct err *e)
{
	struct reading *r = arg;

	if (e)
		fail(r, e);
	else
		r->taken(r);
}

static void
on_gathered(void *arg, struct pg_results *res, const struct err *e)
{
	struct reading *r = arg;

	link_end_answer(r->link, res);
	r->facts->revision_known |= !e;
	if (e)
		fail(r, e);
	else
		gathered_end(r->gathered, on_taken, r);
}

static void
gather(struct reading *r, const struct pg_script *what,
	void (*taken)(struct reading *r))
{
	struct pg_script script = *what;

	script.part = on_part;
	r->taken = taken;
	run_script(r, &script, on_gathered);
}

static void
ask_recorded(struct reading *r, const struct strvec *tables, pg_done_fn *fn)
{
	const struct pg_batch batch = recorded_batch(r->arena, r->setup, tables);
	uint64_t sent = r->sent;

	run_script(r, &(struct pg_script){.batches = &batch, .n_batches = 1}, fn);
	r->sent = sent;
}

/* They are for the sake of advice: without them there is less of it. */
static void
on_elsewhere(void *arg, struct pg_results *res, const struct err *e)
{
	struct reading *r = arg;

	if (e)
		version_forget_elsewhere(&r->facts->version);
	else
		version_take_rows(&r->facts->version, res->rows);
	link_end_answer(r->link, res);
	conclude(r);
}

static void
run_elsewhere(struct reading *r)
{
	set_step(r, STEP_ELSEWHERE);
	ask_recorded(r, &r->facts->version.readable, on_elsewhere);
}

static void
on_revision_again(void *arg, struct pg_results *res, const struct err *e)
{
	struct reading *r = arg;
	struct err own;

	if (!e && !facts_has_recorded(r->facts, &res->rows[0])) {
		err_set(&own, ERR_MOVED,
			"the recorded revision changed while the catalog was read");
		e = &own;
	}
	link_end_answer(r->link, res);
	if (e)
		fail(r, e);
	else
		succeed(r);
}

static void
run_revision_again(struct reading *r)
{
	set_step(r, STEP_REVISION_AGAIN);
	ask_recorded(r, &r->table, on_revision_again);
}

static void
after_details(struct reading *r)
{
	r->facts->snapshot = gathered_snapshot(r->gathered);
	r->facts->in_part = gathered_is_in_part(r->gathered);
	if (!r->facts->version_table_exists)
		succeed(r);
	else
		run_revision_again(r);
}

static void
run_details(struct reading *r)
{
	struct pg_script script;

	set_step(r, STEP_DETAILS);
	script = gathered_ask_details(r->gathered, r->arena);
	gather(r, &script, after_details);
}

/* No longer than one may take. */
static bool
is_excused(const struct reading *r)
{
	return !r->o.even_migrating &&
	       lock_is_excused(&r->facts->lock, r->o.migrating_max_ms);
}

/* True if somebody who may be a migration is one.  What it has done by halves is not
 * to be judged, and what it has locked cannot be read. */
static bool
turns_out_migrating(struct reading *r)
{
	struct facts *f = r->facts;

	f->migrating |= f->lock.perhaps && is_excused(r) && r->o.pending &&
			r->o.pending(r->arg, f);
	return f->migrating;
}

static void
after_rows(struct reading *r)
{
	if (gathered_has_rows(r->gathered))
		run_details(r);
	else
		succeed_again(r);
}

static void
run_rows(struct reading *r)
{
	struct pg_statement list[KIND_COUNT + 1];
	struct pg_batch batch = {r->setup, list, 0};
	const struct pg_script script = {
		.batches = &batch, .n_batches = 1, .part_bytes = PART_BYTES};
	uint64_t asked = r->sent;

	set_step(r, STEP_ROWS);
	/* What was recorded between the two looks belongs to it. */
	batch.n_statements = gathered_ask_rows(r->gathered, r->facts, &r->name, list);
	gather(r, &script, after_rows);
	/* The recorded rows are not looked at again. */
	if (r->facts->version_table_exists)
		r->sent = asked;
}

static void
run_rows_or_less(struct reading *r)
{
	struct pg_statement st;
	const struct pg_batch batch = {r->setup, &st, 1};
	const struct pg_script script = {.batches = &batch, .n_batches = 1};
	uint64_t asked = r->sent;

	if (!gathered_ask_added(r->gathered, r->facts, r->arena, &st)) {
		run_rows(r);
		return;
	}
	set_step(r, STEP_ADDED);
	gather(r, &script, run_rows);
	r->sent = asked;
}

/* ---- The recorded revision ---- */

/* A standby that says how far it has come after its snapshot was taken may have come
 * further than that, so that nothing of it counts as read that a second look at the
 * probe has not covered; nor what stands beside rows that were read since, or that are
 * others than before: that is to have been so for a while. */
static bool
needs_rows(const struct reading *r)
{
	const struct facts *f = r->facts;

	if (!r->o.catalog)
		return false;
	return !gathered_is_unchanged(r->gathered, f) ||
	       (f->in_recovery && r->asked.position != POSITION_FIRST) ||
	       (f->version_table_exists &&
		       !(r->one_look && opening_found_again(&r->asked, f)));
}

static void
go_on(struct reading *r)
{
	if (turns_out_migrating(r))
		succeed(r);
	else if (needs_rows(r))
		run_rows_or_less(r);
	else
		succeed_again(r);
}

static void ask_revision(struct reading *r);

/* That there are none is believed when it is said twice: a table that is written anew
 * while its lock is waited for has none for who began to wait before. */
static void
on_revision(void *arg, struct pg_results *res, const struct err *e)
{
	struct reading *r = arg;
	struct facts *f = r->facts;

	if (!e && !res->rows[0].n_rows && !r->empty) {
		r->empty = true;
		link_end_answer(r->link, res);
		ask_revision(r);
	} else if (!e) {
		f->held.from = f->rows_held.from = moment(r);
		f->revision_known = true;
		facts_take_recorded(f, &res->rows[0]);
		link_end_answer(r->link, res);
		go_on(r);
	} else if (f->migrating && e->code == ERR_MOVED) {
		/* It may have locked the table, which is no failure. */
		succeed(r);
	} else {
		fail(r, e);
	}
}

static void
ask_revision(struct reading *r)
{
	ask_recorded(r, &r->table, on_revision);
}

static void
run_revision(struct reading *r)
{
	r->sent = moment(r);
	set_step(r, STEP_REVISION);
	ask_revision(r);
}

static bool
parse_info(struct reading *r, const struct opening_answer *a, struct err *e)
{
	struct facts *f = r->facts;

	f->held.from = f->rows_held.from = moment(r);
	if (!facts_take(f, a->info, e))
		return false;
	instance_reached(&f->instance, pg_session_server(link_session(r->link)));
	lock_take(&f->lock, a->info, &r->lock_seen);
	f->migrating = !f->lock.perhaps && is_excused(r);
	facts_take_probe(f, a->probe);
	if (!r->o.revision_optional)
		version_take(&f->version, a->version);
	opening_take_position(f, &r->asked, a);
	opening_take_still(f, &r->asked, a);
	r->asked.probe = opening_next_probe(&r->asked, r->arena, f);
	gathered_set_probe(r->gathered, &r->asked.probe);
	if (version_check_table(&f->version, &r->name, a->info, e))
		return true;
	f->version_table_exists = false;
	return r->o.revision_optional;
}

static void
go_on_from_info(struct reading *r)
{
	const struct facts *f = r->facts;

	if (f->migrating && !f->version_table_exists)
		succeed(r);
	else if (f->version_table_exists && !r->one_look)
		run_revision(r);
	else
		go_on(r);
}

static void run_info(struct reading *r);
static void begin(struct reading *r);

static void
on_less(struct reading *r, struct pg_results *res)
{
	const struct opening_answer a = opening_answer(&r->asked, res);
	struct facts *f = opening_take_again(&r->asked, &a, r->facts);

	link_end_answer(r->link, res);
	if (!f) {
		run_info(r);
		return;
	}
	facts_free(r->facts);
	r->facts = f;
	f->held.from = f->rows_held.from = moment(r);
	succeed_again(r);
}

/* What was kept has died, or of what was asked for something could be the reason. */
static bool
is_to_be_repeated(struct reading *r, const struct err *e)
{
	struct pg_session *s = link_session(r->link);

	if (link_was_dead(r->link))
		r->step = STEP_CONNECT;
	if (!pg_session_is_open(s))
		return r->step == STEP_CONNECT;
	return pg_session_is_unprepared(s) || opening_ask_less(&r->asked, e);
}

static void
on_info(void *arg, struct pg_results *res, const struct err *e)
{
	struct reading *r = arg;
	struct opening_answer a;
	struct err own;

	if (e && is_to_be_repeated(r, e)) {
		begin(r);
		return;
	}
	if (!e && opening_asks_less(&r->asked)) {
		on_less(r, res);
		return;
	}
	if (!e) {
		a = opening_answer(&r->asked, res);
		if (parse_info(r, &a, &own))
			r->one_look = opening_take_recorded(r->facts, &a);
		else
			e = &own;
	}
	link_end_answer(r->link, res);
	if (!e && r->facts->migrating)
		r->o.catalog = false;
	if (e)
		fail(r, e);
	else
		go_on_from_info(r);
}

static void
run_info(struct reading *r)
{
	struct pg_script script;

	if (r->step == STEP_CONNECT)
		set_step(r, STEP_INFO);
	r->asked.probe =
		scripts_probe(pg_session_server_version(link_session(r->link)));
	script = opening_script(r->arena, &r->asked);
	run_script(r, &script, on_info);
}

static void
on_connected(void *arg, const struct err *e)
{
	struct reading *r = arg;

	if (e)
		fail(r, e);
	else
		run_info(r);
}

/* With what is open, or it is opened before. */
static void
begin(struct reading *r)
{
	if (link_open(r->link, on_connected, r))
		run_info(r);
}

bool
reading_has_connected(const struct reading *r)
{
	return link_has_connected(r->link);
}

struct reading *
reading_start(
	struct loop *l, const struct reading_options *o, reading_fn *fn, void *arg)
{
	struct reading *r = xcalloc(1, sizeof *r);
	const struct link_options link = {
		&o->target, o->timeout_ms, o->max_bytes, o->kept};
	struct strbuf setup = {0}, table = {0};

	r->fn = fn;
	r->arg = arg;
	r->o = *o;
	r->moments = o->moments ? o->moments : &r->own_moments;
	if (o->lock_seen)
		r->lock_seen = *o->lock_seen;
	r->link = link_new(l, &link);
	r->facts = xcalloc(1, sizeof *r->facts);
	r->arena = arena_new();
	r->name.schema = arena_strdup(r->arena, o->version_schema);
	r->name.table = arena_strdup(r->arena, o->version_table);
	checksql_setup(&setup, (long)o->statement_timeout_ms, (long)o->lock_timeout_ms);
	r->setup = strbuf_take(&setup);
	r->gathered = gathered_new(l, r->setup, o->last);
	gathered_keep_in(r->gathered, o->kept_in);
	gathered_keep_to(r->gathered, o->only_schema);
	text_qualified(&table, o->version_schema, o->version_table);
	strvec_take(&r->table, strbuf_take(&table));
	r->asked = (struct opening){
		.setup = r->setup, .name = {r->name.schema, r->name.table}};
	opening_guess(&r->asked, r->table.v[0], o->last);
	r->asked.only_still &= o->catalog;
	r->asked.only_same &= o->catalog;
	begin(r);
	return r;
}

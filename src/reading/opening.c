/* See opening.h. */
#include "reading/opening.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/checksql.h"
#include "catalog/versionsql.h"
#include "reading/recorded.h"
#include "reading/scripts.h"

enum { MAX_STATEMENTS = 7 };

static const struct pg_statement position = {
	checksql_position, "position", .gives = &checksql_position_gives};

/* That nothing was written says all where all was read, and nobody held a lock.  Not of
 * a standby: its snapshot's text leaves out who is under way, and its position is read
 * later than that. */
static bool
may_stand(const struct opening *x, const struct facts *last)
{
	return last->snapshot && last->still && !last->in_recovery && !last->loud &&
	       !last->migrating && !last->lock.pid && x->position != POSITION_NONE &&
	       (x->recorded || !last->version_table_exists);
}

void
opening_guess(struct opening *x, const char *table, const struct facts *last)
{
	x->position = POSITION_LAST;
	if (last && last->position_refused)
		x->position = POSITION_NONE;
	else if (last && last->in_recovery)
		x->position = POSITION_FIRST;
	if (last && last->revision_known && last->recorded.n && !last->migrating)
		x->recorded = table;
	x->only_still = last && may_stand(x, last) && !last->busy;
	x->only_same = last && may_stand(x, last) && last->busy && last->standing;
	x->again = last ? facts_again(last) : NULL;
}

/* Of that version table. */
static char *
still_text(const struct opening *x, const struct opening_answer *a)
{
	return xasprintf(
		"%s.%s %s", x->name[0], x->name[1], rows_text(a->still, "still"));
}

/* What the position says is read before what the probe says. */
static void
note_still(struct opening *x, const struct opening_answer *a)
{
	if (!a->probe)
		return;
	free(x->still);
	x->still = xstrdup(rows_text(a->still, "still"));
}

struct pg_statement
opening_next_probe(const struct opening *x, struct arena *a, const struct facts *f)
{
	return x->still && !f->in_recovery ? scripts_probe_unless(a, f, x->still)
					   : x->probe;
}

static void
take_still(struct facts *f, const struct opening *x, const struct opening_answer *a)
{
	char *still = still_text(x, a);

	f->loud = !rows_true(a->still, "quiet");
	f->busy = x->again && x->again->still && strcmp(x->again->still, still);
	free(f->still);
	f->still = still;
}

void
opening_take_still(struct facts *f, struct opening *x, const struct opening_answer *a)
{
	if (!a->still)
		return;
	note_still(x, a);
	take_still(f, x, a);
	f->standing = xstrdup(rows_text(a->standing, "standing"));
}

bool
opening_asks_less(const struct opening *x)
{
	return x->only_still || x->only_same;
}

static bool
was_not_written_to(const struct opening *x, const struct opening_answer *a)
{
	char *still = still_text(x, a);
	bool is_same = !strcmp(still, x->again->still);

	free(still);
	return is_same;
}

static bool
is_probe(const struct opening *x, const struct rows *probe)
{
	return !strcmp(rows_text(probe, "probe"), x->again->probe);
}

/* Where all that info and facts are made of is what it was, they are. */
static bool
is_same(const struct opening *x, const struct opening_answer *a)
{
	return is_probe(x, a->probe) &&
	       !strcmp(rows_text(a->standing, "standing"), x->again->standing) &&
	       (!a->recorded || rows_true(a->standing, "version_stands"));
}

static bool
stands(const struct opening *x, const struct opening_answer *a)
{
	return (x->only_still ? was_not_written_to(x, a) : is_same(x, a)) &&
	       rows_true(a->still, "quiet") &&
	       (!a->recorded || facts_has_recorded(x->again, a->recorded));
}

/* It is not asked for again. */
static void
keep_probe(struct opening *x, const struct opening_answer *a, struct facts *f)
{
	x->has_probe = a->probe && !is_probe(x, a->probe);
	if (!x->has_probe)
		return;
	note_still(x, a);
	facts_take_probe(f, a->probe);
}

struct facts *
opening_take_again(struct opening *x, const struct opening_answer *a, struct facts *f)
{
	bool all_stands = stands(x, a);

	x->only_still = x->only_same = false;
	if (!all_stands) {
		keep_probe(x, a, f);
		return NULL;
	}
	f = x->again;
	take_still(f, x, a);
	facts_take_probe(f, a->probe);
	x->again = NULL;
	f->instance.read_us = strtoll(rows_text(a->still, "read_us"), NULL, 10);
	opening_take_position(f, x, a);
	return f;
}

bool
opening_found_again(const struct opening *x, const struct facts *f)
{
	return x->again && strvec_equal(&f->recorded, &x->again->recorded);
}

/* The statements of the transaction that sees it all; returns how many. */
static size_t
add_looks(struct pg_statement *list, struct arena *a, const struct opening *x)
{
	const bool can = x->position != POSITION_NONE, less = opening_asks_less(x);
	const struct {
		struct pg_statement st;
		bool asked;
	} all[] = {
		{{less ? checksql_still : checksql_still_before_info, "still",
			 .gives = &checksql_still_gives},
			can},
		{{checksql_info, "server", x->name, 2, &checksql_info_gives}, !less},
		{x->probe, !x->only_still && !x->has_probe},
		{{versionsql_facts, "version table", x->name, 2,
			 &versionsql_facts_gives},
			!less},
		{{checksql_standing, "standing", x->name, 2, &checksql_standing_gives},
			can && !x->only_still},
		{position, x->position == POSITION_LAST},
	};
	size_t n = 0;

	if (x->recorded)
		list[n++] = recorded_rows(a, x->recorded);
	for (size_t i = 0; i < COUNT_OF(all); i++) {
		if (!all[i].asked)
			continue;
		list[n] = all[i].st;
		list[n++].prepare = true;
	}
	return n;
}

struct pg_script
opening_script(struct arena *a, const struct opening *x)
{
	struct pg_statement *list = arena_alloc(a, MAX_STATEMENTS * sizeof *list);
	struct pg_batch *batches = arena_alloc(a, 2 * sizeof *batches);
	size_t first = x->position == POSITION_FIRST;

	list[0] = position;
	batches[0] = (struct pg_batch){x->setup, list, 1};
	batches[first] = (struct pg_batch){
		x->setup, list + first, add_looks(list + first, a, x)};
	return (struct pg_script){.batches = batches, .n_batches = 1 + first};
}

struct opening_answer
opening_answer(const struct opening *x, const struct pg_results *res)
{
	const struct rows *at = res->rows;
	struct opening_answer answer = {0};

	if (x->position == POSITION_FIRST)
		answer.position = at++;
	if (x->recorded)
		answer.recorded = at++;
	if (x->position != POSITION_NONE)
		answer.still = at++;
	if (!opening_asks_less(x))
		answer.info = at++;
	if (!x->only_still && !x->has_probe)
		answer.probe = at++;
	if (!opening_asks_less(x))
		answer.version = at++;
	if (x->position != POSITION_NONE && !x->only_still)
		answer.standing = at++;
	if (x->position == POSITION_LAST)
		answer.position = at;
	return answer;
}

/* A position is not needed; there may be no function for it (42883). */
bool
opening_ask_less(struct opening *x, const struct err *e)
{
	bool refused = e->code == ERR_QUERY || e->code == ERR_PERMISSION ||
		       !strcmp(e->sqlstate, "42883");

	if (!x->recorded && !opening_asks_less(x)) {
		if (!refused || x->position == POSITION_NONE)
			return false;
		x->position = POSITION_NONE;
	}
	x->recorded = NULL;
	x->only_still = x->only_same = false;
	return true;
}

/* What was asked of a standby is too old for one that has been promoted since. */
void
opening_take_position(
	struct facts *f, const struct opening *x, const struct opening_answer *a)
{
	f->position_refused = !a->position;
	if (a->position && (f->in_recovery || x->position == POSITION_LAST))
		instance_read_position(&f->instance, a->position);
	f->seen_position = f->instance.position;
}

/* A table that was filled or written anew behind the snapshot (TRUNCATE, ALTER TYPE)
 * gives no rows. */
bool
opening_take_recorded(struct facts *f, const struct opening_answer *a)
{
	if (!a->recorded || !a->recorded->n_rows || !f->version_table_exists ||
		!rows_true(a->info, "version_stands"))
		return false;
	facts_take_recorded(f, a->recorded);
	f->revision_known = true;
	return true;
}

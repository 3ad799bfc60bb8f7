/* See opening.h. */
#include "monitor/opening.h"

#include <string.h>

#include "base/mem.h"
#include "catalog/checksql.h"
#include "catalog/versionsql.h"
#include "monitor/recorded.h"

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
}

struct pg_script
opening_script(struct arena *a, const struct opening *x)
{
	const struct pg_statement all[] = {
		{checksql_info, "server", x->name, 2, &checksql_info_gives},
		x->probe,
		{versionsql_facts, "version table", x->name, 2,
			&versionsql_facts_gives},
	};
	const struct pg_statement position = {
		checksql_position, "position", .gives = &checksql_position_gives};
	struct pg_statement *list = arena_alloc(a, sizeof all + 2 * sizeof *list);
	struct pg_batch *batches = arena_alloc(a, 2 * sizeof *batches);
	size_t n = 0, first = x->position == POSITION_FIRST;

	if (first)
		list[n++] = position;
	batches[0] = (struct pg_batch){x->setup, list, 1};
	batches[first] = (struct pg_batch){x->setup, list + first, COUNT_OF(all)};
	if (x->recorded) {
		list[n++] = recorded_rows(a, x->recorded);
		batches[first].n_statements++;
	}
	memcpy(list + n, all, sizeof all);
	n += COUNT_OF(all);
	if (x->position == POSITION_LAST) {
		list[n] = position;
		batches[first].n_statements++;
	}
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
	answer.info = at++;
	answer.probe = at++;
	answer.version = at++;
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

	if (x->recorded)
		x->recorded = NULL;
	else if (refused && x->position != POSITION_NONE)
		x->position = POSITION_NONE;
	else
		return false;
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

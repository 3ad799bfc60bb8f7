/* See steps.h. */
#include "store/steps.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "store/sql.h"

/* ?1 to ?2 become ?3 later.  Bound as texts, which are numbers only by a cast. */
#define WAS " BETWEEN CAST(?1 AS INTEGER) AND CAST(?2 AS INTEGER)"
#define IS " + CAST(?3 AS INTEGER)"
#define MOVE(table, time) "UPDATE " table " SET " time " = " time IS " WHERE " time WAS
/* The same of a time in the document of what is known. */
#define MOVE_KNOWN(time)                                                               \
	"UPDATE known SET document = json_set(document, '" time                        \
	"', json_extract(document, '" time "')" IS ") WHERE json_valid(document) AND " \
	"json_extract(document, '" time "')" WAS

void
steps_add(struct steps *all, const struct clock_step *step)
{
	if (all->n == STEPS_MOST)
		memmove(&all->v[0], &all->v[1], --all->n * sizeof *all->v);
	all->v[all->n++] = *step;
}

static bool
write_step(const struct clock_step *step, struct store *s, struct err *e)
{
	static const char *const list[] = {MOVE("change", "at_ms"),
		MOVE("last", "since_ms"), MOVE("last", "drift_since_ms"),
		MOVE("known", "success_ms"), MOVE("baseline", "at_ms"),
		MOVE("seen", "at_ms"), MOVE("built", "at_ms"),
		MOVE("interval", "from_ms"), MOVE("interval", "to_ms"),
		MOVE_KNOWN("$.since_ms"), MOVE_KNOWN("$.unwatched_from_ms"),
		MOVE_KNOWN("$.unwatched_to_ms"), MOVE_KNOWN("$.had_ms"),
		MOVE_KNOWN("$.schema.drift_since_ms")};
	char from[24], to[24], by[24];
	const char *const texts[] = {from, to, by, NULL};
	bool ok = true;

	/* 0 is no time. */
	snprintf(from, sizeof from, "%lld",
		step->from_ms > 0 ? (long long)step->from_ms : 1);
	snprintf(to, sizeof to, "%lld", (long long)step->to_ms);
	snprintf(by, sizeof by, "%lld", (long long)step->by_ms);
	for (size_t i = 0; ok && i < COUNT_OF(list); i++)
		ok = sql_exec_texts(s, list[i], texts, e);
	return ok;
}

bool
steps_write(const struct steps *all, struct store *s, struct err *e)
{
	for (size_t i = 0; i < all->n; i++)
		if (!write_step(&all->v[i], s, e))
			return false;
	return true;
}

void
steps_clear(struct steps *all)
{
	all->n = 0;
}

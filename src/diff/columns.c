/* See columns.h. */
#include "diff/columns.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "diff/order.h"

/* The common columns of one table, in no particular order. */
struct table {
	const struct object **columns; /* of the found side */
	struct order_place *places;
	size_t n, cap;
};

static void
report(struct comparison *c, const struct table *t, const struct property *p)
{
	char expected[24], found[24];

	for (size_t i = 0; i < t->n; i++) {
		const struct order_place *place = &t->places[i];

		if (!place->moved)
			continue;
		snprintf(expected, sizeof expected, "%zu", place->expected_rank);
		snprintf(found, sizeof found, "%zu", place->found_rank);
		comparison_note(c, t->columns[i],
			(struct finding){.change = CHANGE_CHANGED,
				.property = p->name,
				.severity = p->severity,
				.expected = expected,
				.found = found});
	}
}

static void
add(struct table *t, const struct object *o, long expected, long found)
{
	if (t->n == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 64;
		t->columns = xrealloc(t->columns, t->cap, sizeof *t->columns);
		t->places = xrealloc(t->places, t->cap, sizeof *t->places);
	}
	t->columns[t->n] = o;
	t->places[t->n++] = (struct order_place){.expected = expected, .found = found};
}

static bool
same_table(const struct object *a, const struct object *b)
{
	struct identity x = a->id, y = b->id;

	x.part = y.part = NULL;
	return !identity_compare(&x, &y);
}

static void
finish_table(struct comparison *c, struct table *t, const struct property *p)
{
	order_compare(t->places, t->n);
	report(c, t, p);
	t->n = 0;
}

void
columns_compare(struct comparison *c)
{
	const struct snapshot *s = c->sides[FOUND];
	int position = kind_property(KIND_COLUMN, "position");
	const struct property *p;
	struct table t = {0};

	if (position < 0 || !(c->compared[KIND_COLUMN] >> position & 1))
		return;
	p = &kind_info(KIND_COLUMN)->properties[position];
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *found = &s->objects[i], *expected;

		if (found->kind != KIND_COLUMN || c->presence[FOUND][i] != BOTH)
			continue;
		if (t.n && !same_table(t.columns[t.n - 1], found))
			finish_table(c, &t, p);
		expected = snapshot_find(c->sides[EXPECTED], KIND_COLUMN, &found->id);
		if (expected && expected->values[position] && found->values[position])
			add(&t, found, strtol(expected->values[position], NULL, 10),
				strtol(found->values[position], NULL, 10));
	}
	finish_table(c, &t, p);
	free(t.columns);
	free(t.places);
}

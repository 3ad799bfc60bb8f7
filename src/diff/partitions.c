/* See partitions.h. */
#include "diff/partitions.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/strmap.h"

static enum partitions
mode(const struct compare_options *opt)
{
	return opt->all ? PARTITIONS_COMPARE : opt->partitions;
}

/* The qualified name of the table that it is a partition of, or NULL. */
static const char *
partition_of(const struct object *o)
{
	return kind_is_relation(o->kind) ? object_value(o, "partition_of") : NULL;
}

bool
partitions_hide(const struct compare_options *opt, const struct object *o)
{
	if (mode(opt) != PARTITIONS_COUNT)
		return false;
	for (; o; o = o->belongs_to)
		if (partition_of(o))
			return true;
	return false;
}

bool
partitions_may_differ(const struct compare_options *opt, const struct object *o)
{
	return mode(opt) == PARTITIONS_PARENT && partition_of(o);
}

struct counts {
	size_t n[2];
};

static void
count(struct comparison *c, enum side side, struct strmap *parents)
{
	const struct snapshot *s = c->sides[side];

	for (size_t i = 0; i < s->n_objects; i++) {
		const char *parent = partition_of(&s->objects[i]);
		struct counts *counts;

		if (!parent)
			continue;
		counts = strmap_get(parents, parent);
		if (!counts) {
			counts = arena_alloc(c->diff->arena, sizeof *counts);
			strmap_put(parents, parent, counts);
		}
		counts->n[side]++;
	}
}

static void
report(struct comparison *c, const struct object *o, const struct counts *counts)
{
	char expected[24], found[24];

	snprintf(expected, sizeof expected, "%zu", counts->n[EXPECTED]);
	snprintf(found, sizeof found, "%zu", counts->n[FOUND]);
	comparison_note(c, o,
		(struct finding){.change = CHANGE_CHANGED,
			.property = "partitions",
			.severity = SEVERITY_ADDITIVE,
			.expected = expected,
			.found = found});
}

void
partitions_compare(struct comparison *c)
{
	const struct snapshot *s = c->sides[FOUND];
	struct strmap *parents;
	struct strbuf name = {0};

	if (mode(c->options) != PARTITIONS_COUNT)
		return;
	parents = strmap_new();
	count(c, EXPECTED, parents);
	count(c, FOUND, parents);
	for (size_t i = 0; i < s->n_objects; i++) {
		const struct object *o = &s->objects[i];
		const struct counts *counts;

		if (o->kind != KIND_TABLE || c->presence[FOUND][i] != BOTH)
			continue;
		strbuf_clear(&name);
		object_name(o, &name);
		counts = strmap_get(parents, name.s);
		if (counts && counts->n[EXPECTED] != counts->n[FOUND])
			report(c, o, counts);
	}
	strbuf_free(&name);
	strmap_free(parents);
}

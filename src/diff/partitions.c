/* See partitions.h. */
#include "diff/partitions.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/strmap.h"

static enum partitions
mode(const struct compare_options *opt)
{
	return opt->all ? PARTITIONS_COMPARE : opt->partitions;
}

const char *
partitions_parent(const struct object *o)
{
	return kind_is_relation(o->kind) ? object_value(o, "partition_of") : NULL;
}

const char *
partitions_bound_text(const struct object *o)
{
	const char *parent = partitions_parent(o);
	const char *bound = parent ? object_value(o, "partition_bound") : NULL;
	size_t n = parent ? strlen(parent) : 0;

	return bound && !strncmp(bound, parent, n) && bound[n] == ' ' ? bound + n + 1
								      : NULL;
}

enum bound
partitions_bound(const struct object *o)
{
	static const struct {
		const char *begin;
		enum bound bound;
	} bounds[] = {
		{"FOR VALUES FROM ", BOUND_RANGE},
		{"FOR VALUES IN ", BOUND_LIST},
		{"FOR VALUES WITH ", BOUND_HASH},
		{"DEFAULT", BOUND_DEFAULT},
	};
	const char *text = partitions_bound_text(o);

	for (size_t i = 0; text && i < COUNT_OF(bounds); i++)
		if (!strncmp(text, bounds[i].begin, strlen(bounds[i].begin)))
			return bounds[i].bound;
	return BOUND_NONE;
}

bool
partitions_by_parent(const struct compare_options *opt)
{
	return mode(opt) == PARTITIONS_PARENT;
}

bool
partitions_hide(const struct compare_options *opt, const struct object *o)
{
	if (mode(opt) != PARTITIONS_COUNT)
		return false;
	for (; o; o = o->belongs_to)
		if (partitions_parent(o))
			return true;
	return false;
}

bool
partitions_may_differ(const struct compare_options *opt, const struct object *o)
{
	return mode(opt) == PARTITIONS_PARENT && partitions_parent(o) &&
	       partitions_bound(o) <= BOUND_RANGE;
}

static bool
is_alone(const struct comparison *c, enum side side, const struct object *o)
{
	return c->presence[side][o - c->sides[side]->objects] == ALONE;
}

/* No further up than that: the server keeps circles out, a file may say anything. */
enum { MAX_LEVELS = 64 };

bool
partitions_go_with_another(
	struct comparison *c, enum side side, const struct object *o, bool deviates)
{
	if (mode(c->options) != PARTITIONS_PARENT)
		return false;
	for (size_t level = 0; level < MAX_LEVELS; level++) {
		const char *name = partitions_parent(o);

		o = name ? comparison_relation(c, side, name) : NULL;
		if (!o || !is_alone(c, side, o))
			return false;
		if (!deviates || !partitions_parent(o))
			return true;
	}
	return false;
}

struct counts {
	size_t n[2];
};

/* Where partitions may come and go, only those are counted that are expected to; one
 * that was detached is told as it is. */
static bool
counts_as(const struct comparison *c, enum side side, const struct object *o)
{
	if (!partitions_parent(o) || mode(c->options) == PARTITIONS_COUNT)
		return partitions_parent(o);
	return side == FOUND ||
	       (partitions_may_differ(c->options, o) && is_alone(c, EXPECTED, o));
}

static void
count(struct comparison *c, enum side side, struct strmap *parents)
{
	const struct snapshot *s = c->sides[side];

	for (size_t i = 0; i < s->n_objects; i++) {
		const char *parent = partitions_parent(&s->objects[i]);
		struct counts *counts;

		if (!counts_as(c, side, &s->objects[i]))
			continue;
		counts = strmap_get(parents, parent);
		if (!counts) {
			counts = arena_alloc(c->diff->arena, sizeof *counts);
			strmap_put(parents, parent, counts);
		}
		counts->n[side]++;
	}
}

/* Rows have no place any more; those of a range may have had none for long. */
static bool
breaks(const struct object *o, const struct counts *counts)
{
	const char *key = object_value(o, "partition_key");

	return counts->n[FOUND] < counts->n[EXPECTED] &&
	       (!counts->n[FOUND] || (key && strncmp(key, "RANGE", strlen("RANGE"))));
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
			.severity = breaks(o, counts) ? SEVERITY_BREAKING
						      : SEVERITY_ADDITIVE,
			.expected = expected,
			.found = found});
}

void
partitions_compare(struct comparison *c)
{
	const struct snapshot *s = c->sides[FOUND];
	struct strmap *parents;
	struct strbuf name = {0};

	if (mode(c->options) == PARTITIONS_COMPARE)
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
		if (counts && counts->n[EXPECTED] != counts->n[FOUND] &&
			(mode(c->options) == PARTITIONS_COUNT || !counts->n[FOUND]))
			report(c, o, counts);
	}
	strbuf_free(&name);
	strmap_free(parents);
}

/* A comparison in earnest takes a while, and there may be hundreds of candidates: they
 * are put in the order of a cheap distance first, and only the nearest are compared. */
#include "diff/nearest.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

/* At most so many are compared in earnest, beside those as near as the first. */
enum { TRIED = 8 };

struct ranked {
	size_t at, distance;
};

/* The bits of the properties that are compared whatever was asked for. */
static uint64_t
compared_always(const struct snapshot *a, const struct snapshot *b, enum kind k)
{
	const struct kind_info *info = kind_info(k);
	uint64_t bits = 0;

	if (info->only_with != SWITCH_ALWAYS ||
		!(a->read[k] & b->read[k] & KIND_WAS_READ))
		return 0;
	for (size_t i = 0; i < info->n_properties; i++)
		if (info->properties[i].only_with == SWITCH_ALWAYS)
			bits |= UINT64_C(1) << i;
	return KIND_WAS_READ | (bits & a->read[k] & b->read[k]);
}

static bool
differ(const struct object *x, const struct object *y, uint64_t bits)
{
	for (size_t i = 0; i < kind_info(x->kind)->n_properties; i++)
		if (bits >> i & 1 && !text_same(x->values[i], y->values[i]))
			return true;
	return false;
}

static size_t
distance_of(const struct snapshot *a, const struct snapshot *b)
{
	uint64_t bits[KIND_COUNT];
	size_t i = 0, j = 0, distance = 0;

	for (size_t k = 0; k < KIND_COUNT; k++)
		bits[k] = compared_always(a, b, (enum kind)k);
	while (i < a->n_objects || j < b->n_objects) {
		const struct object *x = i < a->n_objects ? &a->objects[i] : NULL;
		const struct object *y = j < b->n_objects ? &b->objects[j] : NULL;
		int order = !x ? 1 : !y ? -1 : object_compare(x, y);
		uint64_t known = bits[order > 0 ? y->kind : x->kind];

		i += order <= 0;
		j += order >= 0;
		if (known)
			distance += order || differ(x, y, known);
	}
	return distance;
}

size_t
nearest_distance(const struct snapshot *a, const struct snapshot *b)
{
	struct snapshot *x = snapshot_open(a), *y = snapshot_open(b);
	size_t distance = distance_of(x, y);

	snapshot_unref(y);
	snapshot_unref(x);
	return distance;
}

static int
by_distance(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static struct ranked *
rank(const struct snapshot *const *candidates, size_t n, const struct snapshot *found)
{
	struct ranked *v = xcalloc(n + 1, sizeof *v);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct ranked){i, nearest_distance(candidates[i], found)};
	qsort(v, n, sizeof *v, by_distance);
	return v;
}

/* Take a candidate that is better than what there is; one that is as good is alike
 * where nothing differs at all. */
static void
consider(struct nearest *out, size_t at, struct diff *d)
{
	bool first = !out->diff;

	if (d->status == DIFF_NOT_COMPARABLE ||
		(!first && d->n_findings > out->diff->n_findings)) {
		diff_unref(d);
	} else if (!first && d->n_findings == out->diff->n_findings) {
		if (!d->n_findings)
			out->alike[out->n_alike++] = at;
		diff_unref(d);
	} else {
		diff_unref(out->diff);
		out->diff = d;
		out->at = at;
		out->n_alike = 0;
	}
}

bool
nearest_find(const struct snapshot *const *candidates, size_t n,
	const struct snapshot *found, const struct compare_options *o,
	struct nearest *out)
{
	struct ranked *order = rank(candidates, n, found);

	*out = (struct nearest){.alike = xcalloc(n + 1, sizeof *out->alike)};
	for (size_t i = 0; i < n; i++) {
		if (i >= TRIED && order[i].distance > order[0].distance)
			break;
		consider(out, order[i].at,
			diff_compare(candidates[order[i].at], found, o));
	}
	free(order);
	if (out->diff)
		return true;
	nearest_fini(out);
	return false;
}

void
nearest_fini(struct nearest *n)
{
	diff_unref(n->diff);
	free(n->alike);
	*n = (struct nearest){0};
}

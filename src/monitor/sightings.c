/* See sightings.h.  Numbers of findings are of one diff, so only where there is another
 * one are names compared, those of both in one order. */
#include "monitor/sightings.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/diff.h"

struct place {
	const struct finding *finding;
	size_t number;
};

static int
compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* What a finding is known by, whatever values it shows. */
static int
compare_identities(const struct finding *a, const struct finding *b)
{
	int order = (a->kind > b->kind) - (a->kind < b->kind);

	if (!order)
		order = (a->on > b->on) - (a->on < b->on);
	if (!order)
		order = compare_texts(a->name, b->name);
	if (!order)
		order = (a->change > b->change) - (a->change < b->change);
	return order ? order : compare_texts(a->property, b->property);
}

static int
by_identity(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return compare_identities(x->finding, y->finding);
}

static struct place *
sorted(const struct diff *d)
{
	struct place *v = xcalloc(d->n_findings + 1, sizeof *v);

	for (size_t i = 0; i < d->n_findings; i++)
		v[i] = (struct place){&d->findings[i], i};
	qsort(v, d->n_findings, sizeof *v, by_identity);
	return v;
}

struct sightings *
sightings_new(struct diff *d, int64_t at_ms)
{
	struct sightings *s = xmalloc(sizeof *s + d->n_findings * sizeof *s->first_ms);

	s->refs = 1;
	s->diff = diff_ref(d);
	for (size_t i = 0; i < d->n_findings; i++)
		s->first_ms[i] = at_ms;
	return s;
}

struct sightings *
sightings_follow(const struct sightings *before, struct diff *d, int64_t at_ms)
{
	struct sightings *now = sightings_new(d, at_ms);
	struct place *was, *is;
	size_t k = 0, n = before ? before->diff->n_findings : 0;

	if (!n || !d->n_findings)
		return now;
	was = sorted(before->diff);
	is = sorted(d);
	for (size_t i = 0; i < d->n_findings; i++) {
		while (k < n && by_identity(&was[k], &is[i]) < 0)
			k++;
		if (k < n && !by_identity(&was[k], &is[i]))
			now->first_ms[is[i].number] = before->first_ms[was[k].number];
	}
	free(was);
	free(is);
	return now;
}

struct sightings *
sightings_ref(struct sightings *s)
{
	s->refs++;
	return s;
}

void
sightings_unref(struct sightings *s)
{
	if (!s || --s->refs)
		return;
	diff_unref(s->diff);
	free(s);
}

void
sightings_know(struct sightings *s, int64_t at_ms)
{
	for (size_t i = 0; i < s->diff->n_findings; i++)
		if (!s->first_ms[i])
			s->first_ms[i] = at_ms;
}

void
sightings_step(struct sightings *s, const struct clock_step *step)
{
	for (size_t i = 0; i < s->diff->n_findings; i++)
		s->first_ms[i] = clock_stepped(s->first_ms[i], step);
}

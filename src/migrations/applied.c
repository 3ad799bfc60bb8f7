/* An upgrade runs what is above the recorded rows; the graph says of all below that it
 * was run.  Only who has seen both can tell where that is not so. */
#include "migrations/applied.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/allow.h"
#include "migrations/graph.h"

void
applied_add(struct applied *a, const char *id, uint64_t digest)
{
	GROW(a->v, a->n, a->cap);
	a->v[a->n++] = (struct applied_revision){xstrdup(id), digest};
}

void
applied_free(struct applied *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->v[i].id);
	free(a->v);
	*a = (struct applied){0};
}

void
applied_news_free(struct applied_news *n)
{
	strvec_free(&n->inserted);
	strvec_free(&n->changed);
}

/* By revision of the graph. */
struct flags {
	bool *now;     /* the rows include it now */
	bool *known;   /* it is among what is known */
	bool *below;   /* it comes before something that is known */
	bool vanished; /* something that is known has no file any more */
};

static size_t
position(const struct migrations *h, const struct revision *r)
{
	return (size_t)(r - h->revisions);
}

/* They mostly come in the order of the graph: it is the one after `*last`. */
static const struct revision *
find_next(const struct migrations *h, const char *id, const struct revision **last)
{
	const struct revision *next = *last ? *last + 1 : h->revisions;

	if (position(h, next) == h->n_revisions || strcmp(next->id, id) != 0)
		next = migrations_find(h, id);
	if (next)
		*last = next;
	return next;
}

static struct flags
flags_of(const struct applied *a, const struct migrations *h,
	const struct strvec *recorded)
{
	size_t n = h->n_revisions + 1;
	struct flags f = {xcalloc(n, sizeof(bool)), xcalloc(n, sizeof(bool)),
		xcalloc(n, sizeof(bool)), false};
	const struct revision *last = NULL;

	for (size_t i = 0; i < recorded->n; i++)
		graph_mark_ancestors(
			h, position(h, migrations_find(h, recorded->v[i])), f.now);
	for (size_t i = 0; i < a->n; i++) {
		const struct revision *r = find_next(h, a->v[i].id, &last);

		f.vanished |= !r;
		if (!r)
			continue;
		f.known[position(h, r)] = true;
		if (f.now[position(h, r)])
			graph_mark_ancestors(h, position(h, r), f.below);
	}
	return f;
}

/* What a project means is no news. */
static void
tell(struct strvec *list, const struct migrations *h, enum problem_code code,
	const struct revision *r)
{
	if (!allow_covers(h, code, r))
		strvec_add(list, r->id);
}

/* Forget what has gone or was taken back; tell what has changed. */
static bool
keep_known(struct applied *a, const struct migrations *h, const struct flags *f,
	struct applied_news *news)
{
	size_t kept = 0, before = a->n;
	const struct revision *last = NULL;

	for (size_t i = 0; i < a->n; i++) {
		const struct revision *r = find_next(h, a->v[i].id, &last);

		if (!r || !f->now[position(h, r)]) {
			free(a->v[i].id);
			continue;
		}
		if (r->digest != a->v[i].digest)
			tell(&news->changed, h, PROBLEM_CHANGED_AFTER_APPLIED, r);
		a->v[kept++] = a->v[i];
	}
	a->n = kept;
	return kept != before;
}

/* What the rows include and nobody knew: run since, unless it comes before what had
 * been run without it. */
static bool
take_new(struct applied *a, const struct migrations *h, const struct flags *f,
	struct applied_news *news)
{
	bool any = false;

	for (size_t i = 0; i < h->n_revisions; i++) {
		const struct revision *r = &h->revisions[i];

		if (!f->now[i] || f->known[i])
			continue;
		if (f->below[i] && !f->vanished) {
			tell(&news->inserted, h, PROBLEM_INSERTED_BELOW, r);
			continue;
		}
		applied_add(a, r->id, r->digest);
		any = true;
	}
	return any;
}

bool
applied_see(struct applied *a, const struct migrations *h,
	const struct strvec *recorded, struct applied_news *news)
{
	struct flags f;
	bool changed;

	*news = (struct applied_news){0};
	if (migrations_obstacle(h) || migrations_unknown_id(h, recorded))
		return false;
	f = flags_of(a, h, recorded);
	changed = keep_known(a, h, &f, news);
	changed |= take_new(a, h, &f, news);
	strvec_sort(&news->changed);
	free(f.now);
	free(f.known);
	free(f.below);
	return changed;
}

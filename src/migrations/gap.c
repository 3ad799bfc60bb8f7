/* A parent that is computed at run time may be any revision but a descendant.  What a
 * verdict says has to be true in all of these cases.  One whose file is lost is known,
 * though: it is none of those that are there. */
#include "migrations/gap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/graph.h"

enum { AT_ONCE = 64 }; /* bits of a mask */

const char *
gap_missing(const struct migrations *h, const struct revision *r)
{
	for (size_t i = 0; i < r->down.n; i++)
		if (!graph_id(h, r->down.v[i]))
			return r->down.v[i];
	for (size_t i = 0; i < r->depends_on.n; i++)
		if (!graph_id(h, r->depends_on.v[i]) &&
			!graph_label(h, r->depends_on.v[i]))
			return r->depends_on.v[i];
	return NULL;
}

static bool
is_unread(const struct revision *r)
{
	return r->down_unknown || r->depends_unknown;
}

bool
gap_is_before(const struct migrations *h, const struct revision *r)
{
	return is_unread(r) || gap_missing(h, r);
}

bool
gap_at(const struct migrations *h, const struct revision *r)
{
	return h->index->gaps[r - h->revisions];
}

/* Give each revision the bits of those gaps that it descends from, or is. */
static void
descend(const struct migrations *h, const size_t *gaps, size_t n, uint64_t *masks)
{
	const struct edges *next = &h->index->all_next;

	memset(masks, 0, h->n_revisions * sizeof *masks);
	for (size_t i = 0; i < n; i++)
		masks[gaps[i]] = UINT64_C(1) << i;
	for (size_t i = 0; i < h->index->n_sound; i++) {
		size_t node = h->index->topo[i];

		for (size_t k = next->at[node]; k < next->at[node + 1]; k++)
			masks[next->to[k]] |= masks[node];
	}
}

void
gap_mark_maybe(const struct migrations *h, const bool *set, bool *maybe)
{
	size_t *gaps = xcalloc(h->n_revisions + 1, sizeof *gaps), n = 0;
	uint64_t *masks = xcalloc(h->n_revisions + 1, sizeof *masks);

	for (size_t i = 0; i < h->n_revisions; i++)
		if (set[i] && is_unread(&h->revisions[i]))
			gaps[n++] = i;
	for (size_t at = 0; at < n; at += AT_ONCE) {
		size_t some = n - at < AT_ONCE ? n - at : AT_ONCE;
		uint64_t all = UINT64_MAX >> (AT_ONCE - some);

		descend(h, gaps + at, some, masks);
		for (size_t i = 0; i < h->n_revisions; i++)
			maybe[i] |= masks[i] != all;
	}
	free(masks);
	free(gaps);
}

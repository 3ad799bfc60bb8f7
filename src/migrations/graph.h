/* The edges between revisions, by position in the sorted array of the migrations. */
#ifndef MIGRATIONS_GRAPH_H
#define MIGRATIONS_GRAPH_H

#include "base/strmap.h"
#include "migrations/migrations.h"

/* All edges of one kind: those of node i are to[at[i]] … to[at[i + 1] - 1]. */
struct edges {
	size_t *at, *to;
};

struct migrations_index {
	struct strmap *ids, *labels; /* → revision */
	struct edges down;           /* down_revision: as written, each once */
	struct edges deps;           /* depends_on, ids and labels resolved */
	struct edges next;           /* the revisions whose down_revision names this */
	struct edges all_next;       /* … or whose depends_on does */
	/* A topological order, parents first; nodes that no order can hold (members of
	 * a cycle and what comes after one) follow, sorted. */
	size_t *topo;
	size_t n_sound; /* how many of them are truly in order */
	bool *gaps;     /* of each whether gap_at() is true */
};

static inline size_t
graph_degree(const struct edges *e, size_t node)
{
	return e->at[node + 1] - e->at[node];
}

/* True if no down_revision names it, its own included. */
bool graph_is_head(const struct migrations *h, size_t node);

/* Build h->index from h->revisions: references to what is not there and to itself are
 * left out. */
void graph_build(struct migrations *h);
void graph_free(struct migrations_index *g);

/* The revision of that id (or label), or NULL. */
const struct revision *graph_id(const struct migrations *h, const char *id);
const struct revision *graph_label(const struct migrations *h, const char *label);

/* Mark in `set` (one flag a revision) `from` and all its ancestors over both kinds of
 * edges. */
void graph_mark_ancestors(const struct migrations *h, size_t from, bool *set);
/* Mark `from` and all its descendants over down_revision. */
void graph_mark_descendants(const struct migrations *h, size_t from, bool *set);

/* Give every member of a cycle the number of its cycle, from 1; others 0.  Returns how
 * many there are.  The caller frees *cycle. */
size_t graph_cycles(const struct migrations *h, size_t **cycle);

#endif

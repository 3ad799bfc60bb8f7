/* Many orders would do; a person compares ours with what `alembic upgrade` prints, so
 * it is the one of RevisionMap._topological_sort (script/revision.py), which walks down
 * from the heads, one line at a time, and is turned round.  Where Alembic asks "is this
 * an ancestor of another current head", the count of waiting children answers. */
#include "migrations/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/graph.h"

enum { NOWHERE = 0 };

struct sorter {
	const struct migrations *h;
	const struct migrations_index *g;
	bool *chosen;
	size_t *waiting; /* children of a node that are still to do */
	size_t *heads, n_heads;
	size_t *place; /* 1 + the position of a node among the heads, or NOWHERE */
	size_t at;     /* the current head */
	size_t *output, n_output;
	/* For one walk at a time: a node was met if its mark is the walk's number. */
	size_t *queue, *met, *owed, walk;
};

static void
count_waiting(struct sorter *s)
{
	const struct edges *e = &s->g->all_next;

	for (size_t i = 0; i < s->h->n_revisions; i++)
		for (size_t k = e->at[i]; s->chosen[i] && k < e->at[i + 1]; k++)
			s->waiting[i] += s->chosen[e->to[k]];
}

static void
put_head(struct sorter *s, size_t position, size_t node)
{
	s->heads[position] = node;
	s->place[node] = position + 1;
}

static void
drop_head(struct sorter *s, size_t position)
{
	s->n_heads--;
	for (size_t i = position; i < s->n_heads; i++)
		put_head(s, i, s->heads[i + 1]);
}

/* Begin a walk at `node`; returns how many are in the queue. */
static size_t
begin_walk(struct sorter *s, size_t node)
{
	s->walk++;
	s->queue[0] = node;
	return 1;
}

/* True the first time that this walk meets `node`, which has to be one to do. */
static bool
meet(struct sorter *s, size_t node)
{
	if (!s->chosen[node] || s->met[node] == s->walk)
		return false;
	s->met[node] = s->walk;
	return true;
}

/* The first of the heads that has `node` among its ancestors. */
static size_t
first_head_above(struct sorter *s, size_t node)
{
	const struct edges *e = &s->g->all_next;
	size_t count = begin_walk(s, node), best = s->n_heads;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = e->at[s->queue[i]]; k < e->at[s->queue[i] + 1]; k++) {
			size_t child = e->to[k];

			if (!meet(s, child))
				continue;
			s->queue[count++] = child;
			if (s->place[child] && s->place[child] - 1 < best)
				best = s->place[child] - 1;
		}
	}
	return best;
}

/* Alembic leaves out a dependency that an ancestor (over down_revision) has already
 * (_normalize_depends_on): mark in `owed` what the ancestors of `node` depend on. */
static void
mark_owed(struct sorter *s, size_t node)
{
	const struct edges *down = &s->g->down, *dep = &s->g->deps;
	size_t count = begin_walk(s, node);

	for (size_t i = 0; i < count; i++) {
		size_t x = s->queue[i];

		for (size_t k = dep->at[x]; i && k < dep->at[x + 1]; k++)
			s->owed[dep->to[k]] = s->walk;
		for (size_t k = down->at[x]; k < down->at[x + 1]; k++)
			if (meet(s, down->to[k]))
				s->queue[count++] = down->to[k];
	}
}

static bool
can_be_head(const struct sorter *s, size_t node)
{
	return s->chosen[node] && s->place[node] == NOWHERE;
}

/* The parents of `node` that can become heads in its place. */
static size_t
parents_to_add(struct sorter *s, size_t node, size_t *out)
{
	const struct edges *down = &s->g->down, *dep = &s->g->deps;
	size_t n = 0;

	for (size_t k = down->at[node]; k < down->at[node + 1]; k++)
		if (can_be_head(s, down->to[k]))
			out[n++] = down->to[k];
	if (!graph_degree(dep, node))
		return n;
	mark_owed(s, node);
	for (size_t k = down->at[node]; k < down->at[node + 1]; k++)
		s->owed[down->to[k]] = s->walk;
	for (size_t k = dep->at[node]; k < dep->at[node + 1]; k++)
		if (s->owed[dep->to[k]] != s->walk && can_be_head(s, dep->to[k]))
			out[n++] = dep->to[k];
	return n;
}

static void
finish_node(struct sorter *s, size_t node)
{
	const struct edges *kinds[] = {&s->g->down, &s->g->deps};

	s->output[s->n_output++] = node;
	s->chosen[node] = false;
	s->place[node] = NOWHERE;
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		for (size_t k = kinds[i]->at[node]; k < kinds[i]->at[node + 1]; k++)
			if (s->waiting[kinds[i]->to[k]])
				s->waiting[kinds[i]->to[k]]--;
}

static void
step(struct sorter *s)
{
	size_t node = s->heads[s->at], n;
	size_t *parents;

	if (s->waiting[node]) {
		s->at = first_head_above(s, node);
		return;
	}
	parents = xcalloc(
		graph_degree(&s->g->down, node) + graph_degree(&s->g->deps, node) + 1,
		sizeof *parents);
	n = parents_to_add(s, node, parents);
	finish_node(s, node);
	if (n) {
		put_head(s, s->at, parents[0]);
		for (size_t i = 1; i < n; i++)
			put_head(s, s->n_heads++, parents[i]);
	} else {
		drop_head(s, s->at);
		s->at -= s->at > 0;
	}
	free(parents);
}

struct start {
	size_t order, node;
};

static int
by_order(const void *a, const void *b)
{
	const struct start *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

/* The revisions that none of the others waits for, as Alembic loaded them. */
static void
find_heads(struct sorter *s)
{
	size_t n = s->h->n_revisions;
	struct start *starts = xcalloc(n + 1, sizeof *starts);

	for (size_t i = 0; i < n; i++)
		if (s->chosen[i] && !s->waiting[i])
			starts[s->n_heads++] =
				(struct start){s->h->revisions[i].order, i};
	qsort(starts, s->n_heads, sizeof *starts, by_order);
	for (size_t i = 0; i < s->n_heads; i++)
		put_head(s, i, starts[i].node);
	free(starts);
}

static void
sort_as_alembic(const struct migrations *h, const bool *wanted, struct strvec *out)
{
	size_t n = h->n_revisions;
	struct sorter s = {
		.h = h,
		.g = h->index,
		.chosen = xcalloc(n + 1, sizeof *s.chosen),
		.waiting = xcalloc(n + 1, sizeof *s.waiting),
		.heads = xcalloc(n + 1, sizeof *s.heads),
		.place = xcalloc(n + 1, sizeof *s.place),
		.output = xcalloc(n + 1, sizeof *s.output),
		.queue = xcalloc(n + 1, sizeof *s.queue),
		.met = xcalloc(n + 1, sizeof *s.met),
		.owed = xcalloc(n + 1, sizeof *s.owed),
	};

	memcpy(s.chosen, wanted, n * sizeof *wanted);
	count_waiting(&s);
	find_heads(&s);
	while (s.n_heads)
		step(&s);
	while (s.n_output)
		strvec_add(out, h->revisions[s.output[--s.n_output]].id);
	free(s.chosen);
	free(s.waiting);
	free(s.heads);
	free(s.place);
	free(s.output);
	free(s.queue);
	free(s.met);
	free(s.owed);
}

void
order_upgrade(const struct migrations *h, const bool *wanted, struct strvec *out)
{
	const struct migrations_index *g = h->index;
	bool sound = true;

	for (size_t i = g->n_sound; i < h->n_revisions; i++)
		sound = sound && !wanted[g->topo[i]];
	if (sound) {
		sort_as_alembic(h, wanted, out);
		return;
	}
	for (size_t i = 0; i < h->n_revisions; i++)
		if (wanted[g->topo[i]])
			strvec_add(out, h->revisions[g->topo[i]].id);
}

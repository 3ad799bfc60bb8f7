/* As `git log --graph` does it: a walk down from the heads that finishes one line
 * before it begins the next.  A lane belongs to the node that it leads to, and all who
 * lead there share it, so that fifty heads of one base need two lanes, not fifty. */
#include "migrations/lanes.h"

#include <stdlib.h>

#include "base/heap.h"
#include "base/mem.h"

/* ---- Rows ---- */

struct rows_state {
	struct lanes *l;
	size_t *first;       /* edges of node i: first[i] … first[i + 1] - 1 */
	size_t *above;       /* those that lead to it, in the same way … */
	size_t *first_above; /* … by their number */
	size_t *waiting;     /* edges to a node whose other end has no row yet */
	bool *placed;
	size_t *stack, n_stack;
	size_t n_placed;
};

static void
index_edges(struct rows_state *s)
{
	const struct lanes *l = s->l;
	size_t *fill = xcalloc(l->n_nodes + 1, sizeof *fill);

	for (size_t k = 0; k < l->n_edges; k++) {
		s->first[l->edges[k].from + 1]++;
		s->first_above[l->edges[k].to + 1]++;
		s->waiting[l->edges[k].to]++;
	}
	for (size_t i = 0; i < l->n_nodes; i++) {
		s->first[i + 1] += s->first[i];
		s->first_above[i + 1] += s->first_above[i];
		fill[i] = s->first_above[i];
	}
	for (size_t k = 0; k < l->n_edges; k++)
		s->above[fill[l->edges[k].to]++] = k;
	free(fill);
}

/* Of each node the most that a way down from it weighs; what a cycle is below of has
 * its own weight alone. */
static size_t *
weigh(const struct rows_state *s)
{
	const struct lanes *l = s->l;
	size_t *depth = xcalloc(l->n_nodes + 1, sizeof *depth);
	size_t *open = xcalloc(l->n_nodes + 1, sizeof *open);
	size_t *queue = xcalloc(l->n_nodes + 1, sizeof *queue), n = 0;

	for (size_t i = 0; i < l->n_nodes; i++) {
		depth[i] = l->nodes[i].weight;
		open[i] = s->first[i + 1] - s->first[i];
		if (!open[i])
			queue[n++] = i;
	}
	for (size_t done = 0; done < n; done++) {
		size_t node = queue[done];

		for (size_t k = s->first_above[node]; k < s->first_above[node + 1];
			k++) {
			size_t up = l->edges[s->above[k]].from;
			size_t through = depth[node] + l->nodes[up].weight;

			if (through > depth[up])
				depth[up] = through;
			if (!--open[up])
				queue[n++] = up;
		}
	}
	free(open);
	free(queue);
	return depth;
}

struct start {
	unsigned group;
	size_t depth, node;
};

static int
by_rank(const void *a, const void *b)
{
	const struct start *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->depth != y->depth)
		return x->depth > y->depth ? -1 : 1;
	return (x->node > y->node) - (x->node < y->node);
}

/* All nodes, those first that come first where it is free. */
static struct start *
ranked(const struct rows_state *s)
{
	size_t n = s->l->n_nodes, *depth = weigh(s);
	struct start *starts = xcalloc(n + 1, sizeof *starts);

	for (size_t i = 0; i < n; i++)
		starts[i] = (struct start){s->l->nodes[i].group, depth[i], i};
	qsort(starts, n, sizeof *starts, by_rank);
	free(depth);
	return starts;
}

/* Give the node the next row, and put those on the stack that waited for it last, the
 * end of its first edge on top. */
static void
place(struct rows_state *s, size_t node)
{
	s->placed[node] = true;
	s->l->nodes[node].row = s->n_placed;
	s->l->order[s->n_placed++] = node;
	for (size_t k = s->first[node + 1]; k-- > s->first[node];) {
		size_t to = s->l->edges[k].to;

		if (!--s->waiting[to] && !s->placed[to])
			s->stack[s->n_stack++] = to;
	}
}

/* Somebody above `node` who has no row either: everything that has none waits for such
 * a one. */
static size_t
up(const struct rows_state *s, size_t node)
{
	size_t k = s->first_above[node];

	while (s->placed[s->l->edges[s->above[k]].from])
		k++;
	return s->l->edges[s->above[k]].from;
}

/* A node of a cycle that is, or is above, `node`, where all wait for each other: one
 * that is come to from outside before the others.  `met` of each node is the last
 * search that came by. */
static size_t
on_cycle(const struct rows_state *s, size_t node, size_t *met, size_t search)
{
	size_t at;

	for (; met[node] != search; node = up(s, node))
		met[node] = search;
	at = node;
	do {
		if (s->waiting[at] < s->first_above[at + 1] - s->first_above[at])
			return at;
		at = up(s, at);
	} while (at != node);
	return node;
}

static void
place_all(struct rows_state *s)
{
	size_t n = s->l->n_nodes, search = 0;
	size_t *met = xcalloc(n + 1, sizeof *met);
	struct start *starts = ranked(s);

	for (size_t i = n; i-- > 0;)
		if (!s->waiting[starts[i].node])
			s->stack[s->n_stack++] = starts[i].node;
	for (size_t i = 0; s->n_placed < n;) {
		if (s->n_stack)
			place(s, s->stack[--s->n_stack]);
		else if (s->placed[starts[i].node])
			i++;
		else
			place(s, on_cycle(s, starts[i].node, met, ++search));
	}
	free(starts);
	free(met);
}

/* ---- Lanes ---- */

struct lane {
	size_t number;
	bool taken;
	size_t in_heap;
};

static bool
is_left_of(const void *a, const void *b)
{
	return ((const struct lane *)a)->number < ((const struct lane *)b)->number;
}

static const struct heap_kind leftmost = {is_left_of, offsetof(struct lane, in_heap)};

struct lanes_state {
	struct lanes *l;
	const size_t *first;
	struct lane *lanes; /* one for each node and edge: never more */
	struct heap free;   /* of the first `begun` */
	size_t begun;
	size_t *leads[2]; /* to each node: 1 + the lane, of plain and dotted edges */
};

static size_t
take(struct lanes_state *s)
{
	struct lane *lane = heap_first(&s->free);

	if (lane) {
		heap_remove(&s->free, lane);
	} else {
		lane = &s->lanes[s->begun];
		lane->number = s->begun++;
	}
	lane->taken = true;
	return lane->number;
}

static void
release(struct lanes_state *s, size_t number)
{
	s->lanes[number].taken = false;
	heap_put(&s->free, &s->lanes[number]);
}

static size_t
last_taken(const struct lanes_state *s)
{
	size_t last = s->begun;

	while (last && !s->lanes[last - 1].taken)
		last--;
	return last ? last - 1 : 0;
}

/* The lanes of the edges that leave the node; true if one goes on in its own. */
static bool
leave(struct lanes_state *s, size_t node)
{
	const struct lanes_node *v = &s->l->nodes[node];
	bool goes_on = false;

	for (size_t k = s->first[node]; k < s->first[node + 1]; k++) {
		struct lanes_edge *e = &s->l->edges[k];
		size_t *leads = &s->leads[e->dotted][e->to];

		e->climbs = s->l->nodes[e->to].row < v->row;
		if (e->climbs)
			continue;
		e->joins = *leads > 0;
		if (!e->joins && goes_on)
			*leads = 1 + take(s);
		else if (!e->joins)
			*leads = 1 + v->lane;
		goes_on = goes_on || !e->joins;
		e->lane = *leads - 1;
	}
	return goes_on;
}

static void
lay_node(struct lanes_state *s, size_t node)
{
	struct lanes_node *v = &s->l->nodes[node];
	size_t plain = s->leads[false][node], dotted = s->leads[true][node];
	size_t before;
	bool goes_on;

	v->lane = plain ? plain - 1 : dotted ? dotted - 1 : take(s);
	before = last_taken(s);
	if (plain && dotted)
		release(s, dotted - 1);
	goes_on = leave(s, node);
	v->extent = last_taken(s);
	if (before > v->extent)
		v->extent = before;
	if (!goes_on)
		release(s, v->lane);
}

/* To the right of all that is between both ends. */
static void
lay_climbing(struct lanes *l, struct lanes_edge *e)
{
	size_t top = l->nodes[e->to].row, bottom = l->nodes[e->from].row;

	for (size_t row = top; row <= bottom; row++)
		if (l->nodes[l->order[row]].extent >= e->lane)
			e->lane = l->nodes[l->order[row]].extent + 1;
	for (size_t row = top; row <= bottom; row++)
		l->nodes[l->order[row]].extent = e->lane;
	if (l->width <= e->lane)
		l->width = e->lane + 1;
}

static void
lay_lanes(struct lanes *l, const size_t *first)
{
	struct lanes_state s = {
		.l = l,
		.first = first,
		.free.kind = &leftmost,
		.lanes = xcalloc(l->n_nodes + l->n_edges + 1, sizeof *s.lanes),
		.leads = {xcalloc(l->n_nodes + 1, sizeof(size_t)),
			xcalloc(l->n_nodes + 1, sizeof(size_t))},
	};

	for (size_t row = 0; row < l->n_nodes; row++)
		lay_node(&s, l->order[row]);
	l->width = s.begun;
	for (size_t k = 0; k < l->n_edges; k++)
		if (l->edges[k].climbs)
			lay_climbing(l, &l->edges[k]);
	heap_fini(&s.free);
	free(s.lanes);
	free(s.leads[false]);
	free(s.leads[true]);
}

void
lanes_lay(struct lanes *l)
{
	size_t n = l->n_nodes;
	struct rows_state s = {
		.l = l,
		.first = xcalloc(n + 1, sizeof *s.first),
		.first_above = xcalloc(n + 1, sizeof *s.first_above),
		.above = xcalloc(l->n_edges + 1, sizeof *s.above),
		.waiting = xcalloc(n + 1, sizeof *s.waiting),
		.placed = xcalloc(n + 1, sizeof *s.placed),
		.stack = xcalloc(n + 1, sizeof *s.stack),
	};

	index_edges(&s);
	place_all(&s);
	lay_lanes(l, s.first);
	free(s.first);
	free(s.first_above);
	free(s.above);
	free(s.waiting);
	free(s.placed);
	free(s.stack);
}

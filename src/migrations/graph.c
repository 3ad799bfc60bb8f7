/* Adjacency as flat arrays, and the walks over them.  No walk recurses: a chain of a
 * hundred thousand revisions is as deep as it is long. */
#include "migrations/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/gap.h"

struct pair {
	size_t from, to;
};

struct pairs {
	struct pair *v;
	size_t n, cap;
};

static void
add_pair(struct pairs *p, size_t from, size_t to)
{
	GROW(p->v, p->n, p->cap);
	p->v[p->n++] = (struct pair){from, to};
}

/* Group by `from`, keeping the order of equals. */
static struct edges
group(const struct pairs *p, size_t n)
{
	struct edges e = {.at = xcalloc(n + 1, sizeof *e.at),
		.to = xcalloc(p->n + 1, sizeof *e.to)};
	size_t *fill = xcalloc(n + 1, sizeof *fill);

	for (size_t i = 0; i < p->n; i++)
		e.at[p->v[i].from + 1]++;
	for (size_t i = 0; i < n; i++)
		e.at[i + 1] += e.at[i];
	memcpy(fill, e.at, (n + 1) * sizeof *fill);
	for (size_t i = 0; i < p->n; i++)
		e.to[fill[p->v[i].from]++] = p->v[i].to;
	free(fill);
	return e;
}

static struct edges
reversed(const struct pairs *p, size_t n)
{
	struct pairs r = {0};
	struct edges e;

	for (size_t i = 0; i < p->n; i++)
		add_pair(&r, p->v[i].to, p->v[i].from);
	e = group(&r, n);
	free(r.v);
	return e;
}

static size_t
position(const struct migrations *h, const struct revision *r)
{
	return (size_t)(r - h->revisions);
}

const struct revision *
graph_id(const struct migrations *h, const char *id)
{
	return strmap_get(h->index->ids, id);
}

const struct revision *
graph_label(const struct migrations *h, const char *label)
{
	return strmap_get(h->index->labels, label);
}

bool
graph_is_head(const struct migrations *h, size_t node)
{
	const struct revision *r = &h->revisions[node];

	return !graph_degree(&h->index->next, node) && !strvec_has(&r->down, r->id);
}

/* ---- Building ---- */

/* Of two that claim a label, the one that is loaded first has it. */
static void
put_label(struct strmap *labels, const char *label, struct revision *r)
{
	const struct revision *other = strmap_get(labels, label);

	if (!other || r->order < other->order)
		strmap_put(labels, label, r);
}

static void
index_names(struct migrations *h)
{
	struct migrations_index *g = h->index;

	g->ids = strmap_new();
	g->labels = strmap_new();
	for (size_t i = 0; i < h->n_revisions; i++)
		strmap_put(g->ids, h->revisions[i].id, &h->revisions[i]);
	for (size_t i = 0; i < h->n_revisions; i++) {
		struct revision *r = &h->revisions[i];

		for (size_t k = 0; k < r->labels.n; k++)
			put_label(g->labels, r->labels.v[k], r);
	}
}

/* `last[to]` is 1 + the node that had an edge to it last: each edge counts once. */
static void
connect(struct pairs *p, size_t from, size_t to, size_t *last)
{
	if (from == to || last[to] == from + 1)
		return;
	last[to] = from + 1;
	add_pair(p, from, to);
}

static struct pairs
down_pairs(const struct migrations *h)
{
	size_t *last = xcalloc(h->n_revisions + 1, sizeof *last);
	struct pairs p = {0};

	for (size_t i = 0; i < h->n_revisions; i++) {
		const struct strvec *down = &h->revisions[i].down;

		for (size_t k = 0; k < down->n; k++) {
			const struct revision *to = graph_id(h, down->v[k]);

			if (to)
				connect(&p, i, position(h, to), last);
		}
	}
	free(last);
	return p;
}

static struct pairs
dependency_pairs(const struct migrations *h)
{
	size_t *last = xcalloc(h->n_revisions + 1, sizeof *last);
	struct pairs p = {0};

	for (size_t i = 0; i < h->n_revisions; i++) {
		const struct strvec *deps = &h->revisions[i].depends_on;

		for (size_t k = 0; k < deps->n; k++) {
			const struct revision *to = graph_id(h, deps->v[k]);

			if (!to)
				to = graph_label(h, deps->v[k]);
			if (to)
				connect(&p, i, position(h, to), last);
		}
	}
	free(last);
	return p;
}

/* Kahn's algorithm, the revisions in the order of their ids where it is free. */
static void
sort_topologically(struct migrations_index *g, size_t n)
{
	size_t *missing = xcalloc(n + 1, sizeof *missing), done = 0, tail;

	g->topo = xcalloc(n + 1, sizeof *g->topo);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = g->all_next.at[i]; k < g->all_next.at[i + 1]; k++)
			missing[g->all_next.to[k]]++;
	}
	for (size_t i = 0; i < n; i++)
		if (!missing[i])
			g->topo[g->n_sound++] = i;
	for (; done < g->n_sound; done++) {
		size_t i = g->topo[done];

		for (size_t k = g->all_next.at[i]; k < g->all_next.at[i + 1]; k++)
			if (!--missing[g->all_next.to[k]])
				g->topo[g->n_sound++] = g->all_next.to[k];
	}
	tail = g->n_sound;
	for (size_t i = 0; i < n; i++)
		if (missing[i])
			g->topo[tail++] = i;
	free(missing);
}

void
graph_build(struct migrations *h)
{
	struct migrations_index *g = xcalloc(1, sizeof *g);
	size_t n = h->n_revisions;
	struct pairs down, deps;

	h->index = g;
	index_names(h);
	down = down_pairs(h);
	deps = dependency_pairs(h);
	g->down = group(&down, n);
	g->deps = group(&deps, n);
	g->next = reversed(&down, n);
	for (size_t i = 0; i < deps.n; i++)
		add_pair(&down, deps.v[i].from, deps.v[i].to);
	g->all_next = reversed(&down, n);
	sort_topologically(g, n);
	free(down.v);
	free(deps.v);
	g->gaps = xcalloc(n + 1, sizeof *g->gaps);
	for (size_t i = 0; i < n; i++)
		g->gaps[i] = gap_is_before(h, &h->revisions[i]);
}

static void
free_edges(struct edges *e)
{
	free(e->at);
	free(e->to);
}

void
graph_free(struct migrations_index *g)
{
	if (!g)
		return;
	strmap_free(g->ids);
	strmap_free(g->labels);
	free_edges(&g->down);
	free_edges(&g->deps);
	free_edges(&g->next);
	free_edges(&g->all_next);
	free(g->topo);
	free(g->gaps);
	free(g);
}

/* ---- Walks ---- */

struct stack {
	size_t *v;
	size_t n, cap;
};

static void
push(struct stack *s, size_t node)
{
	GROW(s->v, s->n, s->cap);
	s->v[s->n++] = node;
}

static void
push_new(struct stack *s, const struct edges *e, size_t node, bool *set)
{
	for (size_t k = e->at[node]; k < e->at[node + 1]; k++) {
		if (!set[e->to[k]])
			push(s, e->to[k]);
		set[e->to[k]] = true;
	}
}

void
graph_mark_ancestors(const struct migrations *h, size_t from, bool *set)
{
	struct stack s = {0};

	if (!set[from])
		push(&s, from);
	set[from] = true;
	while (s.n) {
		size_t node = s.v[--s.n];

		push_new(&s, &h->index->down, node, set);
		push_new(&s, &h->index->deps, node, set);
	}
	free(s.v);
}

void
graph_mark_descendants(const struct migrations *h, size_t from, bool *set)
{
	struct stack s = {0};

	if (!set[from])
		push(&s, from);
	set[from] = true;
	while (s.n)
		push_new(&s, &h->index->next, s.v[--s.n], set);
	free(s.v);
}

/* ---- Cycles: Tarjan's strongly connected components, with its own stack ---- */

struct tarjan {
	const struct edges *e;
	size_t *found; /* 1 + when a node was met; 0: not yet */
	size_t *low;
	size_t *next; /* which edge of a node comes next */
	bool *on_path;
	struct stack path, calls;
	size_t met;
	size_t *cycle, n_cycles;
};

static void
enter(struct tarjan *t, size_t node)
{
	t->found[node] = t->low[node] = ++t->met;
	t->next[node] = t->e->at[node];
	t->on_path[node] = true;
	push(&t->path, node);
	push(&t->calls, node);
}

static void
leave(struct tarjan *t, size_t node)
{
	bool many = t->path.v[t->path.n - 1] != node;
	size_t member;

	t->calls.n--;
	if (t->calls.n) {
		size_t caller = t->calls.v[t->calls.n - 1];

		if (t->low[node] < t->low[caller])
			t->low[caller] = t->low[node];
	}
	if (t->low[node] != t->found[node])
		return;
	t->n_cycles += many;
	do {
		member = t->path.v[--t->path.n];
		t->on_path[member] = false;
		t->cycle[member] = many ? t->n_cycles : 0;
	} while (member != node);
}

static void
visit(struct tarjan *t, size_t root)
{
	enter(t, root);
	while (t->calls.n) {
		size_t node = t->calls.v[t->calls.n - 1], to;

		if (t->next[node] == t->e->at[node + 1]) {
			leave(t, node);
			continue;
		}
		to = t->e->to[t->next[node]++];
		if (!t->found[to])
			enter(t, to);
		else if (t->on_path[to] && t->found[to] < t->low[node])
			t->low[node] = t->found[to];
	}
}

size_t
graph_cycles(const struct migrations *h, size_t **cycle)
{
	size_t n = h->n_revisions;
	struct tarjan t = {
		.e = &h->index->all_next,
		.found = xcalloc(n + 1, sizeof *t.found),
		.low = xcalloc(n + 1, sizeof *t.low),
		.next = xcalloc(n + 1, sizeof *t.next),
		.on_path = xcalloc(n + 1, sizeof *t.on_path),
		.cycle = xcalloc(n + 1, sizeof *t.cycle),
	};

	for (size_t i = 0; i < n; i++)
		if (!t.found[i])
			visit(&t, i);
	free(t.found);
	free(t.low);
	free(t.next);
	free(t.on_path);
	free(t.path.v);
	free(t.calls.v);
	*cycle = t.cycle;
	return t.n_cycles;
}

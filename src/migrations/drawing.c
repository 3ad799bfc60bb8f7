/* The graph that is drawn has more than migrations.h knows edges of: archives, ids that
 * nobody has.  So it is put together here, of all that has an id. */
#include "migrations/drawing.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/strmap.h"
#include "migrations/graph.h"

enum { NONE = 0 };

struct vertex {
	const char *id;
	const struct revision *r;    /* NULL: unknown */
	const struct migrations *of; /* … whose it is */
	bool archived, standing, in_cycle, open;
	bool depends; /* depends_on leads here, or from here */
	size_t n_down, n_next, n_problems;
	size_t down, next; /* 1 + the last one, or NONE */
	size_t node;       /* 1 + its node */
};

struct link {
	size_t from, to;
	bool dependency;
};

/* A problem, where it is shown. */
struct mark {
	const struct problem *problem;
	size_t vertex; /* 1 + it, or NONE */
};

struct drawing_private {
	struct arena *arena;
	struct strmap *ids; /* → 1 + vertex, as a pointer */
	size_t *rows;       /* of each vertex */
};

struct maker {
	const struct migrations *h;
	const struct drawing_wish *wish;
	struct drawing_private *p;
	struct vertex *v;
	size_t n, cap;
	struct link *links;
	size_t n_links, cap_links;
	size_t n_known; /* revisions, archived ones too */
	struct mark *marks;
	size_t n_marks, cap_marks;
	size_t n_problems;
	struct drawing_node *nodes; /* not yet by rows */
	struct lanes lanes;
};

/* ---- Vertices ---- */

static size_t
find_vertex(const struct drawing_private *p, const char *id)
{
	return (size_t)(uintptr_t)strmap_get(p->ids, id);
}

static struct vertex *
add_vertex(struct maker *m, const char *id)
{
	GROW(m->v, m->n, m->cap);
	m->v[m->n] = (struct vertex){.id = id};
	strmap_put(m->p->ids, id, (void *)(uintptr_t)(m->n + 1));
	return &m->v[m->n++];
}

/* Of two that have an id the graph's counts, then that of the first archive. */
static void
add_revisions(struct maker *m, const struct migrations *of)
{
	for (size_t i = 0; i < of->n_revisions; i++) {
		struct vertex *v;

		if (find_vertex(m->p, of->revisions[i].id))
			continue;
		v = add_vertex(m, of->revisions[i].id);
		v->r = &of->revisions[i];
		v->of = of;
		v->archived = of != m->h;
		m->n_known++;
	}
}

static size_t
vertex_of(struct maker *m, const char *id)
{
	size_t found = find_vertex(m->p, id);

	return found ? found - 1 : (size_t)(add_vertex(m, id) - m->v);
}

static void
add_standing(struct maker *m)
{
	const struct strvec *ids = m->wish->standing;

	for (size_t i = 0; ids && i < ids->n; i++) {
		/* Which may be a new one, and all of them somewhere else. */
		size_t vertex = vertex_of(m, ids->v[i]);

		m->v[vertex].standing = true;
	}
}

/* An id that nobody has opens nothing. */
static void
mark_open(struct maker *m)
{
	const struct strvec *ids = m->wish->open;

	for (size_t i = 0; ids && i < ids->n; i++) {
		size_t vertex = find_vertex(m->p, ids->v[i]);

		if (vertex)
			m->v[vertex - 1].open = true;
	}
}

static void
mark_cycles(struct maker *m)
{
	size_t *cycle;

	graph_cycles(m->h, &cycle);
	for (size_t i = 0; i < m->h->n_revisions; i++)
		m->v[i].in_cycle = cycle[i] > 0;
	free(cycle);
}

/* ---- Links ---- */

/* Of a vertex that has `begun` links before; each leads somewhere else. */
static void
add_link(struct maker *m, size_t begun, struct link link)
{
	struct vertex *from = &m->v[link.from], *to = &m->v[link.to];

	if (link.from == link.to)
		return;
	for (size_t k = begun; k < m->n_links; k++)
		if (m->links[k].to == link.to)
			return;
	GROW(m->links, m->n_links, m->cap_links);
	m->links[m->n_links++] = link;
	if (link.dependency) {
		from->depends = to->depends = true;
		return;
	}
	from->n_down++;
	from->down = 1 + link.to;
	to->n_next++;
	to->next = 1 + link.from;
}

static size_t
dependency(struct maker *m, const struct migrations *of, const char *name)
{
	const struct revision *label = NULL;

	if (!find_vertex(m->p, name))
		label = graph_label(of, name);
	return vertex_of(m, label ? label->id : name);
}

static void
add_links(struct maker *m)
{
	/* What is unknown, and comes in behind, has none. */
	for (size_t i = 0; i < m->n_known; i++) {
		const struct revision *r = m->v[i].r;
		size_t begun = m->n_links;

		for (size_t k = 0; k < r->down.n; k++)
			add_link(m, begun,
				(struct link){i, vertex_of(m, r->down.v[k]), false});
		for (size_t k = 0; k < r->depends_on.n; k++)
			add_link(m, begun,
				(struct link){i,
					dependency(m, m->v[i].of, r->depends_on.v[k]),
					true});
	}
}

/* ---- Problems ---- */

static void
mark(struct maker *m, const struct problem *p, const char *id)
{
	size_t vertex = id ? find_vertex(m->p, id) : NONE;

	if (!vertex && problem_is_notice(p->code))
		return;
	GROW(m->marks, m->n_marks, m->cap_marks);
	m->marks[m->n_marks++] = (struct mark){p, vertex};
	if (vertex && !problem_is_notice(p->code))
		m->v[vertex - 1].n_problems++;
}

static void
mark_all(struct maker *m, const struct problem *p, const struct strvec *ids)
{
	for (size_t i = 0; i < ids->n; i++)
		mark(m, p, ids->v[i]);
}

static void
mark_list(struct maker *m, const struct drawing_problems *list, bool notices)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct problem *p = &list->v[i];

		if (p->allowed || problem_is_notice(p->code) != notices)
			continue;
		m->n_problems += !notices;
		if (p->code == PROBLEM_SEVERAL_HEADS)
			mark_all(m, p, &m->h->heads);
		else if (p->code == PROBLEM_SEVERAL_BASES)
			mark_all(m, p, &m->h->bases);
		else
			mark(m, p, p->revision);
	}
}

static void
mark_problems(struct maker *m)
{
	const struct drawing_problems own[] = {
		{m->h->problems, m->h->n_problems}, {m->h->notices, m->h->n_notices}};
	const struct drawing_problems *lists = m->wish->problems;
	size_t n = lists ? m->wish->n_problems : COUNT_OF(own);

	if (!lists)
		lists = own;
	for (size_t i = 0; i < n; i++)
		mark_list(m, &lists[i], false);
	for (size_t i = 0; i < n; i++)
		mark_list(m, &lists[i], true);
}

/* ---- Nodes ---- */

/* Nothing is to be said of it. */
static bool
is_plain(const struct vertex *v)
{
	return v->r && !v->standing && !v->n_problems && !v->in_cycle && !v->depends &&
	       !v->r->labels.n && v->n_down == 1 && v->n_next == 1 &&
	       !v->r->down_unknown;
}

/* The vertex behind `v` in its stretch, or NULL. */
static struct vertex *
stretch_next(struct maker *m, const struct vertex *v)
{
	struct vertex *to = &m->v[v->down - 1];

	return is_plain(to) && to->archived == v->archived ? to : NULL;
}

static bool
begins_stretch(struct maker *m, const struct vertex *v)
{
	const struct vertex *above;

	if (!is_plain(v))
		return false;
	above = &m->v[v->next - 1];
	return !is_plain(above) || above->archived != v->archived;
}

static void
make_node(struct maker *m, struct vertex *v, size_t length)
{
	size_t number = m->lanes.n_nodes++;
	struct drawing_node *node = &m->nodes[number];
	const struct revision **list =
		arena_alloc(m->p->arena, (length + 1) * sizeof(*list));

	*node = (struct drawing_node){.id = v->id,
		.what = !v->r        ? DRAWN_UNKNOWN
			: length > 1 ? DRAWN_STRETCH
				     : DRAWN_REVISION,
		.archived = v->archived,
		.branches = v->n_next > 1,
		.merges = v->n_down > 1,
		.in_cycle = v->in_cycle,
		.is_base = v->r && !v->r->down.n && !v->r->down_unknown,
		.is_head =
			v->r && graph_is_head(v->of, (size_t)(v->r - v->of->revisions)),
		.revisions = list,
		.n_revisions = v->r ? length : 0};
	m->lanes.nodes[number] = (struct lanes_node){
		/* Who stands where nothing leads comes first of all. */
		.group = v->archived ? 2 : v->r || v->n_next || v->depends,
		.weight = length};
	for (size_t i = 0; i < length; i++) {
		list[i] = v->r;
		v->node = 1 + number;
		v = i + 1 < length ? &m->v[v->down - 1] : v;
	}
}

static void
make_stretch(struct maker *m, struct vertex *v)
{
	size_t length = 1;
	bool open = v->open;

	for (struct vertex *at = v; (at = stretch_next(m, at)) != NULL; length++)
		open = open || at->open;
	if (length >= DRAWING_STRETCH_MIN && !open)
		make_node(m, v, length);
}

static void
make_nodes(struct maker *m)
{
	m->nodes = xcalloc(m->n + 1, sizeof *m->nodes);
	m->lanes.nodes = xcalloc(m->n + 1, sizeof *m->lanes.nodes);
	for (size_t i = 0; i < m->n && m->n_known > m->wish->fold; i++)
		if (begins_stretch(m, &m->v[i]))
			make_stretch(m, &m->v[i]);
	for (size_t i = 0; i < m->n; i++)
		if (!m->v[i].node)
			make_node(m, &m->v[i], 1);
}

/* Group what `key` says of each of `n` by that: returns where the groups of `n_keys`
 * begin, and sets in `order` who follows whom. */
static size_t *
group_by(const size_t *key, size_t n, size_t n_keys, size_t *order)
{
	size_t *at = xcalloc(n_keys + 2, sizeof *at);

	for (size_t i = 0; i < n; i++)
		at[key[i] + 2]++;
	for (size_t i = 0; i < n_keys; i++)
		at[i + 2] += at[i + 1];
	for (size_t i = 0; i < n; i++)
		order[at[key[i] + 1]++] = i;
	return at;
}

/* The links between nodes, by where they come from. */
static void
make_edges(struct maker *m)
{
	struct lanes *l = &m->lanes;
	size_t *from = xcalloc(m->n_links + 1, sizeof *from);
	size_t *order = xcalloc(m->n_links + 1, sizeof *order);

	l->edges = xcalloc(m->n_links + 1, sizeof *l->edges);
	for (size_t k = 0; k < m->n_links; k++)
		from[k] = m->v[m->links[k].from].node - 1;
	free(group_by(from, m->n_links, l->n_nodes, order));
	for (size_t i = 0; i < m->n_links; i++) {
		const struct link *link = &m->links[order[i]];
		size_t to = m->v[link->to].node - 1;

		if (from[order[i]] != to)
			l->edges[l->n_edges++] =
				(struct lanes_edge){.from = from[order[i]],
					.to = to,
					.dotted = link->dependency};
	}
	free(from);
	free(order);
}

/* The problems of each node; those of none are loose. */
static void
give_problems(struct maker *m, struct drawing *d)
{
	size_t n = m->lanes.n_nodes;
	size_t *key = xcalloc(m->n_marks + 1, sizeof *key);
	size_t *order = xcalloc(m->n_marks + 1, sizeof *order), *at;
	const struct problem **list =
		arena_alloc(m->p->arena, (m->n_marks + 1) * sizeof(*list));

	for (size_t i = 0; i < m->n_marks; i++)
		key[i] = m->marks[i].vertex ? m->v[m->marks[i].vertex - 1].node - 1 : n;
	at = group_by(key, m->n_marks, n + 1, order);
	for (size_t i = 0; i < m->n_marks; i++) {
		size_t node = key[order[i]];

		list[i] = m->marks[order[i]].problem;
		if (node < n && problem_is_notice(list[i]->code))
			m->nodes[node].n_notices++;
	}
	for (size_t i = 0; i < n; i++) {
		m->nodes[i].problems = list + at[i];
		m->nodes[i].n_problems = at[i + 1] - at[i];
	}
	d->loose = list + at[n];
	d->n_loose = at[n + 1] - at[n];
	free(key);
	free(order);
	free(at);
}

/* ---- The whole ---- */

/* Nodes by rows, and edges by where they come from. */
static void
put_in_rows(struct maker *m, struct drawing *d)
{
	const struct lanes *l = &m->lanes;
	size_t *row = xcalloc(l->n_edges + 1, sizeof *row);
	size_t *order = xcalloc(l->n_edges + 1, sizeof *order);

	d->n_nodes = l->n_nodes;
	d->n_edges = l->n_edges;
	d->width = l->width;
	d->n_revisions = m->h->n_revisions;
	d->n_problems = m->n_problems;
	d->nodes = arena_alloc(m->p->arena, (d->n_nodes + 1) * sizeof *d->nodes);
	d->edges = arena_alloc(m->p->arena, (d->n_edges + 1) * sizeof *d->edges);
	for (size_t i = 0; i < d->n_nodes; i++) {
		d->nodes[i] = m->nodes[l->order[i]];
		d->nodes[i].lane = l->nodes[l->order[i]].lane;
		d->nodes[i].extent = l->nodes[l->order[i]].extent;
	}
	for (size_t k = 0; k < l->n_edges; k++)
		row[k] = l->nodes[l->edges[k].from].row;
	free(group_by(row, l->n_edges, d->n_nodes, order));
	for (size_t i = 0; i < d->n_edges; i++) {
		const struct lanes_edge *e = &l->edges[order[i]];

		d->edges[i] = (struct drawing_edge){.from = l->nodes[e->from].row,
			.to = l->nodes[e->to].row,
			.dependency = e->dotted,
			.lane = e->lane,
			.joins = e->joins,
			.climbs = e->climbs};
	}
	m->p->rows = arena_alloc(m->p->arena, (m->n + 1) * sizeof *m->p->rows);
	for (size_t i = 0; i < m->n; i++)
		m->p->rows[i] = l->nodes[m->v[i].node - 1].row;
	free(row);
	free(order);
}

static void
collect(struct maker *m)
{
	add_revisions(m, m->h);
	mark_cycles(m);
	for (size_t i = 0; i < m->h->n_archives; i++)
		add_revisions(m, m->h->archives[i]);
	add_standing(m);
	add_links(m);
	mark_open(m);
	mark_problems(m);
}

struct drawing *
drawing_new(const struct migrations *h, const struct drawing_wish *w)
{
	struct drawing *d = xcalloc(1, sizeof *d);
	struct drawing_private *p = xcalloc(1, sizeof *p);
	struct maker m = {.h = h, .wish = w, .p = p};

	d->private = p;
	p->arena = arena_new();
	p->ids = strmap_new();
	collect(&m);
	make_nodes(&m);
	make_edges(&m);
	give_problems(&m, d);
	m.lanes.order = xcalloc(m.lanes.n_nodes + 1, sizeof *m.lanes.order);
	lanes_lay(&m.lanes);
	put_in_rows(&m, d);
	free(m.v);
	free(m.links);
	free(m.marks);
	free(m.nodes);
	free(m.lanes.nodes);
	free(m.lanes.edges);
	free(m.lanes.order);
	return d;
}

void
drawing_free(struct drawing *d)
{
	if (!d)
		return;
	strmap_free(d->private->ids);
	arena_free(d->private->arena);
	free(d->private);
	free(d);
}

size_t
drawing_find(const struct drawing *d, const char *id)
{
	size_t vertex = find_vertex(d->private, id);

	return vertex ? d->private->rows[vertex - 1] : d->n_nodes;
}

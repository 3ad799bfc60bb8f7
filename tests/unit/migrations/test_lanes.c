/* Graphs as edges; what is checked is what an eye would. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "migrations/lanes.h"

/* Edges "a>b" or, dotted, "a.b", of nodes a, b, …; sorted by the first. */
static struct lanes
lay(size_t n, const char *edges)
{
	struct lanes l = {.n_nodes = n};

	l.nodes = xcalloc(n + 1, sizeof *l.nodes);
	l.order = xcalloc(n + 1, sizeof *l.order);
	l.edges = xcalloc(strlen(edges) + 1, sizeof *l.edges);
	for (size_t i = 0; i < n; i++)
		l.nodes[i].weight = 1;
	for (const char *e = edges; *e; e += 3 + (e[3] == ' '))
		l.edges[l.n_edges++] = (struct lanes_edge){.from = (size_t)(e[0] - 'a'),
			.to = (size_t)(e[2] - 'a'),
			.dotted = e[1] == '.'};
	lanes_lay(&l);
	return l;
}

static void
lanes_done(struct lanes *l)
{
	free(l->nodes);
	free(l->order);
	free(l->edges);
}

/* "a0 b1" from the top: nodes with their lanes. */
static void
check(size_t n, const char *edges, const char *expected)
{
	struct lanes l = lay(n, edges);
	struct strbuf b = {0};

	for (size_t row = 0; row < n; row++)
		strbuf_printf(&b, "%s%c%zu", row ? " " : "", (int)('a' + l.order[row]),
			l.nodes[l.order[row]].lane);
	if (strcmp(b.s ? b.s : "", expected))
		fail_msg("%s: %s instead of %s", edges, b.s, expected);
	strbuf_free(&b);
	lanes_done(&l);
}

static void
test_rows(void **state)
{
	(void)state;
	check(0, "", "");
	check(1, "", "a0");
	check(3, "a>b b>c", "a0 b0 c0");
	check(3, "b>a c>b", "c0 b0 a0");
	/* What is longest comes first, and a line ends before the next begins. */
	check(4, "a>d b>c c>d", "b0 c0 a1 d0");
	check(4, "a>b a>c b>d c>d", "a0 b0 c1 d0");
	/* Lanes are taken again. */
	check(6, "a>f b>f c>f d>f e>f", "a0 b1 c1 d1 e1 f0");
	check(4, "a>b c>d", "a0 b0 c0 d0");
	/* Dotted edges have lanes of their own. */
	check(4, "a>b a.d b>c c>d", "a0 b0 c0 d0");
	check(4, "a.d b>c c>d", "b0 c0 a1 d0");
}

static void
test_edges(void **state)
{
	struct lanes l = lay(5, "a>b a.e b>e c>e d>e");

	(void)state;
	assert_int_equal(l.edges[0].lane, 0);
	assert_int_equal(l.edges[1].lane, 1);
	assert_false(l.edges[1].joins); /* b>e is plain */
	assert_int_equal(l.edges[2].lane, 0);
	assert_false(l.edges[2].joins);
	assert_true(l.edges[3].joins && l.edges[4].joins);
	assert_int_equal(l.edges[3].lane, 0);
	assert_int_equal(l.nodes[2].lane, 2);
	assert_int_equal(l.nodes[2].extent, 2);
	assert_int_equal(l.nodes[0].extent, 1);
	assert_int_equal(l.nodes[4].extent, 1);
	assert_int_equal(l.width, 3);
	lanes_done(&l);
}

static void
test_cycles(void **state)
{
	struct lanes l = lay(4, "a>b b>c c>b c>d");

	(void)state;
	assert_int_equal(l.order[0], 0);
	assert_false(l.edges[0].climbs || l.edges[1].climbs || l.edges[3].climbs);
	assert_true(l.edges[2].climbs);
	assert_int_equal(l.edges[2].lane, 1);
	assert_int_equal(l.nodes[1].extent, 1);
	assert_int_equal(l.nodes[3].extent, 0);
	assert_int_equal(l.width, 2);
	lanes_done(&l);
	/* What hangs below a cycle comes below it. */
	check(3, "b>c c>b c>a", "c0 b0 a1");
	check(2, "a>b b>a", "a0 b0");
	check(5, "a>b c>d d>c d>b e>d", "a0 e1 d1 c1 b0");
}

/* ---- Any graph ---- */

/* No node stands on an edge that is not its own, and each edge leads down. */
static void
check_clear(const struct lanes *l)
{
	for (size_t k = 0; k < l->n_edges; k++) {
		const struct lanes_edge *e = &l->edges[k];
		size_t from = l->nodes[e->from].row, to = l->nodes[e->to].row;

		assert_int_equal(e->climbs, to < from);
		for (size_t row = e->climbs ? to : from; row < (e->climbs ? from : to);
			row++)
			assert_true(l->nodes[l->order[row]].extent >= e->lane);
		for (size_t row = from + 1; !e->climbs && row < to; row++)
			assert_int_not_equal(l->nodes[l->order[row]].lane, e->lane);
	}
	for (size_t i = 0; i < l->n_nodes; i++) {
		assert_int_equal(l->order[l->nodes[i].row], i);
		assert_true(l->nodes[i].extent >= l->nodes[i].lane);
		assert_true(l->nodes[i].extent < l->width);
	}
}

/* Between two rows no lane is of edges to different ends, or of both kinds. */
static void
check_lanes(const struct lanes *l)
{
	const struct lanes_edge **of = xcalloc(l->n_nodes * l->width, sizeof(*of));

	for (size_t k = 0; k < l->n_edges; k++) {
		const struct lanes_edge *e = &l->edges[k];

		for (size_t row = l->nodes[e->from].row;
			!e->climbs && row < l->nodes[e->to].row; row++) {
			const struct lanes_edge **cell = &of[row * l->width + e->lane];

			if (*cell)
				assert_true((*cell)->to == e->to &&
					    (*cell)->dotted == e->dotted);
			*cell = e;
		}
	}
	free(of);
}

static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static struct lanes
random_graph(uint32_t *seed, size_t n, bool cycles)
{
	struct lanes l = {.n_nodes = n};

	l.nodes = xcalloc(n + 1, sizeof *l.nodes);
	l.order = xcalloc(n + 1, sizeof *l.order);
	l.edges = xcalloc(3 * n + 1, sizeof *l.edges);
	for (size_t i = 0; i < n; i++) {
		size_t begun = l.n_edges;

		l.nodes[i].weight = 1 + next_random(seed) % 3;
		for (size_t k = next_random(seed) % 4; k-- > 0;) {
			size_t to = cycles ? next_random(seed) % n
				    : i + 1 < n
					    ? i + 1 + next_random(seed) % (n - i - 1)
					    : i;
			bool seen = to == i;

			for (size_t j = begun; j < l.n_edges; j++)
				seen = seen || l.edges[j].to == to;
			if (!seen)
				l.edges[l.n_edges++] = (struct lanes_edge){i, to,
					next_random(seed) % 4 == 0, 0, false, false};
		}
	}
	return l;
}

static void
test_any(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (size_t round = 0; round < 400; round++) {
		struct lanes l =
			random_graph(&seed, 1 + next_random(&seed) % 40, round % 2);
		bool climbs = false;

		lanes_lay(&l);
		check_clear(&l);
		check_lanes(&l);
		for (size_t k = 0; k < l.n_edges; k++)
			climbs = climbs || l.edges[k].climbs;
		assert_true(round % 2 || !climbs);
		lanes_done(&l);
	}
}

/* Ends in good time, whatever it is given. */
static void
test_large(void **state)
{
	enum { MANY = 5000 };
	uint32_t seed = 3;
	int64_t began_us = clock_thread_us();
	struct lanes l = random_graph(&seed, MANY, false);

	(void)state;
	lanes_lay(&l);
	check_clear(&l);
	lanes_done(&l);
	l = random_graph(&seed, MANY, true);
	lanes_lay(&l);
	lanes_done(&l);
	assert_true(clock_thread_us() - began_us < 20000000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_any),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/graph.h"

static size_t
node(const struct migrations *h, const char *id)
{
	const struct revision *r = graph_id(h, id);

	assert_non_null(r);
	return (size_t)(r - h->revisions);
}

/* Where the edges of `id` lead, with blanks between. */
static void
check_edges(const struct migrations *h, const struct edges *e, const char *id,
	const char *expected)
{
	struct strvec ids = {0};
	struct strbuf buf = {0};
	size_t i = node(h, id);

	for (size_t k = e->at[i]; k < e->at[i + 1]; k++)
		strvec_add(&ids, h->revisions[e->to[k]].id);
	assert_int_equal(graph_degree(e, i), ids.n);
	assert_string_equal(fixture_list(&ids, &buf), expected);
	strvec_free(&ids);
	strbuf_free(&buf);
}

static void
check_set(const struct migrations *h, const bool *set, const char *expected)
{
	struct strvec ids = {0};
	struct strbuf buf = {0};

	for (size_t i = 0; i < h->n_revisions; i++)
		if (set[i])
			strvec_add(&ids, h->revisions[i].id);
	assert_string_equal(fixture_list(&ids, &buf), expected);
	strvec_free(&ids);
	strbuf_free(&buf);
}

static void
test_edges(void **state)
{
	struct migrations *h =
		fixture_graph(*state, "a:\nb: a\nc: a > x #left\nd: c b c gone d\n"
				      "x: #other\ny: x > left y\n");
	const struct migrations_index *g = h->index;

	check_edges(h, &g->down, "d", "c b");
	check_edges(h, &g->down, "a", "");
	check_edges(h, &g->deps, "c", "x");
	check_edges(h, &g->deps, "y", "c");
	check_edges(h, &g->next, "a", "b c");
	check_edges(h, &g->next, "c", "d");
	check_edges(h, &g->all_next, "c", "d y");
	check_edges(h, &g->all_next, "x", "y c");
	assert_null(graph_id(h, "left"));
	assert_ptr_equal(graph_label(h, "left"), graph_id(h, "c"));
	assert_null(graph_label(h, "c"));
	migrations_free(h);
}

static void
test_walks(void **state)
{
	struct migrations *h =
		fixture_graph(*state, "a:\nb: a\nc: b\nd: a > y\nx:\ny: x\nz: y\n");
	bool set[7] = {false};

	graph_mark_ancestors(h, node(h, "c"), set);
	check_set(h, set, "a b c");
	graph_mark_ancestors(h, node(h, "d"), set);
	check_set(h, set, "a b c d x y");
	memset(set, 0, sizeof set);
	graph_mark_descendants(h, node(h, "a"), set);
	check_set(h, set, "a b c d");
	memset(set, 0, sizeof set);
	graph_mark_descendants(h, node(h, "y"), set);
	check_set(h, set, "y z");
	migrations_free(h);
}

static void
test_topological(void **state)
{
	struct migrations *h = fixture_graph(*state, "a: b\nb: c\nc:\nd: a > e\ne:\n");
	struct strvec ids = {0};
	struct strbuf buf = {0};

	assert_int_equal(h->index->n_sound, 5);
	for (size_t i = 0; i < 5; i++)
		strvec_add(&ids, h->revisions[h->index->topo[i]].id);
	assert_string_equal(fixture_list(&ids, &buf), "c e b a d");
	strvec_free(&ids);
	strbuf_free(&buf);
	migrations_free(h);
}

/* Two cycles, one of them by depends_on, and what hangs on them. */
static void
test_cycles(void **state)
{
	struct migrations *h = fixture_graph(
		*state, "a: c z\nb: a\nc: b\nd: c\nm: > n\nn: m\no: n\nz:\n");
	size_t *cycle;

	assert_int_equal(graph_cycles(h, &cycle), 2);
	assert_int_equal(cycle[node(h, "a")], cycle[node(h, "b")]);
	assert_int_equal(cycle[node(h, "a")], cycle[node(h, "c")]);
	assert_int_equal(cycle[node(h, "m")], cycle[node(h, "n")]);
	assert_int_not_equal(cycle[node(h, "a")], cycle[node(h, "m")]);
	assert_int_not_equal(cycle[node(h, "a")], 0);
	assert_int_equal(cycle[node(h, "d")], 0);
	assert_int_equal(cycle[node(h, "o")], 0);
	assert_int_equal(cycle[node(h, "z")], 0);
	assert_int_equal(h->index->n_sound, 1);
	free(cycle);
	migrations_free(h);
}

static void
test_empty(void **state)
{
	struct migrations *h = fixture_graph(*state, "");
	size_t *cycle;

	assert_int_equal(h->n_revisions, 0);
	assert_int_equal(graph_cycles(h, &cycle), 0);
	assert_null(graph_id(h, "a"));
	free(cycle);
	migrations_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_edges, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_walks, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_topological, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_cycles, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_empty, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

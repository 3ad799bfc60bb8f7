#include "tests/unit/unit.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tests/unit/receivers/edges.h"

static int
setup(void **state)
{
	struct house *h = xcalloc(1, sizeof *h);

	edges_begin();
	house_set(h, NULL, "json");
	*state = h;
	return 0;
}

static int
teardown(void **state)
{
	house_fini(*state);
	edges_end();
	free(*state);
	return 0;
}

static void
test_told_once(void **state)
{
	struct house *h = *state;

	house_see(h, &h->fixture.prod, STATE_UNSTAMPED);
	house_see(h, &h->fixture.prod, STATE_UNSTAMPED);
	edges_pass(99);
	assert_int_equal(edges.n, 0);
	edges_pass(1);
	assert_int_equal(edges.n, 1);
	assert_true(edges_tells(0, "prod"));
	edges_answer(200);
	/* A look finds nothing that is news. */
	receivers_look(h->receivers);
	edges_pass(60000);
	assert_int_equal(edges.n, 1);
	house_see(h, &h->fixture.prod, STATE_IN_SYNC);
	edges_pass(100);
	edges_answer(200);
	edges_pass(60000);
	assert_int_equal(edges.n, 2);
	assert_int_equal(house_result(h, "delivered"), 2);
}

/* What a look costs where so many were told of, and are gone now. */
static int64_t
cost_of_look(size_t n)
{
	struct published_environment *v = xcalloc(n, sizeof *v), **list;
	struct house *h = xcalloc(1, sizeof *h);
	int64_t begin_us, cost_us;
	static char reference[] = "environment:dev";

	house_set(h, NULL, "json");
	h->list[0].batch_wait_ms = INT32_MAX;
	house_configure(h);
	list = xcalloc(n, sizeof *list);
	for (size_t i = 0; i < n; i++) {
		list[i] = &v[i];
		v[i] = (struct published_environment){.name = xasprintf("new/%zu", i),
			.state = STATE_IN_SYNC,
			.check = CHECK_OK,
			.reference = reference};
	}
	house_see_many(h, "old", n, STATE_UNSTAMPED);
	h->published.environments = list;
	h->published.n_environments = n;
	begin_us = clock_thread_us();
	receivers_look(h->receivers);
	edges_pass(1000);
	cost_us = clock_thread_us() - begin_us;
	assert_int_equal(house_facts(h)->queued, 0);
	assert_int_equal(house_result(h, "superseded"), n);
	house_fini(h);
	for (size_t i = 0; i < n; i++)
		free(v[i].name);
	free(list);
	free(v);
	free(h);
	return cost_us;
}

/* Ten times as many cost about ten times as much, and not a hundred times. */
static void
test_many(void **state)
{
	int64_t few = INT64_MAX, many = INT64_MAX;

	(void)state;
	for (int i = 0; i < 3; i++) {
		int64_t a = cost_of_look(1000), b = cost_of_look(10000);

		few = a < few ? a : few;
		many = b < many ? b : many;
	}
	print_message("%" PRId64 " us of 1,000, %" PRId64 " us of 10,000\n", few, many);
	assert_true(many < 35 * few);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_told_once, setup, teardown),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

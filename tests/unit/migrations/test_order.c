/* The orders are those that Alembic prints for the same files. */
#include "tests/unit/migrations/fixture.h"
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "migrations/graph.h"
#include "migrations/order.h"

static void
check(const struct migrations *h, const char *wanted, const char *expected)
{
	struct strvec ids = fixture_words(wanted), order = {0};
	struct strbuf buf = {0};
	bool set[32] = {false};

	for (size_t i = 0; i < h->n_revisions; i++)
		set[i] = strvec_has(&ids, h->revisions[i].id);
	order_upgrade(h, set, &order);
	assert_string_equal(fixture_list(&order, &buf), expected);
	strvec_free(&ids);
	strvec_free(&order);
	strbuf_free(&buf);
}

static void
test_line(void **state)
{
	struct migrations *h = fixture_graph(*state, "c:\na: c\nb: a\n");

	check(h, "a b c", "c a b");
	check(h, "b", "b");
	check(h, "", "");
	migrations_free(h);
}

/* One line is finished before the next: not level by level. */
static void
test_branches(void **state)
{
	struct migrations *h =
		fixture_graph(*state, "r:\na1: r\nb1: r\na2: a1\nb2: b1\nm: a2 b2\n");

	check(h, "r a1 a2 b1 b2 m", "r b1 b2 a1 a2 m");
	check(h, "a2 b1 b2 m", "b1 b2 a2 m");
	check(h, "r a1 a2 b1 b2", "r b1 b2 a1 a2");
	migrations_free(h);
}

static void
test_dependencies(void **state)
{
	struct migrations *h = fixture_graph(
		*state, "a1:\na2: a1 > b2\na3: a2 > b2\nb1:\nb2: b1\nb3: b2\n");

	check(h, "a1 a2 a3 b1 b2 b3", "b1 b2 b3 a1 a2 a3");
	check(h, "a2 a3 b2", "b2 a2 a3");
	migrations_free(h);
}

static void
test_cycle(void **state)
{
	struct migrations *h = fixture_graph(*state, "z:\na: z b\nb: a\nc: b\nd: z\n");

	check(h, "a b c d z", "z d a b c");
	check(h, "d z", "z d");
	migrations_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_line, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_branches, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_dependencies, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_cycle, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Who waits for files, or for those that wait for files. */
#include "tests/unit/unit.h"

#include <malloc.h>
#include <stdlib.h>

#include "base/mem.h"
#include "monitor/awaited.h"

enum { N = 2, ROUNDS = 200000, LITTLE = 64 * 1024 };

struct fixture {
	struct conf conf;
	struct conf_environment configured[N];
	struct environment env[N], *list[N];
	struct awaited awaited;
	struct expectation_sources from;
};

static int
set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof *f);
	struct roster roster = {.v = f->list, .n = N};

	for (size_t i = 0; i < N; i++) {
		f->env[i].conf = &f->configured[i];
		f->list[i] = &f->env[i];
	}
	f->from.graphs = graphs_new(&(struct look_watcher){0}, &f->conf, NULL);
	awaited_take(&f->awaited, &roster, &f->from);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	awaited_fini(&f->awaited);
	graphs_free(f->from.graphs);
	free(f);
	return 0;
}

static void
ask(struct fixture *f, int i)
{
	awaited_ask(&f->awaited, &f->env[i], &f->from);
}

static void
judge_next(struct fixture *f, int i)
{
	assert_ptr_equal(awaited_next(&f->awaited, &f->from), &f->env[i]);
	f->env[i].looking = false;
	awaited_judged(&f->awaited, &f->env[i]);
	(void)awaited_next(&f->awaited, &f->from);
}

/* A reference is judged before those that are held against it. */
static void
test_order(void **state)
{
	struct fixture *f = *state;
	struct environment *follower = &f->env[0];

	f->env[0].refers[0] = &f->env[1];
	f->env[1].followers = &follower;
	f->env[1].n_followers = 1;
	ask(f, 1);
	ask(f, 0);
	judge_next(f, 1);
	judge_next(f, 0);
	assert_null(awaited_next(&f->awaited, &f->from));
	ask(f, 0);
	ask(f, 1);
	judge_next(f, 1);
	judge_next(f, 0);
	assert_null(awaited_next(&f->awaited, &f->from));
}

static size_t
in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* A list that is never empty grows no more than those that are in it. */
static void
test_always_somebody(void **state)
{
	struct fixture *f = *state;
	size_t before;

	ask(f, 0);
	before = in_use();
	for (int i = 0; i < ROUNDS; i++) {
		ask(f, (i + 1) % N);
		judge_next(f, i % N);
	}
	assert_true(in_use() < before + LITTLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_always_somebody, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "catalog/library.h"
#include "monitor/variants.h"
#include "tests/unit/catalog/literal.h"

/* Two of so many are large together, three of 1500 are still small. */
enum { LARGE = 2500, SMALL = 1500 };

struct world {
	struct loop *loop;
	struct memo *memo;
	struct variants *variants;
	int told;
};

static struct snapshot *
tables(const struct world *w, const char *prefix, size_t n)
{
	return library_keep(memo_library(w->memo), literal_tables("public", prefix, n));
}

static void
told(void *arg)
{
	++*(int *)arg;
}

static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof *w);

	w->loop = loop_new();
	w->memo = memo_new();
	w->variants = variants_new(w->loop, w->memo, told, &w->told);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	variants_free(w->variants);
	memo_free(w->memo);
	loop_free(w->loop);
	free(w);
	return 0;
}

static struct diff *
compare(struct world *w, const struct snapshot *a, const struct snapshot *b,
	bool *pending)
{
	static const struct strvec none;
	const struct variants_pair pair = {a, b, &none};

	return variants_compare(w->variants, &pair, pending);
}

static void
check(struct world *w, const struct snapshot *a, const struct snapshot *b, bool later)
{
	bool pending = !later;
	struct diff *d = compare(w, a, b, &pending);

	assert_int_equal(pending, later);
	if (later)
		assert_null(d);
	else
		assert_int_equal(d->n_findings, 2);
	diff_unref(d);
}

static void
test_small_ones_at_once(void **state)
{
	struct world *w = *state;
	struct snapshot *a = tables(w, "a", SMALL), *b = tables(w, "b", SMALL);

	check(w, a, b, false);
	check(w, a, b, false);
	assert_int_equal(memo_size(w->memo).made, 1);
	assert_int_equal(w->told, 0);
	snapshot_unref(a);
	snapshot_unref(b);
}

/* One at a time; who asks again is answered. */
static void
test_large_ones_in_a_thread(void **state)
{
	struct world *w = *state;
	struct snapshot *a = tables(w, "a", LARGE), *b = tables(w, "b", LARGE);
	struct snapshot *c = tables(w, "c", LARGE);

	check(w, a, b, true);
	check(w, a, c, true);
	check(w, a, b, true);
	loop_run(w->loop);
	assert_int_equal(w->told, 1);
	check(w, a, b, false);
	check(w, a, c, true);
	loop_run(w->loop);
	assert_int_equal(w->told, 2);
	check(w, a, c, false);
	assert_int_equal(memo_size(w->memo).made, 0);
	snapshot_unref(a);
	snapshot_unref(b);
	snapshot_unref(c);
}

/* No more than some small ones are compared within a second: the rest has a thread.  A
 * machine that takes as long for them has compared all. */
static void
test_many_small_ones(void **state)
{
	struct world *w = *state;
	struct snapshot *a = tables(w, "a", SMALL);
	int64_t from_ms = clock_mono_ms();
	size_t later = 0;

	for (char name[] = "b"; *name < 'b' + 10; ++*name) {
		struct snapshot *b = tables(w, name, SMALL);
		bool pending;

		diff_unref(compare(w, a, b, &pending));
		later += pending;
		snapshot_unref(b);
	}
	assert_true(later >= 1 || clock_mono_ms() - from_ms > 1000);
	assert_true(memo_size(w->memo).made + later == 10);
	snapshot_unref(a);
}

/* Nobody waits any more. */
static void
test_ends_while_one_is_made(void **state)
{
	struct world *w = *state;
	struct snapshot *a = tables(w, "a", LARGE), *b = tables(w, "b", LARGE);

	check(w, a, b, true);
	snapshot_unref(a);
	snapshot_unref(b);
	assert_int_equal(w->told, 0);
}

static void
test_what_cannot_be_remembered(void **state)
{
	struct world *w = *state;
	struct snapshot *a = CATALOG("table public/t"), *b = CATALOG("table public/u");
	bool pending = true;

	assert_null(compare(w, a, b, &pending));
	assert_false(pending);
	snapshot_unref(a);
	snapshot_unref(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_small_ones_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_large_ones_in_a_thread, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_small_ones, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_ends_while_one_is_made, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_what_cannot_be_remembered, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The order in which items come out, whatever was moved or removed meanwhile, and what
 * that costs. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/heap.h"
#include "base/mem.h"

struct item {
	unsigned value;
	size_t at;
};

static unsigned long compared;

static bool
is_before(const void *a, const void *b)
{
	compared++;
	return ((const struct item *)a)->value < ((const struct item *)b)->value;
}

static const struct heap_kind kind = {is_before, offsetof(struct item, at)};

/* The same numbers in each run. */
static unsigned
next(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 8 & 0xffff;
}

static void
assert_sorted(struct heap *h, size_t n)
{
	unsigned last = 0;

	for (size_t i = 0; i < n; i++) {
		struct item *first = heap_first(h);

		assert_true(first->value >= last);
		last = first->value;
		heap_remove(h, first);
		assert_false(heap_has(h, first));
	}
	assert_null(heap_first(h));
}

static void
test_order(void **state)
{
	struct heap h = {.kind = &kind};
	struct item v[200] = {{0}};
	unsigned seed = 1;

	(void)state;
	assert_null(heap_first(&h));
	for (size_t i = 0; i < COUNT_OF(v); i++) {
		v[i].value = next(&seed);
		heap_put(&h, &v[i]);
	}
	for (size_t i = 0; i < COUNT_OF(v); i += 3) {
		v[i].value = next(&seed);
		heap_moved(&h, &v[i]);
	}
	for (size_t i = 1; i < COUNT_OF(v); i += 4)
		heap_remove(&h, &v[i]);
	heap_remove(&h, &v[1]);
	assert_sorted(&h, 150);
	heap_fini(&h);
}

static unsigned long
cost(size_t n)
{
	struct heap h = {.kind = &kind};
	struct item *v = xcalloc(n, sizeof *v);
	unsigned seed = 7;

	compared = 0;
	for (size_t i = 0; i < n; i++) {
		v[i].value = next(&seed);
		heap_put(&h, &v[i]);
	}
	assert_sorted(&h, n);
	heap_fini(&h);
	free(v);
	return compared;
}

static void
test_cost(void **state)
{
	(void)state;
	/* Ten times as many, and half as much again for the logarithm. */
	assert_true(cost(5000) < 15 * cost(500));
	assert_true(cost(5000) < 5000UL * 2 * 13);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is not part of a longest common subsequence of both orders was moved.  A
 * table has at most 1600 columns: the quadratic way will do. */
#include "diff/order.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int
by_expected(const void *a, const void *b)
{
	long x = (*(struct order_place *const *)a)->expected;
	long y = (*(struct order_place *const *)b)->expected;

	return (x > y) - (x < y);
}

static void
rank(struct order_place **sorted, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sorted[i]->expected_rank = i + 1;
		sorted[i]->found_rank = 1;
		for (size_t k = 0; k < n; k++)
			if (sorted[k]->found < sorted[i]->found)
				sorted[i]->found_rank++;
	}
}

/* Longest run of increasing `found` that ends at each place. */
static size_t
longest(struct order_place **sorted, size_t n, size_t *length, size_t *before)
{
	size_t best = 0;

	for (size_t i = 0; i < n; i++) {
		length[i] = 1;
		before[i] = n;
		for (size_t k = 0; k < i; k++)
			if (sorted[k]->found < sorted[i]->found &&
				length[k] >= length[i]) {
				length[i] = length[k] + 1;
				before[i] = k;
			}
		if (length[i] > length[best])
			best = i;
	}
	return best;
}

void
order_compare(struct order_place *places, size_t n)
{
	struct order_place **sorted;
	size_t *length, *before;

	if (!n)
		return;
	sorted = xcalloc(n, sizeof(struct order_place *));
	length = xcalloc(2 * n, sizeof *length);
	before = length + n;
	for (size_t i = 0; i < n; i++) {
		sorted[i] = &places[i];
		places[i].moved = true;
	}
	qsort(sorted, n, sizeof(struct order_place *), by_expected);
	rank(sorted, n);
	for (size_t i = longest(sorted, n, length, before); i < n; i = before[i])
		sorted[i]->moved = false;
	free(length);
	free(sorted);
}

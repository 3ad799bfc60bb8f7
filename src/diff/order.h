/* The relative order of things that both sides have. */
#ifndef DIFF_ORDER_H
#define DIFF_ORDER_H

#include <stdbool.h>
#include <stddef.h>

/* One thing with its place on either side; places need not be dense. */
struct order_place {
	long expected, found;
	size_t expected_rank, found_rank; /* filled in: 1, 2, … among all given */
	bool moved;                       /* filled in */
};

/* Mark the fewest places that have to be moved to come from one order to the other:
 * none if the relative order is the same. */
void order_compare(struct order_place *places, size_t n);

#endif

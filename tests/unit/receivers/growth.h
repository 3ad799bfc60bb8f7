/* That what is done for ten times as many costs about ten times as much. */
#ifndef TESTS_UNIT_RECEIVERS_GROWTH_H
#define TESTS_UNIT_RECEIVERS_GROWTH_H

#include <stddef.h>
#include <stdint.h>

/* `cost_us(n)` does it for `n` and returns the CPU time of this thread.  The least of
 * three tries each is compared, as a ratio; a hundred times as much fails. */
void assert_grows_with_n(int64_t (*cost_us)(size_t n));

#endif

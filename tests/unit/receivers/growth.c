#include "tests/unit/receivers/growth.h"

#include "tests/unit/unit.h"

#include <inttypes.h>

void
assert_grows_with_n(int64_t (*cost_us)(size_t n))
{
	int64_t few = INT64_MAX, many = INT64_MAX;

	for (int i = 0; i < 3; i++) {
		int64_t a = cost_us(1000), b = cost_us(10000);

		few = a < few ? a : few;
		many = b < many ? b : many;
	}
	print_message("%" PRId64 " us of 1,000, %" PRId64 " us of 10,000\n", few, many);
	assert_true(many < 35 * few);
}

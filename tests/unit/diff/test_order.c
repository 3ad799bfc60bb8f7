#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "diff/order.h"

/* Things are letters: both orders as words, and which letters were moved. */
static void
test_moved(void **state)
{
	static const struct {
		const char *expected, *found, *moved;
	} cases[] = {
		{"", "", ""},
		{"a", "a", ""},
		{"abc", "abc", ""},
		{"abc", "cab", "c"},
		{"abc", "bca", "a"},
		{"abcde", "abdce", "d"},
		{"abcdef", "fabcde", "f"},
		{"abcdef", "bacdfe", "be"},
		{"abc", "cba", "bc"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct order_place places[8] = {0};
		size_t n = strlen(cases[i].expected);
		char moved[8] = "";

		for (size_t k = 0; k < n; k++) {
			places[k].expected = (long)k;
			places[k].found = strchr(cases[i].found, cases[i].expected[k]) -
					  cases[i].found;
		}
		order_compare(places, n);
		for (size_t k = 0; k < n; k++)
			if (places[k].moved)
				strncat(moved, &cases[i].expected[k], 1);
		assert_int_equal(strlen(moved), strlen(cases[i].moved));
	}
}

static void
test_ranks(void **state)
{
	struct order_place places[] = {{.expected = 9, .found = 2},
		{.expected = 3, .found = 20}, {.expected = 5, .found = 7}};

	(void)state;
	order_compare(places, COUNT_OF(places));
	assert_int_equal(places[0].expected_rank, 3);
	assert_int_equal(places[0].found_rank, 1);
	assert_int_equal(places[1].expected_rank, 1);
	assert_int_equal(places[1].found_rank, 3);
	assert_int_equal(places[2].expected_rank, 2);
	assert_int_equal(places[2].found_rank, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_ranks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

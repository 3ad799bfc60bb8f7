/* gzip: what comes out is what went in; small input is left alone. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "http/gzip.h"

static void
test_round_trip(void **state)
{
	char text[2000], back[sizeof text + 1];
	z_stream z = {0};
	char *packed, *again;
	size_t n, m;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = "environment "[i % 12];
	packed = gzip_of(text, sizeof text, &n);
	assert_non_null(packed);
	assert_true(n < sizeof text / 10);
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	z.next_in = (Bytef *)packed;
	z.avail_in = (uInt)n;
	z.next_out = (Bytef *)back;
	z.avail_out = sizeof back;
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, sizeof text);
	assert_memory_equal(back, text, sizeof text);
	inflateEnd(&z);
	again = gzip_of(text, sizeof text, &m);
	assert_int_equal(n, m);
	assert_memory_equal(packed, again, n);
	free(packed);
	free(again);
}

static void
test_not_worth_it(void **state)
{
	unsigned char noise[300];
	unsigned x = 1;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof noise; i++)
		noise[i] = (unsigned char)((x = x * 1103515245u + 12345u) >> 16);
	assert_null(gzip_of((char *)noise, sizeof noise, &n));
	assert_null(gzip_of("", 0, &n));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_not_worth_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

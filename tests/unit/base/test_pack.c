#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/pack.h"

static void
test_round_trip(void **state)
{
	static const size_t sizes[] = {0, 1, 100, 65535, 65536, 65537, 1000000};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		char *text = xmalloc(sizes[i] + 1), *packed;
		struct strbuf out = {0};
		struct err e = {0};
		size_t n;

		for (size_t k = 0; k < sizes[i]; k++)
			text[k] = (char)('a' + k * k % 23);
		packed = pack_text(text, sizes[i], &n);
		assert_true(pack_open(packed, n, &out, &e));
		assert_int_equal(out.len, sizes[i]);
		assert_true(!sizes[i] || !memcmp(out.s, text, sizes[i]));
		assert_true(sizes[i] < 1000 || n < sizes[i] / 2);
		strbuf_free(&out);
		free(packed);
		free(text);
	}
}

/* What is damaged or cut short is an error, never a shorter text. */
static void
test_damaged(void **state)
{
	char text[1000], *packed;
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)('a' + i * i % 23);
	packed = pack_text(text, sizeof text, &n);
	for (size_t cut = 0; cut < n; cut++) {
		struct strbuf out = {0};
		struct err e = {0};

		assert_false(pack_open(packed, cut, &out, &e));
		assert_int_equal(e.code, ERR_FORMAT);
		strbuf_free(&out);
	}
	packed[n / 2] ^= 1;
	{
		struct strbuf out = {0};
		struct err e = {0};

		assert_false(pack_open(packed, n, &out, &e));
		strbuf_free(&out);
	}
	free(packed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include "base/hash.h"

/* The same digest in both ways of writing it. */
static void
test_forms(void **state)
{
	char hex[HASH_HEX_LEN], base64[HASH_BASE64_LEN];

	(void)state;
	hash_of("", 0, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb924"
				 "27ae41e4649b934ca495991b7852b855");
	hash_base64("", 0, base64);
	assert_string_equal(base64, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
	hash_base64("abc", 3, base64);
	assert_string_equal(base64, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "catalog/secret.h"
#include "catalog/snapfile.h"
#include "tests/unit/catalog/literal.h"

static void
test_mask(void **state)
{
	static const struct {
		const char *value, *masked;
		bool bare;
	} cases[] = {
		{"", "", false},
		{"host 'h'", "host 'h'", false},
		{"password <secret 0123456789abcdef>", "password <secret>", false},
		{"password <secret>, host 'h'", "password <secret>, host 'h'", true},
		{"a <secret>, b <secret 0123456789abcdef>", "a <secret>, b <secret>",
			true},
		/* what only looks like one */
		{"host '<secret>'", "host '<secret>'", false},
		{"\"<secret>\" 'it''s <secret>'", "\"<secret>\" 'it''s <secret>'",
			false},
		{"\"a'b\" <secret>", "\"a'b\" <secret>", true},
		{"a <secret 0123>, b <secrets>", "a <secret 0123>, b <secrets>", false},
		{"a <secret 0123456789abcdef", "a <secret 0123456789abcdef", false},
		{"a <secret", "a <secret", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf b = {0};

		assert_int_equal(secret_mask(cases[i].value, &b), cases[i].bare);
		assert_string_equal(b.s, cases[i].masked);
		strbuf_free(&b);
	}
}

static void
test_nothing(void **state)
{
	struct strbuf b = {0};

	(void)state;
	assert_false(secret_mask(NULL, &b));
	assert_null(b.s);
}

static void
test_key(void **state)
{
	char one[HASH_HEX_LEN], two[HASH_HEX_LEN];

	(void)state;
	secret_key(one);
	secret_key(two);
	assert_string_equal(one, two);
	assert_int_equal(strlen(one), HASH_HEX_LEN - 1);
	assert_int_equal(strspn(one, "0123456789abcdef"), HASH_HEX_LEN - 1);
}

/* The tag is neither shown, nor stored, nor in what is published of a catalog. */
static void
test_tags_stay_inside(void **state)
{
	struct snapshot *a =
		CATALOG("foreign_server /s|options=password <secret 0123456789abcdef>");
	struct snapshot *b =
		CATALOG("foreign_server /s|options=password <secret fedcba9876543210>");
	struct strbuf shown = {0}, file = {0};

	(void)state;
	object_show(a->objects, UINT64_MAX, &shown);
	assert_string_equal(shown.s, "options: password <secret>");
	assert_string_equal(a->fingerprint, b->fingerprint);
	snapfile_write(a, &file);
	assert_non_null(strstr(file.s, "password <secret>"));
	assert_null(strstr(file.s, "0123456789"));
	strbuf_free(&shown);
	strbuf_free(&file);
	snapshot_unref(a);
	snapshot_unref(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mask),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_tags_stay_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Which characters count as not seen. */
#include "base/unseen.h"

#include "tests/unit/unit.h"

#include "base/mem.h"

static void
test_unseen(void **state)
{
	static const uint32_t yes[] = {1, 0x1f, 0x7f, 0x9f, 0xa0, 0xad, 0x61c, 0x115f,
		0x1680, 0x2002, 0x200b, 0x200d, 0x200e, 0x2028, 0x202a, 0x202e, 0x202f,
		0x205f, 0x2060, 0x2066, 0x2069, 0x2800, 0x3164, 0xe000, 0xf8ff, 0xfdd0,
		0xfe0f, 0xfeff, 0xfffc, 0xffff, 0x1fffe, 0xe0001, 0xe0041, 0xe01ef,
		0xf0000, 0x10ffff};
	static const uint32_t no[] = {' ', 'a', '~', 0xa1, 0xe4, 0x300, 0x5d0, 0x2010,
		0x2026, 0x20ac, 0x3000, 0x4e00, 0xac00, 0xfffd, 0x1f600};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(yes); i++)
		if (!unseen_is(yes[i]))
			fail_msg("seen: %x", (unsigned)yes[i]);
	for (size_t i = 0; i < COUNT_OF(no); i++)
		if (unseen_is(no[i]))
			fail_msg("not seen: %x", (unsigned)no[i]);
}

static void
test_marks(void **state)
{
	(void)state;
	assert_true(unseen_is_mark(0x300));
	assert_true(unseen_is_mark(0x489));
	assert_true(unseen_is_mark(0xe4b));
	assert_true(unseen_is_mark(0x20dd));
	assert_false(unseen_is_mark('a'));
	assert_false(unseen_is_mark(0x5d0));
	assert_false(unseen_is_mark(0x200b));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unseen),
		cmocka_unit_test(test_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

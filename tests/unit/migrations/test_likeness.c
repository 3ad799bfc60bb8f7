#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "migrations/likeness.h"
#include "tests/unit/migrations/fixture.h"

static void
test_ways(void **state)
{
	static const struct {
		const char *row, *id, *how; /* NULL: none is meant */
	} cases[] = {
		{"aaaa1111\r\n", "aaaa1111",
			"padded with blanks or control characters"},
		{"\xc2\xa0"
		 "aaaa1111",
			"aaaa1111", "padded with blanks or control characters"},
		{"AAAA1111", "aaaa1111", "in other case"},
		{"\"aaaa1111\"", "aaaa1111", "in quotes"},
		{"'AAAA1111 '", "aaaa1111",
			"padded with blanks or control characters and in quotes and in "
			"other case"},
		{"aaaa1111.py", "aaaa1111", "as the name of its file"},
		{"aaaa1111_a_name_of_before.py", "aaaa1111", "as the name of its file"},
		{"versions/bbbb2222.py", "bbbb2222", "as the name of its file"},
		{"0003_words.py", "cccc3333", "as the name of its file"},
		{"0003_words", "cccc3333", "as the name of its file"},
		{"aaaa1", "aaaa1111", "abbreviated"},
		{"MiXed", "MiXed", NULL},
		{"bbbb", NULL, NULL}, /* of two */
		{"aaa", NULL, NULL},  /* too short to mean anything */
		{"aaaa1111x", NULL, NULL},
		{"aaaa1111_words", NULL, NULL}, /* perhaps an id of newer code */
		{"mixed", NULL, NULL},          /* of two */
		{"", NULL, NULL},
		{"\n", NULL, NULL},
		{"''", NULL, NULL},
	};
	const char *dir = *state;
	struct migrations *h;

	fixture_revision(dir, "aaaa1111", NULL, NULL);
	fixture_revision(dir, "bbbb2222", "'aaaa1111'", NULL);
	fixture_revision(dir, "bbbb3333", "'bbbb2222'", NULL);
	fixture_revision(dir, "MiXed", "'bbbb3333'", NULL);
	fixture_revision(dir, "MIXED", "'MiXed'", NULL);
	fixture_write(dir, "0003_words.py",
		"revision = 'cccc3333'\ndown_revision = 'MIXED'\n");
	h = fixture_read(dir, "");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct strbuf how = {0};
		struct likeness l;
		bool found = likeness_find(h, cases[i].row, &l);

		if (found != (cases[i].how != NULL))
			fail_msg("row %s: %d", cases[i].row, found);
		if (!found)
			continue;
		assert_string_equal(l.revision->id, cases[i].id);
		likeness_say(&how, &l);
		assert_string_equal(how.s, cases[i].how);
		strbuf_free(&how);
	}
	migrations_free(h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_ways, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

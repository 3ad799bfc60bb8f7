#include "tests/unit/unit.h"

#include "base/mem.h"
#include "catalog/checksql.h"
#include "catalog/instance.h"
#include "tests/unit/base/plain.h"

static void
test_compare(void **state)
{
	static const struct instance a = {"71", "5", false, 100, 200};
	static const struct {
		struct instance b;
		enum instance_relation relation;
	} cases[] = {
		{{"71", "5", false, 100, 200}, INSTANCE_SAME},
		{{"71", "5", false, 100, 900}, INSTANCE_SAME},
		/* another database, server, or role of the server */
		{{"71", "6", false, 100, 200}, INSTANCE_OTHER},
		{{"72", "5", false, 100, 200}, INSTANCE_OTHER},
		{{"71", "5", true, 100, 200}, INSTANCE_OTHER},
		/* a copy of its files, that runs beside it */
		{{"71", "5", false, 50, 200}, INSTANCE_OTHER},
		{{"71", "5", false, 199, 300}, INSTANCE_OTHER},
		/* perhaps the same after a restart, or before */
		{{"71", "5", false, 201, 300}, INSTANCE_PERHAPS},
		{{"71", "5", false, 10, 99}, INSTANCE_PERHAPS},
		/* nothing is known */
		{{"", "", false, 0, 0}, INSTANCE_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(instance_compare(&a, &cases[i].b), cases[i].relation);
		assert_int_equal(instance_compare(&cases[i].b, &a), cases[i].relation);
	}
	assert_int_equal(instance_compare(&cases[9].b, &cases[9].b), INSTANCE_OTHER);
}

static void
test_standby(void **state)
{
	static const struct instance standby = {"71", "5", true, 100, 200};
	static const struct instance primary = {"71", "5", false, 10, 300};
	static const struct {
		struct instance a, b;
	} no[] = {
		{{"71", "5", true, 100, 200}, {"71", "5", true, 50, 300}},
		{{"71", "5", false, 100, 200}, {"71", "5", true, 50, 300}},
		{{"71", "5", true, 100, 200}, {"71", "6", false, 50, 300}},
		{{"71", "5", true, 100, 200}, {"72", "5", false, 50, 300}},
		{{"", "", true, 0, 0}, {"", "", false, 0, 0}},
	};

	(void)state;
	assert_true(instance_is_standby_of(&standby, &primary));
	for (size_t i = 0; i < COUNT_OF(no); i++)
		assert_false(instance_is_standby_of(&no[i].a, &no[i].b));
}

/* Where the next record goes on a page that holds none yet is behind its header. */
static void
test_position(void **state)
{
	static const struct {
		const char *text;
		bool in_recovery;
		uint64_t position;
	} cases[] = {
		{"50332608", false, 50332608}, /* 0/30003C0 */
		{"50331688", false, 50331648}, /* 0/3000028, a segment */
		{"50339864", false, 50339840}, /* 0/3002018, a page */
		{"50339880", false, 50339880}, /* 0/3002028 */
		{"50331688", true, 50331688},
		{NULL, false, 0},
	};
	struct plain row = plain_row(&checksql_position_gives);
	const struct rows r = plain_rows(&row);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct instance found = {.in_recovery = cases[i].in_recovery};

		plain_set(&row, "wal_position", cases[i].text);
		instance_read_position(&found, &r);
		assert_true(found.position == cases[i].position);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_standby),
		cmocka_unit_test(test_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

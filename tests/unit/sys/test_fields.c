/* A log record becomes the journal's fields. */
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "sys/fields.h"

static void
test_all_fields(void **state)
{
	const struct log_field given[] = {{"environment", "prod"},
		{"previous_state", "in_sync"}, {"error", NULL}, {"a-b.9", "x"}};
	const struct log_record r = {.level = LEVEL_ERROR,
		.msg = "database is not stamped",
		.message_id = "0123456789abcdef0123456789abcdef",
		.fields = given,
		.n_fields = COUNT_OF(given)};
	const char *const expected[] = {"MESSAGE=database is not stamped", "PRIORITY=3",
		"SYSLOG_IDENTIFIER=pgdriftd",
		"MESSAGE_ID=0123456789abcdef0123456789abcdef",
		"PGDRIFTD_ENVIRONMENT=prod", "PGDRIFTD_PREVIOUS_STATE=in_sync",
		"PGDRIFTD_A_B_9=x"};
	struct strvec v = {0};

	(void)state;
	fields_of(&r, &v);
	assert_int_equal(v.n, COUNT_OF(expected));
	for (size_t i = 0; i < v.n; i++)
		assert_string_equal(v.v[i], expected[i]);
	strvec_free(&v);
}

/* A name cannot begin a line of its own, steer a terminal or turn what follows. */
static void
test_hostile(void **state)
{
	const struct log_field given[] = {{"environment", "a\nMESSAGE=b"},
		{"error", "\x1b[2J\u200b\u2066\x7f\xc2\x85"}};
	const struct log_record r = {.msg = "x", .fields = given, .n_fields = 2};
	struct strvec v = {0};

	(void)state;
	fields_of(&r, &v);
	assert_string_equal(v.v[3], "PGDRIFTD_ENVIRONMENT=a\\nMESSAGE=b");
	assert_string_equal(
		v.v[4], "PGDRIFTD_ERROR=\\x1b[2J\\u200b\\u2066\\x7f\\u0085");
	strvec_free(&v);
}

static void
test_bare_record(void **state)
{
	const struct log_record r = {.level = LEVEL_DEBUG,
		.msg = "only this",
		.text = "two\nlines \xff, \u202eturned"};
	struct strvec v = {0};

	(void)state;
	fields_of(&r, &v);
	assert_int_equal(v.n, 3);
	assert_string_equal(v.v[0], "MESSAGE=two\\nlines \\xff, \\u202eturned");
	assert_string_equal(v.v[1], "PRIORITY=7");
	strvec_free(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_fields),
		cmocka_unit_test(test_bare_record),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

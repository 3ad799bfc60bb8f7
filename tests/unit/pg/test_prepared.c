/* Whose plans the server keeps, and what becomes of that. */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "base/mem.h"
#include "pg/prepared.h"

static void
test_only_of_an_own_backend(void **state)
{
	static const struct {
		const char *pid;
		bool may;
	} cases[] = {{"17", true}, {"18", false}, {"", false}, {NULL, false}};
	bool news;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct prepared p = {.how = PREPARED_ASKS};

		assert_int_equal(prepared_name(&p, "SELECT 1", &news), 0);
		prepared_answer(&p, cases[i].pid, 17);
		assert_int_equal(
			prepared_name(&p, "SELECT 1", &news) != 0, cases[i].may);
		assert_int_equal(news, cases[i].may);
	}
}

static void
test_names(void **state)
{
	struct prepared p = {.how = PREPARED_MAY};
	bool news;
	uint64_t one, two;

	(void)state;
	one = prepared_name(&p, "SELECT 1", &news);
	assert_true(news);
	two = prepared_name(&p, "SELECT 2", &news);
	assert_true(news);
	assert_true(one != two);
	assert_true(prepared_name(&p, "SELECT 1", &news) == one);
	assert_false(news);
}

/* A text that is never the same twice does not fill the server. */
static void
test_not_too_many(void **state)
{
	struct prepared p = {.how = PREPARED_MAY};
	char sql[32];
	bool news;

	(void)state;
	for (int i = 0; i < PREPARED_MOST + 2; i++) {
		snprintf(sql, sizeof sql, "SELECT %d", i);
		assert_int_equal(prepared_name(&p, sql, &news) != 0, i < PREPARED_MOST);
		assert_int_equal(news, i < PREPARED_MOST);
	}
}

static void
test_failures(void **state)
{
	static const struct {
		const char *sqlstate;
		bool uses, again;
	} cases[] = {
		{"26000", true, true},
		{"42P05", true, true},
		{"0A000", true, true},
		{"57014", true, false},
		{"26000", false, false},
	};
	bool news;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct prepared p = {.how = PREPARED_MAY};
		struct err e = {.code = ERR_QUERY};

		snprintf(e.sqlstate, sizeof e.sqlstate, "%s", cases[i].sqlstate);
		prepared_begin(&p);
		if (cases[i].uses)
			prepared_name(&p, "SELECT 1", &news);
		prepared_fail(&p, &e);
		assert_int_equal(p.failed, cases[i].again);
		/* What the server has of them now is not known. */
		assert_int_equal(
			prepared_name(&p, "SELECT 1", &news) == 0, cases[i].uses);
		prepared_begin(&p);
		assert_false(p.failed);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_of_an_own_backend),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_not_too_many),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

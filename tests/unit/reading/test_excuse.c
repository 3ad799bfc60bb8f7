/* What is made of the error that a reading ended with. */
#include "pg/remedies.h"
#include "reading/excuse.h"

#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"

static const struct excuse base = {
	.timeout_ms = 30000, .statement_timeout_ms = 20000, .ran_ms = 100};

static struct err
error(enum err_code code, const char *sqlstate, const char *text)
{
	struct err e = {0};

	err_set(&e, code, "%s", text);
	memcpy(e.sqlstate, sqlstate, strlen(sqlstate) + 1);
	return e;
}

static void
test_late(void **state)
{
	struct excuse x = base;
	struct err e = error(ERR_TIMEOUT, "", "no answer within 3ms");

	(void)state;
	e.advice = &remedy_silent;
	excuse_error(&x, &e);
	assert_string_equal(e.text, "no answer within 3ms");
	x.late = true;
	excuse_error(&x, &e);
	assert_string_equal(e.text, "no complete answer within 30s");
	assert_int_equal(e.code, ERR_TIMEOUT);
	assert_ptr_equal(e.advice, &remedy_silent);
}

static void
test_stood_still(void **state)
{
	static const struct {
		enum err_code was, becomes;
	} rows[] = {
		{ERR_TIMEOUT, ERR_MOVED},
		{ERR_CONNECT, ERR_MOVED},
		{ERR_MOVED, ERR_MOVED},
		{ERR_AUTH, ERR_AUTH},
		{ERR_QUERY, ERR_QUERY},
		{ERR_PERMISSION, ERR_PERMISSION},
		{ERR_INTERNAL, ERR_INTERNAL},
	};
	struct excuse x = base;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct err e = error(rows[i].was, "", "x");

		x.stood_still = false;
		excuse_error(&x, &e);
		assert_int_equal(e.code, rows[i].was);
		x.stood_still = true;
		excuse_error(&x, &e);
		assert_int_equal(e.code, rows[i].becomes);
	}
}

/* In English the server says who it was; in other languages the time does. */
static void
test_who_cancelled(void **state)
{
	static const struct {
		const char *text;
		int64_t ran_ms;
		const char *said, *what;
	} rows[] = {
		{"canceling statement due to statement timeout", 20001,
			"canceling statement due to statement timeout (20s)",
			"longer than"},
		/* A limit of the role's, before ours is set. */
		{"canceling statement due to statement timeout", 500,
			"canceling statement due to statement timeout", "longer than"},
		{"canceling statement due to user request", 20001,
			"canceling statement due to user request", "somebody"},
		{"storniere Anfrage wegen Zeitüberschreitung", 20001,
			"storniere Anfrage wegen Zeitüberschreitung (20s)",
			"longer than"},
		{"storniere Anfrage wegen Benutzeraufforderung", 500,
			"storniere Anfrage wegen Benutzeraufforderung", "somebody"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct excuse x = base;
		struct err e = error(ERR_TIMEOUT, "57014", rows[i].text);

		x.ran_ms = rows[i].ran_ms;
		excuse_error(&x, &e);
		assert_string_equal(e.text, rows[i].said);
		assert_non_null(e.advice);
		assert_non_null(strstr(e.advice->what, rows[i].what));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_stood_still),
		cmocka_unit_test(test_who_cancelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

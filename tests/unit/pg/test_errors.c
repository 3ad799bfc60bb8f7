#include "tests/unit/unit.h"

#include <string.h>

#include "base/mem.h"
#include "pg/errors.h"

static void
test_connect(void **state)
{
	static const struct {
		const char *message;
		enum err_code code;
		const char *sqlstate, *text;
	} cases[] = {
		{"connection to server at \"db\" (10.0.0.1), port 5432 failed: "
		 "Connection refused\n"
		 "\tIs the server running on that host and accepting TCP/IP "
		 "connections?\n",
			ERR_CONNECT, "",
			"connection to server at \"db\" (10.0.0.1), port 5432 failed: "
			"Connection refused"},
		{"connection to server at \"db\", port 1 failed: FATAL:  28P01: "
		 "password authentication failed for user \"u\"\n"
		 "LOCATION:  auth_failed, auth.c:335\n",
			ERR_AUTH, "28P01",
			"connection to server at \"db\", port 1 failed: "
			"password authentication failed for user \"u\""},
		/* With TLS, then without. */
		{"a failed: FATAL:  28000: no entry\nLOCATION:  x\n"
		 "a failed: FATAL:  28000: no entry\nLOCATION:  x\n",
			ERR_AUTH, "28000", "a failed: no entry"},
		{"a failed: Connection refused\n\tIs it?\nb failed: FATAL:  57P03: the "
		 "database system is starting up\nLOCATION:  x\n",
			ERR_CONNECT, "57P03",
			"a failed: Connection refused; b failed: the database system "
			"is "
			"starting up"},
		{"a failed: VERHÄNGNISVOLL:  53300: zu viele\n", ERR_CONNECT, "53300",
			"a failed: zu viele"},
		{"a failed: FATAL:  3D000: database \"x\" does not exist\n",
			ERR_CONNECT, "3D000",
			"a failed: database \"x\" does not exist"},
		{"a failed: FATAL:  42501: permission denied for database \"x\"\n"
		 "DETAIL:  User does not have CONNECT privilege.\n",
			ERR_PERMISSION, "42501",
			"a failed: permission denied for database \"x\""},
		{"a failed: FATAL:  08P01: password authentication failed\n", ERR_AUTH,
			"08P01", "a failed: password authentication failed"},
		{"a failed: FATAL:  08P01: unsupported startup parameter: options\n",
			ERR_CONNECT, "08P01",
			"a failed: unsupported startup parameter: options"},
		{"root certificate file \"/x\" does not exist\n", ERR_CONNECT, "",
			"root certificate file \"/x\" does not exist"},
		{"could not create socket: Too many open files\n", ERR_INTERNAL, "",
			"could not create socket: Too many open files"},
		{"", ERR_CONNECT, "", "no reason given"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err e;

		errors_connect(&e, cases[i].message);
		assert_string_equal(e.text, cases[i].text);
		assert_string_equal(e.sqlstate, cases[i].sqlstate);
		assert_int_equal(e.code, cases[i].code);
	}
}

static void
test_query(void **state)
{
	static const struct {
		const char *sqlstate, *message;
		enum err_code code;
	} cases[] = {
		{"57014", "canceling statement due to statement timeout", ERR_TIMEOUT},
		{"42501", "permission denied for table alembic_version",
			ERR_PERMISSION},
		{"42P01", "relation \"x\" does not exist", ERR_MOVED},
		{"42704", "type \"x\" does not exist", ERR_MOVED},
		{"42883", "function x() does not exist", ERR_MOVED},
		{"3F000", "schema \"x\" does not exist", ERR_MOVED},
		{"55P03", "canceling statement due to lock timeout", ERR_MOVED},
		{"40001", "canceling statement due to conflict with recovery",
			ERR_MOVED},
		{"40P01", "deadlock detected", ERR_MOVED},
		{"XX000", "cache lookup failed for function 1", ERR_MOVED},
		{"XX000", "could not open relation with OID 1", ERR_MOVED},
		{"XX000", "could not find tuple for trigger 1", ERR_MOVED},
		{"XX000", "something else", ERR_QUERY},
		{"42703", "column \"x\" does not exist", ERR_QUERY},
		{"42601", "syntax error", ERR_QUERY},
		{"53200", "out of shared memory", ERR_QUERY},
		{"22012", "division by zero", ERR_QUERY},
		{"57P01", "terminating connection due to administrator command",
			ERR_CONNECT},
		{"53300", "too many connections", ERR_CONNECT},
		{"3D000", "database \"x\" does not exist", ERR_CONNECT},
		{"08P01", "pgbouncer cannot connect to server", ERR_CONNECT},
		{"28P01", "password authentication failed", ERR_AUTH},
		{NULL, "server closed the connection unexpectedly", ERR_CONNECT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err e;

		errors_query(&e, cases[i].sqlstate, cases[i].message);
		assert_string_equal(e.text, cases[i].message);
		assert_string_equal(
			e.sqlstate, cases[i].sqlstate ? cases[i].sqlstate : "");
		assert_int_equal(e.code, cases[i].code);
	}
}

static void
test_one_line_of_utf8(void **state)
{
	struct err e;

	(void)state;
	errors_query(&e, "P0001", "one\ntwo\tthree \xff");
	assert_string_equal(e.text, "one two three \\xff");
	errors_query(
		&e, NULL, "server closed the connection unexpectedly\n\tThis probably");
	assert_string_equal(e.text, "server closed the connection unexpectedly");
	errors_query(&e, "P0001", NULL);
	assert_string_equal(e.text, "no reason given");
}

static void
test_long_message(void **state)
{
	char message[4096];
	struct err e;

	(void)state;
	memset(message, 'x', sizeof message);
	message[sizeof message - 1] = '\0';
	errors_query(&e, "P0001", message);
	assert_true(strlen(e.text) < sizeof e.text - 64);
	assert_int_equal(e.code, ERR_QUERY);
}

static void
test_scrub(void **state)
{
	struct err e;

	(void)state;
	err_set(&e, ERR_CONNECT, "geheim and geheim, geh");
	errors_scrub(&e, "geheim");
	assert_string_equal(e.text, "<secret> and <secret>, geh");
	errors_scrub(&e, NULL);
	errors_scrub(&e, "");
	errors_scrub(&e, "an");
	assert_string_equal(e.text, "<secret> and <secret>, geh");
	assert_int_equal(e.code, ERR_CONNECT);
}

/* As those write it who only quote. */
static void
test_scrub_in_other_words(void **state)
{
	static const struct {
		const char *secret, *said, *shown;
	} cases[] = {
		{"p@ss w/rd", "for u:p%40ss%20w%2Frd@h", "for u:<secret>@h"},
		{"p@ss w/rd", "for u:p%40ss+w%2frd@h", "for u:<secret>@h"},
		{"p@ss w/rd", "%70%40%73%73%20%77%2F%72%64", "<secret>"},
		{"a&b<c>\"'", "&quot;a&amp;b&lt;c&gt;&quot;&#39;&quot;",
			"&quot;<secret>&quot;"},
		{"a&b", "a&#38;b, a&#x26;b, a&#038;b", "<secret>, <secret>, <secret>"},
		{"a\"b\\c", "\"a\\\"b\\\\c\"", "\"<secret>\""},
		{"it's", "'it''s' and 'it\\'s'", "'<secret>' and '<secret>'"},
		{"g\xc3\xa4"
		 "b",
			"g\\xc3\\xa4"
			"b g\\303\\244b g%C3%A4b",
			"<secret> <secret> <secret>"},
		{"a\tb", "a\\tb a\\u0009b", "<secret> <secret>"},
		{"100%", "100%25 100%", "<secret> <secret>"},
		{"a%40b", "a%40b a%2540b", "<secret> <secret>"},
		{"geheim", "gehei, geh%65n, %67eheim", "gehei, geh%65n, <secret>"},
		{"geheim", "the word is gehei…", "the word is <secret>…"},
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		err_set(&e, ERR_CONNECT, "%s", cases[i].said);
		errors_scrub(&e, cases[i].secret);
		assert_string_equal(e.text, cases[i].shown);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_connect),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_one_line_of_utf8),
		cmocka_unit_test(test_long_message),
		cmocka_unit_test(test_scrub),
		cmocka_unit_test(test_scrub_in_other_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "monitor/listing.h"

#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/conf/fixture.h"

#define TEMPLATE(discover, glob)                                           \
	"environment t { dsn = \"host=/nowhere\" discover = " discover " " \
	"discover_match = \"" glob "\" }\n"

static void
test_read(void **state)
{
	static const struct {
		const char *template, *text, *system, *names;
	} cases[] = {
		{TEMPLATE("databases", "*"), "77\nb\n%C3%BC\na%20b", "77", "a b|b|ü"},
		{TEMPLATE("databases", "a*"), "\na1\nb", "", "a1"},
		{TEMPLATE("databases", "*"), "77\n/new\n%zz\na", "77", "a"},
		{TEMPLATE("databases", "*"), "77", "77", ""},
		{TEMPLATE("databases", "*"), "77\n/schemas\na", "77", ""},
		{TEMPLATE("databases", "*"), "77\na%3Db", "77", "a=b"},
		{TEMPLATE("schemas", "*"), "77\n/schemas\na", "77", "a"},
		{TEMPLATE("schemas", "*"), "77\na", "77", ""},
		{TEMPLATE("schemas", "*"), "77\n/schemas\na%3Db\nc", "77", "c"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct conf *c = fixture_load_text(*state, cases[i].template);
		struct strvec names = {0};
		struct strbuf b = {0};
		char *system = listing_read(&c->environments[0], cases[i].text, &names);

		strvec_join(&names, "|", &b);
		assert_string_equal(b.s ? b.s : "", cases[i].names);
		assert_string_equal(system, cases[i].system);
		free(system);
		strbuf_free(&b);
		strvec_free(&names);
		conf_free(c);
	}
}

static void
test_written(void **state)
{
	static const char *const kinds[] = {
		TEMPLATE("databases", "*"), TEMPLATE("schemas", "*")};

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct conf *c = fixture_load_text(*state, kinds[i]);
		struct strvec names = {0}, again = {0};
		char *text, *system;

		strvec_add(&names, "a\nb");
		strvec_add(&names, "c/%");
		text = listing_write(&c->environments[0], "77", &names);
		system = listing_read(&c->environments[0], text, &again);
		assert_string_equal(system, "77");
		assert_true(strvec_equal(&names, &again));
		free(text);
		free(system);
		strvec_free(&names);
		strvec_free(&again);
		conf_free(c);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_read, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_written, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

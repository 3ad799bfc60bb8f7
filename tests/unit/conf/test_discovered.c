/* What a template becomes: names, connection strings, copies. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "catalog/ignore.h"
#include "conf/discovered.h"
#include "tests/unit/conf/fixture.h"

static void
test_names(void **state)
{
	static const struct {
		const char *name, *escaped;
	} cases[] = {
		{"tenant_1", "tenant_1"},
		{"a-b.C", "a-b.C"},
		{"a b", "a%20b"},
		{"a/b", "a%2Fb"},
		{"a\nb", "a%0Ab"},
		{"a%20b", "a%2520b"},
		{"\xc3\xbc", "%C3%BC"},
		{"\xff", "%FF"},
		{".", "%2E"},
		{"..", "%2E%2E"},
		{"..a", "..a"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *escaped = conf_name_escape(cases[i].name);
		char *read = conf_name_read(escaped);

		assert_string_equal(escaped, cases[i].escaped);
		assert_string_equal(read, cases[i].name);
		free(escaped);
		free(read);
	}
}

/* Each has one name: what another would be of it is none. */
static void
test_no_names(void **state)
{
	static const char *const none[] = {"", "a b", "a/b", "%", "%4", "%zz", "a%2",
		"%61", "%2f", "..", "%00", "a\n", "\xc3\xbc"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_null(conf_name_read(none[i]));
}

static void
test_dsn(void **state)
{
	static const struct {
		const char *dsn, *name, *expected;
	} cases[] = {
		{"host=h dbname=postgres", "a", "host=h dbname=postgres dbname='a'"},
		{"service=s", "it's \\ it", "service=s dbname='it\\'s \\\\ it'"},
		{"", "a b", "dbname='a b'"},
		{"postgresql://h/postgres", "a", "postgresql://h/postgres?dbname=a"},
		{"postgres://u@h:1/p?sslmode=require", "a&b=c",
			"postgres://u@h:1/p?sslmode=require&dbname=a%26b%3Dc"},
		{"postgresql://u:a?b=c@h/p", "a", "postgresql://u:a?b=c@h/p?dbname=a"},
		{"postgresql://u:a?@h?", "a", "postgresql://u:a?@h?dbname=a"},
		{"postgresql://h/p?options=-c%20a@b", "a",
			"postgresql://h/p?options=-c%20a@b&dbname=a"},
		{"postgresql://h?", "\xc3\xbc", "postgresql://h?dbname=%C3%BC"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *dsn = conf_dsn_of_database(cases[i].dsn, cases[i].name);

		assert_string_equal(dsn, cases[i].expected);
		free(dsn);
	}
}

static void
test_patterns(void **state)
{
	char word[] = "databases";
	struct conf_environment t = {.discover = word};

	(void)state;
	assert_false(conf_template_wants(&t, "a"));
	strvec_add(&t.discover_match, "tenant_*");
	strvec_add(&t.discover_match, "!tenant_tmp*");
	strvec_add(&t.discover_match, "tenant_tmp9");
	assert_true(conf_template_wants(&t, "tenant_1"));
	assert_false(conf_template_wants(&t, "other"));
	assert_false(conf_template_wants(&t, "tenant_tmp1"));
	assert_true(conf_template_wants(&t, "tenant_tmp9"));
	strvec_free(&t.discover_match);
}

static const char text[] =
	"service { interval = 7s keep_connection = true }\n"
	"http { listen = { \"127.0.0.1:1\", \"[::1]:2\" } }\n"
	"migrations m { path = versions }\n"
	"environment ref { dsn = \"host=h dbname=ref\" }\n"
	"environment t { dsn = \"host=h\" discover = databases discover_match = "
	"\"t_*\"\n"
	"  migrations = m version_table = \"{name}.version\" was = old owners = true\n"
	"  expect = \"snapshot:/s/{name}.json\" ignore = { \"schema:{name}\", "
	"\"table:x\" }\n"
	"  discover_interval = 5m }\n"
	"environment u { dsn = \"host=h\" discover = databases discover_match = \"*\"\n"
	"  expect = \"environment:u/r\" head = \"environment:t/t 1\" keep_connection = "
	"true }\n"
	"environment last { dsn = \"host=h\" enabled = false }\n";

static void
test_expand(void **state)
{
	char *fixed = xstrdup(text);
	struct strvec of_t = {0}, of_u = {0};
	const struct conf_found found[] = {{"t", &of_t}, {"u", &of_u}};
	const struct conf_environment *e;
	struct conf *base, *c;

	memcpy(strstr(fixed, "t/t 1"), "t/t_1", 5);
	base = fixture_load_text(*state, fixed);
	assert_true(conf_has_templates(base));
	strvec_add(&of_t, "t 1");
	strvec_add(&of_t, "t_1");
	strvec_add(&of_u, "r");
	strvec_add(&of_u, "s");
	c = conf_expand(base, found, 2);
	assert_false(conf_has_templates(c));
	assert_int_equal(c->n_environments, 6);
	assert_string_equal(c->environments[0].name, "ref");
	assert_string_equal(c->environments[1].name, "t/t%201");
	assert_string_equal(c->environments[5].name, "last");
	assert_false(c->environments[5].enabled);
	assert_true(conf_migrations_equal(&base->migrations[0], &c->migrations[0]));
	assert_true(
		conf_environment_equal(&base->environments[0], &c->environments[0]));
	assert_int_equal(c->service.interval_ms, 7000);
	assert_string_equal(c->http.listen.v[1], "[::1]:2");

	e = conf_environment(c, "t/t%201");
	assert_string_equal(e->dsn, "host=h dbname='t 1'");
	assert_string_equal(e->was, "old/t%201");
	assert_string_equal(e->version_schema, "t 1");
	assert_string_equal(e->version_table, "version");
	assert_string_equal(e->expect_target, "/s/t%201.json");
	assert_string_equal(e->ignore.v[0], "schema:\"t 1\"");
	assert_string_equal(e->ignore.v[1], "table:x");
	assert_true(e->owners);
	assert_string_equal(e->migrations, "m");
	assert_int_equal(e->interval_ms, 7000);
	assert_non_null(strstr(e->place, "pgdriftd.conf:5"));
	/* One connection each is kept only where that is said of them. */
	assert_false(e->keep_connection);
	assert_true(c->environments[0].keep_connection);

	e = conf_environment(c, "u/s");
	assert_true(e->keep_connection);
	assert_int_equal(e->expect, EXPECT_ENVIRONMENT);
	assert_string_equal(e->head_environment, "t/t_1");
	/* It is the reference of the others. */
	e = conf_environment(c, "u/r");
	assert_int_equal(e->expect, EXPECT_NONE);
	assert_null(e->expect_target);
	conf_free(c);
	conf_free(base);
	strvec_free(&of_t);
	strvec_free(&of_u);
	free(fixed);
}

/* Whatever a database is called, a rule is one that means it. */
static void
test_rules(void **state)
{
	static const struct {
		const char *rule, *name, *filled;
	} cases[] = {
		{"schema:{name}", "t_1", "schema:t_1"},
		{"schema:{name}", "t 1", "schema:\"t 1\""},
		{"schema:{name}", "*", "schema:\"*\""},
		{"schema:{name}", "x reason=y", "schema:\"x reason=y\""},
		{"schema:{name}", "a\"b", "schema:\"a\"\"b\""},
		{"schema:{name}", "a\nb", "schema:\"a\nb\""},
		{"schema:{name} until=2030-01-01", "*",
			"schema:\"*\" until=2030-01-01"},
		{"table:{name}.t", "a.b", "table:\"a.b\".t"},
		{"table:a.{name}@owner", "a@b", "table:a.\"a@b\"@owner"},
		{"table:\"{name}\".t", "a\"b", "table:\"a\"\"b\".t"},
		{"table:\"x {name}\".t", "*", "table:\"x *\".t"},
		{"table:{name}_x.t", "a \"(*", "table:a????_x.t"},
		{"table:x_{name}.t", "\xc3\xbc-", "table:x_\xc3\xbc?.t"},
		{"table:a.t reason=\"of {name}\"", "a\" b",
			"table:a.t reason=\"of a\"\" b\""},
		{"table:{name}.{name}", "a-b", "table:\"a-b\".\"a-b\""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct conf *base = fixture_load_text(*state,
			"environment t { dsn = \"host=h\" discover = databases\n"
			"  discover_match = \"*\" head = a ignore = \"table:x\" }\n");
		struct strvec names = {0}, *rules = &base->environments[0].ignore;
		const struct conf_found found = {"t", &names};
		struct ignore_rules *r = ignore_new();
		struct conf *c;
		struct err e;

		strvec_free(rules);
		strvec_add(rules, cases[i].rule);
		strvec_add(&names, cases[i].name);
		c = conf_expand(base, &found, 1);
		assert_string_equal(c->environments[0].ignore.v[0], cases[i].filled);
		assert_true(ignore_add(r, cases[i].filled, NULL, 0, &e));
		ignore_free(r);
		conf_free(c);
		conf_free(base);
		strvec_free(&names);
	}
}

/* One that is mapped to itself keeps its name, and is not all that is mapped. */
static void
test_mapping(void **state)
{
	struct conf *base = fixture_load_text(*state,
		"environment t { dsn = \"host=h\" discover = schemas\n"
		"  discover_match = \"*\" expect = \"environment:t/tmpl\"\n"
		"  version_table = \"{name}.v\"\n"
		"  schema_names = { \"{name}=tmpl\", \"{name}_x=tmpl_x\","
		" \"shared=common\" } }\n");
	struct strvec names = {0};
	const struct conf_found found = {"t", &names};
	const struct conf_environment *e;
	struct conf *c;
	char *why;

	strvec_add(&names, "a");
	strvec_add(&names, "tmpl");
	c = conf_expand(base, &found, 1);
	e = conf_environment(c, "t/a");
	assert_int_equal(e->schema_names.n, 3);
	e = conf_environment(c, "t/tmpl");
	assert_int_equal(e->schema_names.n, 1);
	assert_string_equal(e->schema_names.v[0], "shared=common");
	why = conf_template_refuses(&base->environments[0], "shared");
	assert_string_equal(why,
		"schema_names of \"shared\": \"shared=tmpl\" and \"shared=common\":"
		" \"shared\" cannot be compared with two");
	free(why);
	assert_null(conf_template_refuses(&base->environments[0], "a"));
	conf_free(c);
	conf_free(base);
	strvec_free(&names);
}

/* Those of two servers, each against that of its name. */
static void
test_same_name_elsewhere(void **state)
{
	struct conf *base = fixture_load_text(*state,
		"environment live { dsn = \"host=h\" discover = databases\n"
		"  discover_match = \"*\" head = \"environment:test/{name}\"\n"
		"  expect = \"environment:test/{name}\" }\n"
		"environment test { dsn = \"host=g\" discover = databases\n"
		"  discover_match = \"*\" head = a }\n");
	struct strvec names = {0};
	const struct conf_found found = {"live", &names};
	struct conf *c;

	strvec_add(&names, "a b");
	c = conf_expand(base, &found, 1);
	assert_string_equal(c->environments[0].expect_target, "test/a%20b");
	assert_string_equal(c->environments[0].head_environment, "test/a%20b");
	conf_free(c);
	strvec_free(&names);
	strvec_add(&names, "live/a");
	c = conf_expand_named(base, &names);
	assert_int_equal(c->n_environments, 2);
	assert_non_null(conf_environment(c, "test/a"));
	conf_free(c);
	conf_free(base);
	strvec_free(&names);
}

static void
test_schemas(void **state)
{
	struct conf *base = fixture_load_text(*state,
		"environment t { dsn = \"host=h dbname=d\" discover = schemas\n"
		"  discover_match = \"*\" schema_names = \"{name}=tmpl\"\n"
		"  expect = \"environment:t/tmpl\" version_table = \"{name}.v\" }\n"
		"environment u { dsn = \"dbname=d\" discover = schemas discover_match "
		"= \"*\"\n"
		"  schemas = { \"{name}\", \"shared\" } expect = "
		"\"environment:t/tmpl\" }\n"
		"environment d { dsn = \"dbname=d\" discover = databases "
		"discover_match = \"*\" head = a }\n");
	struct strvec names = {0};
	const struct conf_found found[] = {{"t", &names}, {"u", &names}};
	const struct conf_environment *e;
	struct conf *c;
	char *why;

	strvec_add(&names, "it's");
	strvec_add(&names, "tmpl");
	c = conf_expand(base, found, 2);
	e = conf_environment(c, "t/it%27s");
	assert_string_equal(e->dsn, "host=h dbname=d");
	assert_string_equal(e->of_schema, "it's");
	assert_string_equal(e->schemas.v[0], "it's");
	assert_string_equal(e->schema_names.v[0], "it's=tmpl");
	assert_string_equal(e->version_schema, "it's");
	assert_string_equal(e->expect_target, "t/tmpl");
	e = conf_environment(c, "t/tmpl");
	assert_int_equal(e->expect, EXPECT_NONE);
	assert_int_equal(e->schema_names.n, 0);
	e = conf_environment(c, "u/tmpl");
	assert_int_equal(e->schemas.n, 2);
	assert_string_equal(e->schemas.v[0], "tmpl");
	/* More than that schema is looked at. */
	assert_null(e->of_schema);

	why = conf_template_refuses(&base->environments[0], "a*");
	assert_non_null(strstr(why, "a schema with * in its name"));
	free(why);
	assert_null(conf_template_refuses(&base->environments[0], "a b"));
	assert_null(conf_template_refuses(&base->environments[2], "a*"));
	conf_free(c);
	conf_free(base);
	strvec_free(&names);
}

static void
test_expand_named(void **state)
{
	char *fixed = xstrdup(text);
	struct strvec names = {0};
	struct conf *base, *c;

	memcpy(strstr(fixed, "t/t 1"), "t/t_1", 5);
	base = fixture_load_text(*state, fixed);
	strvec_add(&names, "u/%41");
	strvec_add(&names, "u/s");
	strvec_add(&names, "u/s");
	strvec_add(&names, "v/x");
	strvec_add(&names, "ref");
	c = conf_expand_named(base, &names);
	assert_int_equal(c->n_environments, 5);
	assert_non_null(conf_environment(c, "u/s"));
	/* What it refers to comes along. */
	assert_non_null(conf_environment(c, "u/r"));
	assert_non_null(conf_environment(c, "t/t_1"));
	conf_free(c);
	conf_free(base);
	strvec_free(&names);
	free(fixed);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"environment t { dsn = a discover = databases }",
			"pgdriftd.conf:1: discover needs discover_match; add: "
			"discover_match = "
			"\"tenant_*\", or \"*\" for all"},
		{"environment t { dsn = a discover_match = b }",
			"pgdriftd.conf:1: discover_match is for a template: add "
			"discover = "
			"\"databases\""},
		{"environment t { dsn = a discover = databases discover_match = b }\n"
		 "environment e { dsn = a expect = \"environment:t\" }",
			"pgdriftd.conf:2: expect: \"t\" is a template: name one of its "
			"environments, as \"t/NAME\""},
		{"environment t { dsn = a discover = databases discover_match = b\n"
		 "  expect = \"environment:u/x\" }\n"
		 "environment u { dsn = a discover = databases discover_match = b\n"
		 "  head = \"environment:t/y\" }",
			"pgdriftd.conf:4: environments refer to each other in a "
			"circle: t -> u "
			"-> t"},
		/* of the same name elsewhere, but not oneself, nor in a circle */
		{"environment t { dsn = a discover = databases discover_match = b\n"
		 "  expect = \"environment:t/{name}\" }",
			"pgdriftd.conf:2: expect: environment \"t/{name}\" refers to "
			"itself"},
		{"environment t { dsn = a discover = databases discover_match = b\n"
		 "  expect = \"environment:u/{name}\" }\n"
		 "environment u { dsn = a discover = databases discover_match = b\n"
		 "  head = \"environment:t/{name}\" }",
			"circle: t -> u -> t"},
		{"environment t { dsn = a discover = databases discover_match = b\n"
		 "  expect = \"environment:v/{name}\" }",
			"pgdriftd.conf:2: there is no environment \"v/{name}\""},
		{"environment t { dsn = a discover = databases discover_match = b\n"
		 "  head = x }\n"
		 "environment e { dsn = a expect = \"environment:t/{name}\" }",
			"pgdriftd.conf:3: there is no environment \"t/{name}\""},
		{"environment e { dsn = a expect = \"environment:e/x\" }",
			"pgdriftd.conf:1: there is no environment \"e/x\""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *said;

		fixture_write(*state, "pgdriftd.conf", cases[i].text);
		said = fixture_errors(*state);
		if (!strstr(said, cases[i].message))
			fail_msg("%s", said);
		free(said);
	}
}

#define CASE(name) \
	cmocka_unit_test_setup_teardown(name, fixture_setup_conf, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_names),
		CASE(test_no_names),
		CASE(test_dsn),
		CASE(test_patterns),
		CASE(test_expand),
		CASE(test_rules),
		CASE(test_mapping),
		CASE(test_same_name_elsewhere),
		CASE(test_schemas),
		CASE(test_expand_named),
		CASE(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

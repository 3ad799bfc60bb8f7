/* Files, their merging, what goes over them, and every message of a load. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/unit/conf/fixture.h"

static void
test_contract_example(void **state)
{
	struct conf *c = fixture_load_text(*state,
		"service { interval = \"60s\"  jitter = \"10%\" }\n"
		"http { listen = { \"127.0.0.1:10432\" } cert_file = \"\" }\n"
		"migrations \"abparts\" { tool = \"alembic\"  path = \"versions\" }\n"
		"environment \"dev\"  { dsn = \"service=abparts_dev\" "
		"migrations = \"abparts\" }\n"
		"environment \"prod\" {\n"
		"  dsn = \"service=abparts_prod\" # a comment\n"
		"  password_file = \"prod.pw\"\n"
		"  migrations = \"abparts\"\n"
		"  version_table = \"public.alembic_version\"\n"
		"  expect = \"environment:dev\"\n"
		"  schemas = { \"public\", \"app*\" }\n"
		"  ignore = { \"table:public.a\", \"table:public.b\" }\n"
		"  ignore_file = \"file\"\n"
		"  interval = \"5m\" connect_timeout = \"5s\"\n"
		"  column_order = false owners = no partitions = \"parent\"\n"
		"}\n");
	const struct conf_environment *prod = conf_environment(c, "prod");
	const struct conf_environment *dev = conf_environment(c, "dev");
	char *path = xasprintf("%s/prod.pw", (char *)*state);

	assert_int_equal(c->n_environments, 2);
	assert_non_null(strstr(prod->place, "/pgdriftd.conf:5"));
	assert_int_equal(c->service.interval_ms, 60000);
	assert_true(c->service.jitter > 0.0999 && c->service.jitter < 0.1001);
	assert_int_equal(c->service.max_concurrent_checks, 8);
	assert_int_equal(c->service.max_checks_per_server, 2);
	assert_int_equal(c->service.workers, 0);
	assert_string_equal(c->service.state_dir, "/var/lib/pgdriftd");
	assert_string_equal(c->service.log_format, "auto");
	assert_string_equal(c->service.log_level, "info");
	assert_int_equal(c->service.max_findings, 1000);
	assert_int_equal(c->service.repeat_ms, 12 * 3600000);
	assert_int_equal(c->http.max_connections, 100);
	assert_int_equal(c->http.idle_timeout_ms, 30000);
	assert_null(c->http.cert_file);
	assert_string_equal(conf_migrations(c, "abparts")->tool, "alembic");
	assert_int_equal(conf_migrations(c, "abparts")->path.n, 1);
	assert_string_equal(prod->dsn, "service=abparts_prod");
	assert_string_equal(prod->password_file, path);
	assert_string_equal(prod->version_schema, "public");
	assert_string_equal(prod->version_table, "alembic_version");
	assert_int_equal(prod->expect, EXPECT_ENVIRONMENT);
	assert_string_equal(prod->expect_target, "dev");
	assert_string_equal(prod->schemas.v[1], "app*");
	assert_int_equal(prod->interval_ms, 300000);
	assert_int_equal(dev->interval_ms, 60000);
	assert_int_equal(dev->confirm, 1);
	assert_int_equal(dev->check_timeout_ms, 30000);
	assert_int_equal(dev->statement_timeout_ms, 20000);
	assert_int_equal(dev->lock_timeout_ms, 1000);
	assert_true(dev->comments);
	assert_false(dev->grants);
	assert_false(dev->generated_names);
	assert_true(dev->body_whitespace);
	assert_false(dev->locale);
	assert_true(dev->enabled);
	assert_string_equal(dev->partitions, "parent");
	assert_null(conf_environment(c, "pro"));
	assert_string_equal(conf_environment_near(c, "pord"), "prod");
	free(path);
	conf_free(c);
}

static void
test_directory(void **state)
{
	const char *dir = *state;
	struct conf *c;

	fixture_write(dir, "pgdriftd.conf",
		"service { interval = \"1m\" confirm = 2 }\n"
		"environment \"a\" { dsn = \"x=1\" }\n");
	fixture_write(dir, "conf.d/20.conf", "service { interval = \"3m\" }\n");
	fixture_write(dir, "conf.d/10.conf",
		"service { interval = \"2m\" }\n"
		"http { listen = { \"127.0.0.1:1\", \"127.0.0.1:2\" } }\n"
		"environment \"b\" { dsn = \"x=1\" ignore_file = \"beside\" }\n");
	fixture_write(dir, "conf.d/beside", "");
	fixture_write(dir, "conf.d/Z.conf", "http { listen = \"127.0.0.1:3\" }\n");
	fixture_write(dir, "conf.d/other.txt", "broken {");
	fixture_write(dir, "conf.d/.hidden.conf", "broken {");
	c = fixture_load(dir);
	assert_int_equal(c->files.n, 4);
	assert_non_null(strstr(c->files.v[1], "/conf.d/10.conf"));
	assert_non_null(strstr(c->files.v[2], "/conf.d/20.conf"));
	assert_non_null(strstr(c->files.v[3], "/conf.d/Z.conf"));
	assert_int_equal(c->service.interval_ms, 180000);
	assert_int_equal(c->service.confirm, 2);
	assert_int_equal(c->http.listen.n, 1);
	assert_string_equal(c->http.listen.v[0], "127.0.0.1:3");
	assert_int_equal(c->environments[0].interval_ms, 180000);
	assert_int_equal(c->environments[0].confirm, 2);
	assert_non_null(strstr(c->environments[1].ignore_file, "/conf.d/beside"));
	conf_free(c);
}

static void
test_duplicates(void **state)
{
	const char *dir = *state;
	char *got;

	fixture_write(dir, "pgdriftd.conf",
		"# first\n"
		"environment \"a\" { dsn = \"x=1\" }\n"
		"\n"
		"environment \"a\" { dsn = \"x=2\" }\n"
		"migrations \"a\" { path = \"versions\" }\n");
	fixture_write(dir, "conf.d/1.conf",
		"environment 'a' { dsn = 'x=3' }\n"
		"migrations \"a\" { path = \"../versions\" }\n");
	got = fixture_errors(dir);
	assert_string_equal(got,
		"pgdriftd.conf:4: environment \"a\" is already defined at "
		"pgdriftd.conf:2\n"
		"conf.d/1.conf:2: migrations \"a\" is already defined at "
		"pgdriftd.conf:5\n"
		"conf.d/1.conf:1: environment \"a\" is already defined at "
		"pgdriftd.conf:2");
	free(got);
}

static void
test_values(void **state)
{
	struct conf *c;
	struct strbuf text = {0};

	setenv("T_DSN", "host=h user='a \"b'", 1);
	unsetenv("T_UNSET");
	strbuf_add(&text, "environment \"a\" {\n"
			  "dsn = \"${T_DSN} dbname=${T_UNSET:-app}\"\n"
			  "ignore = { a, b } ignore += { \"c\" }\n"
			  "schemas = { a* } schemas = { b }\n"
			  "head = { }\n"
			  "interval = 1m interval = \"2m\"\n"
			  "migrations = 'm'\n"
			  "}\n"
			  "migrations m { path = { versions, \"file\" } recursive = yes"
			  " archives = versions }\n"
			  "http { listen = {} }\n"
			  "environment big { dsn = \"");
	for (int i = 0; i < 20000; i++)
		strbuf_addc(&text, 'x');
	strbuf_add(&text, "\" }\n");
	c = fixture_load_text(*state, text.s);
	assert_string_equal(c->environments[0].dsn, "host=h user='a \"b' dbname=app");
	assert_int_equal(c->environments[0].ignore.n, 3);
	assert_int_equal(c->environments[0].schemas.n, 1);
	assert_string_equal(c->environments[0].schemas.v[0], "b");
	assert_int_equal(c->environments[0].head.n, 0);
	assert_int_equal(c->environments[0].interval_ms, 120000);
	assert_int_equal(c->migrations[0].path.n, 2);
	assert_int_equal(c->migrations[0].archives.n, 1);
	assert_true(c->migrations[0].recursive);
	assert_int_equal(c->http.listen.n, 0);
	assert_int_equal(strlen(c->environments[1].dsn), 20000);
	strbuf_free(&text);
	conf_free(c);
}

#define DSN "dsn = \"x=1\" "

static void
test_errors(void **state)
{
	static const struct {
		const char *text, *errors;
	} cases[] = {
		/* receivers */
		{"service { environments = none }\nreceiver \"ops\" { kind = "
		 "\"slack\"\nstates = \"drfted\" }\n"
		 "receiver \"b\" { url = \"ftp://h/secret\" }\n"
		 "receiver \"c\" { url = \"http://:80/\" states = in_sync }\n"
		 "receiver \"d\" { url = \"http://h/a b\" url_file = \"f\" }\n"
		 "receiver \"c\" { url = \"http://h\" }\n"
		 "receiver \"d d\" { url = \"http://h\" }",
			"pgdriftd.conf:7: receiver \"c\" is already defined at "
			"pgdriftd.conf:5\n"
			"pgdriftd.conf:8: \"d d\" is no name for a receiver; use 1 to "
			"64 of A-Z a-z 0-9 _ . -\n"
			"pgdriftd.conf:2: receiver \"ops\" has no url; add: url = "
			"\"https://…\", or url_file = \"FILE\"\n"
			"pgdriftd.conf:3: states: there is no state \"drfted\"; did "
			"you mean \"drifted\"?\n"
			"pgdriftd.conf:4: url: it begins with neither https:// nor "
			"http://\n"
			"pgdriftd.conf:5: url: it names no host\n"
			"pgdriftd.conf:5: states: that an environment is in_sync is "
			"told by send_resolved; remove \"in_sync\"\n"
			"pgdriftd.conf:6: url and url_file exclude each other\n"
			"pgdriftd.conf:6: url: it holds a blank or another character "
			"that no URL may: encode that as %NN"},
		/* addresses */
		{"service { environments = none }\nhttp { listen = { \"localhost:1\", "
		 "\"*:1\", \"[::1]:1\", \"127.0.0.1:1\", \"[0::1]:1\", \"unix:/a\" } }",
			"pgdriftd.conf: listen: \"127.0.0.1:1\" is \"localhost:1\" "
			"once more: remove one of them\n"
			"pgdriftd.conf: listen: \"[0::1]:1\" is \"[::1]:1\" once more: "
			"remove one of them"},
		/* names */
		{"# c\n\nenvironment \"a\" {\n" DSN "\nshemas = { \"x\" }\n}\n",
			"pgdriftd.conf:5: unknown key \"shemas\" in environment; did "
			"you mean \"schemas\"?"},
		{"environment \"a\" { " DSN "wholly_unlike = 1 }",
			"pgdriftd.conf:1: unknown key \"wholly_unlike\" in "
			"environment"},
		{"environment \"a\" {\n" DSN "state_dir = \"/x\"\n}",
			"pgdriftd.conf:2: unknown key \"state_dir\" in environment; it "
			"is a key of service"},
		{"\nenviroment \"a\" { " DSN "}",
			"pgdriftd.conf:2: unknown block \"enviroment\"; did you mean "
			"\"environment\"?"},
		{"database \"a\" { }",
			"pgdriftd.conf:1: unknown block \"database\"; known are "
			"service, http, migrations, environment, "
			"receiver"},
		{"interval = \"5m\"",
			"pgdriftd.conf:1: unknown block \"interval\"; it is a key of "
			"service"},
		{"environment \"a\" {\n\"hun ter2\" = 1 }",
			"pgdriftd.conf:2: unexpected text where a name should be"},
		{"\n\"\" = 1", "pgdriftd.conf: a name is empty"},
		{"service { interval = \"\u202e\n\u2066\" }",
			"pgdriftd.conf:1: interval: \"\\u202e\\n\\u2066\" is not a "
			"duration such as \"30s\", \"5m\" or \"1h\""},
		/* grammar */
		{"environment \"a\" {\n" DSN "\n",
			"pgdriftd.conf:1: the block that begins here does not end"},
		{"service { }\n}", "pgdriftd.conf:2: unexpected closing brace"},
		{"service {\ninterval \"5m\" }",
			"pgdriftd.conf:2: missing equal sign after option 'interval'"},
		{"environment {\n}", "pgdriftd.conf:1: missing title for section "
				     "'environment'"},
		{"service \"x\" { }",
			"pgdriftd.conf:1: missing opening brace for section 'service'"},
		{"service {\n\ninterval = \"5m }\n}",
			"pgdriftd.conf:3: the string that begins here does not end"},
		/* values */
		{"service {\n\ninterval =\n\"5x\"\n}",
			"pgdriftd.conf:4: interval: \"5x\" is not a duration such as "
			"\"30s\", \"5m\" or \"1h\""},
		{"service {\ninterval = { \"5m\", \"6m\" }\n}",
			"pgdriftd.conf:2: interval: it takes one value, not a list"},
		{"service {\ninterval = { }\n}",
			"pgdriftd.conf: interval: it takes one value, not a list"},
		{"environment \"a\" {\ndsn = \"${T_UNSET}\"\n}",
			"pgdriftd.conf:2: variable T_UNSET is not set; set it, or give "
			"a default: ${T_UNSET:-…}"},
		{"migrations \"m\" {\npath = \"versions\" tool = \"flyway\"\n}",
			"pgdriftd.conf:2: tool: \"flyway\" is not one of: alembic"},
		{"environment \"a\" {\n" DSN "\nignore_file = \"no\"\n}",
			"pgdriftd.conf:3: ignore_file: \"no\" cannot be read: No such "
			"file or directory"},
		{"service { interval = x confirm = 0 log_level = x jitter = x }\n"
		 "environment \"a\" { " DSN "}",
			"pgdriftd.conf:1: interval: \"x\" is not a duration such as "
			"\"30s\", \"5m\" or \"1h\"\n"
			"pgdriftd.conf:1: jitter: \"x\" is not a percentage from "
			"\"0%\" to \"100%\"\n"
			"pgdriftd.conf:1: confirm: \"0\" is not a whole number from 1 "
			"to 1000\n"
			"pgdriftd.conf:1: log_level: \"x\" is not one of: debug, info, "
			"warn, error"},
		/* required */
		{"\nenvironment \"a\" { }",
			"pgdriftd.conf:2: environment \"a\" has no dsn; add: dsn = "
			"\"host=db.example.com dbname=app user=pgdriftd\""},
		{"migrations \"a\" { }",
			"pgdriftd.conf:1: migrations \"a\" has no path; add: path = "
			"\"/srv/app/alembic/versions\""},
		{"environment \"a b\" { " DSN "}",
			"pgdriftd.conf:1: \"a b\" is no name for an environment; use 1 "
			"to 64 of A-Z a-z 0-9 _ . -"},
		{"environment \"..\" { " DSN "}",
			"pgdriftd.conf:1: \"..\" is no name for an environment; use 1 "
			"to 64 of A-Z a-z 0-9 _ . -"},
		{"migrations \"\" { path = \"versions\" }",
			"pgdriftd.conf:1: \"\" is no name for migrations; use 1 to 64 "
			"of A-Z a-z 0-9 _ . -"},
		/* references */
		{"environment \"a\" {\n" DSN "\nmigrations = \"ap\" }\n"
		 "migrations \"app\" { path = \"versions\" }",
			"pgdriftd.conf:3: there is no migrations \"ap\"; did you mean "
			"\"app\"?"},
		{"environment \"a\" {\n" DSN "\nexpect = \"environment:prd\" }\n"
		 "environment \"prod\" { " DSN "}",
			"pgdriftd.conf:3: there is no environment \"prd\"; did you "
			"mean \"prod\"?"},
		{"environment \"a\" {\n" DSN "\nhead = \"environment:elsewhere\" }",
			"pgdriftd.conf:3: there is no environment \"elsewhere\""},
		{"environment \"a\" {\n" DSN "\nexpect = \"environment:a\" }",
			"pgdriftd.conf:3: expect: environment \"a\" refers to itself"},
		{"environment \"a\" {\n" DSN "\nexpect = migrations }",
			"pgdriftd.conf:3: expect: environment \"a\" has no migrations "
			"whose catalog it should have; add: migrations = \"NAME\""},
		{"environment \"a\" { " DSN "migrations = m\nexpect = migrations }\n"
		 "migrations \"m\" { path = \"versions\" }",
			"pgdriftd.conf:2: expect: migrations \"m\" are run on a server "
			"of their own, and say none; add to them, or to service: "
			"scratch_dsn = \"…\""},
		{"environment \"a\" { " DSN "\nexpect = \"ddl:/dev/null\" }",
			"pgdriftd.conf:2: expect: \"/dev/null\" is loaded on a server "
			"of its own, and service says none; add to it: scratch_dsn = "
			"\"…\""},
		{"environment \"a\" { " DSN "\ncapture = \"snapshots:/tmp\" }",
			"pgdriftd.conf:2: capture: environment \"a\" has no "
			"migrations that say whether its revision is one; add: "
			"migrations = \"NAME\""},
		{"environment \"a\" {\n" DSN "\nwas = \"b\" }\n"
		 "environment \"b\" { " DSN "}",
			"pgdriftd.conf:3: was = \"b\": there is an environment of that "
			"name: remove `was`, or that environment"},
		{"environment \"a\" {\n" DSN "\nwas = \"a\" }",
			"pgdriftd.conf:3: was = \"a\" is the name that the environment "
			"has: remove it"},
		{"environment \"a\" { " DSN "was = \"c\" }\n"
		 "environment \"b\" {\n" DSN "\nwas = \"c\" }",
			"pgdriftd.conf:4: was = \"c\" is said of environment \"a\" "
			"already: one of them can take over what is known of it"},
		{"environment \"a\" {\n" DSN "\nhead = \"environment:a\" }",
			"pgdriftd.conf:3: head: environment \"a\" refers to itself"},
		{"environment \"a\" { " DSN "expect = \"environment:b\" }\n"
		 "environment \"b\" { " DSN "head = \"environment:c\" }\n"
		 "environment \"c\" { " DSN "\nexpect = \"environment:a\" }",
			"pgdriftd.conf:4: environments refer to each other in a "
			"circle: a -> b -> c -> a"},
		{"environment \"x\" { " DSN "expect = \"environment:a\" }\n"
		 "environment \"a\" { " DSN "expect = \"environment:b\" head = "
		 "\"environment:b\" }\n"
		 "environment \"b\" { " DSN "expect = \"environment:a\" }\n",
			"pgdriftd.conf:3: environments refer to each other in a "
			"circle: a -> b -> a"},
		{"environment \"a\" {\n" DSN "expect = \"environment:b\" }\n"
		 "environment \"b\" { " DSN "enabled = false }",
			"pgdriftd.conf:2: expect: environment \"b\" is not enabled, so "
			"there is nothing to compare with"},
		/* together */
		{"environment \"a\" {\n" DSN "\npassword_file = \"x\"\n"
		 "password_command = \"y\" }",
			"pgdriftd.conf:4: password_file and password_command exclude "
			"each other"},
		{"environment \"a\" {\n" DSN "\nroles = { \"a=b\", c, \"d=e=f\" } }",
			"pgdriftd.conf:3: \"c\" is not written HERE=THERE\n"
			"pgdriftd.conf:3: \"d=e=f\" is not written HERE=THERE"},
		{"environment \"a\" {\n" DSN "\nschema_names = { \"b=a\", \"c=a\" } }",
			"pgdriftd.conf:3: schema_names: \"b=a\" and \"c=a\": two "
			"cannot be compared with one \"a\""},
		{"environment \"a\" {\n" DSN "\nexpect = baseline\n"
		 "schema_names = \"b=a\" }",
			"pgdriftd.conf:4: schema_names: a baseline is of the database "
			"itself, and has its names: remove schema_names, or give "
			"another `expect`"},
		{"http { cert_file = \"file\" }", "pgdriftd.conf: http has a cert_file "
						  "but no key_file; TLS needs "
						  "both"},
		/* several at once, each in its place */
		{"service { intervall = 5 }\n"
		 "environment \"a\" { dns = \"x=1\" confirm = 0\n shcemas = x }\n"
		 "enviroment \"b\" { " DSN "migrations = \"m\" }\n"
		 "environment \"c\" { " DSN "expect = \"environment:b\" }",
			"pgdriftd.conf:1: unknown key \"intervall\" in service; did "
			"you mean \"interval\"?\n"
			"pgdriftd.conf:2: unknown key \"dns\" in environment; did you "
			"mean \"dsn\"?\n"
			"pgdriftd.conf:3: unknown key \"shcemas\" in environment; did "
			"you mean \"schemas\"?\n"
			"pgdriftd.conf:4: unknown block \"enviroment\"; did you mean "
			"\"environment\"?\n"
			"pgdriftd.conf:1: interval: \"5\" is not a duration such as "
			"\"30s\", \"5m\" or \"1h\"\n"
			"pgdriftd.conf:2: confirm: \"0\" is not a whole number from 1 "
			"to 1000\n"
			"pgdriftd.conf:4: there is no migrations \"m\""},
	};

	unsetenv("T_UNSET");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *got;

		fixture_write(*state, "pgdriftd.conf", cases[i].text);
		got = fixture_errors(*state);
		assert_string_equal(got, cases[i].errors);
		free(got);
	}
}

static void
test_many_errors(void **state)
{
	struct conf_errors errors = {0};
	struct strbuf text = {0};
	char *path = xasprintf("%s/pgdriftd.conf", (char *)*state);

	for (int i = 0; i < 30; i++)
		strbuf_printf(&text, "environment \"e%d\" { interval = x }\n", i);
	fixture_write(*state, "pgdriftd.conf", text.s);
	assert_null(conf_load(path, &errors));
	assert_int_equal(errors.messages.n, CONF_MAX_ERRORS);
	conf_errors_free(&errors);

	strbuf_clear(&text);
	for (int i = 0; i < 30; i++)
		strbuf_printf(&text, "service { k%d = x }\n", i);
	fixture_write(*state, "pgdriftd.conf", text.s);
	assert_null(conf_load(path, &errors));
	assert_int_equal(errors.messages.n, CONF_MAX_ERRORS);
	conf_errors_free(&errors);
	strbuf_free(&text);
	free(path);
}

/* One broken file: what the others refer to may be in it. */
static void
test_broken_file(void **state)
{
	char *got;

	fixture_write(*state, "pgdriftd.conf",
		"environment \"a\" { " DSN "expect = \"environment:b\" }\n"
		"service { confirm = x }");
	fixture_write(*state, "conf.d/b.conf", "environment \"b\" { dsn = ");
	fixture_write(
		*state, "conf.d/c.conf", "environment \"c\" { confirm = x confirm }");
	got = fixture_errors(*state);
	assert_string_equal(got,
		"conf.d/b.conf:1: the block that begins here does not end\n"
		"conf.d/c.conf:1: missing equal sign after option 'confirm'\n"
		"pgdriftd.conf:2: confirm: \"x\" is not a whole number from 1 to "
		"1000\n"
		"conf.d/c.conf:1: confirm: \"x\" is not a whole number from 1 to "
		"1000");
	free(got);
}

static void
test_unreadable(void **state)
{
	char *got = fixture_errors(*state);

	assert_string_equal(
		got, "pgdriftd.conf: cannot be read: No such file or directory");
	free(got);
	fixture_write(*state, "pgdriftd.conf/x", "");
	got = fixture_errors(*state);
	assert_string_equal(got, "pgdriftd.conf: cannot be read: it is a directory");
	free(got);
}

static void
test_warnings(void **state)
{
	struct conf_errors errors = {0};
	char *path = xasprintf("%s/pgdriftd.conf", (char *)*state);
	struct conf *c;

	fixture_write(*state, "pgdriftd.conf", "\nenvironment \"a\" { " DSN "}");
	c = conf_load(path, &errors);
	assert_non_null(c);
	assert_int_equal(errors.warnings.n, 1);
	assert_non_null(strstr(errors.warnings.v[0],
		"pgdriftd.conf:2: environment \"a\" has neither migrations, head nor "
		"expect: nothing is compared"));
	conf_free(c);
	conf_errors_free(&errors);
	fixture_write(*state, "pgdriftd.conf", "");
	c = conf_load(path, &errors);
	assert_non_null(c);
	assert_int_equal(errors.warnings.n, 1);
	assert_non_null(strstr(errors.warnings.v[0], "no environment is configured"));
	assert_false(conf_wants_none(c));
	conf_free(c);
	conf_errors_free(&errors);
	fixture_write(*state, "pgdriftd.conf", "service { environments = none }");
	c = conf_load(path, &errors);
	assert_non_null(c);
	assert_int_equal(errors.warnings.n, 0);
	assert_true(conf_wants_none(c));
	conf_free(c);
	fixture_write(*state, "pgdriftd.conf",
		"service { environments = none }\nenvironment a { dsn = \"\" }");
	assert_null(conf_load(path, &errors));
	assert_non_null(strstr(errors.messages.v[0],
		"service.environments is none, but environment \"a\" is configured"));
	conf_errors_free(&errors);
	free(path);
}

static void
clear_environment(void)
{
	static const char *const names[] = {"PGDRIFTD_INTERVAL", "PGDRIFTD_CONFIRM",
		"PGDRIFTD_STATE_DIR", "PGDRIFTD_LOG_FORMAT", "PGDRIFTD_LISTEN",
		"PGDRIFTD_MAX_CONNECTIONS"};

	for (size_t i = 0; i < COUNT_OF(names); i++)
		unsetenv(names[i]);
}

static void
test_environment_variables(void **state)
{
	struct conf *c;
	char *got;

	setenv("PGDRIFTD_INTERVAL", "7m", 1);
	setenv("PGDRIFTD_CONFIRM", "3", 1);
	setenv("PGDRIFTD_STATE_DIR", "/state", 1);
	setenv("PGDRIFTD_LOG_FORMAT", "json", 1);
	setenv("PGDRIFTD_LISTEN", "127.0.0.1:1, 127.0.0.1:2", 1);
	setenv("PGDRIFTD_MAX_CONNECTIONS", "no key of service", 1);
	c = fixture_load_text(*state, "service { interval = 1m }"
				      "environment \"a\" { " DSN "}"
				      "environment \"b\" { " DSN "interval = 2m }");
	assert_int_equal(c->service.interval_ms, 420000);
	assert_string_equal(c->service.state_dir, "/state");
	assert_string_equal(c->service.log_format, "json");
	assert_int_equal(c->http.listen.n, 2);
	assert_string_equal(c->http.listen.v[1], "127.0.0.1:2");
	assert_int_equal(c->http.max_connections, 100);
	assert_int_equal(c->environments[0].interval_ms, 420000);
	assert_int_equal(c->environments[0].confirm, 3);
	assert_int_equal(c->environments[1].interval_ms, 120000);
	conf_free(c);

	setenv("PGDRIFTD_INTERVAL", "often", 1);
	setenv("PGDRIFTD_LISTEN", "nowhere", 1);
	got = fixture_errors(*state);
	assert_string_equal(got,
		"PGDRIFTD_INTERVAL: \"often\" is not a duration such as \"30s\", "
		"\"5m\" or \"1h\"\n"
		"PGDRIFTD_LISTEN: \"nowhere\" is not an address such as "
		"\"127.0.0.1:10432\", \"[::1]:10432\", \"*:10432\" or "
		"\"unix:/run/pgdriftd/http.sock\"");
	free(got);
	clear_environment();
}

static void
test_override(void **state)
{
	struct conf_errors errors = {0};
	struct conf *c =
		fixture_load_text(*state, "service { interval = 1m }"
					  "environment \"a\" { " DSN "}"
					  "environment \"b\" { " DSN "interval = 2m }");

	assert_true(conf_override(c, "service.interval", "9s", &errors));
	assert_int_equal(c->service.interval_ms, 9000);
	assert_int_equal(c->environments[0].interval_ms, 9000);
	assert_int_equal(c->environments[1].interval_ms, 120000);
	assert_true(
		conf_override(c, "http.listen", "127.0.0.1:1,127.0.0.1:2", &errors));
	assert_int_equal(c->http.listen.n, 2);
	assert_true(conf_override(c, "http.listen", "", &errors));
	assert_int_equal(c->http.listen.n, 0);

	assert_false(conf_override(c, "service.interval", "x", &errors));
	assert_int_equal(c->service.interval_ms, 9000);
	assert_int_equal(c->environments[0].interval_ms, 9000);
	assert_false(conf_override(c, "service.intervall", "1s", &errors));
	assert_false(conf_override(c, "environment.dsn", "x", &errors));
	assert_int_equal(errors.messages.n, 3);
	assert_string_equal(errors.messages.v[0],
		"service.interval: \"x\" is not a duration such as \"30s\", \"5m\" or "
		"\"1h\"");
	assert_string_equal(errors.messages.v[1],
		"service.intervall: no key of service or http, such as "
		"service.interval");
	conf_errors_free(&errors);
	conf_free(c);
}

/* A relative path to the file itself: relative paths in it start there too. */
static void
test_relative_file(void **state)
{
	struct conf_errors errors = {0};
	char *cwd = getcwd(NULL, 0);
	struct conf *c;

	fixture_write(*state, "pgdriftd.conf",
		"migrations \"m\" { path = \"./versions\" }"
		"environment \"a\" { " DSN "migrations = m }");
	assert_int_equal(chdir(*state), 0);
	c = conf_load("pgdriftd.conf", &errors);
	assert_non_null(c);
	assert_int_equal(chdir(cwd), 0);
	assert_true(c->migrations[0].path.v[0][0] == '/');
	assert_int_equal(access(c->migrations[0].path.v[0], R_OK), 0);
	conf_free(c);
	conf_errors_free(&errors);
	free(cwd);
}

/* Who leaves files to the daemon need not have them; and whoever looks is told how. */
static void
test_use(void **state)
{
	static const struct {
		enum conf_use use;
		const char *text, *said;
	} cases[] = {
		{CONF_ASKED, "http { cert_file = no key_file = no }", NULL},
		{CONF_WORKED, "http { users_file = no }", NULL},
		{CONF_ASKED, "environment \"a\" { " DSN " ignore_file = no }", NULL},
		{CONF_ASKED, "receiver \"a\" { url_file = no ca_file = no }", NULL},
		{CONF_WORKED, "environment \"a\" { " DSN " ignore_file = no }",
			"ignore_file: \"no\" cannot be read: No such file or "
			"directory"},
		{CONF_SERVED, "http { users_file = no }",
			"users_file: \"no\" cannot be read: No such file or directory"},
		{CONF_VERIFIED, "http { users_file = no }",
			"users_file: \"no\" cannot be read: No such file or directory; "
			"if it is a credential of the service: `sudo env "
			"CREDENTIALS_DIRECTORY=/run/credentials/pgdriftd.service "
			"pgdriftd config check`"},
		{CONF_VERIFIED, "http { users_file = \"/nowhere/no\" }",
			"users_file: \"/nowhere/no\" cannot be read: No such file or "
			"directory"},
	};
	char *path = xasprintf("%s/pgdriftd.conf", (char *)*state);
	char *prefix = xasprintf("%s/", (char *)*state);

	unsetenv("CREDENTIALS_DIRECTORY");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct conf_errors errors = {0};
		struct strbuf all = {0};
		struct conf *c;
		char *at;

		fixture_write(*state, "pgdriftd.conf", cases[i].text);
		c = conf_load_as(cases[i].use, path, &errors);
		strvec_join(&errors.messages, "\n", &all);
		while (all.s && (at = strstr(all.s, prefix)) != NULL)
			memmove(at, at + strlen(prefix),
				strlen(at + strlen(prefix)) + 1);
		if (cases[i].said) {
			char *said = xasprintf("pgdriftd.conf:1: %s", cases[i].said);

			assert_null(c);
			assert_string_equal(all.s, said);
			free(said);
		} else {
			assert_non_null(c);
			assert_int_equal(errors.messages.n, 0);
		}
		strbuf_free(&all);
		conf_errors_free(&errors);
		conf_free(c);
	}
	free(prefix);
	free(path);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup_conf, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_contract_example),
		CASE(test_directory),
		CASE(test_duplicates),
		CASE(test_values),
		CASE(test_errors),
		CASE(test_many_errors),
		CASE(test_broken_file),
		CASE(test_unreadable),
		CASE(test_warnings),
		CASE(test_environment_variables),
		CASE(test_override),
		CASE(test_relative_file),
		CASE(test_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

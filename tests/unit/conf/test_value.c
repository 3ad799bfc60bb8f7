/* Every key: what it takes, what it shows, what it refuses and why. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "conf/value.h"
#include "tests/unit/conf/fixture.h"

/* The key's values as conf_show() would see them, "|" between; or the refusal. */
static char *
take(enum conf_block b, const char *name, const char *const *texts, const char *dir)
{
	union {
		struct conf_service service;
		struct conf_http http;
		struct conf_migrations migrations;
		struct conf_environment environment;
	} base = {0};
	const struct conf_key *k = conf_key_find(b, name);
	struct strvec in = {0}, out = {0};
	struct strbuf result = {0};

	assert_non_null(k);
	for (; *texts; texts++)
		strvec_add(&in, *texts);
	if (conf_value_set(k, &(struct conf_value){.texts = &in, .dir = dir}, &base,
		    &result)) {
		k->type->format(k, &base, &out);
		strvec_join(&out, "|", &result);
	}
	conf_value_clear_all(b, &base);
	strvec_free(&in);
	strvec_free(&out);
	return strbuf_take(&result);
}

struct value_case {
	enum conf_block block;
	const char *key;
	const char *texts[4];
	const char *result;
};

static void
check(const struct value_case *cases, size_t n, const char *dir)
{
	for (size_t i = 0; i < n; i++) {
		char *got = take(cases[i].block, cases[i].key, cases[i].texts, dir);

		assert_string_equal(got, cases[i].result);
		free(got);
	}
}

static void
test_service(void **state)
{
	static const struct value_case cases[] = {
		{BLOCK_SERVICE, "interval", {"5m"}, "5m"},
		{BLOCK_SERVICE, "interval", {"90s"}, "1m30s"},
		{BLOCK_SERVICE, "interval", {"100ms"}, "100ms"},
		{BLOCK_SERVICE, "interval", {"99ms"},
			"\"99ms\" is out of range: from 100ms to 366d"},
		{BLOCK_SERVICE, "interval", {"0"},
			"\"0\" is out of range: from 100ms to 366d"},
		{BLOCK_SERVICE, "interval", {"60"},
			"\"60\" is not a duration such as \"30s\", \"5m\" or \"1h\""},
		{BLOCK_SERVICE, "interval", {"-5m"},
			"\"-5m\" is not a duration such as \"30s\", \"5m\" or \"1h\""},
		{BLOCK_SERVICE, "interval", {"1m", "2m"},
			"it takes one value, not a list"},
		{BLOCK_SERVICE, "interval", {NULL}, "it takes one value, not a list"},
		{BLOCK_SERVICE, "jitter", {"10%"}, "10%"},
		{BLOCK_SERVICE, "jitter", {"0%"}, "0%"},
		{BLOCK_SERVICE, "jitter", {"7.5%"}, "7.5%"},
		{BLOCK_SERVICE, "jitter", {"100%"}, "100%"},
		{BLOCK_SERVICE, "jitter", {"101%"},
			"\"101%\" is not a percentage from \"0%\" to \"100%\""},
		{BLOCK_SERVICE, "jitter", {"0.1"},
			"\"0.1\" is not a percentage from \"0%\" to \"100%\""},
		{BLOCK_SERVICE, "max_concurrent_checks", {"8"}, "8"},
		{BLOCK_SERVICE, "max_concurrent_checks", {"0"},
			"\"0\" is not a whole number from 1 to 1000"},
		{BLOCK_SERVICE, "max_checks_per_server", {"2"}, "2"},
		{BLOCK_SERVICE, "max_checks_per_server", {"0"},
			"\"0\" is not a whole number from 1 to 1000"},
		{BLOCK_SERVICE, "workers", {"64"}, "64"},
		{BLOCK_SERVICE, "keep_connection", {"true"}, "true"},
		{BLOCK_SERVICE, "workers", {"0"},
			"\"0\" is not a whole number from 1 to 64"},
		{BLOCK_SERVICE, "confirm", {"2"}, "2"},
		{BLOCK_SERVICE, "confirm", {"2x"},
			"\"2x\" is not a whole number from 1 to 1000"},
		{BLOCK_SERVICE, "confirm", {""},
			"\"\" is not a whole number from 1 to 1000"},
		{BLOCK_SERVICE, "confirm", {"99999999999999999999"},
			"\"99999999999999999999\" is not a whole number from 1 to "
			"1000"},
		{BLOCK_SERVICE, "scratch_dsn", {"host=h"}, "host=h"},
		{BLOCK_SERVICE, "scratch_shared", {"true"}, "true"},
		{BLOCK_SERVICE, "build_user", {"app"}, "app"},
		{BLOCK_SERVICE, "build_timeout", {"2d"},
			"\"2d\" is out of range: from 1s to 1d"},
		{BLOCK_SERVICE, "state_dir", {"/var/lib/x"}, "/var/lib/x"},
		{BLOCK_SERVICE, "state_dir", {"./state"}, "/etc/d/state"},
		{BLOCK_SERVICE, "state_dir", {""}, ""},
		{BLOCK_SERVICE, "log_format", {"json"}, "json"},
		{BLOCK_SERVICE, "log_format", {"jsno"},
			"\"jsno\" is not one of: auto, journal, logfmt, json; did you "
			"mean \"json\"?"},
		{BLOCK_SERVICE, "log_level", {"debug"}, "debug"},
		{BLOCK_SERVICE, "log_level", {"loudest"},
			"\"loudest\" is not one of: debug, info, warn, error"},
		{BLOCK_SERVICE, "max_findings", {"5"}, "5"},
		{BLOCK_SERVICE, "metric_labels", {"team", "app"}, "team|app"},
		{BLOCK_SERVICE, "metric_labels", {"team", "team"},
			"\"team\" is there twice; remove one"},
		{BLOCK_SERVICE, "metric_labels", {"a=b"},
			"that is no name for a label; use letters, digits and _, no "
			"digit first"},
		{BLOCK_SERVICE, "migrating_max", {"2h"}, "2h"},
		{BLOCK_SERVICE, "repeat", {"1d12h"}, "1d12h"},
	};

	(void)state;
	check(cases, COUNT_OF(cases), "/etc/d");
}

static void
test_http(void **state)
{
	static const struct value_case cases[] = {
		{BLOCK_HTTP, "listen", {NULL}, ""},
		{BLOCK_HTTP, "listen", {"127.0.0.1:0", "[::1]:10432", "*:65535"},
			"127.0.0.1:0|[::1]:10432|*:65535"},
		{BLOCK_HTTP, "listen", {"localhost:80"}, "localhost:80"},
		{BLOCK_HTTP, "listen", {"10432"},
			"\"10432\" is not an address such as \"127.0.0.1:10432\", "
			"\"[::1]:10432\", \"*:10432\" or "
			"\"unix:/run/pgdriftd/http.sock\""},
		{BLOCK_HTTP, "listen", {":1"},
			"\":1\" is not an address such as \"127.0.0.1:10432\", "
			"\"[::1]:10432\", \"*:10432\" or "
			"\"unix:/run/pgdriftd/http.sock\""},
		{BLOCK_HTTP, "listen", {"h:65536"},
			"\"h:65536\" is not an address such as \"127.0.0.1:10432\", "
			"\"[::1]:10432\", \"*:10432\" or "
			"\"unix:/run/pgdriftd/http.sock\""},
		{BLOCK_HTTP, "listen", {"::1:80"},
			"\"::1:80\" is not an address such as \"127.0.0.1:10432\", "
			"\"[::1]:10432\", \"*:10432\" or "
			"\"unix:/run/pgdriftd/http.sock\""},
		{BLOCK_HTTP, "listen", {"h:80x"},
			"\"h:80x\" is not an address such as \"127.0.0.1:10432\", "
			"\"[::1]:10432\", \"*:10432\" or "
			"\"unix:/run/pgdriftd/http.sock\""},
		{BLOCK_HTTP, "listen", {"999.1.1.1:80"},
			"\"999.1.1.1:80\" does not begin with a numeric address, "
			"localhost or *"},
		{BLOCK_HTTP, "listen", {"[::g]:80"},
			"\"[::g]:80\" does not begin with a numeric address, localhost "
			"or *"},
		{BLOCK_HTTP, "listen", {"unix:/run/a b.sock"}, "unix:/run/a b.sock"},
		{BLOCK_HTTP, "listen", {"unix:@abstract"},
			"\"unix:@abstract\" does not say where the socket is to be, "
			"like "
			"unix:/run/pgdriftd/http.sock"},
		{BLOCK_HTTP, "socket_mode", {"0600"}, "0600"},
		{BLOCK_HTTP, "socket_mode", {"666"}, "0666"},
		{BLOCK_HTTP, "socket_mode", {"0868"},
			"\"0868\" is not a mode such as \"0660\" or \"0666\""},
		{BLOCK_HTTP, "socket_mode", {"1777"},
			"\"1777\" is not a mode such as \"0660\" or \"0666\""},
		{BLOCK_HTTP, "socket_group", {"www-data"}, "www-data"},
		{BLOCK_HTTP, "client_ca_file", {"no"},
			"\"/nowhere/no\" cannot be read: No such file or directory"},
		{BLOCK_HTTP, "client_names", {"prometheus", "ops"}, "prometheus|ops"},
		{BLOCK_HTTP, "allow", {"open", "clear"}, "open|clear"},
		{BLOCK_HTTP, "allow", {"opne"},
			"\"opne\" is not one of: open, clear, readable; did you mean "
			"\"open\"?"},
		{BLOCK_HTTP, "external_url", {""}, ""},
		{BLOCK_HTTP, "external_url", {"https://h/drift/"}, "https://h/drift"},
		{BLOCK_HTTP, "external_url", {"h/drift"},
			"it is no URL such as \"https://drift.example.org\" or "
			"\"https://ops.example.org/drift\""},
		{BLOCK_HTTP, "cert_file", {""}, ""},
		{BLOCK_HTTP, "cert_file", {"/dev/null"}, "/dev/null"},
		{BLOCK_HTTP, "cert_file", {"no"},
			"\"/nowhere/no\" cannot be read: No such file or directory"},
		{BLOCK_HTTP, "key_file", {"no"},
			"\"/nowhere/no\" cannot be read: No such file or directory"},
		{BLOCK_HTTP, "users_file", {"no"},
			"\"/nowhere/no\" cannot be read: No such file or directory"},
		{BLOCK_HTTP, "max_connections", {"1"}, "1"},
		{BLOCK_HTTP, "idle_timeout", {"1s"}, "1s"},
	};

	(void)state;
	check(cases, COUNT_OF(cases), "/nowhere");
}

static void
test_migrations(void **state)
{
	static const struct value_case cases[] = {
		{BLOCK_MIGRATIONS, "tool", {"alembic"}, "alembic"},
		{BLOCK_MIGRATIONS, "tool", {"alembik"},
			"\"alembik\" is not one of: alembic; did you mean "
			"\"alembic\"?"},
		{BLOCK_MIGRATIONS, "path", {"null"}, "/dev/null"},
		{BLOCK_MIGRATIONS, "path", {"null", "/dev/zero"},
			"/dev/null|/dev/zero"},
		/* It may come. */
		{BLOCK_MIGRATIONS, "path", {"null", "no"}, "/dev/null|/dev/no"},
		{BLOCK_MIGRATIONS, "path", {""}, "a path is empty"},
		{BLOCK_MIGRATIONS, "archives", {"null"}, "/dev/null"},
		{BLOCK_MIGRATIONS, "archives", {"no"}, "/dev/no"},
		{BLOCK_MIGRATIONS, "section", {"one"}, "one"},
		{BLOCK_MIGRATIONS, "allow", {"cycle", "syntax:a.py"},
			"cycle|syntax:a.py"},
		{BLOCK_MIGRATIONS, "scratch_dsn", {"host=h password=x"},
			"host=h password=x"},
		{BLOCK_MIGRATIONS, "scratch_shared", {"on"}, "true"},
		{BLOCK_MIGRATIONS, "build", {"alembic upgrade {revision}"},
			"alembic upgrade {revision}"},
		{BLOCK_MIGRATIONS, "build", {"make", "db"}, "make|db"},
		{BLOCK_MIGRATIONS, "build", {""}, "a value of the list is empty"},
		{BLOCK_MIGRATIONS, "build_user", {"app"}, "app"},
		{BLOCK_MIGRATIONS, "build_timeout", {"30m"}, "30m"},
		{BLOCK_MIGRATIONS, "build_timeout", {"1ms"},
			"\"1ms\" is out of range: from 1s to 1d"},
		{BLOCK_MIGRATIONS, "build_all", {"yes"}, "true"},
		{BLOCK_MIGRATIONS, "recursive", {"yes"}, "true"},
		{BLOCK_MIGRATIONS, "recursive", {"ON"}, "true"},
		{BLOCK_MIGRATIONS, "recursive", {"off"}, "false"},
		{BLOCK_MIGRATIONS, "recursive", {"No"}, "false"},
		{BLOCK_MIGRATIONS, "recursive", {"false"}, "false"},
		{BLOCK_MIGRATIONS, "recursive", {"1"},
			"\"1\" is neither true, yes, on nor false, no, off"},
	};

	(void)state;
	check(cases, COUNT_OF(cases), "/dev");
}

static void
test_receiver(void **state)
{
	static const struct value_case cases[] = {
		{BLOCK_RECEIVER, "kind", {"slack"}, "slack"},
		{BLOCK_RECEIVER, "kind", {"slak"},
			"\"slak\" is not one of: json, slack, alertmanager; did you "
			"mean \"slack\"?"},
		{BLOCK_RECEIVER, "url", {"https://h/x"}, "https://h/x"},
		{BLOCK_RECEIVER, "url_file", {"u"}, "/etc/d/u"},
		{BLOCK_RECEIVER, "authorization_file", {"t"}, "/etc/d/t"},
		{BLOCK_RECEIVER, "ca_file", {"/dev/null"}, "/dev/null"},
		{BLOCK_RECEIVER, "states", {"drifted", "unknown"}, "drifted|unknown"},
		{BLOCK_RECEIVER, "severity", {"breaking"}, "breaking"},
		{BLOCK_RECEIVER, "severity", {"high"},
			"\"high\" is not one of: breaking, additive, cosmetic"},
		{BLOCK_RECEIVER, "environments", {"prod*", "!x"}, "prod*|!x"},
		{BLOCK_RECEIVER, "labels", {"team=s*"}, "team=s*"},
		{BLOCK_RECEIVER, "send_resolved", {"no"}, "false"},
		{BLOCK_RECEIVER, "batch_wait", {"1s"}, "1s"},
		{BLOCK_RECEIVER, "timeout", {"2s"}, "2s"},
		{BLOCK_RECEIVER, "retry_for", {"1h"}, "1h"},
		{BLOCK_RECEIVER, "max_queue", {"0"},
			"\"0\" is not a whole number from 1 to 100000"},
	};

	(void)state;
	check(cases, COUNT_OF(cases), "/etc/d");
}

#define ENV BLOCK_ENVIRONMENT

static void
test_environment(void **state)
{
	static const struct value_case cases[] = {
		{ENV, "dsn", {"host=h"}, "host=h"},
		{ENV, "dsn", {""}, ""},
		{ENV, "password_command", {"a b"}, "a b"},
		{ENV, "discover", {"databases"}, "databases"},
		{ENV, "discover", {"tables"},
			"\"tables\" is not one of: databases, schemas"},
		{ENV, "discover_match", {"a*", "!ab"}, "a*|!ab"},
		{ENV, "discover_limit", {"7"}, "7"},
		{ENV, "discover_limit", {"0"},
			"\"0\" is not a whole number from 1 to 100000"},
		{ENV, "discover_interval", {"5m"}, "5m"},
		{ENV, "migrations", {"app"}, "app"},
		{ENV, "labels", {"team=x=y", "app="}, "app=|team=x=y"},
		{ENV, "labels", {"a=b", "a="}, "\"a\" is there twice; remove one"},
		{ENV, "labels", {"state=x"},
			"\"state\" is a label of pgdriftd's own metrics; choose "
			"another name"},
		{ENV, "labels", {"team"}, "a label is not written NAME = \"VALUE\""},
		{ENV, "schemas", {"public", "app*"}, "public|app*"},
		{ENV, "schemas", {"public", ""}, "a value of the list is empty"},
		{ENV, "ignore", {"table:a.b"}, "table:a.b"},
		{ENV, "roles", {"a=b", "c=d"}, "a=b|c=d"},
		{ENV, "schema_names", {"a=b", "c=d"}, "a=b|c=d"},
		{ENV, "ignore_file", {"null"}, "/dev/null"},
		{ENV, "ignore_presets", {"timescaledb"}, "timescaledb"},
		{ENV, "ignore_file", {"no"},
			"\"/dev/no\" cannot be read: No such file or directory"},
		{ENV, "interval", {"5m"}, "5m"},
		{ENV, "migrating_max", {"45m"}, "45m"},
		{ENV, "confirm", {"3"}, "3"},
		{ENV, "connect_timeout", {"1ms"}, "1ms"},
		{ENV, "check_timeout", {"1d"}, "1d"},
		{ENV, "statement_timeout", {"0"},
			"\"0\" is out of range: from 1ms to 1d"},
		{ENV, "lock_timeout", {"2d"}, "\"2d\" is out of range: from 1ms to 1d"},
		{ENV, "max_catalog_size", {"1 GiB"}, "1GiB"},
		{ENV, "max_catalog_size", {"64"},
			"\"64\" is out of range: from 1MiB to 1TiB"},
		{ENV, "max_catalog_size", {"big"},
			"\"big\" is not a size such as \"64MiB\" or \"1GiB\""},
		{ENV, "column_order", {"true"}, "true"},
		{ENV, "owners", {"true"}, "true"},
		{ENV, "grants", {"true"}, "true"},
		{ENV, "comments", {"false"}, "false"},
		{ENV, "keep_connection", {"true"}, "true"},
		{ENV, "generated_names", {"true"}, "true"},
		{ENV, "locale", {"true"}, "true"},
		{ENV, "body_whitespace", {"false"}, "false"},
		{ENV, "partitions", {"count"}, "count"},
		{ENV, "partitions", {"ignore"},
			"\"ignore\" is not one of: parent, count, compare"},
		{ENV, "allow_empty", {"true"}, "true"},
		{ENV, "baseline_follows_revision", {"false"}, "false"},
		{ENV, "was", {"prod"}, "prod"},
		{ENV, "enabled", {"false"}, "false"},
	};

	(void)state;
	check(cases, COUNT_OF(cases), "/dev");
}

static void
test_head_and_expect(void **state)
{
	static const struct value_case cases[] = {
		{ENV, "head", {"ab2c1f16b0b3", "label@head"},
			"ab2c1f16b0b3|label@head"},
		{ENV, "head", {"environment:dev"}, "environment:dev"},
		{ENV, "head", {NULL}, ""},
		{ENV, "head", {"environment:"},
			"\"environment:\" names no environment"},
		{ENV, "head", {""}, "\"\" names no revision"},
		{ENV, "head", {"a", "environment:dev"},
			"\"environment:dev\" has to stand alone"},
		{ENV, "expect", {"none"}, "none"},
		{ENV, "expect", {"baseline"}, "baseline"},
		{ENV, "expect", {"environment:dev"}, "environment:dev"},
		{ENV, "expect", {"snapshot:null"}, "snapshot:/dev/null"},
		{ENV, "expect", {"snapshots:/dev"}, "snapshots:/dev"},
		{ENV, "expect", {"snapshot:no"}, "snapshot:/dev/no"},
		{ENV, "expect", {"snapshots:no"}, "snapshots:/dev/no"},
		{ENV, "expect", {"ddl:no"}, "ddl:/dev/no"},
		{ENV, "expect", {"ddl:"},
			"\"ddl:\" is not one of: environment:NAME, snapshot:FILE, "
			"snapshots:DIR, baseline, migrations, ddl:FILE, none"},
		{ENV, "capture", {"snapshots:no"}, "snapshots:/dev/no"},
		{ENV, "capture", {"no"}, "\"no\" is not written snapshots:DIR"},
		{ENV, "capture", {"snapshots:"},
			"\"snapshots:\" is not written snapshots:DIR"},
		{ENV, "expect", {"environment:"},
			"\"environment:\" is not one of: environment:NAME, "
			"snapshot:FILE, snapshots:DIR, baseline, migrations, ddl:FILE, "
			"none"},
		{ENV, "expect", {"dev"},
			"\"dev\" is not one of: environment:NAME, snapshot:FILE, "
			"snapshots:DIR, baseline, migrations, ddl:FILE, none"},
		{ENV, "expect", {"baseline2"},
			"\"baseline2\" is not one of: environment:NAME, snapshot:FILE, "
			"snapshots:DIR, baseline, migrations, ddl:FILE, none"},
	};

	(void)state;
	check(cases, COUNT_OF(cases), "/dev");
}

#define NO_TABLE                                                                 \
	" is not a table such as \"public.alembic_version\"; a name with a dot " \
	"or a space has to be in double quotes"

static void
test_version_table(void **state)
{
	static const struct value_case cases[] = {
		{ENV, "version_table", {"app.alembic_version"}, "app.alembic_version"},
		{ENV, "version_table", {"alembic_version"}, "public.alembic_version"},
		{ENV, "version_table", {"App.Versions"}, "\"App\".\"Versions\""},
		{ENV, "version_table", {"\"My Schema\".\"a\"\"b.c\""},
			"\"My Schema\".\"a\"\"b.c\""},
		{ENV, "version_table", {"a.b.c"}, "\"a.b.c\"" NO_TABLE},
		{ENV, "version_table", {"a."}, "\"a.\"" NO_TABLE},
		{ENV, "version_table", {".b"}, "\".b\"" NO_TABLE},
		{ENV, "version_table", {""}, "\"\"" NO_TABLE},
		{ENV, "version_table", {"\"a"}, "\"\"a\"" NO_TABLE},
		{ENV, "version_table", {"a b"}, "\"a b\"" NO_TABLE},
	};

	(void)state;
	check(cases, COUNT_OF(cases), "/");
}

static void
test_password_file(void **state)
{
	static const char *const texts[] = {"prod.pw", NULL};
	char *got;

	(void)state;
	unsetenv("CREDENTIALS_DIRECTORY");
	got = take(ENV, "password_file", texts, "/etc/d");
	assert_string_equal(got, "/etc/d/prod.pw");
	free(got);
	setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x", 1);
	got = take(ENV, "password_file", texts, "/etc/d");
	assert_string_equal(got, "/run/credentials/x/prod.pw");
	free(got);
	unsetenv("CREDENTIALS_DIRECTORY");
}

/* Where systemd puts them, and what only looks like that. */
static void
test_unit_of_a_credential(void **state)
{
	static const struct {
		const char *dir, *path, *unit;
	} cases[] = {
		{"/run/credentials/pgdriftd.service",
			"/run/credentials/pgdriftd.service/prod.pw", "pgdriftd"},
		{"/run/credentials/drift@eu.service/",
			"/run/credentials/drift@eu.service/a/b", "drift@eu"},
		{"/run/credentials/pgdriftd.service", "/etc/pgdriftd/prod.pw", NULL},
		{"/run/credentials/pgdriftd.service",
			"/run/credentials/pgdriftd.service2/pw", NULL},
		{"/run/credentials/.service", "/run/credentials/.service/pw", NULL},
		{"/run/credentials/a;b.service", "/run/credentials/a;b.service/pw",
			NULL},
		{"/run/credentials/a.service/b", "/run/credentials/a.service/b/pw",
			NULL},
		{"/run/secrets", "/run/secrets/prod.pw", NULL},
		{NULL, "/run/credentials/pgdriftd.service/prod.pw", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char *unit;

		if (cases[i].dir)
			setenv("CREDENTIALS_DIRECTORY", cases[i].dir, 1);
		unit = conf_credential_unit(cases[i].path);
		if (cases[i].unit)
			assert_string_equal(unit, cases[i].unit);
		else
			assert_null(unit);
		free(unit);
		unsetenv("CREDENTIALS_DIRECTORY");
	}
	assert_null(conf_credential_unit(NULL));
}

/* The tables above leave no key out, and no default is refused. */
static void
test_table(void **state)
{
	(void)state;
	assert_int_equal(conf_n_keys, 21 + 12 + 12 + 40 + 14);
	for (size_t i = 0; i < conf_n_keys; i++) {
		assert_non_null(conf_keys[i].help);
		assert_true(conf_keys[i].def || conf_keys[i].example);
		assert_ptr_equal(conf_key_find(conf_keys[i].block, conf_keys[i].name),
			&conf_keys[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_service),
		cmocka_unit_test(test_http),
		cmocka_unit_test(test_migrations),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_head_and_expect),
		cmocka_unit_test(test_version_table),
		cmocka_unit_test(test_password_file),
		cmocka_unit_test(test_receiver),
		cmocka_unit_test(test_unit_of_a_credential),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What is written from the table: it loads again, and holds no secret. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/unit/conf/fixture.h"

static const char full[] =
	"service { interval = 90s jitter = \"7.5%\" max_concurrent_checks = 3 "
	"max_checks_per_server = 1 confirm = 2 workers = 3 "
	"keep_connection = on\n"
	" metric_labels = { team, stage } state_dir = \"state\" log_format = json "
	"log_level = debug max_findings = 7\n"
	" repeat = 1d scratch_dsn = \"host=i\" build_user = b build_timeout = 5m }\n"
	"http { listen = { \"127.0.0.1:1\", \"[::1]:2\" } cert_file = file key_file = "
	"file\n"
	" client_ca_file = file client_names = { a, b } users_file = file "
	"socket_mode = \"0600\" socket_group = www allow = { open, clear } "
	"max_connections = 5 idle_timeout = 7s }\n"
	"migrations \"m\" { tool = alembic path = { versions, file } archives = file\n"
	" recursive = on scratch_dsn = \"host=h\" scratch_shared = "
	"on build = { make, db } build_user = app build_timeout = 1h build_all = "
	"on }\n"
	"migrations \"heir\" { path = file }\n"
	"environment \"ref\" { dsn = 'host=h user=\"q\" dbname=a\\\\b${x}' "
	"head = { a, b } }\n"
	"environment \"all\" { dsn = \"service=x\" password_file = pw migrations = m\n"
	" head = \"environment:ref\" version_table = '\"My Schema\".Version'\n"
	" expect = \"environment:ref\" schemas = { \"a*\", b } ignore = { "
	"\"table:x.y\" }\n"
	" ignore_file = file ignore_presets = { pg_cron, supabase } interval = 5m "
	"confirm = 3 connect_timeout = 1s\n"
	" check_timeout = 2s statement_timeout = 3s lock_timeout = 4ms\n"
	" max_catalog_size = 64MiB keep_connection = off\n"
	" column_order = on owners = on grants = on comments = off generated_names = "
	"on body_whitespace = off locale = on\n"
	" roles = { \"a=b\", \"c d=e\" } partitions = count\n"
	" allow_empty = yes baseline_follows_revision = no was = old\n"
	" labels { team = shop } }\n"
	"environment \"snap\" { dsn = \"x=1\" expect = \"snapshot:file\" }\n"
	"environment \"snaps\" { dsn = \"x=1\" expect = \"snapshots:versions\" }\n"
	"environment \"made\" { dsn = \"x=1\" migrations = m expect = migrations "
	"capture = \"snapshots:versions\" }\n"
	"environment \"loaded\" { dsn = \"x=1\" expect = \"ddl:file\" }\n"
	"environment \"base\" { dsn = \"x=1\" expect = baseline enabled = false }\n";

static void
test_round_trip(void **state)
{
	struct conf *a = fixture_load_text(*state, full), *b;
	struct strbuf shown = {0}, again = {0};

	conf_show(a, &shown);
	b = fixture_load_text(*state, shown.s);
	assert_true(conf_equal(a, b));
	conf_show(b, &again);
	assert_string_equal(shown.s, again.s);
	assert_string_equal(
		conf_environment(b, "ref")->dsn, "host=h user=\"q\" dbname=a\\b${x}");
	strbuf_free(&shown);
	strbuf_free(&again);
	conf_free(a);
	conf_free(b);
}

static void
test_nothing_kept(void **state)
{
	struct conf *a = fixture_load_text(*state, "service { state_dir = \"\" }"), *b;
	struct strbuf shown = {0};

	assert_string_equal(a->service.state_dir, "");
	conf_show(a, &shown);
	b = fixture_load_text(*state, shown.s);
	assert_string_equal(b->service.state_dir, "");
	strbuf_free(&shown);
	conf_free(a);
	conf_free(b);
}

/* A change of any one key is a difference. */
static void
test_equal(void **state)
{
	static const char *const changes[][2] = {
		{"interval = 5m", "interval = 6m"},
		{"confirm = 3", "confirm = 4"},
		{"service=x", "service=y"},
		{"password_file = pw", "password_file = pw2"},
		{" migrations = m", ""},
		{"\"environment:ref\" version", "\"abc\" version"},
		{"Schema\".Version", "Schema\".Versions"},
		{"expect = \"environment:ref\"", "expect = \"environment:snap\""},
		{"expect = \"environment:ref\"", ""},
		{"\"a*\", b", "\"a*\""},
		{"table:x.y", "table:x.z"},
		{"ignore_file = file", ""},
		{"connect_timeout = 1s", ""},
		{"lock_timeout = 4ms", "lock_timeout = 5ms"},
		{"= 64MiB", "= 65MiB"},
		{"keep_connection = off", ""},
		{"column_order = on", ""},
		{"comments = off", ""},
		{"partitions = count", "partitions = compare"},
		{"allow_empty = yes", ""},
		{"a=b", "a=c"},
		{"team = shop", "team = shops"},
		{"labels { team = shop }", ""},
	};
	struct conf *a = fixture_load_text(*state, full), *b;

	b = fixture_load_text(*state, full);
	assert_true(conf_equal(a, b));
	conf_free(b);
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		struct strbuf text = {0};
		const char *at = strstr(full, changes[i][0]);

		assert_non_null(at);
		strbuf_addn(&text, full, (size_t)(at - full));
		strbuf_add(&text, changes[i][1]);
		strbuf_add(&text, at + strlen(changes[i][0]));
		b = fixture_load_text(*state, text.s);
		assert_false(conf_equal(a, b));
		assert_false(conf_environment_equal(
			conf_environment(a, "all"), conf_environment(b, "all")));
		assert_true(conf_environment_equal(
			conf_environment(a, "snap"), conf_environment(b, "snap")));
		assert_true(
			conf_migrations_equal(&a->migrations[0], &b->migrations[0]));
		conf_free(b);
		strbuf_free(&text);
	}
	conf_free(a);
}

static void
test_needs_restart(void **state)
{
	struct conf *a = fixture_load_text(*state, "service { interval = 1m }");
	struct conf *b = fixture_load_text(*state,
		"service { interval = 2m state_dir = \"/x\" } http { listen = {} "
		"users_file = file max_connections = 7 }");
	struct strvec keys = {0};
	struct strbuf all = {0};

	conf_needs_restart(a, b, &keys);
	strvec_join(&keys, " ", &all);
	assert_string_equal(all.s, "service.state_dir http.max_connections");
	strbuf_free(&all);
	strvec_free(&keys);
	conf_free(a);
	conf_free(b);
}

static void
test_secrets(void **state)
{
	struct conf *c = fixture_load_text(*state,
		"environment \"a\" { dsn = \"host=h password='hunter2' user=u\" }"
		"environment \"b\" { dsn = \"postgresql://u:hunter2@h/d\" }"
		"environment \"c\" { dsn = \"host=h\" "
		"password_command = \"echo hunter2\" }"
		"migrations \"m\" { path = file build = \"PGPASSWORD=hunter2 make "
		"url=postgresql://u:hunter2@h/d\" }"
		"migrations \"n\" { path = file build = { \"A=x://u:hunter2@h\", m } }"
		"migrations \"o\" { path = file build = { m, \"--token\", hunter2 } }"
		"migrations \"p\" { path = file build = \"API_TOKEN=hunter2 m\" }");
	struct strbuf shown = {0};
	cJSON *json = conf_show_json(c);
	char *printed = json_print(json);

	conf_show(c, &shown);
	assert_null(strstr(shown.s, "hunter2"));
	assert_null(strstr(printed, "hunter2"));
	assert_non_null(strstr(shown.s, "dsn = \"host=h password=<secret> user=u\""));
	assert_non_null(strstr(shown.s, "dsn = \"postgresql://u:<secret>@h/d\""));
	assert_non_null(strstr(shown.s, "password_command = \"<secret>\""));
	assert_non_null(strstr(shown.s, "build = \"PGPASSWORD=<secret> make "
					"url=postgresql://u:<secret>@h/d\""));
	strbuf_free(&shown);
	cJSON_Delete(json);
	free(printed);
	conf_free(c);
}

static void
test_json(void **state)
{
	struct conf *c = fixture_load_text(*state, full);
	cJSON *json = conf_show_json(c);
	cJSON *all = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "environments"), 1);
	cJSON *service = cJSON_GetObjectItem(json, "service");

	assert_string_equal(json_str(all, "name"), "all");
	assert_string_equal(json_str(all, "interval"), "5m");
	assert_true(cJSON_IsNull(cJSON_GetObjectItem(all, "password_command")));
	assert_true(cJSON_IsTrue(cJSON_GetObjectItem(all, "owners")));
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(all, "schemas")), 2);
	assert_int_equal(cJSON_GetObjectItem(service, "confirm")->valueint, 2);
	cJSON_Delete(json);
	conf_free(c);
}

static char *
read_all(const char *path)
{
	struct strbuf b = {0};
	FILE *f = fopen(path, "r");
	int c;

	assert_non_null(f);
	while ((c = getc(f)) != EOF)
		strbuf_addc(&b, (char)c);
	fclose(f);
	return strbuf_take(&b);
}

/* etc/pgdriftd.conf is what the table says, and sound. */
static void
test_sample(void **state)
{
	const char *srcdir = getenv("srcdir");
	char *path = xasprintf("%s/etc/pgdriftd.conf", srcdir ? srcdir : ".");
	char *committed = read_all(path);
	struct strbuf sample = {0};
	struct conf *defaults, *c;

	conf_sample(&sample);
	assert_string_equal(committed, sample.s);
	c = fixture_load_text(*state, sample.s);
	defaults = fixture_load_text(*state, "");
	assert_true(conf_equal(c, defaults));
	conf_free(c);
	conf_free(defaults);
	strbuf_free(&sample);
	free(committed);
	free(path);
}

/* With its comments taken away each line of the sample is a line of a file. */
static void
test_sample_lines(void **state)
{
	struct strbuf sample = {0}, text = {0};
	char *rest, *line;
	struct conf *c;

	conf_sample(&sample);
	rest = sample.s;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *s = line + strspn(line, "\t");

		if (*s == '#' && s[1] != ' ')
			s++;
		if (strstr(s, "_file") || strstr(s, "path =") ||
			strstr(s, "archives =") || strstr(s, "password_command") ||
			strstr(s, "head =") || strstr(s, "client_names ="))
			continue;
		strbuf_printf(&text, "%s\n",
			!strcmp(s, "migrations \"app\" {")
				? "migrations \"app\" { path = file"
				: s);
	}
	c = fixture_load_text(*state, text.s);
	assert_int_equal(c->n_environments, 1);
	assert_int_equal(c->environments[0].interval_ms, 300000);
	conf_free(c);
	strbuf_free(&sample);
	strbuf_free(&text);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup_conf, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_round_trip),
		CASE(test_nothing_kept),
		CASE(test_equal),
		CASE(test_needs_restart),
		CASE(test_secrets),
		CASE(test_json),
		CASE(test_sample),
		CASE(test_sample_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

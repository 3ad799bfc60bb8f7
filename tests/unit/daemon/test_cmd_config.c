#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "daemon/command.h"
#include "tests/unit/conf/fixture.h"

/* Send a stream to a file; returns where it went before. */
static int
redirect(FILE *stream, const char *path)
{
	int before = dup(fileno(stream)), fd;

	fflush(stream);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(before >= 0 && fd >= 0);
	assert_true(dup2(fd, fileno(stream)) >= 0);
	close(fd);
	return before;
}

static void
restore(FILE *stream, int before)
{
	fflush(stream);
	assert_true(dup2(before, fileno(stream)) >= 0);
	close(before);
}

/* A file's text with "DIR/" taken out. */
static char *
read_back(const char *dir, const char *path)
{
	struct strbuf b = {0};
	char *prefix = xasprintf("%s/", dir), *at;
	FILE *f = fopen(path, "r");
	int c;

	assert_non_null(f);
	strbuf_add(&b, "");
	while ((c = getc(f)) != EOF)
		strbuf_addc(&b, (char)c);
	fclose(f);
	while ((at = strstr(b.s, prefix)) != NULL)
		memmove(at, at + strlen(prefix), strlen(at + strlen(prefix)) + 1);
	free(prefix);
	return strbuf_take(&b);
}

struct outcome {
	int status;
	char *out, *err;
};

/* `words` follow "config", with one space between. */
static struct outcome
run(const char *dir, const char *words)
{
	char *conf = xasprintf("%s/pgdriftd.conf", dir);
	char *out = xasprintf("%s/out", dir), *err = xasprintf("%s/err", dir);
	const struct cli cli = {conf, true};
	char *copy = xstrdup(words), *rest = *copy ? copy : NULL, *word;
	char *argv[8] = {(char[]){"config"}};
	struct outcome o;
	int argc = 1, to_out, to_err;

	while ((word = strsep(&rest, " ")) != NULL)
		argv[argc++] = word;
	to_out = redirect(stdout, out);
	to_err = redirect(stderr, err);
	o.status = cmd_config.run(&cli, argc, argv);
	restore(stdout, to_out);
	restore(stderr, to_err);
	o.out = read_back(dir, out);
	o.err = read_back(dir, err);
	free(conf);
	free(out);
	free(err);
	free(copy);
	return o;
}

static void
outcome_fini(struct outcome *o)
{
	free(o->out);
	free(o->err);
}

static void
test_check(void **state)
{
	static const struct {
		const char *text;
		int status;
		const char *out, *err;
	} cases[] = {
		{"environment \"a\" { dsn = \"host=x\" expect = baseline }", EXIT_SAME,
			"pgdriftd.conf: ok (1 environment)\n", ""},
		{"environment \"a\" { dsn = \"host=x\" expect = baseline }\n"
		 "environment \"b\" { dsn = \"host=x\" }",
			EXIT_SAME, "pgdriftd.conf: ok (2 environments)\n",
			"pgdriftd.conf:2: environment \"b\" has neither migrations, "
			"head nor expect: nothing is compared (warning)\n"},
		{"service { intervall = 1m\n confirm = 0 }\n"
		 "environment \"a\" { dsn = \"host=x\" expect = baseline }",
			EXIT_CONFIG, "",
			"pgdriftd.conf:1: unknown key \"intervall\" in service; did "
			"you mean \"interval\"?\n"
			"pgdriftd.conf:2: confirm: \"0\" is not a whole number from 1 "
			"to 1000\n"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct outcome o;

		fixture_write(*state, "pgdriftd.conf", cases[i].text);
		o = run(*state, "check");
		assert_string_equal(o.err, cases[i].err);
		assert_string_equal(o.out, cases[i].out);
		assert_int_equal(o.status, cases[i].status);
		outcome_fini(&o);
	}
}

static void
test_check_ignore(void **state)
{
	struct outcome o;

	fixture_write(*state, "pgdriftd.conf",
		"\nenvironment \"a\" { dsn = \"host=x\" expect = baseline\n"
		"ignore = { \"table:public.a\", \"tabel:public.b\" }\n"
		"ignore_file = file }");
	fixture_write(*state, "file", "# rules\ntable:public.c\nnonsense\n");
	o = run(*state, "check");
	assert_int_equal(o.status, EXIT_CONFIG);
	assert_string_equal(o.out, "");
	assert_non_null(strstr(o.err, "pgdriftd.conf:2: "));
	assert_non_null(strstr(o.err, "tabel"));
	assert_non_null(strstr(o.err, "file:3: "));
	outcome_fini(&o);
}

/* What is misspelt may be a password: nothing of it is repeated, nor shown. */
static void
test_check_dsn(void **state)
{
	static const char *const words[] = {"check", "show"};
	struct outcome o;

	fixture_write(*state, "pgdriftd.conf",
		"environment \"a\" { dsn = \"host=x pasword=hunter2\" "
		"expect = baseline }\n"
		"environment \"b\" { dsn = \"postgresql://u:pw@hunter2@h/d\" "
		"expect = baseline }");
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		o = run(*state, words[i]);
		assert_int_equal(o.status, EXIT_CONFIG);
		assert_string_equal(o.out, "");
		assert_non_null(strstr(
			o.err, "pgdriftd.conf:1: dsn: not a connection string: "));
		assert_non_null(strstr(o.err, "pgdriftd.conf:2: dsn: "));
		assert_null(strstr(o.err, "hunter2"));
		outcome_fini(&o);
	}
}

/* Of the server on which is built as well. */
static void
test_check_scratch(void **state)
{
	struct outcome o;

	fixture_write(*state, "pgdriftd.conf",
		"service { scratch_dsn = \"host=x pasword=hunter2\" }\n"
		"environment \"a\" { dsn = \"host=x\" expect = baseline }");
	o = run(*state, "check");
	assert_int_equal(o.status, EXIT_CONFIG);
	assert_non_null(strstr(o.err, "service: scratch_dsn: not a connection string"));
	assert_null(strstr(o.err, "hunter2"));
	outcome_fini(&o);
}

static void
check_json(const char *dir, int status, const char *expected)
{
	struct outcome o = run(dir, "check --format json");
	cJSON *v = cJSON_Parse(o.out);
	char *line = json_print(v);

	assert_int_equal(o.status, status);
	assert_string_equal(line, expected);
	assert_string_equal(o.err, "");
	free(line);
	cJSON_Delete(v);
	outcome_fini(&o);
}

static void
test_check_json(void **state)
{
	fixture_write(
		*state, "pgdriftd.conf", "environment \"a\" { dsn = \"host=x\" }\n");
	check_json(*state, EXIT_SAME,
		"{\"schema_version\":1,\"sound\":true,\"files\":[\"pgdriftd.conf\"],"
		"\"environments\":1,\"errors\":[],\"warnings\":[\"pgdriftd.conf:1: "
		"environment \\\"a\\\" has neither migrations, head nor expect: "
		"nothing "
		"is compared\"]}");
	fixture_write(
		*state, "pgdriftd.conf", "environment \"a\" { dsn = \"host\" }\n");
	check_json(*state, EXIT_CONFIG,
		"{\"schema_version\":1,\"sound\":false,\"errors\":[\"pgdriftd.conf:1: "
		"dsn: not a connection string: missing \\\"=\\\" after \\\"host\\\" in "
		"connection info "
		"string\"],\"warnings\":[\"pgdriftd.conf:1: environment \\\"a\\\" has "
		"neither migrations, head nor expect: nothing is compared\"]}");
}

/* What the daemon would refuse to serve with is refused here as well. */
static void
test_check_http(void **state)
{
	static const struct {
		const char *users, *err;
	} cases[] = {
		{"a:$2y$05$abcdefghijklmnopqrstuuFb6OrtyI1QhtxPzI7Gqo0jQsVxZ2fPm\n",
			""},
		{"a:plain\n", "users:1: the password of \"a\" is not hashed; "
			      "`htpasswd -nB` does it\n"},
		{"\na:$apr1$abcdefgh$WTJrsyWqGiuhQs35b8VqA1\n",
			"users:2: crypt(5) has no method for the hash of \"a\" "
			"($apr1…); `htpasswd -nB` makes one that it has\n"},
		{"", "users: no user in it\n"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct outcome o;

		fixture_write(*state, "users", cases[i].users);
		fixture_write(*state, "pgdriftd.conf",
			"http { users_file = \"users\" }\nenvironment \"a\" { dsn = "
			"\"host=x\" expect = baseline }\n");
		o = run(*state, "check");
		assert_string_equal(o.err, cases[i].err);
		assert_int_equal(o.status, *cases[i].err ? EXIT_CONFIG : EXIT_SAME);
		outcome_fini(&o);
	}
	fixture_write(*state, "pem", "nonsense");
	fixture_write(*state, "pgdriftd.conf",
		"http { cert_file = \"pem\" key_file = \"pem\" }\n");
	{
		struct outcome o = run(*state, "check");

		assert_int_equal(o.status, EXIT_CONFIG);
		assert_non_null(strstr(o.err, "pem"));
		outcome_fini(&o);
	}
}

/* A credential that only the main process of the service sees is left to it. */
static void
test_check_out_of_reach(void **state)
{
	char *dir = xasprintf("%s/credentials", (const char *)*state);
	struct outcome o;

	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", dir, 1), 0);
	fixture_write(*state, "pgdriftd.conf",
		"http { cert_file = \"${CREDENTIALS_DIRECTORY}/tls.pem\"\n"
		" key_file = \"${CREDENTIALS_DIRECTORY}/tls.key\"\n"
		" users_file = \"${CREDENTIALS_DIRECTORY}/users\" }\n"
		"environment \"a\" { dsn = \"host=x\" expect = baseline }\n");
	o = run(*state, "check");
	assert_string_equal(o.err, "");
	assert_int_equal(o.status, EXIT_SAME);
	outcome_fini(&o);
	assert_int_equal(mkdir(dir, 0700), 0);
	o = run(*state, "check");
	assert_int_equal(o.status, EXIT_CONFIG);
	assert_non_null(strstr(o.err, "tls.pem\" cannot be read"));
	outcome_fini(&o);
	unsetenv("CREDENTIALS_DIRECTORY");
	rmdir(dir);
	free(dir);
}

static void
test_show(void **state)
{
	struct outcome o;
	cJSON *json;

	fixture_write(*state, "pgdriftd.conf",
		"environment \"a\" { dsn = \"host=h password=hunter2\" "
		"expect = baseline }");
	o = run(*state, "show");
	assert_int_equal(o.status, EXIT_SAME);
	assert_string_equal(o.err, "");
	assert_non_null(strstr(o.out, "\tdsn = \"host=h password=<secret>\"\n"));
	assert_non_null(strstr(o.out, "service {\n\tinterval = \"1m\"\n"));
	outcome_fini(&o);

	o = run(*state, "show --format json");
	assert_int_equal(o.status, EXIT_SAME);
	assert_null(strstr(o.out, "hunter2"));
	json = cJSON_Parse(o.out);
	assert_non_null(json);
	assert_int_equal(cJSON_GetObjectItem(json, "schema_version")->valueint, 1);
	cJSON_Delete(json);
	outcome_fini(&o);
}

static void
test_sample(void **state)
{
	struct outcome o = run(*state, "sample");
	struct strbuf sample = {0};

	conf_sample(&sample);
	assert_int_equal(o.status, EXIT_SAME);
	assert_string_equal(o.out, sample.s);
	strbuf_free(&sample);
	outcome_fini(&o);
}

/* Of what is configured, whether it can be reached or not. */
static void
test_names(void **state)
{
	struct outcome o;

	fixture_write(*state, "pgdriftd.conf",
		"migrations \"m\" { path = \"nowhere\" }\n"
		"environment \"b\" { dsn = \"host=h\" migrations = m }\n"
		"environment \"a\" { dsn = \"host=h\" migrations = m enabled = false "
		"}");
	o = run(*state, "names environments");
	assert_int_equal(o.status, EXIT_SAME);
	assert_string_equal(o.out, "b\na\n");
	assert_string_equal(o.err, "");
	outcome_fini(&o);
	o = run(*state, "names migrations");
	assert_string_equal(o.out, "m\n");
	outcome_fini(&o);
	for (size_t i = 0; i < 3; i++) {
		static const char *const none[] = {"files", "service", "prod"};
		char *command = xasprintf("names %s", none[i]);

		o = run(*state, command);
		assert_int_equal(o.status, EXIT_USAGE);
		assert_string_equal(o.out, "");
		assert_non_null(strstr(o.err, "there are no names of"));
		outcome_fini(&o);
		free(command);
	}
	fixture_write(*state, "pgdriftd.conf", "nonsense");
	o = run(*state, "names environments");
	assert_int_equal(o.status, EXIT_CONFIG);
	assert_string_equal(o.out, "");
	outcome_fini(&o);
}

static void
test_usage(void **state)
{
	static const char *const cases[][2] = {
		{"", "pgdriftd: config wants check, show, sample or names\n"},
		{"names", "pgdriftd: config names wants environments, migrations or "
			  "receivers\n"},
		{"chekc",
			"pgdriftd: config has no \"chekc\"; did you mean \"check\"?\n"},
		{"frobnicate", "pgdriftd: config has no \"frobnicate\"\n"},
		{"check x", "pgdriftd: config check does not take \"x\"\n"},
		{"check --format nagios",
			"pgdriftd: config check does not take \"nagios\"\n"},
		{"sample --format json",
			"pgdriftd: config sample does not take \"json\"\n"},
		{"show --format", "pgdriftd: config show does not take \"--format\"\n"},
		{"show --format xml", "pgdriftd: config show does not take \"xml\"\n"},
		{"show --format=nagios",
			"pgdriftd: config show does not take \"--format=nagios\"\n"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct outcome o = run(*state, cases[i][0]);

		assert_int_equal(o.status, EXIT_USAGE);
		assert_string_equal(o.out, "");
		assert_memory_equal(o.err, cases[i][1], strlen(cases[i][1]));
		outcome_fini(&o);
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_setup_conf, fixture_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_check),
		CASE(test_check_ignore),
		CASE(test_check_dsn),
		CASE(test_check_scratch),
		CASE(test_check_json),
		CASE(test_check_http),
		CASE(test_check_out_of_reach),
		CASE(test_show),
		CASE(test_sample),
		CASE(test_names),
		CASE(test_usage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

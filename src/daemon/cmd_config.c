/* pgdriftd config: what the configuration says, and whether it is sound.  Messages go
 * out as FILE:LINE: text, without the program's name, for editors to jump to. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "catalog/preset.h"
#include "conf/conf.h"
#include "conf/redact.h"
#include "daemon/cautions.h"
#include "daemon/command.h"
#include "http/tls.h"
#include "http/users.h"
#include "monitor/built.h"
#include "monitor/graphs.h"
#include "pg/session.h"

static const char help[] =
	"Validate or show the configuration, without touching any database.\n"
	"\n"
	"Usage: pgdriftd config check|show [OPTION...]\n"
	"       pgdriftd config sample\n"
	"       pgdriftd config names environments|migrations|receivers\n"
	"\n"
	"  check    say whether it is sound, or what is wrong with it and where\n"
	"  show     print what is in effect: files, PGDRIFTD_... variables and\n"
	"           defaults together, secrets as <secret>\n"
	"  sample   print every key with its default and what it does\n"
	"  names    print the names of its blocks of that kind, one a line\n"
	"\n"
	"      --format text|json  how to print what check and show say (default: "
	"text)\n"
	"\n"
	"Exit status: 0, or 78 for a configuration that is not sound.\n";

/* What is wrong goes to `errors`; false if anything is. */
static bool
check_ignore(const struct conf_environment *e, struct strvec *errors)
{
	struct ignore_rules *rules = ignore_new();
	size_t before = errors->n;
	struct err err;

	if (!preset_add(rules, &e->ignore_presets, &err))
		strvec_take(errors, xasprintf("%s: %s", e->place, err.text));
	for (size_t i = 0; i < e->ignore.n; i++)
		if (!ignore_add(rules, e->ignore.v[i], NULL, 0, &err))
			strvec_take(errors, xasprintf("%s: %s", e->place, err.text));
	if (e->ignore_file && !ignore_load(rules, e->ignore_file, &err))
		strvec_add(errors, err.text);
	ignore_free(rules);
	return errors->n == before;
}

static bool
check_dsn(const struct conf_environment *e, struct strvec *errors)
{
	struct err err;

	if (pg_dsn_check(e->dsn, &err))
		return true;
	strvec_take(errors, xasprintf("%s: dsn: %s", e->place, err.text));
	return false;
}

static bool
is_reached(const char *path)
{
	return !path || !conf_out_of_reach(path);
}

static bool
check_http(const struct conf_http *h, struct conf_errors *errors)
{
	const struct tls_files files = {
		h->cert_file, h->key_file, h->client_ca_file, &h->client_names};
	bool reached = is_reached(h->key_file) && is_reached(h->cert_file) &&
		       is_reached(h->client_ca_file);
	struct users *users = NULL;
	struct tls tls = {0};
	bool ok = true;
	struct err err;

	if (reached && !tls_load(&files, &tls, &err)) {
		strvec_add(&errors->messages, err.text);
		ok = false;
	}
	if (h->users_file && !conf_out_of_reach(h->users_file) &&
		!(users = users_load(h->users_file, &err))) {
		strvec_add(&errors->messages, err.text);
		ok = false;
	}
	if (users && users_costly(users))
		strvec_take(&errors->warnings,
			xasprintf("%s: the hash of \"%s\" is of a high cost: each "
				  "password "
				  "that is tried takes long to be checked",
				h->users_file, users_costly(users)));
	users_free(users);
	tls_fini(&tls);
	return ok;
}

/* The daemon takes migrations that cannot be read, and waits for them: they may be on
 * their way.  All the more they have to be named here. */
static bool
check_migrations(const struct conf *c, struct conf_errors *errors)
{
	struct err err;

	if (!graphs_check(c, &err) || !built_check(c, &err)) {
		strvec_add(&errors->messages, err.text);
		return false;
	}
	for (size_t i = 0; i < c->n_migrations; i++) {
		const struct conf_migrations *m = &c->migrations[i];
		struct migrations *h = NULL;

		if (!graphs_read(m, &h, &err))
			strvec_take(&errors->warnings,
				xasprintf("%s: migrations \"%s\" cannot be read: %s",
					m->place, m->name, err.text));
		for (size_t k = 0; k < m->archives.n; k++)
			if (access(m->archives.v[k], R_OK) < 0)
				strvec_take(&errors->warnings,
					xasprintf("%s: archives: %s cannot be read: %s",
						m->place, m->archives.v[k],
						strerror(errno)));
		migrations_free(h);
	}
	return true;
}

/* All messages are texts of `errors`; NULL: not sound. */
static struct conf *
load(const struct cli *cli, struct conf_errors *errors)
{
	struct conf *c = conf_load_as(CONF_VERIFIED, cli->config_path, errors);
	bool ok = c != NULL;

	for (size_t i = 0; c && i < c->n_environments; i++) {
		ok = check_dsn(&c->environments[i], &errors->messages) && ok;
		ok = check_ignore(&c->environments[i], &errors->messages) && ok;
	}
	if (c)
		ok = check_http(&c->http, errors) && ok;
	if (c)
		ok = check_migrations(c, errors) && ok;
	if (ok) {
		cautions_of(c, &c->http.listen, &errors->warnings);
		return c;
	}
	conf_free(c);
	return NULL;
}

static void
say_one(const char *message, const char *end)
{
	struct strbuf b = {0};

	conf_redact_words(message, &b);
	strbuf_add(&b, end);
	command_put(stderr, b.s);
	strbuf_free(&b);
}

static void
say(const struct conf_errors *errors)
{
	for (size_t i = 0; i < errors->messages.n; i++)
		say_one(errors->messages.v[i], "\n");
	for (size_t i = 0; i < errors->warnings.n; i++)
		say_one(errors->warnings.v[i], " (warning)\n");
}

static void
print_checked(const struct conf *c, const struct conf_errors *errors)
{
	cJSON *o = json_object();

	json_add_num(o, "schema_version", 1);
	json_add_bool(o, "sound", c != NULL);
	if (c) {
		json_add_list(o, "files", &c->files);
		json_add_num(o, "environments", (double)c->n_environments);
	}
	json_add_list(o, "errors", &errors->messages);
	json_add_list(o, "warnings", &errors->warnings);
	command_print(o);
	cJSON_Delete(o);
}

static int
check(const struct cli *cli, enum output_format format)
{
	struct conf_errors errors = {0};
	struct conf *c = load(cli, &errors);
	int status = c ? EXIT_SAME : EXIT_CONFIG;

	if (format == FORMAT_JSON)
		print_checked(c, &errors);
	else
		say(&errors);
	if (c && format == FORMAT_TEXT)
		printf("%s: ok (%zu environment%s)\n", c->files.v[0], c->n_environments,
			c->n_environments == 1 ? "" : "s");
	conf_errors_free(&errors);
	conf_free(c);
	return status;
}

static int
show(const struct cli *cli, enum output_format format)
{
	struct conf_errors errors = {0};
	struct conf *c = load(cli, &errors);
	struct strbuf b = {0};

	say(&errors);
	conf_errors_free(&errors);
	if (!c)
		return EXIT_CONFIG;
	if (format == FORMAT_JSON) {
		cJSON *o = conf_show_json(c);

		command_print(o);
		cJSON_Delete(o);
	} else {
		conf_show(c, &b);
		command_put(stdout, b.s);
	}
	strbuf_free(&b);
	conf_free(c);
	return EXIT_SAME;
}

static int
sample(const struct cli *cli, enum output_format format)
{
	struct strbuf b = {0};

	(void)cli;
	(void)format;
	conf_sample(&b);
	fputs(b.s, stdout);
	strbuf_free(&b);
	return EXIT_SAME;
}

/* By what show prints, so that a kind of blocks is named as it is there. */
static int
print_names(const struct conf *c, const char *kind)
{
	cJSON *o = conf_show_json(c);
	const cJSON *block, *blocks = cJSON_GetObjectItemCaseSensitive(o, kind);
	bool ok = cJSON_IsArray(blocks) && strcmp(kind, "files") != 0;

	for (block = ok ? blocks->child : NULL; block; block = block->next) {
		const cJSON *name = cJSON_GetObjectItemCaseSensitive(block, "name");

		command_put(stdout, cJSON_GetStringValue(name));
		putchar('\n');
	}
	cJSON_Delete(o);
	if (!ok)
		return command_usage(&cmd_config, "there are no names of \"%s\"", kind);
	return EXIT_SAME;
}

/* For completion, which must not wait: nothing but the configuration is read. */
static int
names(const struct cli *cli, int argc, char **argv)
{
	struct conf_errors errors = {0};
	struct conf *c;
	int status = EXIT_CONFIG;

	if (argc != 3)
		return command_usage(&cmd_config,
			"config names wants environments, migrations or receivers");
	c = conf_load_as(CONF_ASKED, cli->config_path, &errors);
	say(&errors);
	if (c)
		status = print_names(c, argv[2]);
	conf_errors_free(&errors);
	conf_free(c);
	return status;
}

static const struct {
	const char *name;
	int (*run)(const struct cli *cli, enum output_format format);
	bool has_format;
} subcommands[] = {
	{"check", check, true},
	{"show", show, true},
	{"sample", sample, false},
	{"names", NULL, false},
};

static int
unknown(const char *name)
{
	const char *names[COUNT_OF(subcommands)], *near;

	for (size_t i = 0; i < COUNT_OF(subcommands); i++)
		names[i] = subcommands[i].name;
	near = text_near(name, names, COUNT_OF(names));
	if (near)
		return command_usage(&cmd_config,
			"config has no \"%s\"; did you mean \"%s\"?", name, near);
	return command_usage(&cmd_config, "config has no \"%s\"", name);
}

/* `--format WORD` or `--format=WORD`, behind the subcommand; false for anything
 * else. */
static bool
take_format(int argc, char **argv, enum output_format *format)
{
	*format = FORMAT_TEXT;
	if (argc == 2)
		return true;
	if (argc == 3 && !strncmp(argv[2], "--format=", 9))
		return command_format(argv[2] + 9, 0, format);
	return argc == 4 && !strcmp(argv[2], "--format") &&
	       command_format(argv[3], 0, format);
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	enum output_format format;

	if (argc < 2)
		return command_usage(
			&cmd_config, "config wants check, show, sample or names");
	for (size_t i = 0; i < COUNT_OF(subcommands); i++) {
		if (strcmp(argv[1], subcommands[i].name) != 0)
			continue;
		if (!subcommands[i].run)
			return names(cli, argc, argv);
		if (!take_format(argc, argv, &format) ||
			(argc > 2 && !subcommands[i].has_format))
			return command_usage(&cmd_config,
				"config %s does not take \"%s\"", argv[1],
				argv[argc - 1]);
		return subcommands[i].run(cli, format);
	}
	return unknown(argv[1]);
}

const struct command cmd_config = {
	.name = "config",
	.summary = "validate or show the configuration",
	.help = help,
	.run = run,
};

/* pgdriftd config: what the configuration says, and whether it is sound.  Messages go
 * out as FILE:LINE: text, without the program's name, for editors to jump to. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "catalog/preset.h"
#include "conf/conf.h"
#include "daemon/command.h"
#include "pg/session.h"

static const char help[] =
	"Validate or show the configuration, without touching any database.\n"
	"\n"
	"Usage: pgdriftd config check\n"
	"       pgdriftd config show [--format text|json]\n"
	"       pgdriftd config sample\n"
	"\n"
	"  check    say whether it is sound, or what is wrong with it and where\n"
	"  show     print what is in effect: files, PGDRIFTD_... variables and\n"
	"           defaults together, secrets as <secret>\n"
	"  sample   print every key with its default and what it does\n"
	"\n"
	"Exit status: 0, or 78 for a configuration that is not sound.\n";

/* Rules of an environment; false with what is wrong on standard error. */
static bool
check_ignore(const struct conf_environment *e)
{
	struct ignore_rules *rules = ignore_new();
	struct err err;
	bool ok = true;

	if (!preset_add(rules, &e->ignore_presets, &err)) {
		fprintf(stderr, "%s: %s\n", e->place, err.text);
		ok = false;
	}
	for (size_t i = 0; i < e->ignore.n; i++)
		if (!ignore_add(rules, e->ignore.v[i], NULL, 0, &err)) {
			fprintf(stderr, "%s: %s\n", e->place, err.text);
			ok = false;
		}
	if (e->ignore_file && !ignore_load(rules, e->ignore_file, &err)) {
		fprintf(stderr, "%s\n", err.text);
		ok = false;
	}
	ignore_free(rules);
	return ok;
}

static bool
check_dsn(const struct conf_environment *e)
{
	struct err err;

	if (pg_dsn_check(e->dsn, &err))
		return true;
	fprintf(stderr, "%s: dsn: %s\n", e->place, err.text);
	return false;
}

/* NULL: not sound; all messages are on standard error. */
static struct conf *
load(const struct cli *cli)
{
	struct conf_errors errors = {0};
	struct conf *c = conf_load(cli->config_path, &errors);
	bool ok = c != NULL;

	for (size_t i = 0; i < errors.messages.n; i++)
		fprintf(stderr, "%s\n", errors.messages.v[i]);
	for (size_t i = 0; i < errors.warnings.n; i++)
		fprintf(stderr, "%s (warning)\n", errors.warnings.v[i]);
	for (size_t i = 0; c && i < c->n_environments; i++) {
		ok = check_dsn(&c->environments[i]) && ok;
		ok = check_ignore(&c->environments[i]) && ok;
	}
	conf_errors_free(&errors);
	if (ok)
		return c;
	conf_free(c);
	return NULL;
}

static int
check(const struct cli *cli, enum output_format format)
{
	struct conf *c = load(cli);

	(void)format;
	if (!c)
		return EXIT_CONFIG;
	printf("%s: ok (%zu environment%s)\n", c->files.v[0], c->n_environments,
		c->n_environments == 1 ? "" : "s");
	conf_free(c);
	return EXIT_SAME;
}

static void
print_json(const struct conf *c)
{
	cJSON *o = conf_show_json(c);
	char *text = json_print_pretty(o);

	puts(text);
	free(text);
	cJSON_Delete(o);
}

static int
show(const struct cli *cli, enum output_format format)
{
	struct conf *c = load(cli);
	struct strbuf b = {0};

	if (!c)
		return EXIT_CONFIG;
	if (format == FORMAT_JSON) {
		print_json(c);
	} else {
		conf_show(c, &b);
		fputs(b.s, stdout);
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

static const struct {
	const char *name;
	int (*run)(const struct cli *cli, enum output_format format);
	bool has_format;
} subcommands[] = {
	{"check", check, false},
	{"show", show, true},
	{"sample", sample, false},
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
		return command_usage(&cmd_config, "config wants check, show or sample");
	for (size_t i = 0; i < COUNT_OF(subcommands); i++) {
		if (strcmp(argv[1], subcommands[i].name) != 0)
			continue;
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

/* Finds the command, takes out what all commands have in common, runs it. */
#include "daemon/cli.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "daemon/command.h"

static const struct command *const commands[] = {&cmd_serve, &cmd_check, &cmd_diff,
	&cmd_snapshot, &cmd_locate, &cmd_migrations, &cmd_build, &cmd_status, &cmd_wait,
	&cmd_log, &cmd_accept, &cmd_notify, &cmd_config};

static const char intro[] = "pgdriftd watches PostgreSQL databases for schema drift.\n"
			    "\n"
			    "Usage: pgdriftd [COMMAND] [OPTION...]\n"
			    "\n"
			    "Commands:\n";

static const char outro[] =
	"\n"
	"Options of all commands:\n"
	"  -c, --config FILE   configuration (default: $PGDRIFTD_CONFIG, else\n"
	"                      " SYSCONFDIR "/pgdriftd/pgdriftd.conf)\n"
	"  -h, --help          this text; after a command, that command's\n"
	"  -V, --version       the version\n"
	"\n"
	"Exit status: 0 in sync, 1 something found, 2 could not decide,\n"
	"64 wrong usage, 78 bad configuration.\n";

static const char manual[] =
	"\nManual: pgdriftd(1), pgdriftd.conf(5), pgdriftd-http(7).\n";

static int
print_help(void)
{
	fputs(intro, stdout);
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		printf("  %-12s%s\n", commands[i]->name, commands[i]->summary);
	fputs(outro, stdout);
	fputs(manual, stdout);
	return 0;
}

static int
print_version(void)
{
	printf("pgdriftd %s\n", PACKAGE_VERSION);
	return 0;
}

static const struct command *
find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int
unknown_command(const char *name)
{
	const char *names[COUNT_OF(commands)], *near;

	for (size_t i = 0; i < COUNT_OF(commands); i++)
		names[i] = commands[i]->name;
	near = text_near(name, names, COUNT_OF(names));
	if (near)
		return command_fail(EXIT_USAGE,
			"no command \"%s\"; did you mean \"%s\"? (pgdriftd --help "
			"lists "
			"them)",
			name, near);
	return command_fail(
		EXIT_USAGE, "no command \"%s\" (pgdriftd --help lists them)", name);
}

/* What is common to all commands, taken out of argv. */
struct common {
	struct cli cli;
	bool help, version;
	bool config_without_file;
};

static bool
take_config(struct common *c, char **argv, int argc, int *i)
{
	const char *a = argv[*i];

	if (!strncmp(a, "--config=", 9)) {
		c->cli.config_path = a + 9;
	} else if (!strncmp(a, "-c", 2) && a[2]) {
		c->cli.config_path = a + 2;
	} else if (!strcmp(a, "-c") || !strcmp(a, "--config")) {
		if (*i + 1 == argc)
			c->config_without_file = true;
		else
			c->cli.config_path = argv[++*i];
	} else {
		return false;
	}
	c->cli.config_given = true;
	return true;
}

/* Returns the new argc. */
static int
take_common(struct common *c, int argc, char **argv)
{
	int n = 1;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--")) {
			while (i < argc)
				argv[n++] = argv[i++];
			break;
		}
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			c->help = true;
		else if (!strcmp(argv[i], "--version") || !strcmp(argv[i], "-V"))
			c->version = true;
		else if (!take_config(c, argv, argc, &i))
			argv[n++] = argv[i];
	}
	argv[n] = NULL;
	return n;
}

/* Results that could not be written must not look like success. */
static int
flushed(int status)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return command_fail(EXIT_UNDECIDED, "cannot write to standard output");
	return status;
}

static int
run(struct common *common, int argc, char **argv)
{
	const struct command *c = &cmd_serve;

	if (common->config_without_file)
		return command_fail(EXIT_USAGE, "--config wants a file");
	if (common->version)
		return print_version();
	if (argc > 1 && argv[1][0] != '-') {
		c = find(argv[1]);
		if (!c)
			return unknown_command(argv[1]);
		argv++;
		argc--;
	} else if (common->help) {
		return print_help();
	}
	if (common->help) {
		fputs(c->help, stdout);
		fputs(manual, stdout);
		return 0;
	}
	argv[0] = (char *)(uintptr_t)c->name;
	return c->run(&common->cli, argc, argv);
}

int
cli_main(int argc, char **argv)
{
	struct common common = {.cli.config_path = getenv("PGDRIFTD_CONFIG")};

	json_init();
	common.cli.config_given = common.cli.config_path != NULL;
	argc = take_common(&common, argc, argv);
	return flushed(run(&common, argc, argv));
}

/* A command of the command line: one file each, cmd_<name>.c, one const row. */
#ifndef DAEMON_COMMAND_H
#define DAEMON_COMMAND_H

#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "base/json.h"
#include "conf/conf.h"

/* Exit statuses of contract 2. */
enum {
	EXIT_SAME = 0,
	EXIT_FOUND = 1,
	EXIT_UNDECIDED = 2,
	EXIT_USAGE = 64,
	EXIT_CONFIG = 78
};

/* What stands before the command, or is common to all. */
struct cli {
	const char
		*config_path; /* of -c; NULL: $PGDRIFTD_CONFIG, else the default file */
	bool config_given;    /* by -c or $PGDRIFTD_CONFIG */
};

struct command {
	const char *name;    /* "migrations" */
	const char *summary; /* one line for --help */
	const char *help;    /* all of COMMAND --help: usage, options, exit statuses */
	/* argv[0] is the command's name.  `--help` and `-c` are already taken out.
	 * Returns the exit status. */
	int (*run)(const struct cli *cli, int argc, char **argv);
};

extern const struct command cmd_serve, cmd_build, cmd_check, cmd_diff, cmd_snapshot,
	cmd_locate, cmd_migrations, cmd_config, cmd_status, cmd_log, cmd_wait,
	cmd_accept, cmd_notify;

/* Say "pgdriftd: …" on standard error, with a pointer to --help, return EXIT_USAGE. */
int command_usage(const struct command *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The next option of a command, as getopt_long(3) returns it.  One that is wrong has
 * been said on standard error, with what may have been meant: '?'. */
int command_option(const struct command *c, int argc, char **argv, const char *shorts,
	const struct option *longs);
/* Say "pgdriftd: …" on standard error, return `status`.  What may be a password in the
 * text is blotted out. */
int command_fail(int status, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Print text that names or messages of others are part of: what a terminal would obey,
 * and what cannot be seen, is escaped. */
void command_put(FILE *to, const char *text);
/* Print a document on standard output. */
void command_print(const cJSON *document);

/* Say on standard error what is wrong with a configuration. */
void command_conf_errors(const struct conf_errors *errors);

/* Load the configuration; says on standard error what is wrong with it.  NULL then. */
struct conf *command_conf_as(enum conf_use use, const struct cli *cli);
/* … for a command that does its work without the daemon. */
struct conf *command_conf(const struct cli *cli);

/* The same for environments of those names alone, "env:NAME" or NAME: one that comes of
 * a template is in it, whether its database is there or not. */
struct conf *
command_conf_for(const struct cli *cli, const char *const *names, size_t n);

enum output_format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_NAGIOS,
	FORMAT_GITHUB,
	FORMAT_SARIF,
	FORMAT_GITLAB
};
/* "text" or "json", or one of `extra` (bits 1 << FORMAT_…); false if it is none. */
bool command_format(const char *word, unsigned extra, enum output_format *out);
/* `--color` (NULL: auto) with NO_COLOR and the terminal; false for a bad word. */
bool command_color(const char *word, FILE *to, bool *out);

#endif

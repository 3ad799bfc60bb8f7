/* pgdriftd serve: the daemon, in the foreground. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "daemon/app.h"
#include "daemon/command.h"
#include "daemon/signals.h"

static const char help[] =
	"Watch the configured databases; the default command.\n"
	"\n"
	"Usage: pgdriftd serve [OPTION...]\n"
	"\n"
	"Options stand over the process's environment (PGDRIFTD_...), and that over "
	"the\n"
	"configuration file:\n"
	"\n"
	"      --listen ADDRESS:PORT  where HTTP is served (may be repeated)\n"
	"      --interval DURATION    between two checks\n"
	"      --state-dir DIR        where history and baselines are kept ('': "
	"nowhere)\n"
	"      --log-format auto|journal|logfmt|json  of the log (default: auto)\n"
	"      --log-level debug|info|warn|error  how much is in it (default: info)\n"
	"\n"
	"Signals: SIGHUP reads the configuration again, SIGUSR1 writes the state of "
	"all\n"
	"environments to the log, SIGUSR2 checks all of them now, SIGTERM and SIGINT "
	"end.\n"
	"\n"
	"Exit status: 0 after SIGTERM or SIGINT, 1 cannot start, 78 for a bad\n"
	"configuration at start.\n";

/* The options, and the keys that they stand over: option N the one at N - 1. */
static const struct option options[] = {
	{"listen", required_argument, NULL, 1},
	{"interval", required_argument, NULL, 2},
	{"state-dir", required_argument, NULL, 3},
	{"log-format", required_argument, NULL, 4},
	{"log-level", required_argument, NULL, 5},
	{0},
};
static const char *const keys[] = {"http.listen", "service.interval",
	"service.state_dir", "service.log_format", "service.log_level"};

static bool
take_options(struct strvec *overrides, int argc, char **argv)
{
	struct strvec listen = {0};
	struct strbuf all = {0};
	int opt;

	while ((opt = command_option(&cmd_serve, argc, argv, "", options)) != -1 &&
		opt != '?') {
		if (opt == 1)
			strvec_add(&listen, optarg);
		else
			strvec_take(
				overrides, xasprintf("%s=%s", keys[opt - 1], optarg));
	}
	strvec_join(&listen, ",", &all);
	if (listen.n)
		strvec_take(overrides, xasprintf("%s=%s", keys[0], all.s));
	strbuf_free(&all);
	strvec_free(&listen);
	if (opt == -1 && optind == argc)
		return true;
	if (opt == -1)
		command_usage(
			&cmd_serve, "serve takes no argument \"%s\"", argv[optind]);
	return false;
}

/* What is wrong at start is for who started it; a warning is for the log. */
static int
serve(const struct cli *cli, const struct strvec *overrides)
{
	struct conf_errors errors = {0};
	int status = EXIT_CONFIG;
	struct conf *conf;

	signals_hold();
	conf = conf_load(cli->config_path, &errors);
	if (conf && app_override(conf, overrides, &errors)) {
		status = app_serve(conf, cli->config_path, overrides, &errors.warnings);
	} else {
		command_conf_errors(&errors);
		conf_free(conf);
	}
	conf_errors_free(&errors);
	return status;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct strvec overrides = {0};
	int status = EXIT_USAGE;

	if (take_options(&overrides, argc, argv))
		status = serve(cli, &overrides);
	strvec_free(&overrides);
	return status;
}

const struct command cmd_serve = {
	.name = "serve",
	.summary = "watch the configured databases (default)",
	.help = help,
	.run = run,
};

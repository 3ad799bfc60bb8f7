/* pgdriftd serve: the daemon, in the foreground. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "daemon/app.h"
#include "daemon/command.h"

static const char help[] =
	"Watch the configured databases; the default command.\n"
	"\n"
	"Usage: pgdriftd [serve] [OPTION...]\n"
	"\n"
	"Options stand over the process's environment (PGDRIFTD_...), and that over "
	"the\n"
	"configuration file:\n"
	"\n"
	"      --listen ADDRESS:PORT  where HTTP is served (may be repeated)\n"
	"      --interval DURATION    between two checks\n"
	"      --state-dir DIR        where history and baselines are kept ('': "
	"nowhere)\n"
	"      --log-format FORMAT    auto, journal, logfmt or json\n"
	"      --log-level LEVEL      debug, info, warn or error\n"
	"\n"
	"Signals: SIGHUP reads the configuration again, SIGTERM and SIGINT end.\n"
	"\n"
	"Exit status: 0 after SIGTERM or SIGINT, 78 for a bad configuration at "
	"start.\n";

static int
run(const struct cli *cli, int argc, char **argv)
{
	static const struct option options[] = {
		{"listen", required_argument, NULL, 'l'},
		{"interval", required_argument, NULL, 'i'},
		{"state-dir", required_argument, NULL, 's'},
		{"log-format", required_argument, NULL, 'f'},
		{"log-level", required_argument, NULL, 'v'}, {0}};
	struct strvec overrides = {0};
	struct conf_errors errors = {0};
	struct conf *conf;
	int opt, index, status = EXIT_USAGE;

	while ((opt = getopt_long(argc, argv, "", options, &index)) != -1) {
		if (opt == '?') {
			command_usage(&cmd_serve, "wrong usage");
			goto out;
		}
		strvec_take(
			&overrides, xasprintf("%s=%s", options[index].name, optarg));
	}
	if (optind != argc) {
		command_usage(
			&cmd_serve, "serve takes no argument \"%s\"", argv[optind]);
		goto out;
	}
	status = EXIT_CONFIG;
	conf = command_conf(cli);
	if (conf && !app_override(conf, &overrides, &errors)) {
		for (size_t i = 0; i < errors.messages.n; i++)
			command_fail(0, "%s", errors.messages.v[i]);
		conf_free(conf);
		conf = NULL;
	}
	if (conf)
		status = app_serve(conf, cli->config_path, &overrides);
out:
	conf_errors_free(&errors);
	strvec_free(&overrides);
	return status;
}

const struct command cmd_serve = {
	.name = "serve",
	.summary = "watch the configured databases (default)",
	.help = help,
	.run = run,
};

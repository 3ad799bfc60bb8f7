/* pgdriftd accept ENV: the present catalog becomes the accepted baseline. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "daemon/command.h"
#include "daemon/source.h"
#include "store/store.h"

static const char help[] =
	"Take the present catalog of an environment as its accepted baseline.\n"
	"\n"
	"Usage: pgdriftd accept ENV\n"
	"\n"
	"Environments with expect = \"baseline\" are compared with what was last "
	"accepted.\n"
	"A running daemon goes over to it with its next check.\n"
	"\n"
	"Exit status: 0, or 2 if the catalog could not be read or kept.\n";

static bool
keep(const struct conf *conf, const struct source *s, struct err *e)
{
	struct store *store;
	bool ok;

	if (!*conf->service.state_dir)
		return err_set(e, ERR_CONFIG,
			"service.state_dir is empty: there is no place "
			"to keep a baseline");
	store = store_open(conf->service.state_dir, e);
	if (!store)
		return false;
	ok = store_set_baseline(
		store, s->environment->name, s->snapshot, clock_wall_ms(), e);
	store_close(store);
	return ok;
}

static int
accept_environment(const struct conf *conf, const char *name)
{
	char *text = xasprintf("env:%s", name);
	struct source s = {.text = text};
	struct err e;
	int status = EXIT_SAME;

	if (!source_read(&s, 1, conf))
		status = command_fail(EXIT_UNDECIDED, "%s", s.error.text);
	else if (!keep(conf, &s, &e))
		status = command_fail(EXIT_UNDECIDED, "%s", e.text);
	else
		printf("%s: accepted %zu objects, fingerprint %.12s\n", name,
			s.snapshot->n_objects, s.snapshot->fingerprint);
	source_fini(&s);
	free(text);
	return status;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct conf *conf;
	int status;

	if (argc != 2 || argv[1][0] == '-')
		return command_usage(&cmd_accept, "accept takes one environment");
	conf = command_conf(cli);
	if (!conf)
		return EXIT_CONFIG;
	status = accept_environment(conf, argv[1]);
	conf_free(conf);
	return status;
}

const struct command cmd_accept = {
	.name = "accept",
	.summary = "take the present catalog as the accepted baseline",
	.help = help,
	.run = run,
};

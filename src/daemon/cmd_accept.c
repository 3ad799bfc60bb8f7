/* pgdriftd accept ENV: the present catalog becomes the accepted baseline. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "daemon/command.h"
#include "daemon/source.h"
#include "store/store.h"

static const char help[] =
	"Take the present catalog of an environment as its accepted baseline.\n"
	"\n"
	"Usage: pgdriftd accept ENV [--format text|json]\n"
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

static void
report(const struct source *s, enum output_format format)
{
	const char *name = s->environment->name;
	cJSON *o;
	char *json;

	if (format == FORMAT_TEXT) {
		printf("%s: accepted %zu objects, fingerprint %.12s\n", name,
			s->snapshot->n_objects, s->snapshot->fingerprint);
		return;
	}
	o = json_object();
	json_add_num(o, "schema_version", 1);
	json_add_str(o, "environment", name);
	json_add_num(o, "objects", (double)s->snapshot->n_objects);
	json_add_str(o, "fingerprint", s->snapshot->fingerprint);
	json = json_print_pretty(o);
	puts(json);
	free(json);
	cJSON_Delete(o);
}

static int
accept_environment(const struct conf *conf, const char *name, enum output_format format)
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
		report(&s, format);
	source_fini(&s);
	free(text);
	return status;
}

/* False after saying what is wrong. */
static bool
take_options(int argc, char **argv, enum output_format *format)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'}, {0}};
	int opt;

	while ((opt = command_option(&cmd_accept, argc, argv, "", options)) != -1) {
		if (opt == '?')
			return false;
		if (!command_format(optarg, 0, format))
			return command_usage(&cmd_accept,
				       "--format does not take \"%s\"", optarg),
			       false;
	}
	if (optind + 1 == argc)
		return true;
	return command_usage(&cmd_accept, "accept takes one environment"), false;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	enum output_format format = FORMAT_TEXT;
	struct conf *conf;
	int status;

	if (!take_options(argc, argv, &format))
		return EXIT_USAGE;
	conf = command_conf(cli);
	if (!conf)
		return EXIT_CONFIG;
	status = accept_environment(conf, argv[optind], format);
	conf_free(conf);
	return status;
}

const struct command cmd_accept = {
	.name = "accept",
	.summary = "take the present catalog as the accepted baseline",
	.help = help,
	.run = run,
};

/* pgdriftd status: what a running daemon says, as a table. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "daemon/client.h"
#include "daemon/command.h"
#include "report/status.h"
#include "verdict/verdict.h"

static const char help[] = "Ask a running pgdriftd and print its table.\n"
			   "\n"
			   "Usage: pgdriftd status [OPTION...]\n"
			   "\n"
			   "      --url URL           of the daemon (default: the "
			   "first address of http.listen)\n"
			   "      --cacert FILE       certificates to trust for https\n"
			   "      --format text|json  how to print (default: text)\n"
			   "      --color WHEN        auto, always or never\n"
			   "\n"
			   "Exit status: the highest of 0 in sync, 1 something found, "
			   "2 could not decide.\n";

struct request {
	struct client client;
	enum output_format format;
	bool color;
};

/* As `check`: an axis that should have been compared, but was not, decides nothing. */
static bool
was_not_compared(const cJSON *environment)
{
	const cJSON *schema = cJSON_GetObjectItemCaseSensitive(environment, "schema"),
		    *revision =
			    cJSON_GetObjectItemCaseSensitive(environment, "revision");
	const char *status = json_str(schema, "status"),
		   *revision_status = json_str(revision, "status");

	if (!status || !revision_status || !strcmp(revision_status, "empty_database"))
		return false;
	return (json_str(revision, "tool") &&
		       !strcmp(revision_status, "not_checked")) ||
	       (json_str(schema, "reference") &&
		       (!strcmp(status, "not_checked") ||
			       !strcmp(status, "not_comparable")));
}

static int
status_of(const cJSON *environment)
{
	const char *word = json_str(environment, "state");
	enum state s;

	if (!word || !state_parse(word, &s) || s == STATE_UNKNOWN ||
		s == STATE_MIGRATING)
		return EXIT_UNDECIDED;
	if (s != STATE_IN_SYNC)
		return EXIT_FOUND;
	return was_not_compared(environment) ? EXIT_UNDECIDED : EXIT_SAME;
}

static int
exit_status(const cJSON *o)
{
	const cJSON *e;
	int worst = EXIT_SAME;

	cJSON_ArrayForEach(e, cJSON_GetObjectItemCaseSensitive(o, "environments"))
	{
		int status = status_of(e);

		if (status > worst)
			worst = status;
	}
	return worst;
}

static int
print(const struct request *r, const cJSON *o)
{
	if (r->format == FORMAT_JSON) {
		char *json = json_print_pretty(o);

		puts(json);
		free(json);
	} else {
		struct strbuf text = {0};

		status_table(o, r->color, &text);
		fputs(text.s ? text.s : "", stdout);
		strbuf_free(&text);
	}
	return exit_status(o);
}

static int
ask(const struct request *r)
{
	struct err e;
	long code;
	cJSON *o = client_get(&r->client, "/status", &code, &e);
	int status;

	if (!o)
		return command_fail(
			EXIT_UNDECIDED, "%s: %s", client_where(&r->client), e.text);
	if (code == 200)
		status = print(r, o);
	else
		status = command_fail(EXIT_UNDECIDED, "the daemon answers HTTP %ld: %s",
			code, json_str(o, "detail") ? json_str(o, "detail") : "");
	cJSON_Delete(o);
	return status;
}

static bool
take_options(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {{"url", required_argument, NULL, 'u'},
		{"cacert", required_argument, NULL, 'a'},
		{"format", required_argument, NULL, 'f'},
		{"color", required_argument, NULL, 'C'}, {0}};
	bool ok = true;
	int opt;

	command_color(NULL, stdout, &r->color);
	while (ok && (opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'u')
			r->client.url = optarg;
		else if (opt == 'a')
			r->client.cacert = optarg;
		else if (opt == 'f')
			ok = command_format(optarg, 0, &r->format);
		else if (opt == 'C')
			ok = command_color(optarg, stdout, &r->color);
		else
			ok = false;
	}
	return ok && optind == argc;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct request r = {0};
	struct conf *conf;
	char *url = NULL;
	int status;

	if (!take_options(&r, argc, argv))
		return command_usage(&cmd_status, "wrong usage");
	if (!r.client.url) {
		conf = command_conf(cli);
		if (!conf)
			return EXIT_CONFIG;
		r.client.url = url = client_url_of(conf);
		conf_free(conf);
	}
	status = ask(&r);
	free(url);
	return status;
}

const struct command cmd_status = {
	.name = "status",
	.summary = "print what a running daemon says",
	.help = help,
	.run = run,
};

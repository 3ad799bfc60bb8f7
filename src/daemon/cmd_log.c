/* pgdriftd log ENV: how a catalog and its revision came to be what they are. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "daemon/client.h"
#include "daemon/command.h"
#include "report/changes.h"

static const char help[] =
	"Print what changed in an environment, newest first: when it was last seen\n"
	"without and first seen with it, the recorded revision, and what it was.\n"
	"\n"
	"Usage: pgdriftd log ENV [OPTION...]\n"
	"\n"
	"      --since TIME          changes since then: 2026-11-03T02:00Z, or 7d ago\n"
	"      --limit N             at most so many, up to 200 (default: 20)\n"
	"      --stat                how much changed, without what\n"
	"      --format text|json    how to print; json: as /status/ENV/changes "
	"answers\n"
	"                            (default: text)\n" CLIENT_HELP "\n"
	"Without --url and where no daemon answers, the state directory is read.\n"
	"\n"
	"Exit status: 0, 2 no answer or no such environment.\n";

struct request {
	struct client client;
	const struct cli *cli;
	enum output_format format;
	bool stat;
	struct changes_wish wish;
};

static int
print(const struct request *r, const cJSON *o)
{
	struct strbuf text = {0};

	if (r->format == FORMAT_JSON) {
		command_print(o);
		return EXIT_SAME;
	}
	changes_text(o, r->stat, &text);
	command_put(stdout, text.s);
	strbuf_free(&text);
	return EXIT_SAME;
}

static cJSON *
read_store(const struct request *r, const struct conf *conf, struct err *e)
{
	struct store *s;
	cJSON *o = NULL;

	if (!*conf->service.state_dir) {
		err_set(e, ERR_CONFIG,
			"nothing is kept of what an environment had: service.state_dir "
			"is empty");
		return NULL;
	}
	if (!conf_environment(conf, r->wish.environment)) {
		err_set(e, ERR_CONFIG, "no environment named \"%s\"",
			r->wish.environment);
		return NULL;
	}
	s = store_open_copy(conf->service.state_dir);
	if (store_is_up(s, e))
		o = changes_document(s, &r->wish, e);
	store_close(s);
	return o;
}

/* No daemon answers: what the last one left. */
static int
show_stored(const struct request *r)
{
	struct conf *conf = command_conf_for(r->cli, &r->wish.environment, 1);
	struct err e = {0};
	int status;
	cJSON *o;

	if (!conf)
		return EXIT_CONFIG;
	o = read_store(r, conf, &e);
	status = o ? print(r, o) : command_fail(EXIT_UNDECIDED, "%s", e.text);
	cJSON_Delete(o);
	conf_free(conf);
	return status;
}

static int
ask(const struct request *r)
{
	char *name = client_escaped(r->wish.environment);
	char *path = xasprintf("/status/%s/changes?limit=%zu", name, r->wish.limit);
	char since[CLOCK_RFC3339_LEN];
	struct client_answer answer = {0};
	struct err e = {0};
	int status;
	cJSON *o;

	if (r->wish.since_ms) {
		free(path);
		path = xasprintf("/status/%s/changes?limit=%zu&since=%s", name,
			r->wish.limit, clock_rfc3339(r->wish.since_ms, since));
	}
	o = client_get(&r->client, path, &answer, &e);
	free(path);
	free(name);
	if (!o && !answer.status && !r->client.url)
		return show_stored(r);
	if (!o)
		return command_fail(
			EXIT_UNDECIDED, "%s: %s", client_where(&r->client), e.text);
	if (answer.status == 200)
		status = print(r, o);
	else
		status = client_unexpected(&r->client, &answer, o);
	cJSON_Delete(o);
	return status;
}

static bool
take_limit(const char *text, size_t *limit)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || !n || n > CHANGES_LIMIT_MAX)
		return false;
	*limit = n;
	return true;
}

static bool
take_option(struct request *r, int opt)
{
	if (opt == 't')
		r->stat = true;
	return opt == 't' || client_option(&r->client, opt, optarg) ||
	       (opt == 'f' && command_format(optarg, 0, &r->format)) ||
	       (opt == 's' &&
		       clock_since(optarg, clock_wall_ms(), &r->wish.since_ms)) ||
	       (opt == 'n' && take_limit(optarg, &r->wish.limit));
}

/* False after saying what is wrong. */
static bool
take_options(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {CLIENT_OPTIONS,
		{"since", required_argument, NULL, 's'},
		{"limit", required_argument, NULL, 'n'},
		{"stat", no_argument, NULL, 't'},
		{"format", required_argument, NULL, 'f'}, {0}};
	int opt;

	while ((opt = command_option(&cmd_log, argc, argv, "", options)) != -1) {
		if (opt == '?')
			return false;
		if (take_option(r, opt))
			continue;
		command_usage(&cmd_log, "--%s does not take \"%s\"",
			opt == 'f'   ? "format"
			: opt == 's' ? "since"
				     : "limit",
			optarg);
		return false;
	}
	if (optind + 1 == argc) {
		r->wish.environment = argv[optind];
		return true;
	}
	command_usage(&cmd_log, "log takes one environment");
	return false;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct request r = {.cli = cli, .wish.limit = CHANGES_LIMIT};
	int status = EXIT_USAGE;

	if (take_options(&r, argc, argv) && !(status = client_open(&r.client, cli)))
		status = ask(&r);
	client_close(&r.client);
	return status;
}

const struct command cmd_log = {
	.name = "log",
	.summary = "print what changed in an environment, and when",
	.help = help,
	.run = run,
};

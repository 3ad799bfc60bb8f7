/* pgdriftd status: what a running daemon says, as a table. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "daemon/client.h"
#include "daemon/command.h"
#include "report/groups.h"
#include "report/status.h"
#include "verdict/verdict.h"

static const char help[] =
	"Ask a running pgdriftd and print its table.\n"
	"\n"
	"Usage: pgdriftd status [OPTION...]\n"
	"\n" CLIENT_HELP "      --format text|json    how to print (default: text)\n"
	"      --group               by catalog: which variants there are, who is of\n"
	"                            each, and what sets them apart from the largest\n"
	"      --group=label:NAME    by the value of that label: the worst first\n"
	"      --environment GLOB    only those of that name,\n"
	"      --state STATE[,...]   … in one of these states,\n"
	"      --label NAME=GLOB     … with such a label,\n"
	"      --migrations NAME     … of these migrations,\n"
	"      --server HOST[:PORT]  … of that server,\n"
	"      --q TEXT              … with that in what is known of them: all that\n"
	"                            are given, each as often as needed\n"
	"      --color auto|always|never  when to color (default: auto)\n"
	"      --healthz             only whether the daemon itself is well, for the\n"
	"                            health check of a container: 0 it is, 1 it is "
	"not\n"
	"      --readyz              only whether each environment was tried once\n"
	"\n"
	"Exit status: the highest of 0 in sync, 1 something found, 2 could not "
	"decide.\n";

struct request {
	struct client client;
	enum output_format format;
	bool color;
	const char *group;   /* NULL: not */
	const char *probe;   /* path of what is asked instead of /status, or NULL */
	struct strbuf query; /* of what is asked for */
};

/* Which environments: each is a parameter of /status as well. */
enum { WHICH_FIRST = 0x200 };
static const char *const which[] = {
	"environment", "state", "label", "migrations", "server", "q"};

/* As long the daemon may compare variants, and so often it is asked for them. */
enum { PATIENCE_MS = 30000, ASK_AGAIN_MS = 100 };

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

/* False where it is not known which environments there are. */
static bool
is_whole(const cJSON *o)
{
	const cJSON *found = cJSON_GetObjectItemCaseSensitive(o, "discovery"), *e;

	cJSON_ArrayForEach(e, found)
	{
		const char *word = json_str(e, "status");

		if (!word || strcmp(word, "ok") != 0)
			return false;
	}
	return true;
}

/* Without any environment nothing was decided. */
static int
exit_status(const cJSON *o)
{
	const cJSON *e, *all = cJSON_GetObjectItemCaseSensitive(o, "environments");
	int worst = cJSON_GetArraySize(all) && is_whole(o) ? EXIT_SAME : EXIT_UNDECIDED;

	cJSON_ArrayForEach(e, all)
	{
		int status = status_of(e);

		if (status > worst)
			worst = status;
	}
	return worst;
}

/* True if it is what /status answers: a list of environments, each with a name and a
 * state of contract 1, as many as the summary counts. */
static bool
is_status(const cJSON *o)
{
	const cJSON *all = cJSON_GetObjectItemCaseSensitive(o, "environments");
	const cJSON *summary = cJSON_GetObjectItemCaseSensitive(o, "summary"), *e;
	const cJSON *n = cJSON_GetObjectItemCaseSensitive(summary, "environments");
	enum state s;

	if (!cJSON_IsArray(all) || !cJSON_IsNumber(n) || !json_str(o, "state") ||
		!state_parse(json_str(o, "state"), &s) ||
		n->valuedouble != cJSON_GetArraySize(all))
		return false;
	cJSON_ArrayForEach(e, all)
	{
		if (!json_str(e, "name") || !json_str(e, "state") ||
			!state_parse(json_str(e, "state"), &s))
			return false;
	}
	return true;
}

/* The same of /status?group=…, where each is in one group. */
static bool
is_groups(const cJSON *o)
{
	const cJSON *all = cJSON_GetObjectItemCaseSensitive(o, "groups"), *g;
	const cJSON *summary = cJSON_GetObjectItemCaseSensitive(o, "summary");
	int64_t n, pending, undecided, grouped = 0;

	if (!cJSON_IsArray(all) || !json_whole(summary, "environments", &n) ||
		!json_whole(o, "pending", &pending) ||
		!json_whole(o, "undecided", &undecided))
		return false;
	cJSON_ArrayForEach(g, all) grouped +=
		cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(g, "environments"));
	return grouped == n;
}

/* Of the groups' document: it counts the states, and what decides nothing. */
static int
groups_exit_status(const cJSON *o)
{
	const cJSON *summary = cJSON_GetObjectItemCaseSensitive(o, "summary");
	int64_t n = 0, undecided = 0, in_sync = 0;

	json_whole(summary, "environments", &n);
	json_whole(summary, state_word(STATE_IN_SYNC), &in_sync);
	json_whole(o, "undecided", &undecided);
	if (!n || undecided || !is_whole(o))
		return EXIT_UNDECIDED;
	return in_sync == n ? EXIT_SAME : EXIT_FOUND;
}

static int
print(const struct request *r, const cJSON *o)
{
	if (r->format == FORMAT_JSON) {
		command_print(o);
	} else {
		struct strbuf text = {0};

		if (r->group)
			groups_table(o, &text);
		else
			status_table(o, r->color, &text);
		fputs(text.s ? text.s : "", stdout);
		strbuf_free(&text);
	}
	return r->group ? groups_exit_status(o) : exit_status(o);
}

static bool
is_pending(const cJSON *o)
{
	int64_t pending;

	return json_whole(o, "pending", &pending) && pending;
}

/* What large catalogs differ by is known a moment after it was asked for. */
static cJSON *
get(const struct request *r, struct client_answer *answer, struct err *e)
{
	char *path = xasprintf("/status%s", r->query.len ? r->query.s : "");
	int64_t until_ms = clock_mono_ms() + PATIENCE_MS;
	cJSON *o = client_get(&r->client, path, answer, e);

	while (o && is_pending(o) && clock_mono_ms() < until_ms) {
		poll(NULL, 0, ASK_AGAIN_MS);
		cJSON_Delete(o);
		o = client_get(&r->client, path, answer, e);
	}
	free(path);
	return o;
}

static int
ask(const struct request *r)
{
	struct err e;
	struct client_answer answer;
	cJSON *o = get(r, &answer, &e);
	int status;

	if (!o)
		return command_fail(
			EXIT_UNDECIDED, "%s: %s", client_where(&r->client), e.text);
	if (answer.status != 200)
		status = client_unexpected(&r->client, &answer, o);
	else if (r->group ? !is_groups(o) : !is_status(o))
		status = command_fail(EXIT_UNDECIDED,
			"%s: the answer is not the status of a pgdriftd",
			client_where(&r->client));
	else
		status = print(r, o);
	cJSON_Delete(o);
	return status;
}

/* By no more than the two statuses that whoever runs health checks knows.  The daemon
 * may run by a configuration that the file no longer has, or that would be refused now.
 */
static int
probe(struct request *r, int opened)
{
	struct err e;

	if (opened == EXIT_CONFIG)
		opened = client_open_default(&r->client);
	if (opened)
		return opened == EXIT_USAGE ? opened : EXIT_FOUND;
	if (!client_is_well(&r->client, r->probe, &e))
		return command_fail(EXIT_FOUND, "%s%s: %s", client_where(&r->client),
			r->probe, e.text);
	puts("ok");
	return EXIT_SAME;
}

static void
add_parameter(struct request *r, const char *key, const char *value)
{
	char *escaped = client_escaped(value);

	strbuf_printf(&r->query, "%c%s=%s", r->query.len ? '&' : '?', key, escaped);
	free(escaped);
}

/* False if it is none of those that say what is asked for. */
static bool
take_wish(struct request *r, int opt, const char *value)
{
	if (opt == 'g') {
		r->group = value ? value : "fingerprint";
		return true;
	}
	if (opt == 'h' || opt == 'y') {
		r->probe = opt == 'h' ? "/healthz" : "/readyz";
		return true;
	}
	if (opt < WHICH_FIRST || opt >= WHICH_FIRST + (int)COUNT_OF(which))
		return false;
	add_parameter(r, which[opt - WHICH_FIRST], value);
	return true;
}

/* False after saying what is wrong. */
static bool
take_options(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {CLIENT_OPTIONS,
		{"format", required_argument, NULL, 'f'},
		{"color", required_argument, NULL, 'C'},
		{"group", optional_argument, NULL, 'g'},
		{"healthz", no_argument, NULL, 'h'}, {"readyz", no_argument, NULL, 'y'},
		{"environment", required_argument, NULL, WHICH_FIRST},
		{"state", required_argument, NULL, WHICH_FIRST + 1},
		{"label", required_argument, NULL, WHICH_FIRST + 2},
		{"migrations", required_argument, NULL, WHICH_FIRST + 3},
		{"server", required_argument, NULL, WHICH_FIRST + 4},
		{"q", required_argument, NULL, WHICH_FIRST + 5}, {0}};
	int opt;

	command_color(NULL, stdout, &r->color);
	while ((opt = command_option(&cmd_status, argc, argv, "", options)) != -1) {
		if (opt == '?')
			return false;
		if (client_option(&r->client, opt, optarg) ||
			take_wish(r, opt, optarg) ||
			(opt == 'f' && command_format(optarg, 0, &r->format)) ||
			(opt == 'C' && command_color(optarg, stdout, &r->color)))
			continue;
		command_usage(&cmd_status, "--%s does not take \"%s\"",
			opt == 'f' ? "format" : "color", optarg);
		return false;
	}
	if (r->group)
		add_parameter(r, "group", r->group);
	if (optind == argc)
		return true;
	command_usage(&cmd_status, "status takes no argument \"%s\"", argv[optind]);
	return false;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct request r = {0};
	int status = EXIT_USAGE;

	if (take_options(&r, argc, argv)) {
		r.client.nameless = r.probe != NULL;
		status = client_open(&r.client, cli);
		if (r.probe)
			status = probe(&r, status);
		else if (!status)
			status = ask(&r);
	}
	client_close(&r.client);
	strbuf_free(&r.query);
	return status;
}

const struct command cmd_status = {
	.name = "status",
	.summary = "print what a running daemon says",
	.help = help,
	.run = run,
};

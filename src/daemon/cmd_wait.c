/* pgdriftd wait ENV: returns once the running daemon reports a state. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "daemon/client.h"
#include "daemon/command.h"
#include "loop/loop.h"
#include "verdict/verdict.h"

static const char help[] =
	"Wait until a running pgdriftd reports a state.\n"
	"\n"
	"Usage: pgdriftd wait ENV --for STATE [--timeout DURATION] [OPTION...]\n"
	"\n"
	"      --for STATE[,STATE...]  in_sync (default), unstamped, drifted, ...\n"
	"      --timeout DURATION  give up after this (default: 5m)\n"
	"      --url URL           of the daemon (default: the first address of "
	"http.listen)\n"
	"      --cacert FILE       certificates to trust for https\n"
	"\n"
	"Exit status: 0 the state was reported, 1 timed out, 2 no answer or no such\n"
	"environment.\n";

enum { POLL_MS = 500 };

struct wait {
	struct client client;
	struct loop *loop;
	struct timer *timer;
	const char *name;
	struct strvec states;
	int64_t timeout_ms, deadline_ms;
	int status;
	char *last; /* state last reported; NULL: no answer yet */
	struct err error;
};

static void
finish(struct wait *w, int status)
{
	w->status = status;
	loop_stop(w->loop);
}

static void
give_up(struct wait *w)
{
	if (w->last)
		finish(w, command_fail(
				  EXIT_FOUND, "timed out: %s is %s", w->name, w->last));
	else
		finish(w, command_fail(EXIT_UNDECIDED, "%s: %s",
				  client_where(&w->client), w->error.text));
}

/* Take an answer; true if the waiting is over. */
static bool
take(struct wait *w, const cJSON *o, long code)
{
	const char *state = json_str(o, "state");

	if (code == 404) {
		finish(w, command_fail(EXIT_UNDECIDED, "%s",
				  json_str(o, "detail") ? json_str(o, "detail")
							: "no such environment"));
		return true;
	}
	if (code != 200 || !state) {
		err_set(&w->error, ERR_FORMAT, "HTTP %ld", code);
		return false;
	}
	free(w->last);
	w->last = xstrdup(state);
	if (!strvec_has(&w->states, state))
		return false;
	printf("%s is %s\n", w->name, state);
	finish(w, EXIT_SAME);
	return true;
}

static void
poll_once(void *arg)
{
	struct wait *w = arg;
	char *path = xasprintf("/status/%s", w->name);
	long code;
	cJSON *o = client_get(&w->client, path, &code, &w->error);
	bool over = o && take(w, o, code);

	cJSON_Delete(o);
	free(path);
	if (over)
		return;
	if (clock_mono_ms() >= w->deadline_ms)
		give_up(w);
	else
		timer_set(w->timer, POLL_MS);
}

static bool
states_are_known(const struct strvec *states)
{
	enum state s;

	for (size_t i = 0; i < states->n; i++)
		if (!state_parse(states->v[i], &s))
			return false;
	return states->n > 0;
}

static bool
take_options(struct wait *w, int argc, char **argv)
{
	static const struct option options[] = {{"for", required_argument, NULL, 's'},
		{"timeout", required_argument, NULL, 't'},
		{"url", required_argument, NULL, 'u'},
		{"cacert", required_argument, NULL, 'a'}, {0}};
	const char *states = "in_sync";
	bool ok = true;
	int opt;

	w->timeout_ms = 5 * 60 * 1000;
	while (ok && (opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 's')
			states = optarg;
		else if (opt == 't')
			ok = duration_parse(optarg, &w->timeout_ms);
		else if (opt == 'u')
			w->client.url = optarg;
		else if (opt == 'a')
			w->client.cacert = optarg;
		else
			ok = false;
	}
	if (!ok || optind + 1 != argc)
		return command_usage(&cmd_wait, "wrong usage"), false;
	w->name = argv[optind];
	strvec_split(&w->states, states, ',');
	if (states_are_known(&w->states))
		return true;
	return command_usage(&cmd_wait, "no state \"%s\"", states), false;
}

static int
wait_for(struct wait *w)
{
	w->loop = loop_new();
	w->timer = timer_new(w->loop, poll_once, w);
	w->deadline_ms = clock_mono_ms() + w->timeout_ms;
	timer_set(w->timer, 0);
	loop_run(w->loop);
	timer_free(w->timer);
	loop_free(w->loop);
	free(w->last);
	return w->status;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct wait w = {0};
	char *url = NULL;
	int status = EXIT_USAGE;

	if (!take_options(&w, argc, argv))
		goto out;
	if (!w.client.url) {
		struct conf *conf = command_conf(cli);

		status = EXIT_CONFIG;
		if (!conf)
			goto out;
		w.client.url = url = client_url_of(conf);
		conf_free(conf);
	}
	status = wait_for(&w);
out:
	strvec_free(&w.states);
	free(url);
	return status;
}

const struct command cmd_wait = {
	.name = "wait",
	.summary = "wait until a running daemon reports a state",
	.help = help,
	.run = run,
};

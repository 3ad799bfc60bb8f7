/* pgdriftd wait ENV: asks the running daemon for a check, and returns once one that
 * began after that reports a state. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "daemon/client.h"
#include "daemon/command.h"
#include "loop/loop.h"
#include "verdict/verdict.h"

static const char help[] =
	"Ask a running pgdriftd for a check, and wait until one that began after that\n"
	"reports a state.\n"
	"\n"
	"Usage: pgdriftd wait ENV [OPTION...]\n"
	"\n"
	"      --for STATE[,STATE...]  what is waited for (default: in_sync)\n"
	"      --timeout DURATION    give up after this (default: 5m)\n"
	"      --stale               take what was found before, and ask for nothing\n"
	"      --format text|json    how to print; json: the environment, as "
	"/status/ENV\n"
	"                            answers (default: text)\n" CLIENT_HELP "\n"
	"Exit status: 0 the state was reported, 1 timed out, 2 no answer or no such\n"
	"environment.\n";

enum { POLL_MS = 200, ASK_AGAIN_MS = 1000, LEAST_MS = 200, MOST_MS = 10000 };

struct wait {
	struct client client;
	enum output_format format;
	struct loop *loop;
	struct timer *timer;
	const char *name;
	struct strvec states;
	int64_t timeout_ms, deadline_ms;
	int status;
	bool stale;       /* any answer will do */
	bool asked;       /* for a check, or that is refused */
	bool looked;      /* once at least, however little time there is */
	int64_t began_ms; /* of the daemon's clock: no older check will do */
	char *last;       /* state last reported; NULL: no answer yet */
	bool fresh;       /* that is of such a check */
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
	if (w->last && w->fresh)
		finish(w, command_fail(
				  EXIT_FOUND, "timed out: %s is %s", w->name, w->last));
	else if (w->last)
		finish(w, command_fail(EXIT_FOUND,
				  "timed out: no check of %s that began after this "
				  "call has ended; before, it was %s",
				  w->name, w->last));
	else
		finish(w, command_fail(EXIT_UNDECIDED, "%s: %s",
				  client_where(&w->client), w->error.text));
}

static void
report(const struct wait *w, const cJSON *o, const char *state)
{
	char *text = xasprintf("%s is %s\n", w->name, state);

	if (w->format == FORMAT_TEXT)
		command_put(stdout, text);
	else
		command_print(o);
	free(text);
}

/* The environment that was asked for, in a state of contract 1; NULL: no such answer.
 */
static const char *
reported_state(const struct wait *w, const cJSON *o)
{
	const char *state = json_str(o, "state"), *name = json_str(o, "name");
	enum state s;

	return state && name && state_parse(state, &s) && !strcmp(name, w->name) ? state
										 : NULL;
}

static int64_t
time_of(const cJSON *o, const char *key)
{
	const char *text = json_str(o, key);
	int64_t ms;

	return text && clock_parse(text, &ms) ? ms : 0;
}

/* True if the answer is of a check that began after this was called. */
static bool
is_fresh(const struct wait *w, const cJSON *o)
{
	const cJSON *check = cJSON_GetObjectItemCaseSensitive(o, "check");

	return w->stale || time_of(check, "started_at") >= w->began_ms;
}

/* What may be another answer the next time. */
static void
keep_error(struct wait *w, const cJSON *o, long code)
{
	const char *detail = json_str(o, "detail");
	char *name;

	if (code != 200 && detail) {
		err_set(&w->error, ERR_FORMAT, "HTTP %ld: %s", code, detail);
		return;
	}
	name = client_escaped(w->name);
	err_set(&w->error, ERR_FORMAT,
		"HTTP %ld, and not what /status/%s of a pgdriftd answers", code, name);
	free(name);
}

/* Take an answer; true if the waiting is over. */
static bool
take(struct wait *w, const cJSON *o, const struct client_answer *a)
{
	const char *state = reported_state(w, o);

	if (a->status == 404) {
		finish(w, command_fail(EXIT_UNDECIDED, "%s",
				  json_str(o, "detail") ? json_str(o, "detail")
							: "no such environment"));
		return true;
	}
	if (a->status == 401) {
		finish(w, client_unexpected(&w->client, a, o));
		return true;
	}
	if (a->status != 200 || !state) {
		keep_error(w, o, a->status);
		return false;
	}
	free(w->last);
	w->last = xstrdup(state);
	w->fresh = is_fresh(w, o);
	if (!strvec_has(&w->states, state) || !w->fresh)
		return false;
	report(w, o, state);
	finish(w, EXIT_SAME);
	return true;
}

/* There is no answer; true if there will be none, however long it is waited for. */
static bool
is_hopeless(struct wait *w)
{
	if (w->error.code != ERR_AUTH && w->error.code != ERR_CONFIG)
		return false;
	finish(w, command_fail(EXIT_UNDECIDED, "%s: %s", client_where(&w->client),
			  w->error.text));
	return true;
}

static int64_t
left_ms(const struct wait *w)
{
	return w->deadline_ms - clock_mono_ms();
}

/* No answer is waited for longer than is left, nor longer than usual. */
static cJSON *
ask(struct wait *w, bool post, const char *where, struct client_answer *a)
{
	char *name = client_escaped(w->name), *path = xasprintf("/%s/%s", where, name);
	int64_t left = left_ms(w);
	cJSON *o;

	w->client.timeout_ms = left < LEAST_MS  ? LEAST_MS
			       : left < MOST_MS ? left
						: MOST_MS;
	o = post ? client_post(&w->client, path, a, &w->error)
		 : client_get(&w->client, path, a, &w->error);
	free(path);
	free(name);
	return o;
}

/* Nobody makes a check for us: the next regular one that begins after the answer, by
 * the clock of who gives it. */
static void
take_refusal(struct wait *w, const cJSON *o, const struct client_answer *a)
{
	const char *detail = o ? json_str(o, "detail") : NULL;

	w->asked = true;
	w->began_ms = a->date_ms ? a->date_ms + 1000 : clock_wall_ms();
	command_fail(0,
		"no check could be asked for (HTTP %ld%s%s): waiting for the next",
		a->status, detail ? ": " : "", detail ? detail : "");
}

/* Have a check made, once; until then nothing is fresh.  False where there is no answer
 * at all. */
static bool
ask_for_check(struct wait *w)
{
	struct client_answer a;
	cJSON *o = ask(w, true, "check", &a);

	w->began_ms = INT64_MAX;
	if (o && a.status == 202) {
		w->asked = true;
		w->began_ms = time_of(o, "began_at");
	} else if (a.status == 403 || a.status == 405 || a.status == 501) {
		take_refusal(w, o, &a);
	}
	cJSON_Delete(o);
	return o != NULL;
}

static void
poll_once(void *arg)
{
	struct wait *w = arg;
	struct client_answer a;
	int64_t pause_ms, left;
	bool over = false;
	cJSON *o;

	if (!w->stale && !w->asked && !ask_for_check(w) && is_hopeless(w))
		return;
	if (left_ms(w) > 0 || !w->looked) {
		o = ask(w, false, "status", &a);
		over = o ? take(w, o, &a) : is_hopeless(w);
		cJSON_Delete(o);
		w->looked = true;
	}
	if (over)
		return;
	left = left_ms(w);
	pause_ms = w->asked || w->stale ? POLL_MS : ASK_AGAIN_MS;
	if (left <= 0)
		give_up(w);
	else
		timer_set(w->timer, left < pause_ms ? left : pause_ms);
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

/* False after saying what is wrong. */
static bool
take_options(struct wait *w, int argc, char **argv)
{
	static const struct option options[] = {CLIENT_OPTIONS,
		{"for", required_argument, NULL, 's'},
		{"stale", no_argument, NULL, 'o'},
		{"timeout", required_argument, NULL, 't'},
		{"format", required_argument, NULL, 'f'}, {0}};
	const char *states = "in_sync";
	int opt;

	w->timeout_ms = 5 * 60 * 1000;
	while ((opt = command_option(&cmd_wait, argc, argv, "", options)) != -1) {
		if (opt == '?')
			return false;
		if (opt == 's')
			states = optarg;
		else if (opt == 'o')
			w->stale = true;
		else if (!client_option(&w->client, opt, optarg) &&
			 !(opt == 't' ? duration_parse(optarg, &w->timeout_ms)
				      : command_format(optarg, 0, &w->format)))
			return command_usage(&cmd_wait, "--%s does not take \"%s\"",
				       opt == 't' ? "timeout" : "format", optarg),
			       false;
	}
	if (optind + 1 != argc)
		return command_usage(&cmd_wait, "wait takes one environment"), false;
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
	int status = EXIT_USAGE;

	if (take_options(&w, argc, argv) && !(status = client_open(&w.client, cli)))
		status = wait_for(&w);
	strvec_free(&w.states);
	client_close(&w.client);
	return status;
}

const struct command cmd_wait = {
	.name = "wait",
	.summary = "wait until a running daemon reports a state",
	.help = help,
	.run = run,
};

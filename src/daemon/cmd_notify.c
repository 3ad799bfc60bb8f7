/* pgdriftd notify: a test message, before it matters whether a receiver is reached. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "conf/external.h"
#include "daemon/command.h"
#include "loop/loop.h"
#include "receivers/post.h"

static const char help[] =
	"Send a test message to receivers, as the daemon would send one.\n"
	"\n"
	"Usage: pgdriftd notify RECEIVER...\n"
	"\n"
	"The daemon need not run, and nothing is tried twice.\n"
	"\n"
	"Exit status: 0 all have taken it, 2 one has not.\n";

struct test {
	struct loop *loop;
	struct answer answer;
};

static void
on_answer(void *arg, const struct answer *a)
{
	struct test *t = arg;

	t->answer = *a;
	loop_stop(t->loop);
}

static const struct conf_receiver *
find(const struct conf *c, const char *name)
{
	const struct conf_receiver *r = conf_receiver(c, name);
	const char **names = xcalloc(c->n_receivers + 1, sizeof *names);
	const char *near;

	for (size_t i = 0; i < c->n_receivers; i++)
		names[i] = c->receivers[i].name;
	near = text_near(name, names, c->n_receivers);
	free(names);
	if (!r && near)
		command_fail(0, "there is no receiver \"%s\"; did you mean \"%s\"?",
			name, near);
	else if (!r)
		command_fail(0, "there is no receiver \"%s\"", name);
	return r;
}

/* The answer; the message has what a daemon would give it. */
static struct answer
post(const struct conf_receiver *r, const char *external_url)
{
	struct test t = {.loop = loop_new()};
	struct notice *n = notice_test(r->name, clock_wall_ms());
	const struct message_part part = {n, NULL};
	struct message m = {
		.v = &part, .n = 1, .external_url = external_url, .now_ms = n->at_ms};
	struct sender *s = sender_new(t.loop);
	const struct post p = {s, on_answer, &t};

	if (post_message(&p, r, &m, &t.answer))
		loop_run(t.loop);
	sender_free(s);
	loop_free(t.loop);
	notice_free(n);
	return t.answer;
}

static bool
test(const struct conf *c, const char *name)
{
	const struct conf_receiver *r = find(c, name);
	struct external x = {0};
	struct answer a;
	struct err e;
	char *why;

	if (!r)
		return false;
	if (c->http.external_url && !external_parse(c->http.external_url, &x, &e))
		x = (struct external){0};
	a = post(r, x.url);
	external_fini(&x);
	if (outcome_of(&a) == OUTCOME_DELIVERED) {
		printf("%s: delivered (HTTP %ld)\n", name, a.status);
		return true;
	}
	why = outcome_text(&a);
	command_fail(0, "%s: not delivered: %s", name, why);
	free(why);
	return false;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {{0}};
	struct conf *c;
	bool all = true;
	int opt;

	while ((opt = command_option(&cmd_notify, argc, argv, "", longs)) != -1)
		if (opt == '?')
			return EXIT_USAGE;
	if (optind == argc)
		return command_usage(&cmd_notify, "notify wants a receiver");
	c = command_conf(cli);
	if (!c)
		return EXIT_CONFIG;
	for (int i = optind; i < argc; i++)
		all = test(c, argv[i]) && all;
	conf_free(c);
	return all ? EXIT_SAME : EXIT_UNDECIDED;
}

const struct command cmd_notify = {
	.name = "notify",
	.summary = "send a test message to receivers",
	.help = help,
	.run = run,
};

/* pgdriftd check [ENV...]: one check of each, then the verdict as an exit status. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "daemon/command.h"
#include "monitor/monitor.h"
#include "report/status.h"

static const char help[] =
	"Check environments once.\n"
	"\n"
	"Usage: pgdriftd check [ENV...] [OPTION...]\n"
	"\n"
	"Checks the named environments of the configuration (default: all), and first\n"
	"what they are compared with.\n"
	"\n"
	"      --format text|json|nagios  how to print (default: text); json is the\n"
	"                          document of /status with the findings in it\n"
	"      --color WHEN        auto, always or never\n"
	"\n"
	"Exit status: the highest of 0 in sync, 1 something found, 2 could not "
	"decide;\n"
	"with --format nagios 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n";

struct request {
	enum output_format format;
	bool color;
	struct strvec names;
};

static bool
known_names(const struct request *r, const struct conf *conf)
{
	bool ok = true;

	for (size_t i = 0; i < r->names.n; i++) {
		const char *name = r->names.v[i],
			   *near = conf_environment_near(conf, name);

		if (conf_environment(conf, name))
			continue;
		command_usage(&cmd_check, "no environment named \"%s\"%s%s%s", name,
			near ? "; did you mean \"" : "", near ? near : "",
			near ? "\"?" : "");
		ok = false;
	}
	return ok;
}

static bool
is_named(const struct request *r, const struct published_environment *e)
{
	return r->names.n == 0 || strvec_has(&r->names, e->name);
}

/* A state that is fine, but of which an axis that should have been compared was not,
 * decides nothing. */
static bool
is_undecided(const struct published_environment *e)
{
	if (e->state == STATE_UNKNOWN || e->state == STATE_MIGRATING)
		return true;
	if (e->state != STATE_IN_SYNC || e->revision.status == REVISION_EMPTY_DATABASE)
		return false;
	return (e->tool && e->revision.status == REVISION_NOT_CHECKED) ||
	       (e->reference && (e->schema == SCHEMA_NOT_CHECKED ||
					e->schema == SCHEMA_NOT_COMPARABLE));
}

/* What is not enabled is not checked, and that is no good news. */
static bool
say_unchecked(const struct published *p, const struct request *r)
{
	bool any = false;

	for (size_t i = 0; i < r->names.n; i++) {
		if (published_find(p, r->names.v[i]))
			continue;
		command_fail(0, "environment %s is not enabled", r->names.v[i]);
		any = true;
	}
	if (!p->n_environments && !r->names.n) {
		command_fail(0, "no environment is enabled: nothing was checked");
		any = true;
	}
	return any;
}

static int
exit_status(const struct published *p, const struct request *r)
{
	int worst = say_unchecked(p, r) ? EXIT_UNDECIDED : EXIT_SAME;

	for (size_t i = 0; i < p->n_environments; i++) {
		const struct published_environment *e = p->environments[i];
		int status = is_undecided(e)             ? EXIT_UNDECIDED
			     : e->state == STATE_IN_SYNC ? EXIT_SAME
							 : EXIT_FOUND;

		if (!is_named(r, e))
			continue;
		if (status > worst)
			worst = status;
	}
	return worst;
}

enum { NAGIOS_OK, NAGIOS_WARNING, NAGIOS_CRITICAL, NAGIOS_UNKNOWN };

static int
nagios_status(const struct published_environment *e)
{
	if (e->state == STATE_MIGRATING || e->state == STATE_UNCONFIRMED)
		return NAGIOS_WARNING;
	if (is_undecided(e))
		return NAGIOS_UNKNOWN;
	return e->state == STATE_IN_SYNC ? NAGIOS_OK : NAGIOS_CRITICAL;
}

/* monitoring-plugins.org: one line, "SERVICE STATUS - text | performance data". */
static int
print_nagios(const struct published *p, const struct request *r)
{
	static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	struct strbuf text = {0}, more = {0};
	int worst = say_unchecked(p, r) ? NAGIOS_UNKNOWN : NAGIOS_OK;
	size_t n = 0, findings = 0;

	for (size_t i = 0; i < p->n_environments; i++) {
		const struct published_environment *e = p->environments[i];
		int status = nagios_status(e);

		if (!is_named(r, e))
			continue;
		n++;
		findings += e->diff ? e->diff->n_findings : 0;
		if (status > worst && worst != NAGIOS_CRITICAL)
			worst = status;
		if (status == NAGIOS_CRITICAL)
			worst = NAGIOS_CRITICAL;
		if (status != NAGIOS_OK)
			strbuf_printf(&text, "%s%s %s", text.len ? ", " : "", e->name,
				state_word(e->state));
		strbuf_printf(
			&more, "%s: %s: %s\n", e->name, state_word(e->state), e->hint);
	}
	for (char *c = more.s; c && *c; c++)
		if (*c == '|')
			*c = '/';
	printf("PGDRIFTD %s - %s | environments=%zu findings=%zu\n%s", words[worst],
		text.len             ? text.s
		: worst == NAGIOS_OK ? "all in sync"
				     : "not all were checked",
		n, findings, more.s ? more.s : "");
	strbuf_free(&text);
	strbuf_free(&more);
	return worst;
}

static void
print_json(const cJSON *document)
{
	char *json = json_print_pretty(document);

	puts(json);
	free(json);
}

static void
print_text(const struct published *p, const struct request *r, const cJSON *document)
{
	struct strbuf text = {0};

	status_table(document, r->color, &text);
	for (size_t i = 0; i < p->n_environments; i++) {
		const struct published_environment *e = p->environments[i];

		if (!is_named(r, e) || !e->diff || !e->diff->n_findings)
			continue;
		strbuf_printf(&text, "\n%s compared with %s:\n", e->name, e->reference);
		diff_text_confirmed(e->diff, e->confirmed_findings, r->color, &text);
	}
	fputs(text.s ? text.s : "", stdout);
	strbuf_free(&text);
}

static int
print(const struct published *p, const struct request *r)
{
	const struct status_filter filter = {.environments = &r->names};
	cJSON *document;

	if (r->format == FORMAT_NAGIOS)
		return print_nagios(p, r);
	document = status_document(p, &filter, true);
	if (r->format == FORMAT_JSON)
		print_json(document);
	else
		print_text(p, r, document);
	cJSON_Delete(document);
	return exit_status(p, r);
}

static void
on_done(void *arg)
{
	loop_stop(arg);
}

/* Baselines are wanted, history is not: a single check leaves no trace.  A store that
 * cannot be read says why, where a baseline is asked for. */
static struct store *
open_store(const struct conf *conf)
{
	bool wanted = false;

	for (size_t i = 0; i < conf->n_environments; i++)
		wanted = wanted || conf->environments[i].expect == EXPECT_BASELINE;
	if (!wanted || !*conf->service.state_dir)
		return NULL;
	return store_open_copy(conf->service.state_dir);
}

static int
check(const struct request *r, struct conf *conf)
{
	struct loop *loop = loop_new();
	struct store *store = open_store(conf);
	struct monitor_options o = {
		.store = store, .done = on_done, .arg = loop, .only = &r->names};
	struct monitor *m;
	struct err e;
	int status;

	/* One look has to be enough. */
	for (size_t i = 0; i < conf->n_environments; i++)
		conf->environments[i].confirm = 1;
	m = monitor_new(loop, conf, &o, &e);
	if (m) {
		monitor_start(m);
		loop_run(loop);
		status = print(monitor_published(m), r);
	} else {
		status = command_fail(EXIT_CONFIG, "%s", e.text);
	}
	monitor_free(m);
	store_close(store);
	loop_free(loop);
	return status;
}

static bool
take_options(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'},
		{"color", required_argument, NULL, 'C'}, {0}};
	int opt;

	command_color(NULL, stdout, &r->color);
	while ((opt = command_option(&cmd_check, argc, argv, "", options)) != -1) {
		if (opt == '?')
			return false;
		if (opt == 'f' ? command_format(optarg, 1u << FORMAT_NAGIOS, &r->format)
			       : command_color(optarg, stdout, &r->color))
			continue;
		command_usage(&cmd_check, "--%s does not take \"%s\"",
			opt == 'f' ? "format" : "color", optarg);
		return false;
	}
	for (int i = optind; i < argc; i++)
		strvec_add(&r->names, argv[i]);
	return true;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct request r = {0};
	struct conf *conf = NULL;
	int status = EXIT_USAGE;

	log_set_level(LEVEL_WARN);
	if (take_options(&r, argc, argv)) {
		status = EXIT_CONFIG;
		conf = command_conf(cli);
	}
	if (conf)
		status = known_names(&r, conf) ? check(&r, conf) : EXIT_USAGE;
	conf_free(conf);
	strvec_free(&r.names);
	return status;
}

const struct command cmd_check = {
	.name = "check",
	.summary = "check environments once",
	.help = help,
	.run = run,
};

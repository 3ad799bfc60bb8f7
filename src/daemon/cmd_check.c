/* pgdriftd check [ENV...]: one check of each, then the verdict as an exit status. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "conf/discovered.h"
#include "daemon/command.h"
#include "daemon/nagios.h"
#include "monitor/monitor.h"
#include "report/status.h"
#include "verdict/phrase.h"

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
	"      --color auto|always|never  when to color (default: auto)\n"
	"\n"
	"Exit status: the highest of 0 in sync, 1 something found, 2 could not "
	"decide;\n"
	"with --format nagios 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.\n";

enum { MAX_NOTICE = 1000 };

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

		if (conf_environment(conf, name) || conf_template_of(conf, name, NULL))
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

/* What is not enabled is not checked, and that is no good news. */
static bool
say_unchecked(const struct published *p, const struct request *r)
{
	bool any = false;

	for (size_t i = 0; i < r->names.n; i++) {
		if (published_find(p, r->names.v[i]))
			continue;
		command_fail(0, "environment %s is not %s", r->names.v[i],
			p->n_discoveries ? "there" : "enabled");
		any = true;
	}
	for (size_t i = 0; i < p->n_discoveries; i++) {
		if (p->discoveries[i].ok)
			continue;
		command_fail(0, "%s: which environments there are cannot be told: %s",
			p->discoveries[i].name, p->discoveries[i].error);
		any = true;
	}
	if (!p->n_environments && !any) {
		command_fail(0, "no environment is %s: nothing was checked",
			p->n_discoveries ? "there" : "enabled");
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
		int status = published_undecided(e)      ? EXIT_UNDECIDED
			     : e->state == STATE_IN_SYNC ? EXIT_SAME
							 : EXIT_FOUND;

		if (!is_named(r, e))
			continue;
		if (status > worst)
			worst = status;
	}
	return worst;
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
		strbuf_addc(&text, '\n');
		text_visible(&text, e->name, 0, "");
		strbuf_add(&text, " compared with ");
		text_visible(&text, e->reference ? e->reference : "-", 0, "");
		strbuf_add(&text, ":\n");
		diff_text_confirmed(e->diff, e->confirmed_findings, 0, r->color, &text);
	}
	for (size_t i = 0; i < p->n_environments; i++) {
		const struct published_environment *e = p->environments[i];

		if (!is_named(r, e) || !e->role_notice)
			continue;
		strbuf_printf(&text, "\n%s: notice: ", e->name);
		phrase_text(&text, e->role_notice, MAX_NOTICE);
		strbuf_addc(&text, '\n');
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
		return nagios_print(p, &r->names, say_unchecked(p, r));
	document = status_document(p, &filter, true);
	if (r->format == FORMAT_JSON)
		command_print(document);
	else
		print_text(p, r, document);
	cJSON_Delete(document);
	return exit_status(p, r);
}

/* What a monitor of others expects is a line, whatever there is to say. */
static int
fail(const struct request *r, int status, const char *why)
{
	return r->format == FORMAT_NAGIOS ? nagios_fail(why) : status;
}

/* In the place of a template those that come of it. */
static void
name_discovered(struct request *r, const struct published *p)
{
	struct strvec names = {0};

	for (size_t i = 0; i < r->names.n; i++) {
		const char *name = r->names.v[i];
		size_t n = strlen(name), before = names.n;

		for (size_t k = 0; k < p->n_environments; k++)
			if (!strncmp(p->environments[k]->name, name, n) &&
				p->environments[k]->name[n] == '/')
				strvec_add(&names, p->environments[k]->name);
		if (names.n == before)
			strvec_add(&names, name);
	}
	strvec_free(&r->names);
	r->names = names;
}

/* Where only some of their names are wanted, no server is asked which there are. */
static struct conf *
without_templates(const struct request *r, struct conf *conf)
{
	struct conf *named;

	for (size_t i = 0; i < r->names.n; i++) {
		const struct conf_environment *e =
			conf_environment(conf, r->names.v[i]);

		if (e && conf_is_template(e))
			return conf;
	}
	if (!r->names.n || !conf_has_templates(conf))
		return conf;
	named = conf_expand_named(conf, &r->names);
	conf_free(conf);
	return named;
}

static void
on_done(void *arg)
{
	loop_stop(arg);
}

static bool
is_expected(const struct conf *conf, enum expect_kind what)
{
	for (size_t i = 0; i < conf->n_environments; i++)
		if (conf->environments[i].expect == what)
			return true;
	return false;
}

static bool
is_any_expected(const struct conf *conf)
{
	for (size_t i = 0; i < conf->n_environments; i++)
		if (conf->environments[i].expect != EXPECT_NONE)
			return true;
	return false;
}

/* Baselines are wanted, and what was seen earlier: what a reference was at the revision
 * that is recorded now, what an environment was itself.  A single check leaves no
 * trace. A store that cannot be read is said once, and where a baseline is asked
 * for; else it is as if there were none. */
static struct store *
open_store(const struct conf *conf)
{
	bool baseline = is_expected(conf, EXPECT_BASELINE);
	struct store *s;
	struct err e;

	if (!*conf->service.state_dir || !is_any_expected(conf))
		return NULL;
	s = store_open_copy(conf->service.state_dir);
	if (store_is_up(s, &e))
		return s;
	if (baseline) {
		store_log(s, LEVEL_WARN, &e, "nothing is known of before");
		return s;
	}
	store_close(s);
	return NULL;
}

static int
check(struct request *r, struct conf *conf)
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
		name_discovered(r, monitor_published(m));
		status = print(monitor_published(m), r);
	} else {
		command_fail(0, "%s", e.text);
		status = fail(r, EXIT_CONFIG, e.text);
	}
	monitor_free(m);
	store_close(store);
	loop_free(loop);
	return status;
}

static bool
take_option(struct request *r, int opt)
{
	if (opt == 'f' ? command_format(optarg, 1u << FORMAT_NAGIOS, &r->format)
		       : command_color(optarg, stdout, &r->color))
		return true;
	command_usage(&cmd_check, "--%s does not take \"%s\"",
		opt == 'f' ? "format" : "color", optarg);
	return false;
}

/* All of them, also behind one that is wrong: how to say so may be among those. */
static bool
take_options(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'},
		{"color", required_argument, NULL, 'C'}, {0}};
	bool ok = true;
	int opt;

	command_color(NULL, stdout, &r->color);
	while ((opt = command_option(&cmd_check, argc, argv, "", options)) != -1)
		if (opt == '?' || !take_option(r, opt))
			ok = false;
	for (int i = optind; i < argc; i++)
		strvec_add(&r->names, argv[i]);
	return ok;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct request r = {0};
	struct conf_errors errors = {0};
	struct conf *conf;
	int status;

	log_set_level(LEVEL_WARN);
	if (!take_options(&r, argc, argv)) {
		strvec_free(&r.names);
		return fail(&r, EXIT_USAGE, "wrong options");
	}
	conf = conf_load_as(CONF_WORKED, cli->config_path, &errors);
	command_conf_errors(&errors);
	if (!conf)
		status = fail(&r, EXIT_CONFIG,
			errors.messages.n ? errors.messages.v[0] : "no configuration");
	else if (!known_names(&r, conf))
		status = fail(&r, EXIT_USAGE,
			"an environment of that name is not configured");
	else
		status = check(&r, conf = without_templates(&r, conf));
	conf_errors_free(&errors);
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

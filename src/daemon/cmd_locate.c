/* pgdriftd locate SOURCE DIR: which revision's catalog is this? */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "daemon/command.h"
#include "daemon/source.h"
#include "monitor/environment.h"

static const char help[] =
	"Find the revision that a catalog is of, among the snapshots in a directory.\n"
	"\n"
	"Usage: pgdriftd locate SOURCE DIR [OPTION...]\n"
	"\n"
	"SOURCE is a connection string or URI, a snapshot file, or env:NAME, whose "
	"ignore\n"
	"rules and settings are then applied.  It is held against all snapshots in "
	"DIR\n"
	"that carry a revision: it is equal to one, or one is the nearest.\n"
	"\n"
	"      --format text|json  how to print (default: text)\n"
	"\n"
	"Exit status: 0 equal to one of them, 1 one is the nearest, 2 could not "
	"decide.\n";

struct request {
	const char *dir;
	enum output_format format;
};

static void
print_text(const struct source *s, const struct located *l,
	const struct snapshot *nearest, const struct diff *d)
{
	struct strbuf b = {0};

	strbuf_add(&b, d->n_findings ? "the nearest is revision " : "it is revision ");
	strvec_join(&nearest->revision, " ", &b);
	for (size_t i = 0; i < l->alike.n; i++)
		strbuf_printf(&b, " or %s", l->alike.v[i]);
	strbuf_printf(&b, " (%s)", l->path);
	if (d->n_findings)
		strbuf_printf(&b, ", %zu difference%s: see `pgdriftd diff %s %s`",
			d->n_findings, d->n_findings == 1 ? "" : "s", l->path,
			strchr(s->text, '=') ? "SOURCE" : s->text);
	else if (l->alike.n)
		strbuf_add(&b, ", whose catalogs are the same");
	strbuf_addc(&b, '\n');
	command_put(stdout, b.s);
	strbuf_free(&b);
}

static void
print_json(
	const struct located *l, const struct snapshot *nearest, const struct diff *d)
{
	cJSON *o = json_object();

	json_add_num(o, "schema_version", 1);
	json_add_bool(o, "equal", !d->n_findings);
	json_add_list(o, "revision", &nearest->revision);
	json_add_list(o, "alike", &l->alike);
	json_add_str(o, "file", l->path);
	json_add_num(o, "findings", (double)d->n_findings);
	json_add(o, "diff", diff_json(d, 0));
	command_print(o);
	cJSON_Delete(o);
}

/* Compare once more with the one that was found, to say in what it differs. */
static int
report(const struct request *r, const struct source *s, const struct located *l,
	const struct snapshot *nearest, const struct compare_options *o)
{
	struct diff *d = diff_compare(nearest, s->snapshot, o);
	int status = d->n_findings ? EXIT_FOUND : EXIT_SAME;

	if (r->format == FORMAT_JSON)
		print_json(l, nearest, d);
	else
		print_text(s, l, nearest, d);
	diff_unref(d);
	return status;
}

static int
look(const struct request *r, const struct source *s, const struct compare_options *o)
{
	const struct snapshots_dir dir = {
		expected_files_new(&(struct look_watcher){0}), r->dir, NULL};
	struct located l = {0};
	const struct snapshot *nearest;
	struct err e = {0};
	int status;

	nearest = located_find(&l, &dir, s->snapshot, o, &e);
	status = nearest ? report(r, s, &l, nearest, o)
			 : command_fail(EXIT_UNDECIDED, "%s", e.text);
	located_fini(&l);
	expected_files_free(dir.files);
	return status;
}

/* The settings are those of the environment, if it is one. */
static int
locate(const struct request *r, struct source *s, const struct conf *conf)
{
	struct compare_options o = COMPARE_DEFAULTS;
	struct environment *env = NULL;
	struct err e;
	int status;

	if (!source_read(s, 1, conf))
		return command_fail(EXIT_UNDECIDED, "%s", s->error.text);
	if (s->environment) {
		env = environment_new(s->environment, NULL, &e);
		if (!env)
			return command_fail(EXIT_CONFIG, "%s", e.text);
		o = environment_comparison(env, NULL, clock_wall_ms());
		o.role_map = &s->environment->roles;
		o.schema_map = &s->environment->schema_names;
	}
	status = look(r, s, &o);
	environment_free(env);
	return status;
}

/* False after saying what is wrong. */
static bool
take_options(struct request *r, int argc, char **argv)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'}, {0}};
	int opt;

	while ((opt = command_option(&cmd_locate, argc, argv, "", options)) != -1) {
		if (opt == '?')
			return false;
		if (!command_format(optarg, 0, &r->format))
			return command_usage(&cmd_locate,
				       "--format does not take \"%s\"", optarg),
			       false;
	}
	if (optind + 2 != argc)
		return command_usage(&cmd_locate, "locate takes SOURCE and DIR"), false;
	r->dir = argv[optind + 1];
	return true;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct request r = {0};
	struct source source = {0};
	struct conf *conf = NULL;
	int status;

	if (!take_options(&r, argc, argv))
		return EXIT_USAGE;
	source.text = argv[optind];
	if (source_wants_conf(source.text) &&
		!(conf = command_conf_for(cli, &source.text, 1)))
		return EXIT_CONFIG;
	status = locate(&r, &source, conf);
	source_fini(&source);
	conf_free(conf);
	return status;
}

const struct command cmd_locate = {
	.name = "locate",
	.summary = "find the revision that a catalog is of",
	.help = help,
	.run = run,
};

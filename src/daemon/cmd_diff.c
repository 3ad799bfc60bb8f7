/* pgdriftd diff EXPECTED ACTUAL: compares two catalogs, wherever they come from. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mapping.h"
#include "base/mem.h"
#include "catalog/preset.h"
#include "catalog/roles.h"
#include "daemon/command.h"
#include "daemon/source.h"
#include "diff/diff.h"
#include "monitor/environment.h"

static const char help[] =
	"Compare two catalogs.\n"
	"\n"
	"Usage: pgdriftd diff EXPECTED ACTUAL [OPTION...]\n"
	"\n"
	"EXPECTED and ACTUAL are each a postgresql:// URI, a libpq keyword string (it\n"
	"holds '='), a snapshot file, or env:NAME with a configuration; with env:NAME "
	"as\n"
	"ACTUAL, its ignore rules and switches apply.  env:NAME@TIME is what it was "
	"last\n"
	"seen with by then (2026-11-03T02:00Z, or 7d ago), as the state directory has "
	"it.\n"
	"\n"
	"      --format text|json  how to print (default: text)\n"
	"      --color auto|always|never  when to color (default: auto)\n"
	"      --summary           as text only how many of each kind differ\n"
	"      --ignore RULE       leave out what RULE matches (may be repeated)\n"
	"      --ignore-file FILE  rules from FILE\n"
	"      --ignore-preset NAME  ready-made rules: timescaledb, pg_partman,\n"
	"                          postgis_topology, postgis_tiger_geocoder, pg_cron,\n"
	"                          pg_repack, supabase (may be repeated)\n"
	"      --generate-ignore   print rules that leave out what differs now\n"
	"      --schemas LIST      compare only these schemas (globs, by comma)\n"
	"      --partitions parent|count|compare  what of partitions (default: "
	"parent)\n"
	"      --column-order      compare the order of columns too\n"
	"      --owners            compare owners too\n"
	"      --grants            compare privileges too\n"
	"      --comments, --no-comments  compare comments (default) or not\n"
	"      --generated-names   compare names that PostgreSQL generated too\n"
	"      --locale            compare locale and collation version too\n"
	"      --no-body-whitespace  leave white space in bodies of functions out\n"
	"      --role-map A=B      role A of ACTUAL is B of EXPECTED (may be "
	"repeated)\n"
	"      --schema-names LIST  schemas of ACTUAL and those of EXPECTED that they "
	"are\n"
	"                          compared with: HERE=THERE, by comma\n"
	"      --all               compare everything\n"
	"\n"
	"Exit status: 0 the same, 1 they differ, 2 could not decide.\n";

/* What the command line asks for. */
struct request {
	enum output_format format;
	bool color;
	struct compare_options compare;
	bool column_order, owners, grants, comments_off, generated_names, loose_bodies,
		locale;
	bool partitions_given;
	struct strvec schemas;
	struct strvec presets, rules, rule_files;
	struct strvec role_map, schema_map;
	bool generate_rules, summary;
};

enum {
	OPT_FORMAT = 256,
	OPT_COLOR,
	OPT_IGNORE,
	OPT_IGNORE_FILE,
	OPT_IGNORE_PRESET,
	OPT_SCHEMAS,
	OPT_PARTITIONS,
	OPT_COLUMN_ORDER,
	OPT_OWNERS,
	OPT_GRANTS,
	OPT_COMMENTS,
	OPT_NO_COMMENTS,
	OPT_GENERATED_NAMES,
	OPT_LOCALE,
	OPT_BODY_WHITESPACE,
	OPT_ALL,
	OPT_GENERATE_IGNORE,
	OPT_ROLE_MAP,
	OPT_SCHEMA_NAMES,
	OPT_SUMMARY
};

static const struct option options[] = {
	{"format", required_argument, NULL, OPT_FORMAT},
	{"color", required_argument, NULL, OPT_COLOR},
	{"ignore", required_argument, NULL, OPT_IGNORE},
	{"ignore-file", required_argument, NULL, OPT_IGNORE_FILE},
	{"ignore-preset", required_argument, NULL, OPT_IGNORE_PRESET},
	{"schemas", required_argument, NULL, OPT_SCHEMAS},
	{"partitions", required_argument, NULL, OPT_PARTITIONS},
	{"column-order", no_argument, NULL, OPT_COLUMN_ORDER},
	{"owners", no_argument, NULL, OPT_OWNERS},
	{"grants", no_argument, NULL, OPT_GRANTS},
	{"comments", no_argument, NULL, OPT_COMMENTS},
	{"no-comments", no_argument, NULL, OPT_NO_COMMENTS},
	{"generated-names", no_argument, NULL, OPT_GENERATED_NAMES},
	{"locale", no_argument, NULL, OPT_LOCALE},
	{"no-body-whitespace", no_argument, NULL, OPT_BODY_WHITESPACE},
	{"all", no_argument, NULL, OPT_ALL},
	{"generate-ignore", no_argument, NULL, OPT_GENERATE_IGNORE},
	{"role-map", required_argument, NULL, OPT_ROLE_MAP},
	{"schema-names", required_argument, NULL, OPT_SCHEMA_NAMES},
	{"summary", no_argument, NULL, OPT_SUMMARY},
	{0},
};

static bool
take_value(struct request *r, int opt, const char *value)
{
	switch (opt) {
	case OPT_FORMAT:
		return command_format(value, 0, &r->format);
	case OPT_COLOR:
		return command_color(value, stdout, &r->color);
	case OPT_IGNORE:
		strvec_add(&r->rules, value);
		return true;
	case OPT_IGNORE_FILE:
		strvec_add(&r->rule_files, value);
		return true;
	case OPT_IGNORE_PRESET:
		strvec_split(&r->presets, value, ',');
		return true;
	case OPT_SCHEMAS:
		strvec_split(&r->schemas, value, ',');
		return true;
	case OPT_ROLE_MAP:
		strvec_add(&r->role_map, value);
		return roles_valid(value);
	case OPT_SCHEMA_NAMES:
		strvec_split(&r->schema_map, value, ',');
		return true;
	case OPT_PARTITIONS:
		r->partitions_given = true;
		return environment_partitions(value, &r->compare.partitions);
	default:
		return false;
	}
}

static bool
take_switch(struct request *r, int opt)
{
	switch (opt) {
	case OPT_COLUMN_ORDER:
		return r->column_order = true;
	case OPT_OWNERS:
		return r->owners = true;
	case OPT_GRANTS:
		return r->grants = true;
	case OPT_COMMENTS:
		r->comments_off = false;
		return true;
	case OPT_NO_COMMENTS:
		return r->comments_off = true;
	case OPT_GENERATED_NAMES:
		return r->generated_names = true;
	case OPT_LOCALE:
		return r->locale = true;
	case OPT_BODY_WHITESPACE:
		return r->loose_bodies = true;
	case OPT_ALL:
		return r->compare.all = true;
	case OPT_GENERATE_IGNORE:
		return r->generate_rules = true;
	case OPT_SUMMARY:
		return r->summary = true;
	default:
		return false;
	}
}

static bool
names_are_right(const struct strvec *schema_map)
{
	char *wrong = mapping_wrong(schema_map);

	if (wrong)
		command_usage(&cmd_diff, "--schema-names: %s", wrong);
	free(wrong);
	return !wrong;
}

static bool
take_options(struct request *r, int argc, char **argv)
{
	int opt;

	command_color(NULL, stdout, &r->color);
	while ((opt = command_option(&cmd_diff, argc, argv, "", options)) != -1) {
		if (opt == '?')
			return false;
		if (!optarg ? take_switch(r, opt) : take_value(r, opt, optarg))
			continue;
		command_usage(&cmd_diff, "--%s does not take \"%s\"",
			options[opt - OPT_FORMAT].name, optarg);
		return false;
	}
	if (optind + 2 == argc)
		return names_are_right(&r->schema_map);
	command_usage(&cmd_diff, "diff takes EXPECTED and ACTUAL");
	return false;
}

/* The environment whose settings apply: ACTUAL's before EXPECTED's. */
static const struct conf_environment *
environment_of(const struct source *s, const struct conf *conf)
{
	const struct conf_environment *env = source_environment(s[1].text, conf);

	return env ? env : source_environment(s[0].text, conf);
}

/* Rules of the environment first, so that those of the command line win. */
static bool
load_rules(const struct request *r, const struct conf_environment *env,
	struct ignore_rules *rules, struct err *e)
{
	bool ok = !env || preset_add(rules, &env->ignore_presets, e);

	ok = ok && preset_add(rules, &r->presets, e);
	if (env && ok && env->ignore_file)
		ok = ignore_load(rules, env->ignore_file, e);
	for (size_t i = 0; env && ok && i < env->ignore.n; i++)
		ok = ignore_add(rules, env->ignore.v[i], NULL, 0, e);
	for (size_t i = 0; ok && i < r->rule_files.n; i++)
		ok = ignore_load_given(rules, r->rule_files.v[i], e);
	for (size_t i = 0; ok && i < r->rules.n; i++)
		ok = ignore_add(rules, r->rules.v[i], NULL, 0, e);
	return ok;
}

static void
merge_options(struct request *r, const struct conf_environment *env)
{
	struct compare_options *o = &r->compare;

	o->comments = !r->comments_off && (!env || env->comments);
	o->column_order = r->column_order || (env && env->column_order);
	o->owners = r->owners || (env && env->owners);
	o->grants = r->grants || (env && env->grants);
	o->generated_names = r->generated_names || (env && env->generated_names);
	o->locale = r->locale || (env && env->locale);
	o->loose_bodies = r->loose_bodies || (env && !env->body_whitespace);
	o->schemas = r->schemas.n ? &r->schemas : env ? &env->schemas : NULL;
	o->role_map = r->role_map.n ? &r->role_map : env ? &env->roles : NULL;
	o->now_ms = clock_wall_ms();
	if (!env)
		return;
	if (!r->partitions_given)
		environment_partitions(env->partitions, &o->partitions);
	o->version_schema = env->version_schema;
	o->version_table = env->version_table;
}

static int
print(const struct diff *d, const struct request *r)
{
	struct strbuf text = {0};

	if (r->generate_rules) {
		diff_rules(d, &text);
		fputs(text.s ? text.s : "", stdout);
	} else if (r->format == FORMAT_JSON) {
		cJSON *o = diff_json(d, 0);

		command_print(o);
		cJSON_Delete(o);
	} else {
		if (r->summary)
			diff_summary(d, &text);
		else
			diff_text(d, r->color, &text);
		fputs(text.s ? text.s : "", stdout);
	}
	strbuf_free(&text);
	if (d->status == DIFF_NOT_COMPARABLE)
		return EXIT_UNDECIDED;
	return d->status == DIFF_DRIFTED ? EXIT_FOUND : EXIT_SAME;
}

/* The text says it itself. */
static void
say_rules(const struct diff *d)
{
	for (size_t i = 0; i < d->unused_rules.n; i++)
		command_fail(
			0, "ignore rule matched nothing: %s", d->unused_rules.v[i]);
	for (size_t i = 0; i < d->expired_rules.n; i++)
		command_fail(0, "ignore rule has expired: %s", d->expired_rules.v[i]);
}

static void
say_unread(const struct source *s)
{
	for (int i = 0; i < 2; i++)
		if (!s[i].snapshot)
			command_fail(0, "%s: %s", i ? "ACTUAL" : "EXPECTED",
				s[i].error.text);
}

/* Who gives one name twice means it; but whether both are one database matters where
 * schemas of it are compared with each other. */
static void
tell_apart(struct request *r, const struct source *s)
{
	const struct strvec *names = r->compare.schema_map;
	bool twice = !strcmp(s[0].text, s[1].text);

	if (twice && !(names && names->n))
		return;
	r->compare.instance[0] = &s[0].instance;
	r->compare.instance[1] = &s[1].instance;
	if (!twice && !r->schemas.n && s[0].environment && s[1].environment)
		r->compare.expected_schemas = &s[0].environment->schemas;
}

/* ---- Names of schemas ---- */

static bool
has_schema(const struct source *s, const char *name, size_t len)
{
	char *copy = xstrndup(name, len);
	const struct identity id = {.name = copy, .on = KIND_NONE};
	struct snapshot *open = snapshot_open(s->snapshot);
	bool has = snapshot_find(open, KIND_SCHEMA, &id);

	snapshot_unref(open);
	free(copy);
	return has;
}

/* A file or a database of no environment may be of another one, where names are those
 * of EXPECTED, or of the same one: then both call it alike. */
static bool
is_called_alike(const struct source *s, const char *entry)
{
	size_t len = strcspn(entry, "=");
	const char *there = entry + len + 1;
	size_t there_len = strlen(there);

	if (s[0].environment && s[1].environment)
		return false;
	return s[0].environment ? !has_schema(&s[1], entry, len) &&
					  has_schema(&s[1], there, there_len)
				: !has_schema(&s[0], there, there_len) &&
					  has_schema(&s[0], entry, len);
}

/* What is compared is said by the names of ACTUAL, of which EXPECTED's settings know
 * nothing. */
static void
choose_schemas(struct request *r, const struct conf_environment *expected)
{
	for (size_t i = 0; i < expected->schemas.n; i++) {
		char *here = mapping_here(&r->schema_map, expected->schemas.v[i]);

		strvec_take(&r->schemas, here);
	}
	r->compare.schemas = &r->schemas;
}

/* Each environment has names of its own for what its expected catalog calls otherwise:
 * so two of them are compared as those. */
static void
choose_schema_names(struct request *r, const struct source *s)
{
	static const struct strvec none;
	const struct conf_environment *expected = s[0].environment,
				      *found = s[1].environment;
	struct strvec joined = {0};

	r->compare.schema_map = &r->schema_map;
	if (r->schema_map.n)
		return;
	mapping_join(found ? &found->schema_names : &none,
		expected ? &expected->schema_names : &none, &joined);
	for (size_t i = 0; i < joined.n; i++)
		if (!is_called_alike(s, joined.v[i]))
			strvec_add(&r->schema_map, joined.v[i]);
	if (r->schema_map.n && !found && !r->schemas.n && expected->schemas.n)
		choose_schemas(r, expected);
	strvec_free(&joined);
}

enum { ROUNDS_MOST = 10 };

/* What differs between two databases differed at one moment, or is not said.  NULL if
 * that cannot be told. */
static struct diff *
compare_both(const struct request *r, struct source *s, const struct conf *conf)
{
	struct diff *d = diff_compare(s[0].snapshot, s[1].snapshot, &r->compare);

	for (int i = 0; d && d->status == DIFF_DRIFTED; i++) {
		if (source_together(&s[0], &s[1]))
			return d;
		diff_unref(d);
		if (i == ROUNDS_MOST) {
			command_fail(0, "EXPECTED and ACTUAL change between any two "
					"readings of them");
			return NULL;
		}
		d = source_renew(s, conf)
			    ? diff_compare(s[0].snapshot, s[1].snapshot, &r->compare)
			    : NULL;
	}
	if (!d)
		say_unread(s);
	return d;
}

static int
compare(struct request *r, struct source *s, const struct conf *conf)
{
	const struct conf_environment *env = environment_of(s, conf);
	struct ignore_rules *rules = ignore_new();
	struct diff *d = NULL;
	struct err e;
	int status;

	merge_options(r, env);
	r->compare.ignore = rules;
	if (!load_rules(r, env, rules, &e)) {
		status = command_fail(EXIT_USAGE, "%s", e.text);
	} else if (!source_read(s, 2, conf)) {
		say_unread(s);
		status = EXIT_UNDECIDED;
	} else {
		choose_schema_names(r, s);
		tell_apart(r, s);
		d = compare_both(r, s, conf);
		status = d ? print(d, r) : EXIT_UNDECIDED;
		if (d && r->format != FORMAT_TEXT)
			say_rules(d);
	}
	diff_unref(d);
	ignore_free(rules);
	return status;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct request r = {.compare = COMPARE_DEFAULTS};
	struct source sources[2] = {0};
	struct conf *conf = NULL;
	const char *const *named;
	int status = EXIT_USAGE;

	if (!take_options(&r, argc, argv))
		goto out;
	named = (const char *const *)&argv[optind];
	for (int i = 0; i < 2; i++) {
		sources[i].text = argv[optind + i];
		if (source_wants_conf(sources[i].text) && !conf &&
			!(conf = command_conf_for(cli, named, 2))) {
			status = EXIT_CONFIG;
			goto out;
		}
	}
	status = compare(&r, sources, conf);
out:
	source_fini(&sources[0]);
	source_fini(&sources[1]);
	strvec_free(&r.schemas);
	strvec_free(&r.role_map);
	strvec_free(&r.schema_map);
	strvec_free(&r.presets);
	strvec_free(&r.rules);
	strvec_free(&r.rule_files);
	conf_free(conf);
	return status;
}

const struct command cmd_diff = {
	.name = "diff",
	.summary = "compare two catalogs",
	.help = help,
	.run = run,
};

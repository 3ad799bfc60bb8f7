/* pgdriftd build: the catalog of a revision by running its migrations, without a
 * daemon, as a job of CI makes snapshots for the files that it ships. */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/size.h"
#include "build/builds.h"
#include "build/snapdir.h"
#include "daemon/command.h"
#include "loop/loop.h"

static const char help[] =
	"Make catalogs by running migrations in throwaway databases.\n"
	"\n"
	"Usage: pgdriftd build PATH --scratch DSN -o DIR [OPTION...]\n"
	"\n"
	"Makes a database on a scratch server, runs the migrations of PATH in it, "
	"writes\n"
	"its catalog as a snapshot file into DIR, and drops it.  PATH is a directory, "
	"an\n"
	"alembic.ini or pyproject.toml, or ddl:FILE, a file of SQL or a dump.\n"
	"\n"
	"      --scratch DSN       server to make databases on: a URI or keyword "
	"string\n"
	"  -o, --output DIR        where a snapshot of each revision goes\n"
	"      --revision REV[,REV...]  build that (several: as one database records\n"
	"                          them) instead of the heads (may be repeated)\n"
	"      --all               build each revision\n"
	"      --command COMMAND   instead of `alembic upgrade {revision}`; split "
	"into\n"
	"                          words, no shell; {ini} {url} {url:DRIVER} "
	"{database}\n"
	"      --timeout DURATION  for one run of it (default: 5m)\n"
	"      --user USER         run it as USER, where pgdriftd is root\n"
	"      --section NAME      of the alembic.ini, as alembic -n NAME\n"
	"      --recursive         read sub-directories, too\n"
	"      --version-table [SCHEMA.]TABLE  where the revision is recorded\n"
	"                          (default: public.alembic_version)\n"
	"      --force             write over another catalog of the same revision\n"
	"      --format text|json  how to print the result (default: text)\n"
	"\n"
	"Exit status: 0 all are built; 1 a migration failed; 2 could not decide: the\n"
	"scratch server, the migrations or DIR cannot be used, or DIR has another "
	"one.\n";

enum { TIMEOUT_MS = 5 * 60 * 1000, MAX_BYTES = 256 * SIZE_MIB };

struct request {
	const char *path, *dir, *section;
	struct build_settings settings;
	struct strvec command, revisions;
	char *version_schema;
	bool all, recursive, force;
	enum output_format format;
};

struct run {
	const struct request *request;
	struct loop *loop;
	struct builds *builds;
	struct snapdir *dir;
	struct signal_watch *signals[2];
	struct recipes recipes;
	size_t left; /* steps */
	cJSON *results;
	int status;
};

enum {
	OPT_SCRATCH = 256,
	OPT_REVISION,
	OPT_ALL,
	OPT_COMMAND,
	OPT_TIMEOUT,
	OPT_USER,
	OPT_SECTION,
	OPT_RECURSIVE,
	OPT_VERSION_TABLE,
	OPT_FORCE,
	OPT_FORMAT
};

static const struct option options[] = {
	{"scratch", required_argument, NULL, OPT_SCRATCH},
	{"output", required_argument, NULL, 'o'},
	{"revision", required_argument, NULL, OPT_REVISION},
	{"all", no_argument, NULL, OPT_ALL},
	{"command", required_argument, NULL, OPT_COMMAND},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"user", required_argument, NULL, OPT_USER},
	{"section", required_argument, NULL, OPT_SECTION},
	{"recursive", no_argument, NULL, OPT_RECURSIVE},
	{"version-table", required_argument, NULL, OPT_VERSION_TABLE},
	{"force", no_argument, NULL, OPT_FORCE},
	{"format", required_argument, NULL, OPT_FORMAT},
	{0},
};

/* ---- What is asked for ---- */

static void
take_version_table(struct request *r, const char *value)
{
	const char *dot = strchr(value, '.');

	free(r->version_schema);
	r->version_schema = dot ? xstrndup(value, (size_t)(dot - value)) : NULL;
	r->settings.version_schema = dot ? r->version_schema : "public";
	r->settings.version_table = dot ? dot + 1 : value;
}

static bool
take_switch(struct request *r, int opt)
{
	if (opt == OPT_ALL)
		r->all = true;
	else if (opt == OPT_RECURSIVE)
		r->recursive = true;
	else
		r->force = true;
	return true;
}

static bool
take_value(struct request *r, int opt, const char *value)
{
	switch (opt) {
	case OPT_SCRATCH:
		r->settings.scratch_dsn = value;
		return true;
	case 'o':
		r->dir = value;
		return true;
	case OPT_REVISION:
		strvec_add(&r->revisions, value);
		return true;
	case OPT_COMMAND:
		strvec_free(&r->command);
		strvec_add(&r->command, value);
		return true;
	case OPT_TIMEOUT:
		return duration_parse(value, &r->settings.timeout_ms) &&
		       r->settings.timeout_ms > 0;
	case OPT_USER:
		r->settings.user = value;
		return true;
	case OPT_SECTION:
		r->section = value;
		return true;
	case OPT_VERSION_TABLE:
		take_version_table(r, value);
		return true;
	default:
		return command_format(value, 0, &r->format);
	}
}

static int
take_options(struct request *r, int argc, char **argv)
{
	int opt;

	while ((opt = command_option(&cmd_build, argc, argv, "o:", options)) != -1) {
		if (opt == '?')
			return EXIT_USAGE;
		if (!optarg ? !take_switch(r, opt) : !take_value(r, opt, optarg))
			return command_usage(&cmd_build, "%s is no %s", optarg,
				opt == OPT_FORMAT ? "format" : "duration");
	}
	if (optind + 1 != argc)
		return command_usage(&cmd_build, "build takes one PATH");
	if (!r->settings.scratch_dsn || !r->dir)
		return command_usage(&cmd_build, "build wants %s",
			r->dir ? "--scratch DSN" : "-o DIR");
	if (r->all && r->revisions.n)
		return command_usage(&cmd_build, "either --all or --revision");
	r->path = argv[optind];
	r->settings.command = &r->command;
	return 0;
}

/* ---- Recipes ---- */

static const char *
ddl_of(const char *path)
{
	return strncmp(path, "ddl:", 4) ? NULL : path + 4;
}

static bool
add_revision(struct run *run, const struct migrations *h, const struct strvec *revision,
	struct err *e)
{
	struct recipes *all = &run->recipes;
	bool ok;

	GROW(all->v, all->n, all->cap);
	ok = recipe_of_revision(
		h, &run->request->settings, revision, &all->v[all->n], e);
	all->n += ok;
	return ok;
}

static bool
add_given(struct run *run, const struct migrations *h, const char *list, struct err *e)
{
	struct strvec revision = {0};
	bool ok;

	strvec_split(&revision, list, ',');
	strvec_sort(&revision);
	strvec_uniq(&revision);
	ok = add_revision(run, h, &revision, e);
	strvec_free(&revision);
	return ok;
}

static bool
recipes_of_migrations(struct run *run, struct err *e)
{
	const struct request *r = run->request;
	const struct migrations_source source = {.tool = "alembic",
		.path = r->path,
		.section = r->section,
		.recursive = r->recursive};
	struct migrations *h;
	bool ok = migrations_read(&source, &h, e);

	if (!ok)
		return false;
	if (r->all)
		ok = recipes_of_all(h, &r->settings, NULL, &run->recipes, e);
	else if (!r->revisions.n)
		ok = add_revision(run, h, &h->effective_heads, e);
	for (size_t i = 0; ok && i < r->revisions.n; i++)
		ok = add_given(run, h, r->revisions.v[i], e);
	migrations_free(h);
	return ok;
}

static bool
recipes_of_ddl(struct run *run, const char *path, struct err *e)
{
	struct recipes *all = &run->recipes;
	struct ddl ddl;
	bool ok = ddl_read(path, &ddl, e);

	GROW(all->v, all->n, all->cap);
	ok = ok && recipe_of_ddl(path, &ddl, &run->request->settings, &all->v[0], e);
	all->n = ok;
	return ok;
}

static bool
find_recipes(struct run *run, struct err *e)
{
	const char *ddl = ddl_of(run->request->path);

	return ddl ? recipes_of_ddl(run, ddl, e) : recipes_of_migrations(run, e);
}

/* ---- What came of them ---- */

static void
worsen(struct run *run, int status)
{
	run->status = status > run->status ? status : run->status;
}

static char *
title_of(const struct build_result *r, const struct request *request)
{
	const struct strvec *revision =
		r->snapshot ? &r->snapshot->revision : &r->step->revision;
	struct strbuf b = {0};

	strvec_join(revision, ", ", &b);
	if (!revision->n)
		strbuf_add(&b, request->path);
	return strbuf_take(&b);
}

struct outcome {
	const char *word, *file;
	struct err err;
};

static void
put(struct run *run, const struct build_result *r, struct outcome *out)
{
	const char *path = run->request->path, *slash = strrchr(path, '/');
	const struct snapdir_entry entry = {r->snapshot,
		slash          ? slash + 1
		: ddl_of(path) ? ddl_of(path)
			       : path,
		run->request->force};

	switch (snapdir_put(run->dir, &entry, &out->file, &out->err)) {
	case SNAPDIR_WRITTEN:
		out->word = "built";
		return;
	case SNAPDIR_SAME:
		out->word = "unchanged";
		return;
	case SNAPDIR_OTHER:
		out->word = "different";
		break;
	case SNAPDIR_FAILED:
		out->word = "error";
		break;
	}
	worsen(run, EXIT_UNDECIDED);
}

static void
take_failure(struct run *run, const struct build_result *r, struct outcome *out)
{
	bool failed = r->error.code == ERR_FORMAT || r->error.code == ERR_TIMEOUT;

	out->word = failed ? "failed" : "error";
	out->err = r->error;
	worsen(run, failed ? EXIT_FOUND : EXIT_UNDECIDED);
}

static size_t
objects_of(const struct build_result *r)
{
	size_t by_kind[KIND_COUNT];

	return snapshot_count(r->snapshot, by_kind);
}

static void
print_text(const struct run *run, const struct build_result *r, const struct outcome *o)
{
	char *title = title_of(r, run->request);
	struct strbuf b = {0};

	strbuf_printf(&b, "%s: %s", title, o->word);
	if (r->snapshot)
		strbuf_printf(&b, ", %zu objects", objects_of(r));
	if (o->file)
		strbuf_printf(&b, ": %s", o->file);
	strbuf_addc(&b, '\n');
	command_put(stdout, b.s);
	fflush(stdout);
	if (r->output[0] && !r->snapshot)
		fprintf(stderr, "%s\n", r->output);
	if (o->err.code != ERR_NONE)
		command_fail(0, "%s", o->err.text);
	strbuf_free(&b);
	free(title);
}

static void
add_json(struct run *run, const struct build_result *r, const struct outcome *o)
{
	cJSON *item = json_object();

	json_add_list(item, "revision",
		r->snapshot ? &r->snapshot->revision : &r->step->revision);
	json_add_str(item, "status", o->word);
	json_add_str(item, "file", o->file);
	if (r->snapshot)
		json_add_num(item, "objects", (double)objects_of(r));
	else
		json_add_null(item, "objects");
	json_add_str(item, "error", o->err.code == ERR_NONE ? NULL : o->err.text);
	json_add_str(item, "failed_revision", r->revision);
	json_add_str(item, "output", r->snapshot ? NULL : r->output);
	json_push(run->results, item);
}

static void
stop_signals(struct run *run)
{
	for (int i = 0; i < 2; i++) {
		signal_free(run->signals[i]);
		run->signals[i] = NULL;
	}
}

/* Behind the last step only the database is left to be dropped, after which nothing is
 * waited for. */
static void
on_step(void *arg, const struct build_result *r)
{
	struct run *run = arg;
	struct outcome o = {0};

	if (r->snapshot)
		put(run, r, &o);
	else
		take_failure(run, r, &o);
	if (run->request->format == FORMAT_JSON)
		add_json(run, r, &o);
	else
		print_text(run, r, &o);
	if (--run->left == 0)
		stop_signals(run);
}

static void
on_signal(void *arg)
{
	struct run *run = arg;

	worsen(run, command_fail(EXIT_UNDECIDED, "interrupted"));
	stop_signals(run);
	builds_cancel(run->builds, run);
}

static void
run_all(struct run *run)
{
	struct build_host host = {.application_name = "pgdriftd"};

	run->loop = loop_new();
	host.servers = pg_servers_new(run->loop, NULL, NULL);
	run->builds = builds_new(run->loop, &host);
	run->signals[0] = signal_new(run->loop, SIGINT, on_signal, run);
	run->signals[1] = signal_new(run->loop, SIGTERM, on_signal, run);
	for (size_t i = 0; i < run->recipes.n; i++) {
		run->left += run->recipes.v[i].n_steps;
		builds_want(run->builds, &run->recipes.v[i], on_step, run);
	}
	if (!run->left)
		stop_signals(run);
	loop_run(run->loop);
	stop_signals(run);
	builds_free(run->builds);
	pg_servers_free(host.servers);
	loop_free(run->loop);
}

static int
build(const struct request *r)
{
	struct run run = {.request = r, .results = json_array()};
	struct err e;

	if (!pg_dsn_check(r->settings.scratch_dsn, &e)) {
		err_prefix(&e, "--scratch");
		run.status = command_fail(EXIT_UNDECIDED, "%s", e.text);
	} else if (!find_recipes(&run, &e) || !(run.dir = snapdir_open(r->dir, &e))) {
		run.status = command_fail(EXIT_UNDECIDED, "%s", e.text);
	} else {
		run_all(&run);
		if (r->format == FORMAT_JSON) {
			cJSON *o = json_object();

			json_add_num(o, "schema_version", 1);
			json_add(o, "builds", run.results);
			command_print(o);
			cJSON_Delete(o);
			run.results = NULL;
		}
	}
	cJSON_Delete(run.results);
	snapdir_free(run.dir);
	recipes_free(&run.recipes);
	return run.status;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct request r = {
		.settings = {.timeout_ms = TIMEOUT_MS,
			.even_root = true,
			.version_schema = "public",
			.version_table = "alembic_version",
			.max_bytes = MAX_BYTES},
	};
	int status = take_options(&r, argc, argv);

	(void)cli;
	if (!status)
		status = build(&r);
	strvec_free(&r.command);
	strvec_free(&r.revisions);
	free(r.version_schema);
	return status;
}

const struct command cmd_build = {
	.name = "build",
	.summary = "make catalogs by running migrations in throwaway databases",
	.help = help,
	.run = run,
};

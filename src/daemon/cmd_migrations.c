/* pgdriftd migrations: read a migrations directory, audit it, judge recorded rows. */
#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "daemon/command.h"
#include "migrations/allow.h"
#include "migrations/migrations_ci.h"
#include "migrations/migrations_json.h"
#include "migrations/migrations_text.h"

static const char help[] =
	"Read a migrations directory and audit it.\n"
	"\n"
	"Usage: pgdriftd migrations PATH [OPTION...]\n"
	"\n"
	"PATH is a directory, an alembic.ini or a pyproject.toml.  No migration is "
	"run:\n"
	"the files are read as text.\n"
	"\n"
	"      --recorded REV[,REV...]  judge these rows of the version table;\n"
	"                               \"\": a version table without rows\n"
	"      --recursive              read sub-directories, too\n"
	"      --section NAME           of the alembic.ini, as alembic -n NAME\n"
	"      --allow CODE[:WHAT][ reason=\"TEXT\"]\n"
	"                               such a problem does not count; WHAT is a glob\n"
	"                               over the revision or the file (may be "
	"repeated)\n"
	"      --strict                 notices count as problems do\n"
	"      --format text|json|github|gitlab|sarif\n"
	"                               how to print the result (default: text); "
	"github:\n"
	"                               annotations of GitHub Actions; gitlab: a Code\n"
	"                               Quality report; sarif: SARIF 2.1.0\n"
	"\n"
	"Exit status: 0 sound, and at head if asked; 1 problems, or not at head; 2 "
	"cannot\n"
	"be read.\n";

struct options {
	const char *path;
	bool judge;
	struct strvec recorded;
	bool recursive;
	struct strvec allow;
	const char *section;
	bool strict;
	enum output_format format;
};

static void
add_recorded(struct options *o, const char *list)
{
	o->judge = true;
	while (*list) {
		size_t skip = strspn(list, " \t"), n = strcspn(list + skip, ","),
		       end = n;

		list += skip;
		while (end && isspace((unsigned char)list[end - 1]))
			end--;
		if (end)
			strvec_take(&o->recorded, xstrndup(list, end));
		list += n + (list[n] == ',');
	}
}

static int
take_option(struct options *o, int option, const char *value)
{
	struct err e;

	switch (option) {
	case 'r':
		add_recorded(o, value);
		return 0;
	case 'R':
		o->recursive = true;
		return 0;
	case 's':
		o->strict = true;
		return 0;
	case 'a':
		if (!allow_check(value, &e))
			return command_usage(&cmd_migrations, "%s", e.text);
		strvec_add(&o->allow, value);
		return 0;
	case 'n':
		o->section = value;
		return 0;
	case 'f':
		if (command_format(value,
			    1u << FORMAT_GITHUB | 1u << FORMAT_GITLAB |
				    1u << FORMAT_SARIF,
			    &o->format))
			return 0;
		return command_usage(&cmd_migrations, "%s is no format", value);
	default:
		return EXIT_USAGE;
	}
}

static int
take_arguments(struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{"recorded", required_argument, NULL, 'r'},
		{"recursive", no_argument, NULL, 'R'},
		{"allow", required_argument, NULL, 'a'},
		{"section", required_argument, NULL, 'n'},
		{"strict", no_argument, NULL, 's'},
		{"format", required_argument, NULL, 'f'},
		{0},
	};
	int option;

	optind = 0;
	opterr = 0;
	while ((option = command_option(&cmd_migrations, argc, argv, "", longs)) !=
		-1) {
		int status = 0;

		if (option == '?')
			return EXIT_USAGE;
		status = take_option(o, option, optarg);
		if (status)
			return status;
	}
	if (optind + 1 != argc)
		return command_usage(&cmd_migrations, "%s",
			optind == argc ? "which path?" : "one path at a time");
	o->path = argv[optind];
	return 0;
}

static void
print_json(const struct migrations *h, const struct judgement *j, const char *hint)
{
	cJSON *o = json_object();

	json_add_num(o, "schema_version", 1);
	migrations_json_add(o, h);
	if (j)
		judgement_json_add(json_add_object(o, "judgement"), j, hint);
	command_print(o);
	cJSON_Delete(o);
}

static void
print_text(const struct migrations *h, const struct judgement *j, const char *hint)
{
	struct strbuf out = {0};

	migrations_text(h, &out);
	if (j)
		judgement_text(j, hint, &out);
	command_put(stdout, out.s);
	strbuf_free(&out);
}

/* For a build: paths are as its other tools give them. */
static void
print_for_build(const struct options *o, struct migrations_report *r)
{
	char *dir = getcwd(NULL, 0);

	r->dir = dir ? dir : "/";
	r->version = PACKAGE_VERSION;
	if (o->format == FORMAT_GITHUB) {
		struct strbuf out = {0};

		migrations_github(r, &out);
		command_put(stdout, out.s);
		strbuf_free(&out);
	} else {
		cJSON *document = o->format == FORMAT_SARIF ? migrations_sarif(r)
							    : migrations_gitlab(r);

		command_print(document);
		cJSON_Delete(document);
	}
	free(dir);
}

static void
print_result(const struct options *o, struct migrations_report *r)
{
	if (o->format == FORMAT_JSON)
		print_json(r->graph, r->judgement, r->hint);
	else if (o->format == FORMAT_TEXT)
		print_text(r->graph, r->judgement, r->hint);
	else
		print_for_build(o, r);
}

static int
exit_status(
	const struct options *o, const struct migrations *h, const struct judgement *j)
{
	if (h->n_problems || (j && j->status != REVISION_AT_HEAD))
		return EXIT_FOUND;
	for (size_t i = 0; o->strict && i < h->n_notices; i++)
		if (!h->notices[i].allowed)
			return EXIT_FOUND;
	return EXIT_SAME;
}

static int
report(const struct options *o, const struct migrations *h)
{
	struct judgement judgement, *j = NULL;
	struct migrations_report r = {.graph = h};
	char *hint = NULL;
	int status;

	if (o->judge) {
		j = &judgement;
		migrations_judge(h, &o->recorded, NULL, j);
		hint = migrations_hint(h, j);
	}
	r.judgement = j;
	r.hint = hint;
	print_result(o, &r);
	status = exit_status(o, h, j);
	if (fflush(stdout) || ferror(stdout))
		status = command_fail(EXIT_UNDECIDED, "standard output: %m");
	if (j)
		judgement_fini(j);
	free(hint);
	return status;
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	struct options o = {0};
	int status = take_arguments(&o, argc, argv);

	(void)cli;
	if (!status) {
		struct migrations_source source = {.tool = "alembic",
			.path = o.path,
			.allow = &o.allow,
			.section = o.section,
			.recursive = o.recursive};
		struct migrations *h;
		struct err e = {0};

		if (migrations_read(&source, &h, &e)) {
			status = report(&o, h);
			migrations_free(h);
		} else {
			status = command_fail(EXIT_UNDECIDED, "%s", e.text);
		}
	}
	strvec_free(&o.recorded);
	strvec_free(&o.allow);
	return status;
}

const struct command cmd_migrations = {
	.name = "migrations",
	.summary = "read and audit a migrations directory",
	.help = help,
	.run = run,
};

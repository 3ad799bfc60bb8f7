/* pgdriftd accept ENV: the present catalog becomes the accepted baseline. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "daemon/acceptance.h"
#include "daemon/command.h"
#include "verdict/phrase.h"

static const char help[] =
	"Take the present catalog of an environment as its accepted baseline.\n"
	"\n"
	"Usage: pgdriftd accept ENV [OPTION...]\n"
	"\n"
	"Environments with expect = \"baseline\" are compared with what was last "
	"accepted.\n"
	"A running daemon goes over to it with its next check.\n"
	"\n"
	"      --dry-run           only say what that would change\n"
	"      --reason TEXT       kept with the baseline, for log and history\n"
	"      --force             also while a migration runs, if the database is "
	"empty,\n"
	"                          or if its revision is not its head\n"
	"      --undo              go back to the baseline that was replaced last; "
	"three\n"
	"                          are kept\n"
	"      --from NAME         take over the baseline of NAME, which was renamed\n"
	"      --format text|json  how to print (default: text)\n"
	"\n"
	"Exit status: 0, or 2 if nothing was accepted.\n";

enum { MAX_CHANGES = 10 };

/* ---- Text ---- */

static void
add_baseline(struct strbuf *out, const struct store_baseline *b)
{
	char at[CLOCK_RFC3339_LEN];

	strbuf_printf(out, "%s (", clock_rfc3339(b->at_ms, at));
	if (b->snapshot->revision.n)
		phrase_ids(out, &b->snapshot->revision);
	else
		strbuf_add(out, "no revision");
	strbuf_printf(out, ", fingerprint %.12s)", b->snapshot->fingerprint);
	if (b->by) {
		strbuf_add(out, ", accepted by ");
		text_visible(out, b->by, 0, "");
	}
	if (b->reason) {
		strbuf_add(out, ": ");
		text_visible(out, b->reason, 0, "");
	}
}

static void
add_taken(struct strbuf *out, const struct acceptance *a)
{
	const struct snapshot *s = a->taken.snapshot;

	strbuf_printf(out, "%s: ", a->name);
	if (a->undo) {
		strbuf_add(out, a->dry_run ? "would go back to the baseline of "
					   : "back to the baseline of ");
		add_baseline(out, &a->taken);
		strbuf_addc(out, '\n');
		return;
	}
	strbuf_printf(out, "%s %zu objects, fingerprint %.12s, ",
		a->dry_run ? "would accept" : "accepted", s->n_objects, s->fingerprint);
	if (s->revision.n) {
		strbuf_add(out, "revision ");
		phrase_ids(out, &s->revision);
	} else {
		strbuf_add(out, "no revision");
	}
	strbuf_addc(out, '\n');
}

/* "; 1 breaking, 12 additive, 0 cosmetic" */
static void
add_severities(struct strbuf *out, const struct diff *d)
{
	size_t n[SEVERITY_COSMETIC + 1] = {0};

	for (size_t i = 0; i < d->n_findings; i++)
		n[d->findings[i].severity]++;
	for (size_t s = 0; s < COUNT_OF(n); s++)
		strbuf_printf(out, "%s %zu %s", s ? "," : ";", n[s],
			severity_word((enum severity)s));
	strbuf_addc(out, '\n');
}

static void
add_changes(struct strbuf *out, const struct diff *d)
{
	if (d->status == DIFF_NOT_COMPARABLE) {
		strbuf_printf(out, "They cannot be compared: %s\n", d->reason);
		return;
	}
	if (!d->n_findings) {
		strbuf_add(out, "Nothing differs from that.\n");
		return;
	}
	phrase_count(out, d->n_findings, "difference");
	strbuf_printf(out, " from that: %zu missing, %zu unexpected, %zu changed",
		d->n_change[CHANGE_MISSING], d->n_change[CHANGE_UNEXPECTED],
		d->n_change[CHANGE_CHANGED]);
	add_severities(out, d);
	for (size_t i = 0; i < d->n_findings && i < MAX_CHANGES; i++) {
		strbuf_add(out, "  ");
		phrase_finding(out, &d->findings[i]);
		strbuf_addc(out, '\n');
	}
	if (d->n_findings > MAX_CHANGES)
		strbuf_printf(out, "  and %zu more\n", d->n_findings - MAX_CHANGES);
}

static void
print_text(const struct acceptance *a)
{
	struct strbuf out = {0};

	add_taken(&out, a);
	if (a->replaced.snapshot) {
		strbuf_add(&out, a->dry_run ? "It would replace the baseline of "
					    : "It replaces the baseline of ");
		add_baseline(&out, &a->replaced);
		strbuf_addc(&out, '\n');
	} else {
		strbuf_add(&out, a->version ? "What it replaces cannot be read.\n"
					    : "There was no baseline before.\n");
	}
	if (a->changes)
		add_changes(&out, a->changes);
	command_put(stdout, out.s);
	strbuf_free(&out);
}

/* ---- JSON ---- */

static void
add_json(cJSON *o, const struct store_baseline *b)
{
	json_add_num(o, "objects", (double)b->snapshot->n_objects);
	json_add_str(o, "fingerprint", b->snapshot->fingerprint);
	json_add_list(o, "revision", &b->snapshot->revision);
	json_add_time(o, "accepted_at", b->at_ms);
	json_add_str(o, "by", b->by);
	json_add_str(o, "reason", b->reason);
}

static void
print_json(const struct acceptance *a)
{
	cJSON *o = json_object();

	json_add_num(o, "schema_version", 1);
	json_add_str(o, "environment", a->name);
	json_add_bool(o, "dry_run", a->dry_run);
	json_add_bool(o, "undo", a->undo);
	json_add_str(o, "from", a->from);
	add_json(o, &a->taken);
	if (a->replaced.snapshot)
		add_json(json_add_object(o, "replaced"), &a->replaced);
	else
		json_add_null(o, "replaced");
	if (a->changes)
		json_add(o, "changes", diff_json(a->changes, MAX_CHANGES));
	else
		json_add_null(o, "changes");
	command_print(o);
	cJSON_Delete(o);
}

/* ---- The command ---- */

static int
accept_environment(struct acceptance *a, struct conf *conf, enum output_format format)
{
	struct err e;

	if (!acceptance_find(a, conf, &e) ||
		(!a->dry_run && !acceptance_keep(a, conf, &e)))
		return command_fail(EXIT_UNDECIDED, "%s", e.text);
	if (format == FORMAT_JSON)
		print_json(a);
	else
		print_text(a);
	return EXIT_SAME;
}

enum { OPT_FORMAT = 256, OPT_DRY_RUN, OPT_FORCE, OPT_UNDO, OPT_FROM, OPT_REASON };

/* False after saying what is wrong. */
static bool
take_option(struct acceptance *a, int opt, enum output_format *format)
{
	switch (opt) {
	case OPT_DRY_RUN:
		a->dry_run = true;
		return true;
	case OPT_FORCE:
		a->force = true;
		return true;
	case OPT_UNDO:
		a->undo = true;
		return true;
	case OPT_FROM:
		a->from = optarg;
		return true;
	case OPT_REASON:
		a->reason = optarg;
		return true;
	case OPT_FORMAT:
		return command_format(optarg, 0, format) ||
		       (command_usage(
				&cmd_accept, "--format does not take \"%s\"", optarg),
			       false);
	default:
		return false;
	}
}

static bool
take_options(int argc, char **argv, struct acceptance *a, enum output_format *format)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, OPT_FORMAT},
		{"dry-run", no_argument, NULL, OPT_DRY_RUN},
		{"force", no_argument, NULL, OPT_FORCE},
		{"undo", no_argument, NULL, OPT_UNDO},
		{"from", required_argument, NULL, OPT_FROM},
		{"reason", required_argument, NULL, OPT_REASON}, {0}};
	const char *wrong = NULL;
	int opt;

	while ((opt = command_option(&cmd_accept, argc, argv, "", options)) != -1)
		if (!take_option(a, opt, format))
			return false;
	if (optind + 1 != argc)
		wrong = "accept takes one environment";
	else if (a->undo && (a->from || a->reason))
		wrong = "--undo goes with neither --from nor --reason";
	a->name = argv[optind];
	return !wrong || (command_usage(&cmd_accept, "%s", wrong), false);
}

static int
run(const struct cli *cli, int argc, char **argv)
{
	enum output_format format = FORMAT_TEXT;
	struct acceptance a = {0};
	struct conf *conf;
	int status;

	log_set_level(LEVEL_WARN);
	if (!take_options(argc, argv, &a, &format))
		return EXIT_USAGE;
	conf = command_conf_for(cli, &a.name, 1);
	if (!conf)
		return EXIT_CONFIG;
	status = accept_environment(&a, conf, format);
	acceptance_fini(&a);
	conf_free(conf);
	return status;
}

const struct command cmd_accept = {
	.name = "accept",
	.summary = "take the present catalog as the accepted baseline",
	.help = help,
	.run = run,
};

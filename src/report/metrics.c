/* Every family is a row of families[]: its name, its type, its help, and who writes its
 * samples.  A family without samples is left out. */
#include "report/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* No label value from a database is longer, and no environment shows more of them. */
enum { MAX_LABEL = 128, MAX_REVISIONS = 20 };

enum family_type { GAUGE, COUNTER, INFO, FAMILY_TYPES };

/* Both formats agree on the names of samples; only OpenMetrics names a family without
 * the suffix, and knows the type info. */
static const struct {
	const char *suffix, *text, *openmetrics;
} types[FAMILY_TYPES] = {
	[GAUGE] = {"", "gauge", "gauge"},
	[COUNTER] = {"_total", "counter", "counter"},
	[INFO] = {"_info", "gauge", "info"},
};

struct writer;
typedef void family_fn(struct writer *w);
typedef void environment_fn(struct writer *w, const struct published_environment *e);

struct family {
	const char *name; /* without the suffix of its type */
	enum family_type type;
	const char *help;
	environment_fn *each; /* called for each environment */
	family_fn *all;       /* or once */
};

struct writer {
	const struct published *p;
	const struct metrics_extra *x;
	const struct process_facts *process;
	const struct family *family;
	struct strbuf *out;
	bool openmetrics, headed;
	unsigned labels; /* of the sample that is being written */
};

/* ---- Samples ---- */

void
metrics_escape(struct strbuf *out, const char *value)
{
	char *clean = text_cleaned(value, 0);

	for (const char *c = clean; *c; c++)
		if (*c == '\n')
			strbuf_add(out, "\\n");
		else if (*c == '\\' || *c == '"')
			strbuf_printf(out, "\\%c", *c);
		else
			strbuf_addc(out, *c);
	free(clean);
}

static void
add_head(struct writer *w)
{
	const struct family *f = w->family;
	const char *suffix = w->openmetrics ? "" : types[f->type].suffix;

	strbuf_printf(w->out, "# HELP %s%s ", f->name, suffix);
	metrics_escape(w->out, f->help);
	strbuf_printf(w->out, "\n# TYPE %s%s %s\n", f->name, suffix,
		w->openmetrics ? types[f->type].openmetrics : types[f->type].text);
	w->headed = true;
}

static void
begin(struct writer *w)
{
	if (!w->headed)
		add_head(w);
	strbuf_printf(w->out, "%s%s", w->family->name, types[w->family->type].suffix);
	w->labels = 0;
}

static void
label(struct writer *w, const char *name, const char *value)
{
	strbuf_printf(w->out, "%s%s=\"", w->labels++ ? "," : "{", name);
	metrics_escape(w->out, value);
	strbuf_addc(w->out, '"');
}

static void
end(struct writer *w, uint64_t value)
{
	strbuf_printf(w->out, "%s %" PRIu64 "\n", w->labels ? "}" : "", value);
}

/* Milliseconds as seconds, without a floating-point number on the way. */
static void
end_seconds(struct writer *w, int64_t ms)
{
	strbuf_printf(w->out, "%s %" PRId64 ".%03d\n", w->labels ? "}" : "", ms / 1000,
		(int)(ms % 1000));
}

static void
begin_environment(struct writer *w, const struct published_environment *e)
{
	begin(w);
	label(w, "environment", e->name);
}

/* A time that is 0 is none, and has no sample. */
static void
environment_time(struct writer *w, const struct published_environment *e, int64_t ms)
{
	if (!ms)
		return;
	begin_environment(w, e);
	end_seconds(w, ms);
}

static void
environment_number(struct writer *w, const struct published_environment *e, uint64_t n)
{
	begin_environment(w, e);
	end(w, n);
}

/* ---- Families of an environment ---- */

static void
write_up(struct writer *w, const struct published_environment *e)
{
	environment_number(w, e, e->check == CHECK_OK);
}

static void
write_one_of(struct writer *w, const struct published_environment *e, const char *name,
	const char *word, uint64_t value)
{
	begin_environment(w, e);
	label(w, name, word);
	end(w, value);
}

static void
write_state(struct writer *w, const struct published_environment *e)
{
	for (int s = 0; s < STATE_COUNT; s++)
		write_one_of(
			w, e, "state", state_word((enum state)s), (int)e->state == s);
}

static void
write_revision_status(struct writer *w, const struct published_environment *e)
{
	for (int s = 0; s < REVISION_STATUS_COUNT; s++)
		write_one_of(w, e, "status",
			revision_status_word((enum revision_status)s),
			(int)e->revision.status == s);
}

static void
write_schema_status(struct writer *w, const struct published_environment *e)
{
	for (int s = 0; s < SCHEMA_STATUS_COUNT; s++)
		write_one_of(w, e, "status", schema_status_word((enum schema_status)s),
			(int)e->schema == s);
}

static bool
was_compared(const struct published_environment *e)
{
	return e->diff && e->diff->status != DIFF_NOT_COMPARABLE;
}

static void
write_drift_objects(struct writer *w, const struct published_environment *e)
{
	size_t n[KIND_COUNT][CHANGE_COUNT];

	if (!was_compared(e))
		return;
	published_drift(e, n);
	for (int k = 0; k < KIND_COUNT; k++) {
		if (!e->differed[k])
			continue;
		for (int c = 0; c < CHANGE_COUNT; c++) {
			begin_environment(w, e);
			label(w, "kind", kind_info((enum kind)k)->word);
			label(w, "change", change_word((enum change)c));
			end(w, n[k][c]);
		}
	}
}

static void
write_findings(struct writer *w, const struct published_environment *e)
{
	size_t n[SEVERITY_COSMETIC + 1] = {0};

	if (!was_compared(e))
		return;
	for (size_t i = 0; i < e->diff->n_findings; i++)
		n[e->diff->findings[i].severity]++;
	for (int s = 0; s <= SEVERITY_COSMETIC; s++)
		write_one_of(w, e, "severity", severity_word((enum severity)s), n[s]);
}

static void
write_lateness(struct writer *w, const struct published_environment *e)
{
	begin_environment(w, e);
	end_seconds(w, e->lateness_ms);
}

static void
write_migrating_since(struct writer *w, const struct published_environment *e)
{
	environment_time(w, e, e->migrating_since_ms);
}

static void
write_flapping(struct writer *w, const struct published_environment *e)
{
	environment_number(w, e, e->flapping);
}

static void
write_ignored(struct writer *w, const struct published_environment *e)
{
	if (was_compared(e))
		environment_number(w, e, e->diff->n_ignored);
}

static void
write_drift_start(struct writer *w, const struct published_environment *e)
{
	environment_time(w, e, e->drift_since_ms);
}

static void
write_rule_expires(struct writer *w, const struct published_environment *e)
{
	environment_time(w, e, e->diff ? e->diff->next_expiry_ms : 0);
}

/* Rows of a version table may repeat, and be anything: a series must not. */
static void
write_role(struct writer *w, const struct published_environment *e, const char *role,
	const struct strvec *ids)
{
	struct strvec shown = {0};

	for (size_t i = 0; i < ids->n; i++)
		strvec_take(&shown, text_cleaned(ids->v[i], MAX_LABEL));
	strvec_sort(&shown);
	strvec_uniq(&shown);
	for (size_t i = 0; i < shown.n && i < MAX_REVISIONS; i++) {
		begin_environment(w, e);
		label(w, "role", role);
		label(w, "revision", shown.v[i]);
		end(w, 1);
	}
	strvec_free(&shown);
}

static void
write_revisions(struct writer *w, const struct published_environment *e)
{
	write_role(w, e, "recorded", &e->revision.recorded);
	write_role(w, e, "expected", &e->revision.expected);
}

static void
write_behind(struct writer *w, const struct published_environment *e)
{
	size_t behind;

	if (published_behind(e, &behind))
		environment_number(w, e, behind);
}

static void
write_fingerprint(struct writer *w, const struct published_environment *e)
{
	if (e->fingerprint)
		write_one_of(w, e, "fingerprint", e->fingerprint, 1);
}

static void
write_server(struct writer *w, const struct published_environment *e)
{
	if (!e->server_version)
		return;
	begin_environment(w, e);
	label(w, "version", e->server_version);
	label(w, "system_identifier", e->identity.system);
	label(w, "database_oid", e->identity.database);
	end(w, 1);
}

static void
write_objects(struct writer *w, const struct published_environment *e)
{
	for (int k = 0; e->fingerprint && k < KIND_COUNT; k++)
		if (e->objects[k])
			write_one_of(w, e, "kind", kind_info((enum kind)k)->word,
				e->objects[k]);
}

static void
write_checks(struct writer *w, const struct published_environment *e)
{
	environment_number(w, e, e->checks_total);
}

static void
write_failures(struct writer *w, const struct published_environment *e)
{
	for (int r = 0; r < FAILURE_REASONS; r++) {
		begin_environment(w, e);
		label(w, "reason", err_reason((enum err_code)(ERR_CONNECT + r)));
		end(w, e->failures_total[r]);
	}
}

static void
write_last_check(struct writer *w, const struct published_environment *e)
{
	environment_time(w, e, e->last_at_ms);
}

static void
write_last_success(struct writer *w, const struct published_environment *e)
{
	environment_time(w, e, e->last_success_ms);
}

static void
write_duration(struct writer *w, const struct published_environment *e)
{
	if (!e->last_at_ms)
		return;
	begin_environment(w, e);
	end_seconds(w, e->duration_ms);
}

static void
write_interval(struct writer *w, const struct published_environment *e)
{
	begin_environment(w, e);
	end_seconds(w, e->interval_ms);
}

/* ---- Families of the whole ---- */

static void
write_problems(struct writer *w)
{
	for (size_t i = 0; i < w->p->n_migrations; i++) {
		const struct published_migrations *m = &w->p->migrations[i];

		for (int c = 0; c < PROBLEM_COUNT; c++) {
			if (problem_is_notice((enum problem_code)c))
				continue;
			begin(w);
			label(w, "migrations", m->name);
			label(w, "code", problem_word((enum problem_code)c));
			end(w, m->problems[c]);
		}
	}
}

static void
write_requests(struct writer *w)
{
	for (size_t i = 0; i < w->x->n_requests; i++) {
		const struct metrics_request *r = &w->x->requests[i];
		char code[16];

		snprintf(code, sizeof code, "%d", r->code);
		begin(w);
		label(w, "handler", r->handler);
		label(w, "code", code);
		end(w, r->n);
	}
}

static void
write_reload_ok(struct writer *w)
{
	begin(w);
	end(w, w->p->reload_ok);
}

static void
write_reload_time(struct writer *w)
{
	if (!w->p->reload_ok_ms)
		return;
	begin(w);
	end_seconds(w, w->p->reload_ok_ms);
}

static void
write_store(struct writer *w)
{
	if (w->p->store == STORE_NONE)
		return;
	begin(w);
	end(w, w->p->store == STORE_UP);
}

static void
write_build(struct writer *w)
{
	begin(w);
	label(w, "version", w->x->version ? w->x->version : PACKAGE_VERSION);
	if (w->x->libpq_version)
		label(w, "libpq_version", w->x->libpq_version);
	end(w, 1);
}

static void
write_cpu(struct writer *w)
{
	if (!w->process)
		return;
	begin(w);
	end_seconds(w, w->process->cpu_ms);
}

static void
write_start_time(struct writer *w)
{
	if (!w->process)
		return;
	begin(w);
	end_seconds(w, w->process->start_time_ms);
}

static void
process_number(struct writer *w, uint64_t n)
{
	begin(w);
	end(w, n);
}

static void
write_resident(struct writer *w)
{
	if (w->process)
		process_number(w, w->process->resident_bytes);
}

static void
write_virtual(struct writer *w)
{
	if (w->process)
		process_number(w, w->process->virtual_bytes);
}

static void
write_open_fds(struct writer *w)
{
	if (w->process)
		process_number(w, w->process->open_fds);
}

static void
write_max_fds(struct writer *w)
{
	if (w->process)
		process_number(w, w->process->max_fds);
}

static const struct family families[] = {
	{"pgdriftd_up", GAUGE,
		"Whether the last check connected and was completed. All values are "
		"those "
		"of the last completed check: a scrape causes no query.",
		.each = write_up},
	{"pgdriftd_state", GAUGE, "1 for the present state of the environment, else 0.",
		.each = write_state},
	{"pgdriftd_revision_status", GAUGE,
		"1 for what the recorded revision is against the migrations, else 0.",
		.each = write_revision_status},
	{"pgdriftd_schema_status", GAUGE,
		"1 for what the catalog is against the expected one, else 0.",
		.each = write_schema_status},
	{"pgdriftd_findings", GAUGE,
		"Differences from what is expected, confirmed or not, by severity.",
		.each = write_findings},
	{"pgdriftd_drift_objects", GAUGE,
		"Confirmed findings that are drift, by kind of object and change.",
		.each = write_drift_objects},
	{"pgdriftd_flapping", GAUGE,
		"Whether findings come and go, and are not told each time.",
		.each = write_flapping},
	{"pgdriftd_drift_ignored_objects", GAUGE, "Findings that ignore rules hide.",
		.each = write_ignored},
	{"pgdriftd_drift_start_timestamp_seconds", GAUGE,
		"When the present drift was first seen.", .each = write_drift_start},
	{"pgdriftd_ignore_rule_expires_timestamp_seconds", GAUGE,
		"When the next ignore rule with a date expires.",
		.each = write_rule_expires},
	{"pgdriftd_revision", INFO,
		"Revisions that the database records, and that are expected of it.",
		.each = write_revisions},
	{"pgdriftd_revisions_behind", GAUGE,
		"Needed revisions that are not applied, where that is known.",
		.each = write_behind},
	{"pgdriftd_schema_fingerprint", INFO,
		"Hash of the catalog: equal hash, equal schema.",
		.each = write_fingerprint},
	{"pgdriftd_server", INFO, "Which database of which server was read last.",
		.each = write_server},
	{"pgdriftd_schema_objects", GAUGE, "Objects of the catalog, by kind.",
		.each = write_objects},
	{"pgdriftd_checks", COUNTER, "Checks made.", .each = write_checks},
	{"pgdriftd_check_failures", COUNTER, "Checks that failed, by reason.",
		.each = write_failures},
	{"pgdriftd_last_check_timestamp_seconds", GAUGE, "When the last check ended.",
		.each = write_last_check},
	{"pgdriftd_last_success_timestamp_seconds", GAUGE,
		"When the last check that was completed ended.",
		.each = write_last_success},
	{"pgdriftd_last_check_duration_seconds", GAUGE, "How long the last check took.",
		.each = write_duration},
	{"pgdriftd_check_interval_seconds", GAUGE,
		"Configured time between two checks.", .each = write_interval},
	{"pgdriftd_check_lateness_seconds", GAUGE,
		"How long the last check was due before it began.",
		.each = write_lateness},
	{"pgdriftd_migrating_since_timestamp_seconds", GAUGE,
		"Since when a migration that runs holds its lock.",
		.each = write_migrating_since},
	{"pgdriftd_migrations_problems", GAUGE,
		"Problems of a migrations directory, by code.", .all = write_problems},
	{"pgdriftd_http_requests", COUNTER, "HTTP requests answered.",
		.all = write_requests},
	{"pgdriftd_config_last_reload_successful", GAUGE,
		"Whether the last load of the configuration succeeded.",
		.all = write_reload_ok},
	{"pgdriftd_config_last_reload_success_timestamp_seconds", GAUGE,
		"When the configuration was last loaded successfully.",
		.all = write_reload_time},
	{"pgdriftd_store_up", GAUGE,
		"Whether history and baselines can be read and written.",
		.all = write_store},
	{"pgdriftd_build", INFO, "What this process was built from.",
		.all = write_build},
	{"process_cpu_seconds", COUNTER, "User and system CPU time spent.",
		.all = write_cpu},
	{"process_resident_memory_bytes", GAUGE, "Resident memory size.",
		.all = write_resident},
	{"process_virtual_memory_bytes", GAUGE, "Virtual memory size.",
		.all = write_virtual},
	{"process_open_fds", GAUGE, "Open file descriptors.", .all = write_open_fds},
	{"process_max_fds", GAUGE, "Most file descriptors that may be open.",
		.all = write_max_fds},
	{"process_start_time_seconds", GAUGE, "When the process was started.",
		.all = write_start_time},
};

static void
write_family(struct writer *w, const struct family *f)
{
	w->family = f;
	w->headed = false;
	if (f->all)
		f->all(w);
	for (size_t i = 0; f->each && i < w->p->n_environments; i++)
		f->each(w, w->p->environments[i]);
}

void
metrics_write(const struct published *p, const struct metrics_extra *x,
	bool openmetrics, struct strbuf *out)
{
	static const struct metrics_extra none;
	struct process_facts now;
	struct writer w = {
		.p = p, .x = x ? x : &none, .out = out, .openmetrics = openmetrics};

	w.process = w.x->process;
	if (!w.process && process_read(&now))
		w.process = &now;
	for (size_t i = 0; i < COUNT_OF(families); i++)
		write_family(&w, &families[i]);
	if (openmetrics)
		strbuf_add(out, "# EOF\n");
}

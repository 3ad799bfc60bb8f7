/* The families that have samples of each environment: a row of the table below is the
 * name, the type, the help, and who writes the samples. */
#include "report/samples.h"

#include "base/mem.h"
#include "base/text.h"

/* No label value from a database is longer, and no environment shows more of them. */
enum { MAX_LABEL = 128, MAX_REVISIONS = 20 };

static void
begin_environment(struct writer *w, const struct published_environment *e)
{
	sample_begin(w);
	sample_label(w, "environment", e->name);
	for (size_t i = 0; i < e->metric_labels.n; i++)
		sample_pair(w, e->metric_labels.v[i]);
}

/* A time that is 0 is none, and has no sample. */
static void
environment_time(struct writer *w, const struct published_environment *e, int64_t ms)
{
	if (!ms)
		return;
	begin_environment(w, e);
	sample_end_seconds(w, ms);
}

static void
environment_number(struct writer *w, const struct published_environment *e, uint64_t n)
{
	begin_environment(w, e);
	sample_end(w, n);
}

/* ---- The families ---- */

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
	sample_label(w, name, word);
	sample_end(w, value);
}

static void
write_state(struct writer *w, const struct published_environment *e)
{
	for (int s = 0; s < STATE_COUNT; s++)
		write_one_of(
			w, e, "state", state_word((enum state)s), (int)e->state == s);
}

static void
write_expected(struct writer *w, const struct published_environment *e)
{
	environment_number(w, e, !published_is_bare(e));
}

static void
write_migrations(struct writer *w, const struct published_environment *e)
{
	if (e->migrations)
		write_one_of(w, e, "migrations", e->migrations, 1);
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
			sample_label(w, "kind", kind_info((enum kind)k)->word);
			sample_label(w, "change", change_word((enum change)c));
			sample_end(w, n[k][c]);
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
	sample_end_seconds(w, e->lateness_ms);
}

static void
write_unanswered(struct writer *w, const struct published_environment *e)
{
	environment_number(w, e, e->unanswered);
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

static void
write_rules_expired(struct writer *w, const struct published_environment *e)
{
	if (was_compared(e))
		environment_number(w, e, e->diff->expired_rules.n);
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
		sample_label(w, "role", role);
		sample_label(w, "revision", shown.v[i]);
		sample_end(w, 1);
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
	sample_label(w, "version", e->server_version);
	sample_label(w, "system_identifier", e->identity.system);
	sample_label(w, "database_oid", e->identity.database);
	sample_end(w, 1);
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
		if (!e->failures_total[r])
			continue;
		begin_environment(w, e);
		sample_label(w, "reason", err_reason((enum err_code)(ERR_CONNECT + r)));
		sample_end(w, e->failures_total[r]);
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
	sample_end_seconds(w, e->duration_ms);
}

static void
write_interval(struct writer *w, const struct published_environment *e)
{
	begin_environment(w, e);
	sample_end_seconds(w, e->interval_ms);
}

const struct family metrics_of_environment[] = {
	{"pgdriftd_up", GAUGE,
		"Whether the last check connected and was completed. All values are "
		"those "
		"of the last completed check: a scrape causes no query.",
		.each = write_up},
	{"pgdriftd_state", GAUGE, "1 for the present state of the environment, else 0.",
		.each = write_state},
	{"pgdriftd_expected", GAUGE,
		"Whether anything is configured that the environment is compared with.",
		.each = write_expected},
	{"pgdriftd_environment", INFO, "The migrations block of the environment.",
		.each = write_migrations},
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
	{"pgdriftd_ignore_rules_expired", GAUGE,
		"Ignore rules that have expired, and hide nothing any more.",
		.each = write_rules_expired},
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
	{"pgdriftd_check_failures", COUNTER,
		"Checks that failed, by reason that has occurred.",
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
		"How long a check has been due and waits, or else the last was before "
		"it "
		"began.",
		.each = write_lateness},
	{"pgdriftd_migrating_since_timestamp_seconds", GAUGE,
		"Since when a migration that runs holds its lock.",
		.each = write_migrating_since},
	{"pgdriftd_server_unanswered", GAUGE,
		"Whether the server takes connections and does not answer them.",
		.each = write_unanswered},
};

const size_t metrics_n_of_environment = COUNT_OF(metrics_of_environment);

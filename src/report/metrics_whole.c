/* The families of the whole process, rows as in metrics_environment.c. */
#include "report/samples.h"

#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"

static void
write_problems(struct writer *w)
{
	for (size_t i = 0; i < w->p->n_migrations; i++) {
		const struct published_migrations *m = &w->p->migrations[i];

		for (int c = 0; c < PROBLEM_COUNT; c++) {
			if (problem_is_notice((enum problem_code)c))
				continue;
			sample_begin(w);
			sample_label(w, "migrations", m->name);
			sample_label(w, "code", problem_word((enum problem_code)c));
			sample_end(w, m->problems[c]);
		}
	}
}

static void
write_discovery_up(struct writer *w)
{
	for (size_t i = 0; i < w->p->n_discoveries; i++) {
		sample_begin(w);
		sample_label(w, "discover", w->p->discoveries[i].name);
		sample_end(w, w->p->discoveries[i].ok);
	}
}

/* `label`: of which kind of files, `value` says which. */
static void
write_built(struct writer *w, const char *label, const char *value,
	const struct published_builds *b)
{
	const struct {
		const char *result;
		uint64_t n;
	} counts[] = {{"built", b->built}, {"failed", b->failed},
		{"unavailable", b->unavailable}};

	for (size_t i = 0; i < COUNT_OF(counts); i++) {
		sample_begin(w);
		sample_label(w, label, value);
		sample_label(w, "result", counts[i].result);
		sample_end(w, counts[i].n);
	}
}

static void
write_builds(struct writer *w)
{
	for (size_t i = 0; i < w->p->n_migrations; i++) {
		const struct published_migrations *m = &w->p->migrations[i];

		if (m->is_built)
			write_built(w, "migrations", m->name, &m->builds);
	}
	for (size_t i = 0; i < w->p->n_ddl; i++)
		write_built(w, "ddl", w->p->ddl[i].path, &w->p->ddl[i].builds);
}

static void
write_discovered(struct writer *w)
{
	for (size_t i = 0; i < w->p->n_discoveries; i++) {
		sample_begin(w);
		sample_label(w, "discover", w->p->discoveries[i].name);
		sample_end(w, w->p->discoveries[i].n);
	}
}

static void
write_discovery_time(struct writer *w)
{
	for (size_t i = 0; i < w->p->n_discoveries; i++) {
		if (!w->p->discoveries[i].last_success_ms)
			continue;
		sample_begin(w);
		sample_label(w, "discover", w->p->discoveries[i].name);
		sample_end_seconds(w, w->p->discoveries[i].last_success_ms);
	}
}

static void
write_duration(struct writer *w, const char *label, const char *value,
	const struct published_builds *b)
{
	if (!b->duration_ms)
		return;
	sample_begin(w);
	sample_label(w, label, value);
	sample_end_seconds(w, b->duration_ms);
}

static void
write_build_duration(struct writer *w)
{
	for (size_t i = 0; i < w->p->n_migrations; i++)
		write_duration(w, "migrations", w->p->migrations[i].name,
			&w->p->migrations[i].builds);
	for (size_t i = 0; i < w->p->n_ddl; i++)
		write_duration(w, "ddl", w->p->ddl[i].path, &w->p->ddl[i].builds);
}

static void
write_requests(struct writer *w)
{
	for (size_t i = 0; i < w->x->n_requests; i++) {
		const struct metrics_request *r = &w->x->requests[i];
		char code[16];

		snprintf(code, sizeof code, "%d", r->code);
		sample_begin(w);
		sample_label(w, "handler", r->handler);
		sample_label(w, "code", code);
		sample_end(w, r->n);
	}
}

static void
write_login_failures(struct writer *w)
{
	sample_begin(w);
	sample_end(w, w->x->login_failures);
}

static void
write_reload_ok(struct writer *w)
{
	sample_begin(w);
	sample_end(w, w->p->reload_ok);
}

static void
write_reload_time(struct writer *w)
{
	if (!w->p->reload_ok_ms)
		return;
	sample_begin(w);
	sample_end_seconds(w, w->p->reload_ok_ms);
}

static void
write_store(struct writer *w)
{
	if (w->p->store == STORE_NONE)
		return;
	sample_begin(w);
	sample_end(w, w->p->store == STORE_UP);
}

static void
write_log_lost(struct writer *w)
{
	sample_begin(w);
	sample_end(w, log_lost());
}

static void
write_notifications(struct writer *w)
{
	for (size_t i = 0; i < w->x->n_receiving; i++) {
		const struct receiving *r = &w->x->receiving[i];

		for (size_t k = 0; k < COUNT_OF(r->results) && r->results[k].word;
			k++) {
			sample_begin(w);
			sample_label(w, "receiver", r->name);
			sample_label(w, "result", r->results[k].word);
			sample_end(w, r->results[k].n);
		}
	}
}

static void
receiver_number(struct writer *w, const struct receiving *r, uint64_t n)
{
	sample_begin(w);
	sample_label(w, "receiver", r->name);
	sample_end(w, n);
}

static void
write_notification_failures(struct writer *w)
{
	for (size_t i = 0; i < w->x->n_receiving; i++)
		receiver_number(w, &w->x->receiving[i], w->x->receiving[i].failures);
}

static void
write_notifications_queued(struct writer *w)
{
	for (size_t i = 0; i < w->x->n_receiving; i++)
		receiver_number(w, &w->x->receiving[i], w->x->receiving[i].queued);
}

static void
write_receiver_up(struct writer *w)
{
	for (size_t i = 0; i < w->x->n_receiving; i++)
		receiver_number(w, &w->x->receiving[i], w->x->receiving[i].up);
}

static void
write_notification_time(struct writer *w)
{
	for (size_t i = 0; i < w->x->n_receiving; i++) {
		if (!w->x->receiving[i].last_success_ms)
			continue;
		sample_begin(w);
		sample_label(w, "receiver", w->x->receiving[i].name);
		sample_end_seconds(w, w->x->receiving[i].last_success_ms);
	}
}

static void
write_build(struct writer *w)
{
	sample_begin(w);
	sample_label(w, "version", w->x->version ? w->x->version : PACKAGE_VERSION);
	if (w->x->libpq_version)
		sample_label(w, "libpq_version", w->x->libpq_version);
	sample_end(w, 1);
}

static void
write_external_url(struct writer *w)
{
	if (!w->x->external_url)
		return;
	sample_begin(w);
	sample_label(w, "url", w->x->external_url);
	sample_end(w, 1);
}

static void
write_certificate_expiry(struct writer *w)
{
	if (!w->x->certificate_expiry_ms)
		return;
	sample_begin(w);
	sample_end_seconds(w, w->x->certificate_expiry_ms);
}

static void
write_cpu(struct writer *w)
{
	if (!w->process)
		return;
	sample_begin(w);
	sample_end_seconds(w, w->process->cpu_ms);
}

static void
write_start_time(struct writer *w)
{
	if (!w->process)
		return;
	sample_begin(w);
	sample_end_seconds(w, w->process->start_time_ms);
}

static void
process_number(struct writer *w, uint64_t n)
{
	sample_begin(w);
	sample_end(w, n);
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

const struct family metrics_of_whole[] = {
	{"pgdriftd_migrations_problems", GAUGE,
		"Problems of a migrations directory, by code.", .all = write_problems},
	{"pgdriftd_discovery_up", GAUGE,
		"Whether it is known what a template stands for.",
		.all = write_discovery_up},
	{"pgdriftd_discovered_environments", GAUGE,
		"Environments that a template stands for.", .all = write_discovered},
	{"pgdriftd_discovery_last_success_timestamp_seconds", GAUGE,
		"When a template's server last said what it stands for.",
		.all = write_discovery_time},
	{"pgdriftd_builds", COUNTER,
		"Catalogs that were built of migrations or a file of SQL, by result.",
		.all = write_builds},
	{"pgdriftd_build_duration_seconds", GAUGE, "How long the last build took.",
		.all = write_build_duration},
	{"pgdriftd_http_requests", COUNTER, "HTTP requests answered.",
		.all = write_requests},
	{"pgdriftd_http_login_failures", COUNTER,
		"Logins by HTTP that failed: by a password, or by a certificate.",
		.all = write_login_failures},
	{"pgdriftd_config_last_reload_successful", GAUGE,
		"Whether the last load of the configuration succeeded.",
		.all = write_reload_ok},
	{"pgdriftd_config_last_reload_success_timestamp_seconds", GAUGE,
		"When the configuration was last loaded successfully.",
		.all = write_reload_time},
	{"pgdriftd_store_up", GAUGE,
		"Whether history and baselines can be read and written.",
		.all = write_store},
	{"pgdriftd_notifications", COUNTER,
		"Changes that a receiver was to be told, by what became of them.",
		.all = write_notifications},
	{"pgdriftd_notification_failures", COUNTER,
		"Tries to tell a receiver that failed.",
		.all = write_notification_failures},
	{"pgdriftd_notifications_queued", GAUGE,
		"Changes that a receiver is still to be told.",
		.all = write_notifications_queued},
	{"pgdriftd_receiver_up", GAUGE,
		"Whether the last try to tell a receiver succeeded; 1 before the "
		"first.",
		.all = write_receiver_up},
	{"pgdriftd_notification_last_success_timestamp_seconds", GAUGE,
		"When a receiver last took a message.", .all = write_notification_time},
	{"pgdriftd_log_lines_lost", COUNTER,
		"Lines of the log that could not be written, or not in time.",
		.all = write_log_lost},
	{"pgdriftd_build", INFO, "What this process was built from.",
		.all = write_build},
	{"pgdriftd_external_url", INFO, "The URL under which people reach it.",
		.all = write_external_url},
	{"pgdriftd_tls_certificate_expiry_timestamp_seconds", GAUGE,
		"When the first certificate of the chain that is served expires.",
		.all = write_certificate_expiry},
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

const size_t metrics_n_of_whole = COUNT_OF(metrics_of_whole);

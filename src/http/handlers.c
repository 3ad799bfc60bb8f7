/* A handler validates what the client asked for and picks the document of report/ that
 * answers it.  What cannot be answered is a problem, never an empty document. */
#include "http/handlers.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "http/negotiate.h"
#include "http/wanted.h"
#include "report/changes.h"
#include "report/metrics.h"
#include "report/status.h"

enum { HISTORY_LIMIT = 100, LIMIT_MAX = 10000 };

static void
answer_groups(const struct request *r, const struct wanted *w, struct answer *out)
{
	struct groups groups = {0};

	if (target_value(r->target, "limit") || target_value(r->target, "after")) {
		answer_problem(out, 400, r->instance,
			"limit and after are of a list of environments: leave them "
			"out, or group");
		return;
	}
	wanted_make_groups(r, w, &groups);
	answer_json(out, 200, groups_document(r->published, &groups));
	groups_free(&groups);
}

/* Where to go on behind the environment that `after` names. */
static bool
find_after(const struct request *r, const char *after, size_t *from, struct answer *out)
{
	const struct published *p = r->published;

	for (size_t i = 0; i < p->n_environments; i++)
		if (!strcmp(p->environments[i]->name, after)) {
			*from = i + 1;
			return true;
		}
	answer_problem(out, 400, r->instance,
		"after=\"%s\" names no environment: begin again without it", after);
	return false;
}

void
handle_status(const struct request *r, struct answer *out)
{
	struct wanted wanted = {0};
	struct overview_wish wish = {.filter = wanted_filter(&wanted),
		.external = r->external,
		.target = r->target};
	const char *after = target_value(r->target, "after");

	if (r->source->receiving)
		wish.receiving =
			r->source->receiving(r->source->arg, &wish.n_receiving);
	if (wanted_read(r, &wanted, out) &&
		wanted_number(r, "limit", LIMIT_MAX, &wish.limit, out) &&
		(!after || find_after(r, after, &wish.from, out))) {
		if (wanted.grouped)
			answer_groups(r, &wanted, out);
		else
			overview_write(r->kept->overview, r->published, &wish, out);
	}
	wanted_free(&wanted);
}

void
handle_environment(const struct request *r, struct answer *out)
{
	const struct published_environment *e = wanted_environment(r, r->name, out);
	struct strvec fail_on = {0};

	target_values(r->target, "fail_on", true, &fail_on);
	if (e && wanted_states(r, &fail_on, out))
		answer_json(out, strvec_has(&fail_on, state_word(e->state)) ? 503 : 200,
			status_environment_document(r->published, e));
	strvec_free(&fail_on);
}

/* json, or text. */
static bool
check_format(const struct request *r, bool *text, struct answer *out)
{
	const char *format = target_value(r->target, "format");

	*text = format && !strcmp(format, "text");
	if (!format || *text || !strcmp(format, "json"))
		return true;
	answer_problem(out, 400, r->instance,
		"no format \"%s\"; there are \"json\" and \"text\"", format);
	return false;
}

void
handle_diff(const struct request *r, struct answer *out)
{
	const struct published_environment *e = wanted_environment(r, r->name, out);
	bool text = false;

	if (!e || !check_format(r, &text, out))
		return;
	if (!e->diff && !e->reference) {
		answer_problem(out, 409, r->instance,
			"nothing is expected of the catalog of \"%s\": set `expect` "
			"for "
			"this environment",
			e->name);
	} else if (!e->diff) {
		answer_problem(out, 409, r->instance,
			"nothing was compared in \"%s\": %s", e->name,
			e->schema_reason ? e->schema_reason
					 : "no check has been completed");
	} else if (text) {
		answer_text(out, 200, "");
		diff_text_confirmed(e->diff, e->confirmed_findings, e->max_findings,
			false, &out->body);
	} else {
		answer_json(out, 200, status_diff_document(e));
	}
}

/* The document of a check that was asked for. */
void
handle_check(const struct request *r, struct answer *out)
{
	const struct published_environment *e = wanted_environment(r, r->name, out);
	const struct http_source *source = r->source;
	int64_t began_ms;

	if (!e)
		return;
	if (source->check && source->check(source->arg, e->name, &began_ms))
		answer_json(out, 202, status_asked_document(e, began_ms));
	else
		answer_problem(out, 503, r->instance, "no check can be made now");
}

/* `*since_ms` stays as it is where none is given. */
static bool
check_since(const struct request *r, int64_t *since_ms, struct answer *out)
{
	const char *since = target_value(r->target, "since");

	if (!since || clock_since(since, r->now_ms, since_ms))
		return true;
	answer_problem(out, 400, r->instance,
		"since=\"%s\" is neither a time like 2026-09-20T10:15:30Z nor a "
		"duration like 24h",
		since);
	return false;
}

/* What cannot be read looks like nothing that there is not. */
static void
refuse_history(const struct request *r, bool is_kept, struct answer *out)
{
	if (is_kept)
		answer_problem(out, 503, r->instance,
			"history cannot be read now: the log says why");
	else
		answer_problem(out, 404, r->instance, "no history is kept");
}

static void
write_history(const struct request *r, const char *environment, int64_t since_ms,
	size_t limit, struct answer *out)
{
	const struct http_source *source = r->source;
	char *text = NULL;

	if (source->history)
		text = source->history(source->arg, environment, since_ms, limit);
	if (!text) {
		refuse_history(r, source->history != NULL, out);
		return;
	}
	answer_text(out, 200, text);
	if (out->body.s[out->body.len - 1] != '\n')
		strbuf_addc(&out->body, '\n');
	out->type = answer_type_json;
	free(text);
}

/* One that is watched, or of which something is kept from before. */
static bool
check_history(const struct request *r, const char *environment, struct answer *out)
{
	const struct http_source *source = r->source;

	if (source->has_history && !published_find(r->published, environment) &&
		source->has_history(source->arg, environment))
		return true;
	return wanted_environment(r, environment, out) != NULL;
}

static void
write_changes(const struct request *r, const struct changes_wish *w, bool text,
	struct answer *out)
{
	const struct http_source *source = r->source;
	cJSON *o = source->changes ? source->changes(source->arg, w) : NULL;

	if (!o) {
		refuse_history(r, source->changes != NULL, out);
	} else if (text) {
		answer_text(out, 200, "");
		changes_text(o, false, &out->body);
		cJSON_Delete(o);
	} else {
		answer_json(out, 200, o);
	}
}

void
handle_changes(const struct request *r, struct answer *out)
{
	struct changes_wish w = {.environment = r->name, .limit = CHANGES_LIMIT};
	bool text;

	if (check_history(r, r->name, out) && check_format(r, &text, out) &&
		check_since(r, &w.since_ms, out) &&
		wanted_number(r, "limit", CHANGES_LIMIT_MAX, &w.limit, out))
		write_changes(r, &w, text, out);
}

void
handle_history(const struct request *r, struct answer *out)
{
	const char *environment = target_value(r->target, "environment");
	int64_t since_ms = 0;
	size_t limit = HISTORY_LIMIT;

	if (environment && !check_history(r, environment, out))
		return;
	if (check_since(r, &since_ms, out) &&
		wanted_number(r, "limit", LIMIT_MAX, &limit, out))
		write_history(r, environment, since_ms, limit, out);
}

void
handle_metrics(const struct request *r, struct answer *out)
{
	bool open = negotiate_openmetrics(r->accept);
	struct metrics_extra x = *r->counted;

	if (r->source->receiving)
		x.receiving = r->source->receiving(r->source->arg, &x.n_receiving);
	out->status = 200;
	out->by_accept = true;
	scrape_write(r->kept->scrape, r->published, &x, open, &out->pieces);
	out->type = open ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
			 : "text/plain; version=0.0.4; charset=utf-8";
}

void
handle_healthz(const struct request *r, struct answer *out)
{
	if (r->stalled)
		answer_problem(
			out, 503, r->instance, "the event loop has not turned in time");
	else
		answer_text(out, 200, "ok\n");
}

void
handle_readyz(const struct request *r, struct answer *out)
{
	if (r->published && r->published->ready)
		answer_text(out, 200, "ok\n");
	else
		answer_problem(out, 503, r->instance,
			"not every environment has been tried yet");
}

void
handle_version(const struct request *r, struct answer *out)
{
	answer_json(out, 200,
		status_version_document(
			r->source->libpq_version, r->source->restart_needed));
}

/* The documents about environments.  The order of the members is that of contract 3;
 * members that it does not name follow those that it does. */
#include "report/status.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "conf/labels.h"
#include "migrations/migrations_json.h"

enum { SCHEMA_VERSION = 1, MAX_ID = 200, MAX_ROWS = 100, MAX_VALUE = 4000 };

static double
seconds(int64_t ms)
{
	return (double)ms / 1000;
}

static void
add_count_or_null(cJSON *o, const char *key, bool known, size_t n)
{
	if (known)
		json_add_num(o, key, (double)n);
	else
		json_add_null(o, key);
}

/* Ids that were read from a database: there may be any number, of any length. */
static void
add_ids(cJSON *o, const char *key, const struct strvec *ids)
{
	cJSON *a = json_add_array(o, key);

	for (size_t i = 0; i < ids->n && i < MAX_ROWS; i++) {
		char *id = text_cleaned(ids->v[i], MAX_ID);

		json_push_str(a, id);
		free(id);
	}
}

/* ---- The parts of an environment ---- */

static void
add_check(cJSON *o, const struct published_environment *e)
{
	cJSON *c = json_add_object(o, "check");

	json_add_str(c, "status", check_status_word(e->check));
	json_add_time_ms(c, "started_at", e->last_started_ms);
	json_add_time(c, "last_at", e->last_at_ms);
	json_add_time(c, "last_success_at", e->last_success_ms);
	if (e->last_at_ms)
		json_add_num(c, "duration_seconds", seconds(e->duration_ms));
	else
		json_add_null(c, "duration_seconds");
	json_add_time(c, "next_at", e->next_at_ms);
	json_add_num(c, "consecutive_failures", e->consecutive_failures);
	json_add_str(c, "error", e->error);
	json_add_str(c, "reason", e->error ? err_reason(e->error_code) : NULL);
	json_add_str(c, "sqlstate", e->sqlstate[0] ? e->sqlstate : NULL);
	json_add_num(c, "interval_seconds", seconds(e->interval_ms));
	json_add_num(c, "lateness_seconds", seconds(e->lateness_ms));
}

/* Of a standby; below 0 it is not known. */
static void
add_amount_or_null(
	cJSON *o, const char *key, const struct published_environment *e, double amount)
{
	if (e->in_recovery && amount >= 0)
		json_add_num(o, key, amount);
	else
		json_add_null(o, key);
}

static const char *
text_or_null(const char *s)
{
	return *s ? s : NULL;
}

static void
add_server(cJSON *o, const struct published_environment *e)
{
	cJSON *s = json_add_object(o, "server");

	json_add_str(s, "version", e->server_version);
	if (e->server_version)
		json_add_bool(s, "in_recovery", e->in_recovery);
	else
		json_add_null(s, "in_recovery");
	json_add_str(s, "system_identifier", text_or_null(e->identity.system));
	json_add_str(s, "database", text_or_null(e->identity.name));
	json_add_str(s, "database_oid", text_or_null(e->identity.database));
	json_add_str(s, "address", e->address);
	json_add_time(s, "migrating_since", e->migrating_since_ms);
	add_amount_or_null(s, "replay_lag_bytes", e, (double)e->replay_lag_bytes);
	add_amount_or_null(s, "replay_lag_seconds", e, seconds(e->replay_lag_ms));
	json_add_str(s, "role_notice", e->role_notice);
}

/* True if an upgrade could run at all, so that what is pending has a meaning. */
static bool
has_pending(const struct published_environment *e)
{
	return e->revision.status == REVISION_BEHIND ||
	       e->revision.status == REVISION_DIVERGED;
}

static void
add_destructive(cJSON *o, const struct published_environment *e)
{
	cJSON *list = json_add_array(o, "destructive");

	for (size_t i = 0; i < e->losses.n; i++) {
		const struct loss *l = &e->losses.v[i];
		cJSON *item = effect_json(&l->effect);

		json_add_str(item, "revision", l->revision);
		json_add_str(item, "ignored_by", l->rule);
		json_push(list, item);
	}
}

static void
add_revision(cJSON *o, const struct published_environment *e)
{
	static const struct strvec none;
	cJSON *r = json_add_object(o, "revision");
	size_t behind = 0;
	bool known = published_behind(e, &behind);

	json_add_str(r, "tool", e->tool);
	json_add_str(r, "status", revision_status_word(e->revision.status));
	add_ids(r, "recorded", &e->revision.recorded);
	add_ids(r, "expected", &e->revision.expected);
	add_count_or_null(r, "behind", known, behind);
	json_add_list(r, "pending", has_pending(e) ? &e->revision.pending : &none);
	add_destructive(r, e);
	json_add_list(r, "inserted_below", &e->inserted);
	json_add_str(r, "migrations", e->migrations);
}

static void
add_by_kind(cJSON *o, const struct diff *d)
{
	cJSON *kinds = json_add_object(o, "by_kind");

	for (int k = 0; d && k < KIND_COUNT; k++) {
		cJSON *kind = NULL;

		for (int c = 0; c < CHANGE_COUNT; c++) {
			if (!d->by_kind[k][c])
				continue;
			if (!kind)
				kind = json_add_object(
					kinds, kind_info((enum kind)k)->word);
			json_add_num(kind, change_word((enum change)c),
				(double)d->by_kind[k][c]);
		}
	}
}

/* What the check says of a finding, beside the comparison. */
static void
add_marks(cJSON *finding, const struct published_environment *e, size_t i)
{
	json_add_bool(finding, "confirmed", published_confirmed(e, i));
	json_add_time(finding, "first_seen_at", published_first_seen(e, i));
}

/* One object may be a function of a thousand lines; /status/NAME/diff has all of it. */
static cJSON *
item(const struct published_environment *e, size_t i)
{
	const struct finding *f = &e->diff->findings[i];
	char *expected = f->expected ? text_cleaned(f->expected, MAX_VALUE) : NULL;
	char *found = f->found ? text_cleaned(f->found, MAX_VALUE) : NULL;
	struct finding cut = *f;
	cJSON *o;

	cut.expected = expected;
	cut.found = found;
	o = finding_json(&cut);
	add_marks(o, e, i);
	json_add_time(o, "last_seen_at", published_last_seen(e, i));
	free(expected);
	free(found);
	return o;
}

static void
add_items(cJSON *o, const struct published_environment *e)
{
	static const struct strvec none;
	struct strvec undecided = {0};
	const struct diff *d = e->diff;
	cJSON *items = json_add_array(o, "items");

	for (size_t i = 0; d && i < d->n_findings; i++) {
		if (e->max_findings && i == e->max_findings)
			break;
		json_push(items, item(e, i));
	}
	json_add_bool(o, "truncated",
		d && e->max_findings && d->n_findings > e->max_findings);
	json_add_list(o, "unused_rules", d ? &d->unused_rules : &none);
	json_add_list(o, "expired_rules", d ? &d->expired_rules : &none);
	json_add_list(o, "expiring_rules", d ? &d->expiring_rules : &none);
	json_add_list(o, "unused_schemas", d ? &d->unused_schemas : &none);
	if (d)
		diff_undecided(d, &undecided);
	json_add_list(o, "not_compared", &undecided);
	strvec_free(&undecided);
}

static void
add_baseline(cJSON *o, const struct published_environment *e)
{
	cJSON *b;

	if (!e->accepted_ms) {
		json_add_null(o, "baseline");
		return;
	}
	b = json_add_object(o, "baseline");
	json_add_time(b, "accepted_at", e->accepted_ms);
	json_add_str(b, "by", e->accepted_by);
	json_add_str(b, "reason", e->accepted_reason);
	json_add_list(b, "revision", &e->accepted_revision);
}

static void
add_schema(cJSON *o, const struct published_environment *e, bool items)
{
	const struct diff *d = e->diff;
	cJSON *s = json_add_object(o, "schema");

	json_add_str(s, "status", schema_status_word(e->schema));
	json_add_str(s, "reference", e->reference);
	json_add_str(s, "relation",
		e->schema == SCHEMA_OTHER_REVISION ? schema_relation_word(e->relation)
						   : NULL);
	json_add_str(s, "fingerprint", e->fingerprint);
	add_count_or_null(s, "objects", e->fingerprint != NULL, e->n_objects);
	add_count_or_null(s, "findings", d != NULL, d ? d->n_findings : 0);
	add_count_or_null(s, "unconfirmed", d != NULL, published_unconfirmed(e));
	add_count_or_null(s, "ignored", d != NULL, d ? d->n_ignored : 0);
	add_by_kind(s, d);
	json_add_str(s, "reason", e->schema_reason);
	json_add_time(s, "drift_since", e->drift_since_ms);
	json_add_str(s, "compared_with", e->measure);
	json_add_time(s, "reference_read_at", e->reference_read_ms);
	json_add_str(s, "reference_note", e->reference_note);
	add_baseline(s, e);
	if (items)
		add_items(s, e);
}

/* RFC 3986: everything but "unreserved" is percent-encoded. */
static char *
status_path(const char *name, const char *suffix)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	struct strbuf b = {0};

	strbuf_add(&b, "/status/");
	for (; *name; name++)
		if (strchr(plain, *name))
			strbuf_addc(&b, *name);
		else
			strbuf_printf(&b, "%%%02X", (unsigned char)*name);
	strbuf_add(&b, suffix);
	return strbuf_take(&b);
}

static void
add_link(cJSON *links, const char *key, char *path)
{
	json_add_str(links, key, path);
	free(path);
}

static void
add_links(cJSON *o, const struct published_environment *e)
{
	cJSON *links = json_add_object(o, "links");

	add_link(links, "self", status_path(e->name, ""));
	add_link(links, "diff", status_path(e->name, "/diff"));
	add_link(links, "changes", status_path(e->name, "/changes"));
}

static void
add_unwatched(cJSON *o, const struct published_environment *e)
{
	cJSON *u;

	if (!e->unwatched_to_ms) {
		json_add_null(o, "unwatched");
		return;
	}
	u = json_add_object(o, "unwatched");
	json_add_time(u, "from", e->unwatched_from_ms);
	json_add_time(u, "to", e->unwatched_to_ms);
}

static void
add_environment(cJSON *o, const struct published_environment *e, bool items)
{
	json_add_str(o, "name", e->name);
	json_add_str(o, "state", state_word(e->state));
	json_add_time(o, "since", e->since_ms);
	json_add_time(o, "standing_since", published_standing_since(e));
	add_unwatched(o, e);
	json_add_bool(o, "confirmed", e->confirmed);
	json_add_bool(o, "flapping", e->flapping);
	json_add_str(o, "hint", e->hint);
	add_check(o, e);
	add_server(o, e);
	add_revision(o, e);
	add_schema(o, e, items);
	add_links(o, e);
	label_json(o, "labels", &e->labels);
}

/* ---- Documents ---- */

cJSON *
status_asked_document(const struct published_environment *e, int64_t began_ms)
{
	cJSON *o = json_object(), *links;

	json_add_num(o, "schema_version", 1);
	json_add_str(o, "environment", e->name);
	json_add_time_ms(o, "began_at", began_ms);
	links = json_add_object(o, "links");
	add_link(links, "status", status_path(e->name, ""));
	return o;
}

void
status_count(struct status_count *c, const struct published_environment *e)
{
	c->n++;
	c->of[e->state]++;
}

/* Where none is watched nothing is known, nor where it is not known which there are;
 * where a filter leaves none, nothing is wrong.
 */
enum state
status_worst(const struct published *p, const struct status_count *c)
{
	bool known = p->n_environments && (c->some || published_is_whole(p));
	enum state worst = known ? STATE_IN_SYNC : STATE_UNKNOWN;

	for (int s = 0; s < STATE_COUNT; s++)
		if (c->of[s])
			worst = state_worst(worst, (enum state)s);
	return worst;
}

static void
add_summary(cJSON *o, const struct status_count *c)
{
	static const enum state order[] = {STATE_IN_SYNC, STATE_MIGRATING,
		STATE_UNCONFIRMED, STATE_REVISION_MISMATCH, STATE_DRIFTED,
		STATE_UNSTAMPED, STATE_UNKNOWN};
	cJSON *s = json_add_object(o, "summary");

	_Static_assert(COUNT_OF(order) == STATE_COUNT, "every state is counted");
	json_add_num(s, "environments", (double)c->n);
	for (size_t i = 0; i < COUNT_OF(order); i++)
		json_add_num(s, state_word(order[i]), (double)c->of[order[i]]);
}

static void
add_discoveries(cJSON *o, const struct published *p)
{
	cJSON *list = json_add_array(o, "discovery");

	for (size_t i = 0; i < p->n_discoveries; i++) {
		const struct published_discovery *d = &p->discoveries[i];
		cJSON *member = json_object();

		json_add_str(member, "name", d->name);
		json_add_str(member, "status",
			!d->tried ? "not_checked"
			: d->ok   ? "ok"
				  : "error");
		json_add_num(member, "environments", (double)d->n);
		json_add_time(member, "last_at", d->last_at_ms);
		json_add_time(member, "last_success_at", d->last_success_ms);
		json_add_str(member, "error", d->error);
		json_push(list, member);
	}
}

void
status_receivers(cJSON *o, const struct receiving *v, size_t n)
{
	cJSON *list = json_add_array(o, "receivers");

	for (size_t i = 0; i < n; i++) {
		cJSON *member = json_object();

		json_add_str(member, "name", v[i].name);
		json_add_str(member, "kind", v[i].kind);
		json_add_bool(member, "up", v[i].up);
		json_add_num(member, "waiting", (double)v[i].queued);
		json_add_time(member, "last_delivery_at", v[i].last_success_ms);
		json_add_str(member, "last_error", v[i].last_error);
		json_push(list, member);
	}
}

static cJSON *
document(int64_t at_ms)
{
	cJSON *o = json_object();

	json_add_num(o, "schema_version", SCHEMA_VERSION);
	json_add_time(o, "generated_at", at_ms);
	return o;
}

cJSON *
status_head(const struct published *p, const struct status_count *c)
{
	cJSON *o = document(p->at_ms);

	json_add_str(o, "state", state_word(status_worst(p, c)));
	add_summary(o, c);
	add_discoveries(o, p);
	return o;
}

cJSON *
status_member(const struct published_environment *e)
{
	cJSON *o = json_object();

	add_environment(o, e, false);
	return o;
}

cJSON *
status_document(const struct published *p, const struct status_filter *f, bool items)
{
	cJSON *o, *list = json_array();
	struct status_count count = {.some = status_is_filter(f)};

	for (size_t i = 0; i < p->n_environments; i++) {
		const struct published_environment *e = p->environments[i];
		cJSON *member;

		if (!status_wants(f, e))
			continue;
		status_count(&count, e);
		member = json_object();
		add_environment(member, e, items);
		json_push(list, member);
	}
	o = status_head(p, &count);
	json_add(o, "environments", list);
	return o;
}

cJSON *
status_environment_document(
	const struct published *p, const struct published_environment *e)
{
	cJSON *o = document(p->at_ms);

	add_environment(o, e, true);
	return o;
}

/* Not what each check moves: who asks again for findings that stand is told so (304).
 */
static void
mark_all(cJSON *o, const struct published_environment *e)
{
	cJSON *finding;
	size_t i = 0;

	cJSON_ArrayForEach(finding, cJSON_GetObjectItemCaseSensitive(o, "findings"))
	{
		add_marks(finding, e, i++);
	}
}

cJSON *
status_diff_document(const struct published_environment *e)
{
	cJSON *o;

	if (e->diff) {
		o = diff_json(e->diff, e->max_findings);
		mark_all(o, e);
		cJSON_ReplaceItemInObjectCaseSensitive(o, "status",
			must(cJSON_CreateString(schema_status_word(e->schema))));
	} else {
		o = json_object();
		json_add_num(o, "schema_version", SCHEMA_VERSION);
		json_add_str(o, "status", schema_status_word(e->schema));
		json_add_null(o, "summary");
		json_add_array(o, "findings");
	}
	json_add_str(o, "environment", e->name);
	json_add_str(o, "reference", e->reference);
	if (!cJSON_HasObjectItem(o, "reason"))
		json_add_str(o, "reason", e->schema_reason);
	return o;
}

cJSON *
status_version_document(const char *libpq_version, const struct strvec *restart)
{
	static const struct strvec none;
	cJSON *o = json_object();

	json_add_num(o, "schema_version", SCHEMA_VERSION);
	json_add_str(o, "name", PACKAGE_NAME);
	json_add_str(o, "version", PACKAGE_VERSION);
	json_add_str(o, "compiler", __VERSION__);
	json_add_str(o, "libpq_version", libpq_version);
	json_add_str(o, "cjson_version", cJSON_Version());
	json_add_list(o, "restart_needed", restart ? restart : &none);
	return o;
}
